"""Phrases on the scale of a corpus, and what phrases that mean nothing reach there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from topics.protocols import Floats, Ints
from topics.themes.axis import End
from topics.themes.poles import Examples
from topics.themes.scale import Chance, Scale, Told
from topics.words import Corpus, Kind, read

_DRAWN = 128  # unrelated phrases
_WORDS = 3  # of each of them
_VOCABULARY = 2_000  # words of a language that they are drawn from, the most widespread


class Ruler:
    """What measures the passages of a corpus by phrases, in any of its languages.

    Parameters
    ----------
    scale
        The passages.
    place
        Called as ``place(texts, languages)``; returns centred unit vectors, in the space of the passages.
    stop_words
        Returns the stop words of a language.
    """

    def __init__(
        self,
        scale: Scale,
        place: Callable[[Sequence[str], Sequence[str]], Floats],
        stop_words: Callable[[str], frozenset[str]],
    ) -> None:
        self.scale = scale
        self._place = place
        self._stop_words = stop_words

    def told(self, phrases: Sequence[str], languages: Sequence[str], rows: Ints | None = None) -> Told:
        """Return phrases as what passages are measured by; ``rows`` says which passage of the corpus each one is."""
        return self.scale.told(self._place(phrases, languages), read(phrases, languages, self._stop_words), rows)

    @cached_property
    def chance(self) -> Chance:
        """What phrases reach that mean nothing; unrelated passages, where the corpus has too few words for phrases."""
        nothing = unrelated_phrases(self.scale.corpora)
        if not nothing.phrases:
            return self.chance_of_passages
        return self.scale.chance(self.told(nothing.phrases, nothing.languages), nothing.sources)

    @cached_property
    def chance_of_passages(self) -> Chance:
        """What unrelated passages of the corpus reach: up to 128, evenly spread."""
        n = len(self.scale.vectors)
        return self.scale.chance(self.scale.told_by(np.unique(np.linspace(0, n - 1, min(n, _DRAWN)).astype(np.int32))))

    def end(self, examples: Examples, languages: Sequence[str], rows: Ints) -> End:
        """Return a pole, in its place on the scale.

        Parameters
        ----------
        examples
            The phrases and the passages that tell about it.
        languages
            The language of each phrase.
        rows
            Which passage of the corpus each phrase is; -1 where it is none.
        """
        by_passages = self.scale.told_by(np.array(examples.rows, np.int32))
        if not examples.phrases:
            return End(examples.pole, by_passages, self.chance_of_passages)
        return End(examples.pole, self.told(examples.phrases, languages, rows) + by_passages, self.chance)


@dataclass(frozen=True, slots=True)
class Unrelated:
    """Phrases that mean nothing, the language of each, and a passage of the corpus that each of its words is from."""

    phrases: list[str]
    languages: list[str]
    sources: list[list[int]]


def unrelated_phrases(corpora: Sequence[Corpus]) -> Unrelated:
    """Return phrases that mean nothing: three words of a language of the corpus at random.

    The languages have shares as in the corpus; the same corpus gives the same phrases.
    """
    rng = np.random.default_rng(0)
    total = sum(len(corpus.rows) for corpus in corpora)
    found = Unrelated([], [], [])
    due = 0.0
    for corpus in corpora:
        due += _DRAWN * len(corpus.rows) / total
        count, words = round(due) - len(found.phrases), _vocabulary(corpus)
        for _ in range(count if len(words) >= _WORDS else 0):
            drawn = rng.choice(sorted(words), _WORDS, replace=False).tolist()
            found.phrases.append(" ".join(drawn))
            found.languages.append(corpus.language)
            found.sources.append([int(rng.choice(words[word])) for word in drawn])
    return found


def _vocabulary(corpus: Corpus) -> dict[str, list[int]]:
    """Return the content words of a language that are in the most passages, in two at least where there are enough.

    Each comes with the rows of the passages that hold it.
    """
    held: dict[str, list[int]] = defaultdict(list)
    for row, items in zip(corpus.rows.tolist(), corpus.passages, strict=True):
        for key in sorted({corpus.keys[item] for item in items if corpus.kinds[item] is Kind.CONTENT}):
            held[key].append(row)
    shared = [key for key, rows in held.items() if len(rows) > 1]
    words = shared if len(shared) >= _DRAWN else list(held)
    return {key: held[key] for key in sorted(words, key=lambda key: (-len(held[key]), key))[:_VOCABULARY]}
