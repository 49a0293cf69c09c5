"""The fonts of a PDF: how their bytes become letters, and how wide each letter is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject
    from pypdf.generic._font import Font

_MOST_FONTS = 200


@dataclass(slots=True)
class Typeface:
    """A font as text is decoded and measured with it."""

    font: Font
    bold: bool
    readable: bool

    def decode(self, data: bytes) -> list[tuple[str, float, bool]]:
        """Return each glyph's text, its width in thousandths of the font size, and whether it is the word space."""
        font = self.font
        if isinstance(font.encoding, str):
            try:
                raw = data.decode(font.encoding, "surrogatepass")
            except UnicodeDecodeError:
                raw = data.decode(font.encoding, "replace")
            codes: Iterable[tuple[str, str]] = ((character, character) for character in raw)
        else:
            codes = ((chr(code), font.encoding.get(code, chr(code))) for code in data)
        default = font.character_widths.get("default", 500)
        glyphs = []
        for code, letter in codes:
            width = font.space_width if code == font.space_char else font.character_widths.get(code, default)
            glyphs.append((str(font.character_map.get(letter, letter)), float(width), code == " "))
        return glyphs


class Fonts:
    """The fonts of a file, each parsed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Typeface] = {}

    def get(self, resources: DictionaryObject, name: object) -> Typeface | None:
        """Return the font that a page's resources have under a name, or None."""
        fonts = dictionary_of(resources.get("/Font"))
        entry = fonts.raw_get(name) if fonts is not None and name in fonts else None
        own = dictionary_of(entry)
        if own is None:
            return None
        key = (getattr(entry, "idnum", 0), getattr(entry, "generation", 0))
        known = self._known.get(key) if key[0] else None
        if known is None:
            known = _typeface(own)
            if len(self._known) >= _MOST_FONTS:
                self._known.clear()
            self._known[key] = known
        return known


def _typeface(own: DictionaryObject) -> Typeface:
    from pypdf.generic._font import Font

    font = Font.from_font_resource(own)
    nameless = own.get("/Subtype") == "/Type0" and "/ToUnicode" not in own and not font.character_map
    guessed = nameless and str(own.get("/Encoding", "")).startswith("/Identity")
    bold = bool(re.search(r"bold|black|heavy|semib|medi\b", font.name, re.IGNORECASE))
    return Typeface(font, bold, font.interpretable and not guessed)


def dictionary_of(value: object) -> DictionaryObject | None:
    """Return a dictionary of the file, also where only a reference to it is given; None for what is none."""
    from pypdf.generic import DictionaryObject, IndirectObject

    plain = value.get_object() if isinstance(value, IndirectObject) else value
    return plain if isinstance(plain, DictionaryObject) else None
