"""The language of a text, told offline by py3langid, and the stop words of a language.

A few words say little of their language, so what is known beforehand counts too: the language of the document, and the
languages of the corpus. py3langid's probabilities, which are calibrated by the length of the text, are multiplied by
that prior. A language of which a corpus shows no plain specimen is taken for an error and given up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from topics.identify import codes, likelihoods

UNKNOWN = "und"
"""What stands for a language that cannot be told, as in ISO 639-2."""

_LARGE = frozenset("ar de en es fr it ja pt ru zh".split())
_KNOWN = frozenset(
    "bg bn ca cs da el et fa fi he hi hr hu id ko lt lv ms nl no pl ro sk sl sr sv ta te th tr uk ur vi".split()
)
_SPREAD, _RARE = 3.0, 0.05
_OWN = 0.9
_ELSEWHERE = 0.05
_SURE = 0.3
_PLAIN = 0.8
_EXCERPT = 500
_SAMPLE = 2000
_ROUNDS = 30
_TOGETHER = 512  # texts whose languages are told together

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

_FORMS = {
    "da": """nye nyere nyeste gammel gamle stort større små høj høje lang lange vigtig vigtige sidste seneste egen eget
        egne gode bedre bedste""",
    "de": "neu neuer neues neuem neueste neuesten alt alte alten klein hohe hohen wichtig wichtige wichtigen guten",
    "es": "nuevos nuevas grande pequeño pequeña importante importantes",
    "fi": "vanha tärkeä paras",
    "fr": """nouvel nouvelle nouvelles ancien ancienne grand grande grands grandes petit petite petits petites dernière
        derniers dernières important importante importants importantes bonne""",
    "it": "nuova nuove grandi piccolo piccola ultima ultimi ultime importante importanti buona migliore",
    "nl": """nieuw nieuwe nieuwste oud oude groot grote klein kleine hoog hoge lang lange belangrijk belangrijke laatste
        goed goede beter beste""",
    "no": """nytt nye nyere nyeste gammel gamle stor stort store større liten lite små høy høye lange viktig viktige
        siste egen eget egne godt gode bedre beste""",
    "pt": "pequeno pequena última últimos últimas importante importantes melhor",
    "sv": """ny nytt nya nyare nyaste gammal gammalt gamla högt höga lång långa egen eget egna senaste viktiga bästa hel
        hela""",
}
"""Forms of new, old, large, important and their like, which the English list holds and these miss."""

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
    known = codes()
    prior = _prior(expected, among)
    least = 0.0 if among or expected in known else _SURE
    found: dict[str, str] = {}
    distinct = list(dict.fromkeys(texts))
    for first in range(0, len(distinct), _TOGETHER):
        some = distinct[first : first + _TOGETHER]
        nothing = np.zeros(len(known))
        weighed = prior * np.stack([nothing if likely is None else likely for likely in _likelihoods(some)])
        best = weighed.argmax(axis=1)
        told = weighed.max(axis=1) > (least * weighed.sum(axis=1))
        for text, row, sure in zip(some, best.tolist(), told.tolist(), strict=True):
            found[text] = known[row] if sure else UNKNOWN
    return [found[text] for text in texts]


def prepare(texts: Iterable[str]) -> None:
    """Look at texts of which :func:`detect` is to tell the language soon: together they take less time."""
    _likelihoods(list(texts))


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
    excerpts = [excerpt for row in range(0, len(texts), step) for excerpt in _excerpts(texts[row])]
    rows = [likely for likely in likelihoods(excerpts) if likely is not None and likely.any()]
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
    known = codes()
    return MappingProxyType({known[int(code)]: float(shares[code]) / total for code in order})


def most_frequent(counts: Mapping[str, int]) -> str:
    """Return the language that counts most, of two the one that comes first in the alphabet."""
    return min(counts, key=lambda code: (-counts[code], code))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language, lower case, with both kinds of apostrophe; empty where there is no list.

    stopwordsiso's lists, less the words in them that topics are about: its English one holds "microsoft", "open",
    "computer" and, for the country codes, "ai". With the forms of common adjectives that other lists miss.
    """
    import stopwordsiso

    listed = {unicodedata.normalize("NFC", word).casefold() for word in stopwordsiso.stopwords(language)}
    listed |= set(_FORMS.get(language, "").split())
    listed -= set(_CONTENT.get(language, "").split())
    short = _SHORT_WORDS.get(language, "").split()
    words = {word for word in listed if not short or len(word) != 2 or not word.isalpha() or word in short}
    return frozenset(words | {word.replace("'", "’") for word in words})


def _likelihoods(texts: Sequence[str]) -> list[NDArray[np.float64] | None]:
    """Return how well each text fits each language; of a long one, its excerpts."""
    return likelihoods(["\n".join(_excerpts(text)) for text in texts])


def _excerpts(text: str) -> list[str]:
    if len(text) <= 3 * _EXCERPT:
        return [text]
    middle = len(text) // 2
    return [text[:_EXCERPT], text[middle : middle + _EXCERPT], text[-_EXCERPT:]]


def _prior(expected: str | None, among: Mapping[str, float] | None) -> NDArray[np.float64]:
    return _prior_of(expected, tuple(among.items()) if among else ())


@lru_cache(maxsize=64)
def _prior_of(expected: str | None, corpus: tuple[tuple[str, float], ...]) -> NDArray[np.float64]:
    known, among = codes(), dict(corpus)
    world = np.array([_SPREAD if code in _LARGE else 1.0 if code in _KNOWN else _RARE for code in known])
    prior: NDArray[np.float64] = world / world.sum()
    if among:
        shares = np.array([among.get(code, 0.0) for code in known])
        if shares.sum() > 0:
            prior = _ELSEWHERE * prior + (1 - _ELSEWHERE) * shares / shares.sum()
    if expected in known:
        prior = (1 - _OWN) * prior + _OWN * np.array([code == expected for code in known])
    prior.flags.writeable = False
    return prior


def _posterior(table: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    weighed = table * shares
    posterior: NDArray[np.float64] = weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-300)
    return posterior
