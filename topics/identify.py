"""How well texts fit each language: py3langid's probabilities, for many texts at a time, by their script.

Only the letters of a text's main script count: an English name says nothing of the language of a Chinese sentence.
py3langid walks through a text byte by byte; here many texts take each step together. What a text is told to be never
depends on the texts beside it.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Likelihoods = NDArray[np.float64]

_SAME = {
    "nn": "no",
    "nb": "no",
    "yue": "zh",
    "wuu": "zh",
    "ary": "ar",
    "arz": "ar",
    "uzs": "uz",
    "hbo": "he",
    "sdh": "ku",
}
_SCRIPTS = {
    "ARABIC": "ar fa ur ps ug ku",
    "ARMENIAN": "hy",
    "BENGALI": "bn as",
    "CJK": "zh ja",
    "CYRILLIC": "ru uk bg sr mk be kk ky mn tg tt ba",
    "DEVANAGARI": "hi mr ne sa",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "dz",
}
_NOT_LATIN = frozenset(code for codes in _SCRIPTS.values() for code in codes.split()) - {"ku", "sr"}
_DENSE_SCRIPTS = ("CJK", "HANGUL", "HIRAGANA")
_DENSE = 3
"""A character of these scripts says as much as three Latin letters: Chinese with English names stays Chinese."""

_ASCII_LETTER = re.compile("[A-Za-z]")
_TOGETHER = 512  # texts that are walked through together
_FEW = 12  # fewer texts than that are quicker to walk through one by one
_RECENT = 4096  # texts whose answer is kept: a short document is asked about as a whole, and again as its only passage

_recent: dict[str, Likelihoods | None] = {}
_lock = threading.Lock()


def codes() -> tuple[str, ...]:
    """Return the languages, ISO 639-1, in the order in which likelihoods name them."""
    return _identifier().codes


def likelihoods(texts: Sequence[str]) -> list[Likelihoods | None]:
    """Return how well each text fits each of :func:`codes`.

    Returns
    -------
    list of ndarray or None
        Each of shape (codes,), read-only, all alike where nothing tells; None where a text has no letters.
    """
    with _lock:
        known = {text: _recent[text] for text in texts if text in _recent}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    for first in range(0, len(missing), _TOGETHER):
        some = missing[first : first + _TOGETHER]
        found = dict(zip(some, _found(some), strict=True))
        known.update(found)
        with _lock:
            if len(_recent) + len(found) > _RECENT:
                _recent.clear()
            _recent.update(found)
    return [known[text] for text in texts]


def _found(texts: Sequence[str]) -> list[Likelihoods | None]:
    parted = [_in_main_script(text) for text in texts]
    lettered = [part for part in parted if part is not None]
    rows = iter(_identifier().likelihoods(lettered)) if lettered else iter(())
    return [None if part is None else next(rows) for part in parted]


def _in_main_script(text: str) -> tuple[str, str] | None:
    """Return a text with the letters of other scripts as spaces, and its script; None where it has no letters."""
    if text.isascii():
        return (text, "LATIN") if _ASCII_LETTER.search(text) else None
    counts = Counter(text)
    scripts = {character: _script(character) for character in counts if character.isalpha()}
    letters: Counter[str] = Counter()
    for character, script in scripts.items():
        letters[script] += counts[character] * (_DENSE if script in _DENSE_SCRIPTS else 1)
    if not letters:
        return None
    if letters["HIRAGANA"]:
        letters["HIRAGANA"] += letters.pop("CJK", 0)
    main = max(sorted(letters), key=letters.__getitem__)
    own = {main, "CJK"} if main == "HIRAGANA" else {main}
    others = {ord(character): " " for character, script in scripts.items() if script not in own}
    return text.translate(others) if others else text, main


@lru_cache(maxsize=1 << 14)
def _script(letter: str) -> str:
    """Return the script of a letter, by the first word of its Unicode name."""
    script = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "").partition(" ")[0]
    return "HIRAGANA" if script == "KATAKANA" else script


class _Identifier:
    """py3langid's model, with its labels brought to ISO 639-1; loaded once, when first asked for."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        model: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._moves = model.tk_nextmove
        self._rows = [row << 8 for row in model.tk_row]
        self._outputs = model.tk_output
        self._moves_all = np.asarray(model.tk_nextmove)
        self._rows_all = np.asarray(self._rows, np.int64)
        self._outputs_all = np.asarray(model.tk_output, np.int64)
        self._table = np.asarray(model.nb_ptc, np.float32)
        self._prior = np.asarray(model.nb_pc, np.float32)
        self._encoded = model._encode
        labels = [_SAME.get(label, label) for label in model.nb_classes]
        self.codes = tuple(sorted({code for code in labels if len(code) == 2}))
        place = {code: row for row, code in enumerate(self.codes)}
        self._merged = np.zeros((len(labels), len(self.codes)))
        for row, code in enumerate(labels):
            if code in place:
                self._merged[row, place[code]] = 1.0
        latin = np.array([code not in _NOT_LATIN for code in self.codes])
        self._written = {"LATIN": latin} | {
            script: np.array([code in codes.split() for code in self.codes]) for script, codes in _SCRIPTS.items()
        }

    def likelihoods(self, texts: Sequence[tuple[str, str]]) -> Likelihoods:
        """Return how well each text, given with its script, fits each code, shape (texts, codes)."""
        encoded = [self._encoded(text) for text, _ in texts]
        scores = self._scores(encoded)
        scores *= np.array([1.0 / max(1, len(data)) ** 0.5 for data in encoded], np.float32)[:, None]
        np.exp(scores - scores.max(axis=1, keepdims=True), out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        values: Likelihoods = np.einsum("ij,jk->ik", scores.astype(np.float64), self._merged)
        scripts = [script for _, script in texts]
        for script in set(scripts):
            rows = np.array([row for row, own in enumerate(scripts) if own == script])
            values[rows] = self._as_written(values[rows], script)
        values.flags.writeable = False
        return values

    def _as_written(self, values: Likelihoods, script: str) -> Likelihoods:
        """Leave out the languages that a script does not write; those that it writes are alike where nothing tells."""
        possible = self._written.get(script)
        if possible is None:
            return np.zeros_like(values)
        if possible.sum() == 1:
            return np.broadcast_to(possible.astype(np.float64), values.shape)
        values = values * possible
        flat = values.max(axis=1) <= 1.5 * np.median(values[:, possible], axis=1)
        values[flat] = possible
        return values

    def _scores(self, texts: Sequence[bytes]) -> NDArray[np.float32]:
        """Return the naive Bayes scores of each text for each label, shape (texts, labels)."""
        from scipy.sparse import csr_array

        owners, features = self._visits(texts)
        width = len(self._table)
        places, counts = np.unique(owners * width + features, return_counts=True)
        rows = places // width
        bounds = np.searchsorted(rows, np.arange(len(texts) + 1))
        weights = np.log1p(counts.astype(np.float32))
        seen = csr_array((weights, places % width, bounds), shape=(len(texts), width))
        scores: NDArray[np.float32] = seen @ self._table + self._prior
        scores[bounds[1:] == bounds[:-1]] = 0.0  # nothing is known of it: all are alike
        return scores

    def _visits(self, texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return whose and which features are met on the way through each text."""
        order = np.argsort([-len(text) for text in texts], kind="stable")
        lengths = np.array([len(texts[row]) for row in order])
        letters = np.frombuffer(b"".join(texts[row] for row in order), np.uint8)
        starts = np.cumsum(lengths) - lengths
        states = np.zeros(len(texts), np.int64)
        owners: list[NDArray[np.int64]] = []
        features: list[NDArray[np.int64]] = []
        step, left = 0, int((lengths > 0).sum())
        while left >= _FEW:
            states = self._moves_all[self._rows_all[states[:left]] + letters[starts[:left] + step]]
            met = self._outputs_all[states]
            there = np.flatnonzero(met >= 0)
            owners.append(order[there])
            features.append(met[there])
            step += 1
            left = int(np.searchsorted(-lengths, -step))  # the texts that are longer than so many steps
        for row in range(left):
            met_alone = self._walked(texts[order[row]][step:], int(states[row]))
            owners.append(np.full(len(met_alone), order[row]))
            features.append(np.array(met_alone, np.int64))
        if not owners:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.concatenate(owners), np.concatenate(features)

    def _walked(self, text: bytes, state: int) -> list[int]:
        moves, rows, outputs = self._moves, self._rows, self._outputs
        met = []
        for letter in text:
            state = moves[rows[state] + letter]
            if outputs[state] >= 0:
                met.append(outputs[state])
        return met


@cache
def _identifier() -> _Identifier:
    return _Identifier()
