"""Mail: one message (eml) or many (mbox), each with its subject as heading.

The plain part is read if there is one, else the HTML part. Quoted messages and signatures stay in the text, for
cleaning to take out with a reason; attachments are named, not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from topics.errors import ReadError
from topics.read.body import Body, one_line
from topics.read.declared import codec_of
from topics.read.encoding import damage, decode, normalise
from topics.read.markup import marked
from topics.read.meta import meta_of
from topics.read.pages import which
from topics.read.parsed import Columns, Parsed
from topics.values import Document

_POSTMARK = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]*\d{4}[^\r\n]*\r?\n")
_STUFFED = re.compile(rb"(?m)^>(>*From )")
_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_TRAILING = re.compile(r"(?<![ \t])(?<!\n--)[ \t]+(?=\n|$)")
"""Spaces at line ends, but for those of ``-- ``, which begins a signature."""
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the email package raises on damaged headers and encodings, found by reading mutated messages."""

_VERB = re.compile("^(?:is|has|holds) ")
_PLURAL = {"is ": "are ", "has ": "have ", "holds ": "hold "}
_HEADERS = ("from", "to", "subject", "date", "message-id", "received", "mime-version")
_START = 200
_DAMAGED = "holds damaged characters, which were replaced by U+FFFD"
_HTML = 1
_RANKS = {"text/plain": 0, "text/html": _HTML}
_NAMED = 10
_LONGEST_HEADER = 20_000
_DEEPEST = 30


