"""The models that are open in this server, each version once: frozen, so that no session can change it for another."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from topics.model import TopicModel

_MOST = 4


class Opened:
    """The versions of saved models that were asked for last.

    A version that a session has just saved is put here as it stands in memory, so that nobody needs to load it again.

    Parameters
    ----------
    most
        How many are kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._models: OrderedDict[tuple[str, str], TopicModel] = OrderedDict()
        self._waiting: dict[tuple[str, str], Lock] = {}
        self._lock = Lock()

    def get(self, path: str, version: str, load: Callable[[str], TopicModel]) -> TopicModel:
        """Return a version of the model at a path; where several ask for it at once, one loads it for all.

        What is loaded may be a later version, if it was saved in this moment; it is kept as what it says it is.
        """
        key = (path, version)
        with self._lock:
            if key in self._models:
                self._models.move_to_end(key)
                return self._models[key]
            turn = self._waiting.setdefault(key, Lock())
        with turn:
            with self._lock:
                if key in self._models:
                    return self._models[key]
            model = load(path)
            self.put(model, path)
        with self._lock:
            self._waiting.pop(key, None)
        return model

    def put(self, model: TopicModel, path: str) -> None:
        """Keep a model as the version of a path that it was loaded from or saved as; earlier ones of that path go."""
        if model.origin is None:
            raise ValueError("the model was neither loaded nor saved; save it first")
        with self._lock:
            for key in [key for key in self._models if key[0] == path]:
                del self._models[key]
            self._models[path, model.origin[1]] = model
            self._models.move_to_end((path, model.origin[1]))
            while len(self._models) > self._most:
                self._models.popitem(last=False)
