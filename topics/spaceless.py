"""Words of scripts that are written without spaces (Han, katakana, Thai, Lao, Burmese, Khmer), found by repetition.

A substring is taken for a word where the corpus repeats it and surrounds it by different characters: "智能" that only
ever occurs within "人工智能" is not one. That is the frequency and the boundary freedom of Feng et al. 2004, "Accessor
Variety Criteria for Chinese Word Extraction", without a dictionary. Hiragana, the script of Japanese grammar, ends a
run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

RUN = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao; Burmese; Khmer
    "\u3005\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # katakana, Han
)
"""The characters of such scripts, as the inside of a regular expression's character class."""

HIRAGANA = "\u3041-\u309f"

_SYLLABIC = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # a word takes several letters here
_LONGEST = {False: 8, True: 20}  # characters of a word: Han and katakana; Thai and its kin
_SHORTEST = {False: 2, True: 3}
_SAMPLE = 400_000  # characters that the words are learnt from
_RARE = 50_000  # a word occurs at least once in so many characters, and at least twice
_EXPLAINED = 0.75  # a substring that one longer one holds this often is a part of that
_COMPANY = 0.15  # a stop word of one character that keeps no company as often as this stands alone: "的", not "用"
_WHOLE = 4  # a run of up to so many characters is a word by itself, even if it occurs once
_CLINGING = re.compile(
    "[\u0e30-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b6-\u17d3]"
)  # never first
_LEADING = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4]$")  # vowels written before the consonant that they follow


def learn(runs: Sequence[str], stops: Collection[str]) -> frozenset[str]:
    """Return the words of a corpus.

    Parameters
    ----------
    runs
        All unbroken stretches of :data:`RUN` characters, repeats included.
    stops
        Stop words; no word is one, is made of two, or is a word with a stop word before or behind it.
    """
    sample = _sample(runs)
    counts = _repeated(sample, max(2, sum(map(len, sample)) // _RARE))
    longer = _longer(counts)
    words = {gram for gram, count in counts.items() if longer.get(gram, 0) <= _EXPLAINED * count and _fits(gram)}
    words |= {run for run in sample if len(run) <= _WHOLE and not _syllabic(run) and _fits(run)}
    particles = {stop for stop in stops if len(stop) == 1 and longer.get(stop, 0) < _COMPANY * counts.get(stop, 0)}
    return frozenset(
        word for word in words if not particles.intersection((word[0], word[-1])) and not _with_stop(word, words, stops)
    )


def find(run: str, words: Collection[str]) -> list[str]:
    """Return every word within a run, overlapping ones too, in order of where they start."""
    syllabic = _syllabic(run)
    shortest, longest = _SHORTEST[syllabic], _LONGEST[syllabic]
    pieces = (run[i:j] for i in range(len(run)) for j in range(i + shortest, min(i + longest, len(run)) + 1))
    return [piece for piece in pieces if piece in words]


def _syllabic(run: str) -> bool:
    return _SYLLABIC.match(run) is not None


def _sample(runs: Sequence[str]) -> list[str]:
    """Return runs spread evenly over the corpus, of about :data:`_SAMPLE` characters together."""
    step = 1 + sum(map(len, runs)) // _SAMPLE
    return list(runs[::step])


def _repeated(runs: Iterable[str], least: int) -> dict[str, int]:
    """Count the substrings that occur at least ``least`` times, from short to long, so that rare ones never pile up."""
    kept: dict[str, int] = {}
    last: set[str] = set()
    alive = list(runs)
    for length in range(1, max(_LONGEST.values()) + 2):  # one more than a word has, to see what explains the longest
        alive = [run for run in alive if length <= min(len(run), _LONGEST[_syllabic(run)] + 1)]
        grams = Counter(
            run[i : i + length]
            for run in alive
            for i in range(len(run) - length + 1)
            if length == 1 or (run[i : i + length - 1] in last and run[i + 1 : i + length] in last)
        )
        last = {gram for gram, count in grams.items() if count >= least}
        kept.update((gram, grams[gram]) for gram in last)
    return kept


def _longer(counts: dict[str, int]) -> dict[str, int]:
    """Return how often each substring's most frequent extension by one character occurs."""
    longer: dict[str, int] = {}
    for gram, count in counts.items():
        for part in (gram[1:], gram[:-1]):
            longer[part] = max(count, longer.get(part, 0))
    return longer


def _fits(gram: str) -> bool:
    """Tell whether a substring has a word's length and does not start or end within a letter."""
    syllabic = _syllabic(gram)
    whole = not _CLINGING.match(gram) and not _LEADING.search(gram)
    return whole and _SHORTEST[syllabic] <= len(gram) <= _LONGEST[syllabic]


def _with_stop(word: str, words: Collection[str], stops: Collection[str]) -> bool:
    """Tell whether a word is a stop word, or one with another word or stop word before or behind it."""
    if word in stops:
        return True
    for cut in range(1, len(word)):
        head, tail = word[:cut], word[cut:]
        if (head in stops and (tail in stops or tail in words)) or (tail in stops and head in words):
            return True
    return False
