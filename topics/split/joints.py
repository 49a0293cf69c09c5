"""Whether a sentence really ends where one seems to: what abbreviations, numbers, quotations and titles look like.

The rules look at what stands before a boundary and at what follows it. They are the same for all languages where that
does no harm, and name a language where it would.
"""

from __future__ import annotations

import re

from topics.spaceless import HIRAGANA, RUN

_SHORT_FORM = re.compile(r"(?:^|[\s(\"“„«])(?:[^\W\d_]{1,4}|(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3})\.$")
_TITLE = re.compile(
    r"(?:^|[\s(\"“„«])(?:[lLdD][’'])?(?:M|MM|Mme|Mmes|Mlle|Me|Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Srta|Ing|ing|Lic|Hr|Fr|St|Ste|Sen|Rep|Gen|Gov|Col|"
    r"Lt|Sgt|Dott|Sig|avv|arch|on|Dl|Dna|dl|dna|inkl|exkl|einschl|zzgl|TS|ThS|GS|PGS|BS|TP|डॉ|प्रो|श्री|ডা|ড|প্রো|মো|"
    r"و?[\u0621-\u064a]|[\u0e01-\u0e2e]{1,3})\.$"
)
_COUNTER = re.compile(r"\(?(?:\d{1,3}|[ivxIVX]{1,4}|[a-zA-Z])[.)]|(?:[^\W\d_]{1,4}\.){2,4}")
_LETTER, _NUMBER = re.compile(r"[a-z]\."), re.compile(r"\d{1,3}\.")
_PAGE = re.compile(
    r"(?:^|[\s(])(?:[pPsSncс]|pp|[Ss]tr|[Pp][aá]g|[Nn][ro]|[Ff]ig|Abb|[Aa]rt|[Vv]ol|[Kk]ap|[Cc]ap|[Ss]e[ckz]|hal|"
    r"стр|рис|ст|σελ)\.$"
)
_INITIAL = re.compile(r"(?:^|[\s(])[^\W\d_]\.$")
_ANOTHER_INITIAL = re.compile(r"[^\W\d_]\.\s?[^\W\d_]")
_ROMAN = re.compile(r"(?:[IVXLC]{2,}|[VX])(?![\w’'.])")
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_GERMAN_ORDINAL = re.compile(
    r"(?:^|\s)(?:am|im|vom|zum|zur|beim|der|den|dem|das|die|des|ab|bis|seit|nach|vor|jede[rsn]?|ein[emn]*)\s\d{1,3}\.$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[.?!…。！？।؟;။។][\"”’»」』]+$")
_ASKED = re.compile(r"[?!？！؟][\"”’»]+$")
_OPENING = re.compile(r"[\"“„«‘「『]")
_SAYS = re.compile(
    r"[–—-]+\s?[^\W\d_]|(?:と|って|という|라고|이라고|하고|ဟု|ဟူ)|"
    r"[^，。！？“”「」]{0,5}(?:说道?|問道?|问道?|喊道?|答道?|回答|表示|说|說|道)[，。：,]"
)
_UNSPACED = re.compile(f"[{RUN}{HIRAGANA}]")
_SAYS_WORDS = 3


def is_counter(text: str) -> bool:
    """Whether a piece is nothing but the number or letter of an item, or an abbreviation of several letters."""
    return bool(_COUNTER.fullmatch(text))


def goes_on(tail: str, piece: str, language: str, apart: bool) -> bool:
    """Whether a sentence goes on after what looks like its end.

    Parameters
    ----------
    tail
        The end of what stands before; a few dozen characters of it.
    piece
        What follows, up to its own end.
    language
        ISO 639-1 code.
    apart
        Whether there is whitespace between the two.
    """
    if not apart and tail[-1] == "." and (piece[0] in "-‐‑" or piece[0].isdigit()):
        return True
    if _NUMBER.fullmatch(piece) and _PAGE.search(tail):
        return True
    if is_counter(piece) and not (_LETTER.fullmatch(piece) and _SHORT_FORM.search(tail)):
        return False
    return tail[-1] == "၊" or _is_short_form(tail, piece) or _is_ordinal(tail, piece, language) or _is_said(tail, piece)


def _is_short_form(tail: str, piece: str) -> bool:
    if _TITLE.search(tail) or (_INITIAL.search(tail) and _ANOTHER_INITIAL.match(piece)):
        return True
    return (piece[0].islower() or piece[0].isdigit() or bool(_ROMAN.match(piece))) and bool(_SHORT_FORM.search(tail))


def _is_ordinal(tail: str, piece: str, language: str) -> bool:
    """Whether a number with a full stop is the third or the nineteenth of something."""
    if language == "de" and _GERMAN_ORDINAL.search(tail):
        return True
    return piece[0].islower() and bool(_ORDINAL.search(tail))


def _is_said(tail: str, piece: str) -> bool:
    """Whether what follows a quotation says who said it."""
    if not _QUOTED.search(tail):
        return False
    if piece[0].islower() or _SAYS.match(piece):
        return True
    first = next((character for character in piece if character.isalpha()), "A")
    cased = first.lower() != first.upper()
    return (
        bool(_ASKED.search(tail))
        and not (cased or _UNSPACED.match(first) or _OPENING.match(piece))
        and len(piece.split()) <= _SAYS_WORDS
    )
