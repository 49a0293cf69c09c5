"""What speaks for a name: the passages that hold it, word for word but for inflection, and those that it fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from topics.protocols import Ints
from topics.words import Corpus
from topics.words.tokenise import alike, items_of, key_of

_PREFIX = 2  # letters that forms of one word share at least


class Holders:
    """Finds the passages that hold a phrase, or a form of it.

    Parameters
    ----------
    corpora
        The passages as words.
    labels
        The topic of each passage of the whole corpus, shape (n,).
    """

    def __init__(self, corpora: Sequence[Corpus], labels: Ints) -> None:
        self._corpora = corpora
        self._labels = labels
        self._items: list[dict[str, list[str]]] = []
        for corpus in corpora:
            by_prefix: dict[str, list[str]] = defaultdict(list)
            for item, key in corpus.keys.items():
                if key:
                    by_prefix[key[:_PREFIX]].append(item)
            self._items.append(by_prefix)

    def rows(self, topic: int, phrases: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of a topic's passages that hold one of the phrases, ascending."""
        found: set[int] = set()
        for phrase in phrases:
            for at, corpus in enumerate(self._corpora):
                items = [item for item in items_of(phrase, corpus.language) if item.strip(".(")]
                words = [corpus.keys.get(item, key_of(item)) for item in items]
                forms = [self._forms(at, word) for word in words]
                if forms and all(forms):
                    own = np.flatnonzero(self._labels[corpus.rows] == topic).tolist()
                    found.update(int(corpus.rows[row]) for row in own if _holds(corpus.passages[row], forms))
        return np.array(sorted(found), np.int64)

    def _forms(self, at: int, word: str) -> frozenset[str]:
        keys = self._corpora[at].keys
        return frozenset(item for item in self._items[at].get(word[:_PREFIX], ()) if alike(word, keys[item]))


def _holds(items: Sequence[str], forms: Sequence[frozenset[str]]) -> bool:
    """Tell whether forms of the words of a phrase stand next to each other in a passage."""
    first = forms[0]
    for start, item in enumerate(items):
        if item in first and len(items) - start >= len(forms):
            if all(items[start + step] in own for step, own in enumerate(forms)):
                return True
    return False