def read_eml(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make the one document of a message.

    Raises
    ------
    ReadError
        It is no message, is encrypted, or holds no text; the message continues the file's name.
    """
    document, problem = _document(_message(data), id)
    return Parsed((document,), problem)


def read_mbox(data: bytes, id: str, columns: Columns) -> Parsed:
    """Make a document of each message of a mailbox, with the ids ``id#1``, ``id#2``, ...

    Raises
    ------
    ReadError
        It holds no message with text; the message continues the file's name.
    """
    starts = [match.span() for match in _POSTMARK.finditer(data)]
    if not starts:
        raise ReadError("is no mailbox (mbox): it has no line that begins a message")
    documents = []
    problems: dict[str, list[int]] = {}
    for number, (_, start) in enumerate(starts, start=1):
        end = starts[number][0] if number < len(starts) else len(data)
        raw = _STUFFED.sub(rb"\1", data[start:end])
        try:
            document, problem = _document(_message(raw), f"{id}#{number}")
        except ReadError as error:
            problems.setdefault(str(error), []).append(number)
            continue
        documents.append(document)
        for told in problem.split(". ") if problem else ():
            kind = "has attachments that were not read" if " not read: " in told else told
            problems.setdefault(_DAMAGED if " damaged character" in kind else kind, []).append(number)
    sentence = ". ".join(
        which("message", rows, len(starts), text, _VERB.sub(lambda verb: _PLURAL[verb[0]], text))
        for text, rows in problems.items()
    )
    if not documents:
        raise ReadError(sentence)
    return Parsed(tuple(documents), sentence)


def _message(data: bytes) -> Message:
    """Parse a message; a whole one saved in UTF-16, or with a byte-order mark, is brought to UTF-8 first."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf" or data[:_START].count(0) > _START // 4:
        data = decode(data).text.encode("utf-8")
    try:
        message = message_from_bytes(data.lstrip(), policy=compat32)
    except _BROKEN as error:
        raise ReadError("is damaged: its parts cannot be told") from error
    if not any(message.get(name) for name in _HEADERS):
        raise ReadError("is no mail message: it has no header")
    return message


def _document(message: Message, id: str) -> tuple[Document, str]:
    parts = list(_parts(message, 0))
    if message.get_content_type() == "multipart/encrypted" or any(_is_sealed(part) for part in parts):
        raise ReadError("is encrypted; save it decrypted")
    body = Body()
    subject = _header(message, "subject")
    text, chosen = _text(parts)
    if not text.strip():
        raise ReadError("holds no text")
    body.add(subject)
    whole = f"{body.text}\n\n{text}" if body.text else text
    name, address = _sender(message)
    meta = meta_of(
        title=subject,
        author=name or address,
        date=_header(message, "date"),
        source=address.rpartition("@")[2],
        language=_header(message, "content-language"),
        **{"from": _header(message, "from"), "to": _header(message, "to"), "cc": _header(message, "cc")},
        **{"message-id": _header(message, "message-id"), "in-reply-to": _header(message, "in-reply-to")},
    )
    problem = _attached([part for part in parts if part is not chosen])
    if chosen is not None and chosen.get_content_maintype() == "multipart":
        problem = "is damaged: its parts cannot be told apart" + (f". {problem}" if problem else "")
    problems = (damage(text.count("\ufffd")), problem)
    return Document(id, whole, meta), ". ".join(filter(None, problems))


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """Return the parts of a message that hold something themselves; a message that is attached is one part."""
    if depth > _DEEPEST:
        raise ReadError("is nested deeper than mail is")
    inner = message.get_payload() if message.is_multipart() else None
    if not isinstance(inner, list) or (depth and message.get_content_type() == "message/rfc822"):
        yield message
        return
    for part in inner:
        if isinstance(part, Message):
            yield from _parts(part, depth + 1)


def _is_sealed(part: Message) -> bool:
    kind = part.get_content_type()
    return kind == "application/pgp-encrypted" or (
        kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")
        and str(part.get_param("smime-type", "enveloped-data")) == "enveloped-data"
    )


def _text(parts: list[Message]) -> tuple[str, Message | None]:
    """Return the text to read and the part that it is from: the first plain one with text, else HTML, else any text."""
    ranked = sorted((rank, row) for row, part in enumerate(parts) if (rank := _rank(part)) is not None)
    for rank, row in ranked:
        text = _content(parts[row])
        if rank == _HTML:
            body = Body()
            marked(text, quotes=True).write(body)
            text = body.text
        if text.strip():
            return _TRAILING.sub("", _GAPS.sub("\n\n", text)).strip("\n"), parts[row]
    return "", None


def _rank(part: Message) -> int | None:
    """Return how well a part serves as the text, lowest first; None where it is none."""
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment":
        return None
    if kind in _RANKS:
        return _RANKS[kind]
    # what should have parts but has none that can be told is read as it stands
    return len(_RANKS) if kind.startswith(("text/", "multipart/")) else None


def _content(part: Message) -> str:
    """Decode a part's text: in the encoding that it names, or else in the one that it looks like."""
    try:
        raw = part.get_payload(decode=True)
    except _BROKEN as error:
        raise ReadError("is damaged: its text cannot be decoded") from error
    data = raw if isinstance(raw, bytes) else b""
    try:
        named = codec_of(part.get_content_charset() or "") or "utf-8"
        text = _guessed(data) if b"\0" in data else normalise(data.decode(named))
    except (LookupError, ValueError):
        text = _guessed(data)
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _guessed(data: bytes) -> str:
    """Decode text whose encoding is not the one that it names; what is damaged becomes U+FFFD."""
    try:
        return decode(data).text if data else ""
    except ReadError:
        return normalise(data.decode("utf-8", "replace"))


def _unflowed(text: str, drop_space: bool) -> str:
    """Join the lines that were broken by a mail program (RFC 3676): those that end in a space."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        kept = content[:-1] if soft and drop_space else content
        if depth == open_depth:
            out[-1] += kept
        else:
            out.append((">" * depth + " " if depth else "") + kept)
        open_depth = depth if soft else -1
    return "\n".join(out)


def _header(message: Message, name: str) -> str:
    """Return a header as text, also where it was written in bytes or its encoding is damaged."""
    return next((_decoded(value) for key, value in message.raw_items() if key.lower() == name), "")


def _sender(message: Message) -> tuple[str, str]:
    """Return the name and the address of who wrote a message."""
    try:
        return next(iter(getaddresses([_header(message, "from")])), ("", ""))
    except _BROKEN:
        return "", ""


def _decoded(value: str) -> str:
    plain = _guessed(value[:_LONGEST_HEADER].encode("utf-8", "surrogateescape"))
    try:
        return one_line(normalise(str(make_header(decode_header(plain)))))
    except _BROKEN:
        return one_line(plain)


def _attached(parts: list[Message]) -> str:
    """Say which attachments were not read; pictures inside of the text are none."""
    names = []
    for part in parts:
        try:
            name = part.get_filename()
        except _BROKEN:
            name = "a file with a damaged name"
        inside = part.get_content_disposition() != "attachment" and part.get("content-id") is not None
        if part.get_content_type() == "message/rfc822":
            names.append("a message")
        elif (name or part.get_content_disposition() == "attachment") and not inside:
            names.append(_decoded(name) if name else "a file without a name")
    if not names:
        return ""
    listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    count = f"{len(names)} attachments were" if len(names) > 1 else "1 attachment was"
    return f"{count} not read: {listed}"
