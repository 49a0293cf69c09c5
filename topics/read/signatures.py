"""Files that are known and not read: what they are by their first bytes, and what their owner can do."""

from __future__ import annotations

import re
from typing import BinaryIO

from topics.errors import ReadError


class NotRead(ReadError):
    """A file is of a format that is known and not read; ``format`` is its short name."""

    def __init__(self, format: str, reason: str) -> None:
        super().__init__(reason)
        self.format = format


_PICTURE = "is a picture ({}), which holds no text; give its text, as by OCR"
_SOUND = "is a sound recording ({}); give its transcript"
_FILM = "is a film ({}); give its transcript"
_PROGRAM = "is a program ({}), not a document"
_PACKED = "is a {} archive, which is not unpacked; unpack it, or pack the files as zip"
_TABLE = "is a database or an array file ({}); export its texts as csv or parquet"
_FONT = "is a font ({}), not a document"

_FIRST = (
    (b"\x89PNG\r\n\x1a\n", "png", _PICTURE.format("PNG")),
    (b"\xff\xd8\xff", "jpeg", _PICTURE.format("JPEG")),
    (b"GIF87a", "gif", _PICTURE.format("GIF")),
    (b"GIF89a", "gif", _PICTURE.format("GIF")),
    (b"II*\0", "tiff", _PICTURE.format("TIFF")),
    (b"MM\0*", "tiff", _PICTURE.format("TIFF")),
    (b"\0\0\1\0", "ico", _PICTURE.format("icon")),
    (b"8BPS\0", "psd", _PICTURE.format("Photoshop")),
    (b"AT&TFORM", "djvu", "is a DjVu scan, which is not read; convert it to pdf with a layer of text"),
    (b"%!PS", "ps", "is PostScript, which is not read; convert it to pdf"),
    (b"ID3", "mp3", _SOUND.format("MP3")),
    (b"\xff\xfb", "mp3", _SOUND.format("MP3")),
    (b"fLaC", "flac", _SOUND.format("FLAC")),
    (b"OggS", "ogg", _SOUND.format("Ogg")),
    (b"\x1a\x45\xdf\xa3", "mkv", _FILM.format("Matroska or WebM")),
    (b"\x7fELF", "elf", _PROGRAM.format("for Linux")),
    (b"MZ", "exe", _PROGRAM.format("for Windows")),
    (b"\xcf\xfa\xed\xfe", "macho", _PROGRAM.format("for macOS")),
    (b"\xca\xfe\xba\xbe", "class", _PROGRAM.format("for Java or macOS")),
    (b"\0asm", "wasm", _PROGRAM.format("WebAssembly")),
    (b"SQLite format 3\0", "sqlite", "is an SQLite database; export the texts of its tables as csv"),
    (b"BZh", "bzip2", "is packed by bzip2; unpack it, or pack the file as zip"),
    (b"\xfd7zXZ\0", "xz", "is packed by xz; unpack it, or pack the file as zip"),
    (b"\x28\xb5\x2f\xfd", "zstd", "is packed by zstd; unpack it, or pack the file as zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z", _PACKED.format("7z")),
    (b"Rar!\x1a\x07", "rar", _PACKED.format("rar")),
    (b"ARROW1\0\0", "arrow", "is an Arrow file; save it as parquet"),
    (b"\x93NUMPY", "npy", _TABLE.format("NumPy")),
    (b"\x89HDF\r\n\x1a\n", "hdf5", _TABLE.format("HDF5")),
    (b"\x80\x02", "pickle", _TABLE.format("pickle, which could run code")),
    (b"\x80\x03", "pickle", _TABLE.format("pickle, which could run code")),
    (b"\x80\x04", "pickle", _TABLE.format("pickle, which could run code")),
    (b"\x80\x05", "pickle", _TABLE.format("pickle, which could run code")),
    (b"wOFF", "woff", _FONT.format("WOFF")),
    (b"wOF2", "woff", _FONT.format("WOFF2")),
    (b"BM", "bmp", _PICTURE.format("BMP")),
    (b"!BDN", "pst", "is an Outlook mailbox (pst), which is not read; export its mails as eml or mbox"),
    (b"ITSF\x03\0\0\0", "chm", "is Windows help (chm), which is not read; convert it to html"),
)  # fmt: skip

_BOXES = ((b"heic", "heic", _PICTURE.format("HEIC")), (b"mif1", "heic", _PICTURE.format("HEIC")),
          (b"avif", "avif", _PICTURE.format("AVIF")), (b"M4A ", "m4a", _SOUND.format("M4A")))  # fmt: skip
_RIFF = {b"WEBP": ("webp", _PICTURE.format("WebP")), b"WAVE": ("wav", _SOUND.format("WAV")),
         b"AVI ": ("avi", _FILM.format("AVI"))}  # fmt: skip
_BOOK = re.compile(rb".{60}(BOOKMOBI|TEXtREAd)", re.DOTALL)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "office", "is an office file with a password; save it without one"),
    ("WordDocument", "doc", "is in the Word format of before 2007 (doc); save it as docx"),
    ("PowerPoint Document", "ppt", "is in the PowerPoint format of before 2007 (ppt); save it as pptx"),
    ("Workbook", "xls", "is in the Excel format of before 2007 (xls); save it as xlsx or csv"),
    ("__substg1.0_", "msg", "is an Outlook message (msg), which is not read; save it as eml"),
    ("Book", "xls", "is in the Excel format of before 1997 (xls); save it as xlsx or csv"),
)
_PIECE = 1 << 20


def refuse_known(head: bytes, file: BinaryIO) -> None:
    """Raise :class:`NotRead` where a file is of a format that is known and not read.

    Parameters
    ----------
    head
        The first bytes of the file, a few hundred at least where it has them.
    file
        The whole file; it is looked through where the first bytes do not say enough.
    """
    if head.startswith(_OLE):
        raise _compound(file)
    if head[4:8] == b"ftyp":
        kind = next(((name, why) for brand, name, why in _BOXES if brand in head[8:32]), ("mp4", _FILM.format("MP4")))
        raise NotRead(*kind)
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        raise NotRead(*_RIFF[head[8:12]])
    if head[257:262] == b"ustar":
        raise NotRead("tar", _PACKED.format("tar"))
    if _BOOK.match(head):
        raise NotRead("mobi", "is a Kindle book (mobi), which is not read; convert it to epub")
    if not _is_binary(head):
        return
    for start, format, reason in _FIRST:
        if head.startswith(start):
            raise NotRead(format, reason)


def _is_binary(head: bytes) -> bool:
    """Whether bytes stand there that no text holds: an article may well begin with "MZ" or "BM"."""
    return any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head) or head.startswith((b"%!PS", b"AT&TFORM"))


def _compound(file: BinaryIO) -> NotRead:
    """Tell the kinds of OLE file apart by the names of their streams, which stand in it in UTF-16."""
    names = [(name.encode("utf-16-le"), format, reason) for name, format, reason in _STREAMS]
    seen: set[str] = set()
    file.seek(0)
    tail = b""
    while piece := file.read(_PIECE):
        window = tail + piece
        seen |= {reason for name, _, reason in names if name in window}
        tail = piece[-64:]
    for _, format, reason in names:
        if reason in seen:
            return NotRead(format, reason)
    return NotRead("ole", "is a compound file of an older program; save it in a newer format, such as docx")
