"""reStructuredText: the prose of it, without the marks; directives that hold no prose are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from topics.errors import ReadError
from topics.read.encoding import decode, normalise
from topics.read.parsed import Columns, Parsed
from topics.values import Document

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]+\|\s+)?([\w:.+-]+?)::(?:\s+(.*))?$")
_EXPLICIT = re.compile(r"\.\.(?:\s|$)")
_FIELD = re.compile(r":([^:\n]{1,60}):(?:\s+(.*))?$")
_FOOTNOTE = re.compile(r"\.\.\s+\[[^\]]+\]\s+(.*)$")
_ITEM = re.compile(r"(?:[*+•-]|(\d{1,4}|#|[A-Za-z])[.)]|\((\d{1,4}|#|[A-Za-z])\))\s+(?=\S)")
_GRID = re.compile(r"[+|][-=+| ]*[-=][-=+| ]*$|={2,}(?:\s+={2,})+\s*$")

_ROLE = re.compile(r":[\w:.+-]+:`([^`]+)`")
_LINK = re.compile(r"`((?:[^`<\n]|\n(?!\n))*?)\s*<[^<>`]*>`__?|`([^`]+)`__?(?!\w)")
_MARKED = re.compile(r"(?<![\w*])\*{1,2}(\S(?:[^*\n]*\S)?)\*{1,2}(?![\w*])")
_LITERAL = re.compile(r"``(.+?)``")
_INTERPRETED = re.compile(r"(?<![\w`])`([^`\n]+)`(?![\w`])")
_SUBSTITUTION = re.compile(r"(?<![\w|])\|([^\s|](?:[^|\n]*[^\s|])?)\|_{0,2}(?![\w|])")
_REFERENCE = re.compile(r"(?<!\w)([^\W_](?:\w*?[^\W_])?)_{1,2}(?=[\s.,;:!?)]|$)|\s?\[[#*\w]+\]_")
_TARGET = re.compile(r"\s*<[^<>]*>$")

_PROSE = {
    "admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning", "seealso",
    "topic", "sidebar", "epigraph", "highlights", "pull-quote", "compound", "container", "class", "rubric",
    "parsed-literal", "versionadded", "versionchanged", "deprecated", "glossary", "list-table", "table", "line-block",
    "abstract", "centered",
}  # fmt: skip
_LONGEST = 2000
_META = {"author": "author", "authors": "author", "date": "date", "organization": "source"}


def read_rst(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a reStructuredText file.

    Titles stand as paragraphs of their own; roles, links and emphasis are their text; of directives, those with prose
    in them are their content, and the others (images, code, contents) and comments are left out. The field list that
    opens the file becomes meta, and the first title its title.

    Raises
    ------
    ReadError
        The bytes are not text, or hold none; the message continues the file's name.
    """
    decoded = decode(data)
    lines = [line.expandtabs(8).rstrip() for line in decoded.text.split("\n")]
    titles: list[str] = []
    meta = _fields(lines)
    text = _inline(re.sub(r"\n{3,}", "\n\n", "\n".join(_plain(lines, titles))).strip("\n"))
    if not text.strip():
        raise ReadError("holds no prose, only directives and comments")
    if titles:
        meta.setdefault("title", titles[0])
    return Parsed((Document(id, normalise(text), meta),), decoded.problem)


def _fields(lines: list[str]) -> dict[str, str]:
    """Take the field list at the top, or just below the title, out of the lines."""
    at = next((number for number, line in enumerate(lines[:12]) if _FIELD.match(line)), None)
    found: dict[str, str] = {}
    while at is not None and at < len(lines) and (field := _FIELD.match(lines[at])):
        name = field[1].strip().lower()
        value = field[2] or ""
        lines[at] = ""
        at += 1
        while at < len(lines) and lines[at].startswith(" "):
            value = f"{value} {lines[at].strip()}"
            lines[at] = ""
            at += 1
        if value.strip():
            found.setdefault(_META.get(name, name), value.strip())
    return found


def _plain(lines: list[str], titles: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if len(line) < _LONGEST and _EXPLICIT.match(line.lstrip()):
            end, kept = _explicit(lines, at)
            lines[at:end] = ["", *kept, ""]  # what is in it is read next
        elif _is_title(lines, at):
            titles.append(_inline(line.strip()))
            yield from ("", line.strip(), "")
            at += 2
        elif _RULE.match(line) or _GRID.match(line):
            yield ""  # an overline, a transition, or a line of a table
            at += 1
        elif line.endswith("::"):
            yield line[:-2].rstrip() if line[:-2].endswith(" ") else line[:-1].strip().removeprefix(":")
            at = _beyond_block(lines, at)
        else:
            yield _row(line)
            at += 1


def _is_title(lines: list[str], at: int) -> bool:
    line = lines[at]
    if at + 1 >= len(lines) or not line.strip() or _RULE.match(line):
        return False
    under = lines[at + 1]
    before = lines[at - 1].strip() if at else ""
    return bool(_RULE.match(under)) and len(under) >= 0.6 * len(line) and (not before or bool(_RULE.match(before)))


def _explicit(lines: list[str], at: int) -> tuple[int, list[str]]:
    """Return where an explicit block (``.. something``) ends, and the lines of it that are prose."""
    line = lines[at]
    indent = len(line) - len(line.lstrip())
    end = _beyond_block(lines, at, indent)
    body = [
        inner[indent:].removeprefix("   ").removeprefix(" ") if inner.strip() else "" for inner in lines[at + 1 : end]
    ]
    directive = _DIRECTIVE.match(line.strip())
    if directive and directive[1].lower() in _PROSE:
        while body and _FIELD.match(body[0].strip()):
            body.pop(0)
        return end, [(directive[2] or "").strip(), *(inner.lstrip() for inner in body)]
    footnote = _FOOTNOTE.match(line.strip())
    return end, [footnote[1], *(inner.lstrip() for inner in body)] if footnote and not directive else []


def _beyond_block(lines: list[str], at: int, indent: int | None = None) -> int:
    """Return the first line after ``at`` that is neither blank nor indented further."""
    if indent is None:
        indent = len(lines[at]) - len(lines[at].lstrip())
    at += 1
    while at < len(lines) and (not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip()) > indent):
        at += 1
    return at


def _row(line: str) -> str:
    """Return a line with the marks that texts have: "- " or a number before an item, " | " between cells."""
    plain = line.strip()
    if plain.startswith("|") and plain.endswith("|") and len(plain) > 2:
        return " | ".join(cell.strip() for cell in plain[1:-1].split("|"))
    if plain.startswith("| "):
        return plain[2:]
    item = _ITEM.match(plain)
    if item is None:
        return plain
    number = item[1] or item[2]
    return (f"{number}. " if number and number != "#" else "- ") + plain[item.end() :]


def _inline(text: str) -> str:
    """Return the text of inline markup."""
    text = _ROLE.sub(lambda match: _TARGET.sub("", match[1]).lstrip("~!"), text)
    text = _LITERAL.sub(r"\1", text)
    text = _LINK.sub(lambda match: match[1] or match[2] or "", text)
    text = _INTERPRETED.sub(r"\1", text)
    text = _SUBSTITUTION.sub(r"\1", text)
    text = _MARKED.sub(r"\1", text)
    return _REFERENCE.sub(r"\1", text)
