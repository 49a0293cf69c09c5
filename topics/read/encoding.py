"""Bytes become text: the byte-order mark, then strict UTF-8, then what the bytes look like.

charset-normalizer tells scripts and multi-byte encodings apart well, but it takes Swedish for Central European (``å``
for ``ĺ``): between the Western encodings the alphabets of the languages that are written in them decide.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

from topics.errors import ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b") + b"\x7f"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NEWLINES = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_KANA = re.compile(r"[\u3041-\u30fe]")
_IN_WORD = re.compile(
    r"(?<=[^\W\d_])[^\w\s'’´`.,;:!?/&@+-](?=[^\W\d_])|(?<=[a-zß-öø-ÿ])(?=[^\x00-\x7f])[^\W\d_](?<![^A-ZÀ-Þ])"
)

_UNKNOWN = "is in no encoding that can be recognised; save it as UTF-8"
_BINARY = "is not text but a binary file, whatever its name says; convert it to text first"
_SAMPLE = 200_000
_TOLERATED = 1000
"""One stray byte in so many does not make a text unreadable."""

_HARDLY_TEXT = 50
"""One control character in so many is damage of a text that is sound UTF-8 otherwise; binary files have more."""

_ONE_LANGUAGE = 0.9
"""The share of a text's accented letters that are of one alphabet, where it is in one language."""

