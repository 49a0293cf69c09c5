"""The language of a text, told offline by py3langid, and the stop words of a language.

A few words say little of their language, so what is known beforehand counts too: the language of the document, and the
languages of the corpus. py3langid's probabilities, which are calibrated by the length of the text, are multiplied by
that prior. A language of which a corpus shows no plain specimen is taken for an error and given up.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNKNOWN = "und"
"""What stands for a language that cannot be told, as in ISO 639-2."""

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
_LARGE = frozenset("ar de en es fr it ja pt ru zh".split())
_KNOWN = frozenset(
    "bg bn ca cs da el et fa fi he hi hr hu id ko lt lv ms nl no pl ro sk sl sr sv ta te th tr uk ur vi".split()
)
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

_SPREAD, _RARE = 3.0, 0.05
_OWN = 0.9
_ELSEWHERE = 0.05
_SURE = 0.3
_PLAIN = 0.8
_EXCERPT = 500
_SAMPLE = 2000
_ROUNDS = 30

_SHORT_WORDS = {
    "en": "am an as at be by do ex go he hi if in is it ll me mr ms my no of oh ok on or re so to up us ve vs we ye",
}
"""The words of two letters in a list that also holds the country codes."""

_CONTENT = {
    "en": """area areas arpa bill billion cases computer copy cry date face faces fire group groups help home homepage
        html http index information interest interests invention member members microsoft mill million mine move
        netscape open opened opening opens order orders page pages problem problems research room rooms site state
        states system test text trillion web webpage website world young""",
    "sv": "beslut beslutat beslutit",
}
"""Words on the lists that topics are about."""

_NAMES: Mapping[str, str] = {
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ko": "Korean", "la": "Latin", "lt": "Lithuanian",
    "lv": "Latvian", "mr": "Marathi", "ms": "Malay", "nb": "Norwegian", "nl": "Dutch", "nn": "Norwegian Nynorsk",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovene", "so": "Somali", "sr": "Serbian", "st": "Sotho", "sv": "Swedish", "sw": "Swahili", "th": "Thai",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "und": "language unknown", "ur": "Urdu",
    "vi": "Vietnamese", "yo": "Yoruba", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip


def name_of(code: str) -> str:
    """Return the English name of a language, or its code where that is not among the usual ones."""
    return _NAMES.get(code, code)


def detect(texts: Sequence[str], *, expected: str | None = None, among: Mapping[str, float] | None = None) -> list[str]:
    """Tell the language of each text; what else is in the list does not matter.

    Parameters
    ----------
    texts
        The texts, each in one language.
    expected
        The language of the document that the texts are from: a text that could be several is taken for it.
    among
        The languages of the corpus with their shares, as :func:`languages_of` gives them.

    Returns
    -------
    list of str
        ISO 639-1 codes; ``"und"`` where a text has no letters or nothing tells its language.
    """
    known = _identifier().codes
    prior = _prior(expected, among)
    informed = bool(among) or expected in known
    found: dict[str, str] = {}
    for text in texts:
        if text not in found:
            likely = _likelihoods(text)
            weighed = prior * (0.0 if likely is None else likely)
            best = int(weighed.argmax())
            told = weighed[best] > (0.0 if informed else _SURE * weighed.sum())
            found[text] = known[best] if told else UNKNOWN
    return [found[text] for text in texts]


def languages_of(texts: Sequence[str]) -> Mapping[str, float]:
    """Find which languages a corpus is in, and how much of it: the prior that its texts together suggest.

    The shares are fitted by expectation maximisation; a language that is nowhere beyond doubt is then left out.

    Parameters
    ----------
    texts
        The documents, or the rows of a table. Of a long text three excerpts are read; of very many texts, a sample.

    Returns
    -------
    mapping of str to float
        Shares by ISO 639-1 code, largest first, their sum 1; empty where no text has letters.
    """
    step = max(1, len(texts) // _SAMPLE)
    excerpts = [excerpt for text in texts[::step] for excerpt in _excerpts(text)]
    rows = [likely for excerpt in excerpts if (likely := _likelihoods(excerpt)) is not None and likely.any()]
    if not rows:
        return MappingProxyType({})
    table = np.vstack(rows)
    start = _prior(None, None)
    plain = (_posterior(table, start) >= _PLAIN).any(axis=0)
    shares = start if not plain.any() else np.where(plain, start, 0.0)
    for _ in range(_ROUNDS):
        shares = _posterior(table, shares).mean(axis=0)
    if not plain.any():
        shares = np.where(shares >= 0.5 * shares.max(), shares, 0.0)
    order = sorted(np.flatnonzero(shares * len(rows) >= 0.5), key=lambda code: (-shares[code], code))
    total = float(shares[order].sum())
    codes = _identifier().codes
    return MappingProxyType({codes[code]: float(shares[code]) / total for code in order})


def most_frequent(counts: Mapping[str, int]) -> str:
    """Return the language that counts most, of two the one that comes first in the alphabet."""
    return min(counts, key=lambda code: (-counts[code], code))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language, lower case, with both kinds of apostrophe; empty where there is no list.

    stopwordsiso's lists, less the words in them that topics are about: its English one holds "microsoft", "open",
    "computer" and, for the country codes, "ai".
    """
    import stopwordsiso

    listed = {unicodedata.normalize("NFC", word).casefold() for word in stopwordsiso.stopwords(language)}
    listed -= set(_CONTENT.get(language, "").split())
    short = _SHORT_WORDS.get(language, "").split()
    words = {word for word in listed if not short or len(word) != 2 or not word.isalpha() or word in short}
    return frozenset(words | {word.replace("'", "’") for word in words})


