"""What a model holds without having read or worked it out yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from topics import language, search, words
from topics.cluster.confidence import Hearts
from topics.cluster.rule import Nearest
from topics.facets import Facet, facets
from topics.passages import Passages
from topics.protocols import Bools, Embedder, Floats, Ints
from topics.themes.ruler import Ruler
from topics.timeline import Timeline, timeline
from topics.values import Level, Topic

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
M = TypeVar("M", bound="DataclassInstance")


class Memo:
    """What a model works out once and shares with its views at other levels."""

    def __init__(self, passages: Passages) -> None:
        self._passages = passages
        self.ruler: Ruler | None = None
        self.hearts: dict[str, Hearts] = {}
        self.own: dict[str, Nearest] = {}
        self.junk: dict[str, Bools] = {}
        self.probed: list[Embedder] = []
        self._topics: dict[int, tuple[Level, dict[int, Topic]]] = {}
        self._words = Later(lambda: search.WordIndex(passages.texts()))

    def topics_at(self, level: Level) -> dict[int, Topic]:
        """Return the topics of a level by their ids."""
        kept = self._topics.get(id(level))
        if kept is None or kept[0] is not level:
            kept = self._topics[id(level)] = (level, {topic.id: topic for topic in level.topics})
        return kept[1]

    def fresh(self) -> Memo:
        """Return one for the same passages under other topics: what is known of passages and encoders stays."""
        memo = Memo(self._passages)
        memo.probed, memo._words = self.probed, self._words
        for name in ("known", "corpora", "facets", "timeline", "documents"):
            if name in self.__dict__:
                memo.__dict__[name] = self.__dict__[name]
        return memo

    @cached_property
    def corpora(self) -> tuple[words.Corpus, ...]:
        """Its passages as words, by language."""
        return tuple(words.read(self._passages.texts(), self._passages.language_codes(), language.stop_words))

    @property
    def words(self) -> search.WordIndex:
        """The index of its passages' words, built once however many sessions ask for it at a time."""
        return self._words.get()

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """What its passages can be filtered by."""
        return facets(self._passages)

    @cached_property
    def documents(self) -> Mapping[str, int]:
        """The row of each document by its id."""
        return self._passages.document_rows()

    @cached_property
    def timeline(self) -> Timeline | None:
        """When its passages are from."""
        return timeline(self._passages)

    @cached_property
    def known(self) -> search.TextIndex:
        """Its passages by their text."""
        return search.TextIndex(self._passages.texts())


class Later(Generic[T]):
    """A value that is read, and checked, when it is first asked for; from then on it is kept.

    Parameters
    ----------
    read
        Returns the value, or raises what is wrong with it; called again after it has raised.
    shape
        The shape of the array that it returns, if it does.
    source
        Whatever holds it until then.
    """

    def __init__(self, read: Callable[[], T], shape: tuple[int, ...] = (), source: object = None) -> None:
        self.shape = shape
        self.source = source
        self._read = read
        self._lock = Lock()
        self._found: list[T] = []

    def get(self) -> T:
        """Return the value."""
        with self._lock:
            if not self._found:
                self._found.append(self._read())
        return self._found[0]


class Deferred:
    """A field of a frozen dataclass that may be given as :class:`Later` and is read as the value itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type | None = None) -> object:
        if instance is None:
            raise AttributeError(self._name)
        value = instance.__dict__[self._name]
        return value.get() if isinstance(value, Later) else value

    def __set__(self, instance: object, value: object) -> None:
        instance.__dict__[self._name] = value


def given(model: object, name: str) -> object:
    """Return a field as it was given: the value, or the :class:`Later` that will have it."""
    return model.__dict__[name]


def shut(model: object, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Make arrays of a model read-only; what is still to be read says its shape, and is read-only when it comes.

    Raises
    ------
    ValueError
        One has another shape.
    """
    for name, shape in shapes.items():
        array = cast("Floats | Ints | Later[Floats] | None", given(model, name))
        if array is None:
            continue
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, but this model needs {shape}")
        if not isinstance(array, Later):
            array.flags.writeable = False


def changed(model: M, **changes: object) -> M:
    """Return the model with other fields; unlike ``dataclasses.replace`` it reads nothing that is still to be read."""
    unread = {f.name: given(model, f.name) for f in fields(model) if isinstance(given(model, f.name), Later)}
    fresh: dict[str, Any] = unread | changes
    return replace(model, **fresh)