_ALPHABETS = {
    "cp1252": (
        "àâæçéèêëîïôœùûü", "äöüß", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìíîòóù", "åäöé", "æøåé", "áðéíóúýþæö", "éèëïöü",
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâî",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "mac_roman": ("àâæçéèêëîïôœùûü", "äöüß", "áéíñóúü", "åäöé", "æøåé"),
    "cp850": ("àâæçéèêëîïôùûü", "äöüß", "áéíñóúü", "åäöé", "æøåé"),
}  # fmt: skip
_WESTERN = re.compile(
    r"cp(125[0247]|437|775|85[02578]|86[0135])|latin_1|iso8859_([1-4]|9|1[03456])|mac_(roman|latin2|iceland|turkish)"
    r"|hp_roman8|ascii"
)
_GREEK = {"cp1253": rb"\xa2", "iso8859_7": rb"\xb6"}
_NEVER = ["cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140", "utf_7", "utf_16", "utf_16_be", "utf_16_le"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was read in, and how many damaged characters in it became U+FFFD."""

    text: str
    encoding: str
    damaged: int = 0

    @property
    def problem(self) -> str:
        """What is to be said of the damage, in words that continue a file's name; empty where there is none."""
        return damage(self.damaged)


def damage(count: int) -> str:
    """Say how many characters were damaged, in words that continue a file's name; empty where none were."""
    if not count:
        return ""
    kept = "characters, which were" if count > 1 else "character, which was"
    return f"holds {count:,} damaged {kept} replaced by U+FFFD"


def decode(data: bytes) -> Decoded:
    """Decode a text file's bytes and bring its text to the form of :func:`normalise`.

    Raises
    ------
    ReadError
        The bytes are not text, or in no encoding that can be told; the message continues a file's name.
    """
    decoded = decode_raw(data)
    return replace(decoded, text=normalise(decoded.text))


def decode_raw(data: bytes) -> Decoded:
    """Decode a text file's bytes and leave newlines and control characters to a format with rules of its own for them.

    Raises
    ------
    ReadError
        As :func:`decode`.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    wide = _wide(data) if b"\0" in data else None
    if wide is not None:
        return wide
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > max(1, len(data) // _HARDLY_TEXT):
        raise ReadError(_BINARY)
    if b"\x1b$" in data:
        japanese = _strict(data, "iso2022_jp")
        if japanese is not None:
            return Decoded(japanese, "iso2022_jp")
    text = _strict(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    if controls > _strays(len(data)):
        raise ReadError(_BINARY)
    return _nearly_utf8(data) or _guessed(data)


def normalise(text: str) -> str:
    r"""Return the text as a document holds it, the one that all offsets refer to.

    Every kind of newline becomes ``\n``, leading byte-order marks go, other control characters become spaces and
    lone surrogates U+FFFD. Nothing else is touched: letters stay as they were composed.
    """
    text = _NEWLINES.sub("\n", text.lstrip("\ufeff"))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def _strays(length: int) -> int:
    return length // _TOLERATED


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _marked(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    damaged = text.count("\ufffd")
    if damaged > 1 + _strays(len(text)) or len(_CONTROL.findall(text)) > max(1, _strays(len(text))):
        raise ReadError(f"says that it is {encoding.upper()} but is not; save it as UTF-8")
    return Decoded(text, encoding, damaged)


def _wide(data: bytes) -> Decoded | None:
    """Read UTF-32 or UTF-16 that came without its mark, known by where the zero bytes and the spaces are."""
    for encoding, size in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        text = _strict(data, encoding) if len(data) % size == 0 else None
        if text and _is_plausible(text[:_SAMPLE]):
            return Decoded(text, encoding)
    return None


def _is_plausible(text: str) -> bool:
    spaces = sum(character in " \n\r\t\u3000、。，" for character in text)
    kinds = {unicodedata.category(character) for character in set(text) - set("\n\r\t")}
    return spaces >= len(text) / 100 and not kinds & {"Cc", "Cn", "Co", "Cs"}


def _nearly_utf8(data: bytes) -> Decoded | None:
    """Read UTF-8 in which a few bytes are damaged, rather than all of it in an encoding that takes any byte."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - damaged
    if sound < 10 * damaged or damaged > 1 + _strays(len(text)):
        return None
    return Decoded(text, "utf-8", damaged)


def _guessed(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    best = from_bytes(_sample(data), cp_exclusion=_NEVER).best()
    encoding = best.encoding if best is not None else "cp1252"
    western, fit = _western(_sample(data))
    if _WESTERN.fullmatch(encoding) or (_is_mostly_ascii(_sample(data)) and fit >= 0.9):
        encoding = western
        if fit < 0:
            raise ReadError(_UNKNOWN)
    elif encoding in _GREEK:
        encoding = _greek(_sample(data))
    elif _is_japanese(_sample(data)):
        encoding = "euc_jp"
    text = data.decode(encoding, errors="replace")
    damaged = text.count("\ufffd")
    if damaged > 1 + _strays(len(text)):
        raise ReadError(_UNKNOWN)
    return Decoded(text, encoding, damaged)


def _sample(data: bytes) -> bytes:
    if len(data) <= _SAMPLE:
        return data
    cut = data.rfind(b"\n", 0, _SAMPLE)
    return data[: cut if cut > 0 else _SAMPLE]


def _greek(data: bytes) -> str:
    """Choose between the two encodings of Greek by where they have Ά, the first letter of many a sentence."""
    begins = {
        name: len(re.findall(rb"(?<![\xb5-\xfe])" + mark + rb"(?=[\xdc-\xfe])", data)) for name, mark in _GREEK.items()
    }
    windows = re.search(rb"[\x80-\x9f]", data) is not None
    return "iso8859_7" if begins["iso8859_7"] > begins["cp1253"] and not windows else "cp1253"


def _is_japanese(data: bytes) -> bool:
    text = data.decode("euc_jp", errors="replace")
    wide = sum(not character.isascii() for character in text)
    return wide > 0 and len(_KANA.findall(text)) >= 0.2 * wide and text.count("\ufffd") <= 1 + _strays(len(text))


def _is_mostly_ascii(data: bytes) -> bool:
    letters = sum(byte > 127 or chr(byte).isalpha() for byte in data)
    return sum(byte > 127 for byte in data) <= 0.4 * letters


def _western(data: bytes) -> tuple[str, float]:
    """Choose between the encodings of Latin letters: the one whose text keeps to one language's alphabet.

    A text in several languages keeps to none; then all alphabets of an encoding together count.
    """
    texts = {name: data.decode(name, errors="replace") for name in _ALPHABETS}
    fits = {name: _fit(texts[name], alphabets) for name, alphabets in _ALPHABETS.items()}
    best = max(fits, key=fits.__getitem__)
    if 0 <= fits[best] < _ONE_LANGUAGE:
        together = {name: _fit(texts[name], ("".join(set("".join(_ALPHABETS[name]))),)) for name in _ALPHABETS}
        best = max(together, key=together.__getitem__)
    return best, fits[best]


def _fit(text: str, alphabets: tuple[str, ...]) -> float:
    letters = Counter(character for character in text.lower() if not character.isascii() and character.isalpha())
    total = sum(letters.values())
    known = max(sum(letters[letter] for letter in alphabet) for alphabet in alphabets)
    strange = len(_IN_WORD.findall(text)) + text.count("\ufffd") + sum("\x80" <= c <= "\x9f" for c in text)
    return round((known - strange) / (total + strange), 2) if total + strange else 1.0