class _Identifier:
    """py3langid's model, with its labels brought to ISO 639-1; loaded once, when first asked for."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self._model: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        labels = {label: _SAME.get(label, label) for label in self._model.labels}
        self.codes = sorted({code for code in labels.values() if len(code) == 2})
        place = {code: row for row, code in enumerate(self.codes)}
        self._place = {label: place[code] for label, code in labels.items() if code in place}
        latin = np.array([float(code not in _NOT_LATIN) for code in self.codes])
        self._written = {"LATIN": latin} | {
            script: np.array([float(code in codes.split()) for code in self.codes])
            for script, codes in _SCRIPTS.items()
        }
        self._unwritten = np.zeros(len(self.codes))

    def likelihoods(self, text: str, script: str) -> NDArray[np.float64]:
        possible = self._written.get(script, self._unwritten)
        values = np.zeros(len(self.codes))
        for label, value in self._model.rank(text):
            if label in self._place:
                values[self._place[label]] += value
        values *= possible
        flat = values.max() <= 1.5 * np.median(values[possible > 0]) if possible.sum() > 1 else True
        return possible if flat else values


@cache
def _identifier() -> _Identifier:
    return _Identifier()


def _likelihoods(text: str) -> NDArray[np.float64] | None:
    """Return how well a text fits each language, all alike where nothing tells, or None where it has no letters.

    Only the letters of its main script count: an English name says nothing of the language of a Chinese sentence.
    """
    return _likelihoods_of("\n".join(_excerpts(text)))


@lru_cache(maxsize=256)  # a short document is asked about as a whole, and at once again as its only passage
def _likelihoods_of(excerpt: str) -> NDArray[np.float64] | None:
    scripts = {character: _script(character) for character in set(excerpt) if character.isalpha()}
    letters: Counter[str] = Counter()
    for character, count in Counter(excerpt).items():
        if character in scripts:
            script = scripts[character]
            letters[script] += count * (_DENSE if script in _DENSE_SCRIPTS else 1)
    if not letters:
        return None
    if letters["HIRAGANA"]:
        letters["HIRAGANA"] += letters.pop("CJK", 0)
    main = max(sorted(letters), key=letters.__getitem__)
    own = {main, "CJK"} if main == "HIRAGANA" else {main}
    others = {ord(character): " " for character, script in scripts.items() if script not in own}
    found = _identifier().likelihoods(excerpt.translate(others) if others else excerpt, main)
    found.flags.writeable = False
    return found


def _script(letter: str) -> str:
    """Return the script of a letter, by the first word of its Unicode name."""
    script = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "").partition(" ")[0]
    return "HIRAGANA" if script == "KATAKANA" else script


def _excerpts(text: str) -> list[str]:
    if len(text) <= 3 * _EXCERPT:
        return [text]
    middle = len(text) // 2
    return [text[:_EXCERPT], text[middle : middle + _EXCERPT], text[-_EXCERPT:]]


def _prior(expected: str | None, among: Mapping[str, float] | None) -> NDArray[np.float64]:
    return _prior_of(expected, tuple(among.items()) if among else ())


@lru_cache(maxsize=64)
def _prior_of(expected: str | None, corpus: tuple[tuple[str, float], ...]) -> NDArray[np.float64]:
    codes, among = _identifier().codes, dict(corpus)
    world = np.array([_SPREAD if code in _LARGE else 1.0 if code in _KNOWN else _RARE for code in codes])
    prior: NDArray[np.float64] = world / world.sum()
    if among:
        shares = np.array([among.get(code, 0.0) for code in codes])
        if shares.sum() > 0:
            prior = _ELSEWHERE * prior + (1 - _ELSEWHERE) * shares / shares.sum()
    if expected in codes:
        prior = (1 - _OWN) * prior + _OWN * np.array([code == expected for code in codes])
    prior.flags.writeable = False
    return prior


def _posterior(table: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    weighed = table * shares
    posterior: NDArray[np.float64] = weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-300)
    return posterior
