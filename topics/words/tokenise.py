"""What counts as a word, and when two words are the same.

A text becomes *items*: words as they are written (``"OpenAI"`` for ``"OpenAI:s"`` and ``"OpenAI's"``), :data:`BREAK`
where a phrase cannot go on (a comma, a quotation mark, an address), :data:`ASIDE` where a bracket opens, and
:data:`SENTENCE` where a sentence ends. Words
that differ only in case, apostrophe or hyphen share a *key*: that of ``"Open-source"`` is ``"open source"``. Scripts
without spaces have no words to read off; an unbroken run of them is one item, left to :mod:`topics.spaceless`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from topics import spaceless

BREAK = ""
ASIDE = "("
SENTENCE = "."

_ELIDING = frozenset({"ca", "fr", "it", "oc"})  # "l'intelligence", "dell'arte": article and noun in one
_LONGEST = 50  # letters of a word; what is longer is an address or a code
_SHOUTED = 4  # words of a text that is read in lower case where it is all capitals; a shorter one may be a name
_STEM, _LONG_STEM, _ENDING = 4, 5, 3  # letters that forms of a word share at least, and that each has beyond at most

_MARKS = "".join(
    chr(code)
    for code in (*range(0x300, 0x2000), 0x200C, 0x200D, *range(0xFE20, 0xFE30))
    if unicodedata.category(chr(code)) in ("Mn", "Mc", "Cf")
)
_LETTER = f"[^\\W_{spaceless.RUN}{spaceless.HIRAGANA}]"
_CODE = "A-Za-z0-9"
_FILES = "png|jpe?g|gif|svg|webp|pdf|html?|css|json|ya?ml|xml|csv"
_CORE = f"{_LETTER}+(?:[{re.escape(_MARKS)}]+{_LETTER}*)*"
_ITEM = re.compile(
    rf"""
      </?[a-zA-Z][^<>\n]{{0,300}}> | &lt;/?[a-zA-Z](?:(?!&[lg]t;)[^\n]){{0,300}}&gt;     # markup
    | \{{\{{[^{{}}\n]{{0,300}}\}}\}} | \{{%[^{{}}\n]{{0,300}}%\}} | (?<=\])\([^()\s]{{1,300}}\)    # templates, links
    | (?:https?://|www\.)\S+ | [\w.+-]{{1,64}}@[\w-]+\.[\w.-]+ | @\w+ | &\#?\w+;  # addresses, character entities
    | (?<!\w)[.~]{{0,2}}(?:/[\w.~-]{{1,80}}){{2,20}}/? | [{_CODE}_-]{{1,80}}\.(?:{_FILES})(?!\w)  # paths, files
    | (?<!\w)[{_CODE}_.-]{{1,80}}=[!-~]{{1,300}} | (?<!\w)[{_CODE}]{{1,80}}_[{_CODE}_]{{1,80}}  # settings, identifiers
    | (?:[^\W\d_]\.){{2,}}                                                # U.S.
    | (?:St|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col)\.(?=\ [^\W\d_])       # St. Petersburg
    | (?:[$€£¥₹](?=\d))?{_CORE}                                           # $10, हिन्दी
      (?:(?:[-‐‑·]|&(?!\#?\w{{1,8}};)|['’ʼ](?![sS](?!\w))|(?<=\d)[.,](?=\d)){_CORE})*  # AT&T, don't, 2.0
      (?:\+\+|\#(?!\w)|%)?                                                # C++, C#, 5%
    | (?<=\w)(?:['’ʼ][sS]|:[^\W\d_]{{1,3}})(?!\w)                           # OpenAI's, OpenAI:s
    | [{spaceless.RUN}]+
    | [.!?…。！？؟।]+ | \n+ | [^\s_]
    """,
    re.VERBOSE,
)
_RUN = re.compile(f"[{spaceless.RUN}]")
_HIRAGANA = re.compile(f"[{spaceless.HIRAGANA}]")
_BRACKETS = frozenset("([（［【")
_END = re.compile(r"[.!?…。！？؟।\n]")
_ADDRESS = re.compile(rf"https?://|www\.|&|.*[@=_]|.*\.(?:{_FILES})$")
_ELISION = re.compile(r"(?<!\w)[^\W\d_]{1,6}['’ʼ](?=\w)")
_NUMBER = re.compile(r"[$€£¥₹]?\d[\d.,]*(?:st|nd|rd|th|s|k|m|b|bn|mn|tn|tusen|mkr|mdkr)?%?$")
_APOSTROPHES = str.maketrans("’ʼ", "''")
_HYPHENS = str.maketrans("-‐‑", "   ")


def items_of(text: str, language: str) -> tuple[str, ...]:
    """Return a text as words, breaks, ends of sentences, and runs of scripts without spaces."""
    text = unicodedata.normalize("NFC", text)
    if language in _ELIDING:
        text = _ELISION.sub(" ' ", text)
    if text.isupper() and len(text.split()) >= _SHOUTED:
        text = text.lower()
    return tuple(_item(raw) for raw in _ITEM.findall(text))


@lru_cache(maxsize=1 << 18)
def _item(raw: str) -> str:
    """Return a token as the item that it stands for."""
    if _END.match(raw):
        return SENTENCE
    if raw in _BRACKETS:
        return ASIDE
    if len(raw) > _LONGEST and not is_run(raw):
        return BREAK
    is_word = (raw[0].isalnum() or raw[0] in "$€£¥₹") and any(map(str.isalnum, raw))
    return raw if is_word and not _HIRAGANA.match(raw) and not _ADDRESS.match(raw) else BREAK


def key_of(word: str) -> str:
    """Return what a word shares with its other spellings."""
    key = unicodedata.normalize("NFKC", word).casefold().translate(_APOSTROPHES).translate(_HYPHENS)
    return key.replace(".", "") if key.endswith(".") else key  # "U.S." is "US"


def is_run(item: str) -> bool:
    """Tell whether an item is in a script without spaces."""
    return _RUN.match(item) is not None


def is_number(key: str) -> bool:
    """Tell whether a key is a number, a sum or an ordinal: no name for anything by itself."""
    return _NUMBER.match(key) is not None


def overlap(one: str, other: str) -> bool:
    """Tell whether two keys say the same: one is a part of the other, up to inflection ("model", "AI models")."""
    if _RUN.match(one) or _RUN.match(other):
        return one in other or other in one
    short, long = sorted((one.split(" "), other.split(" ")), key=len)
    windows = (long[at : at + len(short)] for at in range(len(long) - len(short) + 1))
    return any(all(map(alike, short, window)) for window in windows)


def alike(one: str, other: str) -> bool:
    """Tell whether two words look like forms of one: "model" and "models", "company" and "companies"."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < _STEM:
        return long == short + "s"
    shared = next((at for at, (left, right) in enumerate(zip(short, long, strict=False)) if left != right), len(short))
    if (short[shared:], long[shared:]) == ("y", "ies"):
        return True
    stem = shared == len(short) or (shared >= _LONG_STEM and len(short) - shared <= _ENDING)
    return stem and len(long) - shared <= _ENDING
