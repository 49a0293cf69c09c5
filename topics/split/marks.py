"""What sentencex is told of a text, and the ends of sentences that it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STRAIGHT = re.compile(r"(?:(?<=[\s(\[\-–—«“])|^)[\"”](?=[^\s\"”.,;:!?])")
_WITHIN = re.compile(r"(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])")
_SHUT = re.compile(r"(?<=\S)\"(?=[\s.,;:!?)\]]|$)")
_DIGIT = re.compile(r"(?![0-9])\d")
_ENDS = re.compile(r"[។៕။།॥]+[\"”»]*(?=\s)")
_NUMBER = re.compile(r"(?<=\S)\s\d{1,4}\.(?=\s+[\"“„«]?[A-ZÀ-ÖØ-ÞĀ-ſ](?<![a-zà-öø-ÿ]))")
_DOTTED_ORDINALS = frozenset("cs da fi hr hu no pl ro sk sl tr".split())

_THAI = re.compile(r"[\u0e00-\u0eff]")
_SPACES = re.compile(r"[ \t\n\xa0]+")
_THAI_LEAST = 40  # characters of a sentence, before it ends at a space that may be one between clauses
_THAI_LAST = re.compile(r"(?:ครับ|ค่ะ|คะ|จ้ะ|จ้า|[?!…])[\"”]?$")
_THAI_GOES_ON = re.compile(
    r"(?:และ|แต่|หรือ|ซึ่ง|ที่|โดย|เพราะ|ว่า|เพื่อ|จึง|ก็|กับ|ของ|ใน|กล่าว|แล้ว|ได้แก่|เช่น|คือ|จน|รวม|ทั้ง|ฯ|ๆ|[^\u0e00-\u0eff])"
)
_THAI_HANGS = re.compile(r"(?:[^\u0e00-\u0eff\"”)?!…]|ๆ|ว่า|ที่|คือ|เช่น|และ|หรือ|ของ|\b[ก-ฮ]{1,3}\.)$")


def legible(text: str) -> str:
    """Return a text of the same length in which opening quotation marks, digits and Hebrew short forms can be told.

    ”So” and "so" open and close with the same mark, which sentencex then pairs with the wrong one; and it knows no
    digits but 0 to 9.
    """
    if '"' in text or "”" in text:
        text = _STRAIGHT.sub("“", _WITHIN.sub("״", text))
        text = _SHUT.sub("”", text)
    return text if text.isascii() else _DIGIT.sub(lambda match: str(int(match[0])), text)


def more_ends(text: str, language: str) -> Iterator[int]:
    """Find where else sentences end: at marks of Khmer and Tibetan, after some numbers, at spaces in Thai and Lao."""
    for match in _ENDS.finditer(text):
        yield match.end()
    if language in _DOTTED_ORDINALS:
        for match in _NUMBER.finditer(text):
            yield match.end()
    if language in ("th", "lo") and _THAI.search(text):
        yield from _thai_ends(text)


def _thai_ends(text: str) -> Iterator[int]:
    """Find the spaces of a Thai text that most likely part sentences: Thai writes no mark there.

    A space also parts clauses, and stands around numbers, names and quotations. So a sentence ends at a space after a
    word that only ends sentences; or where it is long enough and nothing before or after the space clings to it.
    """
    start = 0
    for space in _SPACES.finditer(text):
        before = text[max(start, space.start() - 12) : space.start()]
        if _THAI_LAST.search(before) or (
            space.start() - start >= _THAI_LEAST
            and not _THAI_HANGS.search(before)
            and not _THAI_GOES_ON.match(text, space.end())
        ):
            yield space.start()
            start = space.end()
