r"""RTF files: paragraphs, lists, tables, text boxes and notes, in any code page.

The control words are those of the RTF Specification 1.9.1. What no reader of the text sees (styles, pictures, field
codes, deleted and hidden text) and page heads and feet are left out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from topics.errors import ReadError
from topics.read.body import Body
from topics.read.meta import meta_of
from topics.read.parsed import Columns, Parsed
from topics.values import Document

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)|\\",
    re.DOTALL,
)
_CHARSETS = {
    77: "mac_roman", 78: "cp932", 79: "cp949", 80: "cp936", 81: "cp950", 85: "mac_greek", 86: "mac_turkish",
    89: "mac_cyrillic", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SYMBOL = 2
_PAGES = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_SIGNS = {"~": "\xa0", "_": "\u2011", "-": "", "{": "{", "}": "}", "\\": "\\"}
_CHARACTERS = {
    "line": "\n", "lbr": "\n", "tab": "\t", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
_UNSEEN = frozenset(
    "colortbl stylesheet pict object objdata header headerf headerl headerr footer footerf footerl footerr ftnsep "
    "ftnsepc ftncn aftnsep aftnsepc aftncn xe tc tcn rxe txe fldinst annotation atnid atnauthor "
    "atndate atnref atnparent "
    "atnicn shprslt nonshppict bkmkstart bkmkend listtable listoverridetable revtbl filetbl sn sv "
    "themedata datastore "
    "generator pn private template background do comment".split()
)
_NOTES = frozenset({"footnote"})
_BOXES = frozenset({"shptxt", "dptxbxtext"})
_MARKERS = frozenset({"listtext", "pntext"})
_SAID = frozenset({"title", "author", "subject", "keywords", "company"})
_DEEPEST = 2_000
_HEAD = re.compile(rb"\s*\{\s*\\(?:rtf|urtf)")


@dataclass(slots=True)
class _Sink:
    """Where text goes: paragraphs and rows, of the body, a note or a box; or one line, of a marker or a title."""

    blocks: list[tuple[str, str | list[str]]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    marker: str = ""
    later: list[_Sink] = field(default_factory=list)

    def end_paragraph(self) -> None:
        """End the paragraph that is open, or a line of a table cell."""
        text = "".join(self.pieces)
        self.pieces = []
        if text.strip():
            self.blocks.append((self.marker, text))
        self.marker = ""
        boxes, self.later = self.later, []
        for box in boxes:
            box.end_paragraph()
            self.blocks += box.blocks

    def end_cell(self) -> None:
        """End the table cell that is open."""
        self.cells.append(f"{self.marker} {''.join(self.pieces)}".strip())
        self.pieces, self.marker = [], ""

    def end_row(self) -> None:
        """End the table row that is open."""
        if self.cells:
            self.blocks.append(("|", self.cells))
        self.cells = []

    def write(self, body: Body) -> None:
        """Add everything to a text."""
        for marker, content in self.blocks:
            if isinstance(content, list):
                body.add_row(content)
            elif marker:
                body.add(f"{marker} {content.strip()}", "item")
            else:
                body.add_typed(content)


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    sink: _Sink | None
    font: int = -1
    skip: int = 1
    hidden: bool = False
    in_table: bool = False
    place: str = ""


class _Reader:
    def __init__(self) -> None:
        self.body = _Sink()
        self.notes: list[_Sink] = []
        self.said: dict[str, _Sink] = {}
        self.created: dict[str, int] = {}
        self.page = "cp1252"
        self.charsets: dict[int, str] = {}
        self.default = -1
        self.state = _State(self.body)
        self.stack: list[_State] = []
        self.waiting = 0
        self.buffer = bytearray()
        self.fresh = False
        self.optional = False

    def read(self, source: str) -> bool:
        """Follow the tokens of a file; return whether every group was closed."""
        position = 0
        while match := _TOKEN.match(source, position):
            position = match.end()
            if match["brace"]:
                if not self.brace(match["brace"]):
                    break
            elif match["word"]:
                number = int(match["number"]) if match["number"] else None
                if match["word"] == "bin":
                    position += max(0, number or 0)
                else:
                    self.word(match["word"].lower(), number)
            elif match["hex"]:
                self.raw(bytes.fromhex(match["hex"]))
            elif match["sign"]:
                self.sign(match["sign"])
            elif match["text"] and self.state.sink is not None:
                self.raw(match["text"].encode("latin-1", "replace"))
        self.flush()
        self.body.end_paragraph()
        return not self.stack

    def brace(self, brace: str) -> bool:
        """Open or close a group; return whether the document goes on."""
        self.flush()
        self.waiting = 0
        if brace == "{":
            if len(self.stack) >= _DEEPEST:
                raise ReadError("is nested deeper than documents are")
            self.stack.append(self.state)
            self.fresh = True
            return True
        if self.stack:
            inner, self.state = self.state, self.stack.pop()
            if inner.place == "marker" and self.state.place != "marker":
                self.end_marker(inner.sink)
        self.fresh = self.optional = False
        return bool(self.stack)

    def end_marker(self, sink: _Sink | None) -> None:
        text = "".join(sink.pieces).strip() if sink is not None else ""
        if self.state.sink is not None:
            self.state.sink.marker = text if any(map(str.isalnum, text)) else "-"

    def word(self, word: str, number: int | None) -> None:
        """Follow a control word."""
        fresh, self.fresh = self.fresh, False
        optional, self.optional = self.optional, False
        self.waiting = 0
        if fresh or optional:
            if self.destination(word):
                return
            if optional:
                self.state = replace(self.state, sink=None)
                return
        if word == "u":
            self.unicode(number or 0)
        elif word in _CHARACTERS:
            self.put(_CHARACTERS[word])
        elif word in _ENDS:
            self.flush()
            if self.state.sink is not None and not self.state.hidden:
                _ENDS[word](self.state)
        elif word in ("yr", "mo", "dy", "hr", "min") and self.state.place == "creatim":
            self.created[word] = number or 0
        else:
            self.property(word, number)

    def destination(self, word: str) -> bool:
        """Begin a group of its own kind, if the word names one."""
        state = self.state
        if word in _UNSEEN:
            self.state = replace(state, sink=None)
        elif word in ("fonttbl", "info", "creatim"):
            self.state = replace(state, sink=None, place=word)
        elif word in _NOTES and state.sink is not None:
            self.notes.append(_Sink())
            self.state = replace(state, sink=self.notes[-1], in_table=False)
        elif word in _BOXES:
            box = _Sink()
            (state.sink or self.body).later.append(box)
            self.state = replace(state, sink=box, in_table=False)
        elif word in _MARKERS and state.sink is not None:
            self.state = replace(state, sink=_Sink(), place="marker")
        elif word in _SAID and state.place == "info":
            self.said[word] = _Sink()
            self.state = replace(state, sink=self.said[word], place="said")
        elif word in ("shpinst", "shppict", "ud", "upr"):
            self.state = replace(state, sink=None if word in ("shpinst", "shppict", "ud") else state.sink)
        else:
            return False
        return True

    def property(self, word: str, number: int | None) -> None:
        """Follow a control word that changes how what follows is read."""
        state = self.state
        if word == "f" and number is not None:
            self.flush()
            self.state = replace(state, font=number)
        elif word == "fcharset" and state.place == "fonttbl" and number is not None:
            self.charsets[state.font] = "symbol" if number == _SYMBOL else _CHARSETS.get(number, "")
        elif word == "uc":
            self.state = replace(state, skip=min(max(number or 0, 0), 8))
        elif word in ("v", "deleted"):
            self.flush()
            self.state = replace(state, hidden=number != 0)
        elif word == "plain":
            self.flush()
            self.state = replace(state, hidden=False, font=self.default)
        elif word in ("intbl", "pard"):
            self.state = replace(state, in_table=word == "intbl")
        elif word == "deff":
            self.default = number if number is not None else -1
            self.state = replace(state, font=self.default)
        elif word == "ansicpg":
            self.page = _code_page(number or 1252)
        elif word in _PAGES:
            self.page = _PAGES[word]

    def sign(self, sign: str) -> None:
        """Follow a control symbol."""
        self.fresh = False
        if sign == "*":
            self.optional = True
        elif sign in "\r\n":
            self.word("par", None)
        elif self.waiting:
            self.waiting -= 1
        elif sign in _SIGNS:
            self.put(_SIGNS[sign])

    def raw(self, data: bytes) -> None:
        """Take bytes of text, in the code page of the present font."""
        self.fresh = False
        dropped = min(self.waiting, len(data))
        self.waiting -= dropped
        if self.state.sink is not None and not self.state.hidden:
            self.buffer += data[dropped:]

    def unicode(self, code: int) -> None:
        """Take a UTF-16 code unit; what stands for it in files for old readers is dropped."""
        self.put(chr(code % 0x10000))
        self.waiting = self.state.skip

    def put(self, text: str) -> None:
        """Take characters."""
        self.flush()
        if self.state.sink is not None and not self.state.hidden:
            self.state.sink.pieces.append(text)

    def flush(self) -> None:
        """Decode the bytes that wait."""
        if not self.buffer:
            return
        charset = self.charsets.get(self.state.font, "") or self.page
        if charset == "symbol":
            text = self.buffer.replace(b"\xb7", b"\x95").decode("cp1252", "replace")
        else:
            text = self.buffer.decode(charset, "replace")
        self.buffer.clear()
        if self.state.sink is not None:
            self.state.sink.pieces.append(text)


def _end_paragraph(state: _State) -> None:
    if state.sink is None:
        return
    if state.in_table:
        state.sink.pieces.append("\n")
    else:
        state.sink.end_paragraph()


def _end_cell(state: _State) -> None:
    if state.sink is not None:
        state.sink.end_cell()


def _end_row(state: _State) -> None:
    if state.sink is not None:
        state.sink.end_row()


def _end_inner(state: _State) -> None:
    if state.sink is not None:
        state.sink.pieces.append(" ")


_ENDS: dict[str, Callable[[_State], None]] = {
    "par": _end_paragraph, "sect": _end_paragraph, "page": _end_paragraph, "column": _end_paragraph,
    "cell": _end_cell, "row": _end_row, "nestcell": _end_inner, "nestrow": _end_inner,
}  # fmt: skip


def read_rtf(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of an RTF file.

    Raises
    ------
    ReadError
        It is not RTF, or holds no text; the message continues the file's name.
    """
    if not _HEAD.match(data.removeprefix(codecs.BOM_UTF8)):
        raise ReadError("is no RTF file, whatever its name says")
    reader = _Reader()
    whole = reader.read(data.removeprefix(codecs.BOM_UTF8).strip().decode("latin-1"))
    body = Body()
    for sink in (reader.body, *reader.notes):
        sink.end_paragraph()
        _mend(sink)
        sink.write(body)
    if not body.text.strip():
        raise ReadError("holds no text")
    said = {key: _paired("".join(sink.pieces)) for key, sink in reader.said.items()}
    meta = meta_of(
        title=said.get("title", ""),
        author=said.get("author", ""),
        date=_date(reader.created),
        subject=said.get("subject", ""),
        keywords=said.get("keywords", ""),
    )
    return Parsed((Document(id, body.text, meta),), "" if whole else "is cut off: its end is missing")


def _mend(sink: _Sink) -> None:
    sink.blocks = [
        (marker, [_paired(cell) for cell in content] if isinstance(content, list) else _paired(content))
        for marker, content in sink.blocks
    ]


def _paired(text: str) -> str:
    """Join surrogates that came one by one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _code_page(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac_roman", 0: "cp1252", 1361: "johab"}.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def _date(created: dict[str, int]) -> str:
    day = f"{created.get('yr', 0):04}-{created.get('mo', 0):02}-{created.get('dy', 0):02}"
    return f"{day}T{created['hr']:02}:{created.get('min', 0):02}:00" if "hr" in created else day
