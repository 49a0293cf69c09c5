"""Zip files: which kind of document one is, or the files in it, unpacked in memory and within limits."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from topics.errors import ReadError
from topics.read.signatures import NotRead
from topics.values import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of an archive is unpacked, with the archives in it.

    Parameters
    ----------
    count
        The most files in it.
    total, largest
        The most bytes that its files, and each of them, hold once unpacked.
    ratio
        The most times that a file may grow when it is unpacked, unless it stays below ``small`` bytes, and the whole
        archive, unless it stays below ``modest`` bytes. Text grows 3 to 30 times, a bomb 1,000 times.
    directory
        The most bytes in the list of its files.
    """

    count: int = 20_000
    total: int = 2 << 30
    largest: int = 512 << 20
    ratio: int = 200
    small: int = 8 << 20
    modest: int = 64 << 20
    directory: int = 16 << 20


@dataclass(slots=True)
class Budget:
    """What is left of the limits of an archive, which the archives in it draw on as well."""

    size: int
    bytes: int
    count: int

    @classmethod
    def of(cls, archive: zipfile.ZipFile, limits: Limits) -> Budget:
        """Return what an archive has to begin with."""
        packed = archive.fp.seek(0, 2) if archive.fp is not None else 0
        size = min(limits.total, max(limits.modest, limits.ratio * packed))
        return cls(size, size, limits.count)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name in it, cleaned, and its bytes."""

    name: str
    data: bytes


_BOMB = "grows more than {ratio} times when it is unpacked, as only a bomb does"
_DAMAGED = "is a damaged or incomplete zip file; save or download it again"
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}  # lzma may ask for 4 GB to begin with
_LITTER = {"thumbs.db", "desktop.ini"}
_PIECE = 1 << 20
_DECODE_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError,
                  struct.error)  # fmt: skip


def opened(file: BinaryIO, limits: Limits | None = None) -> zipfile.ZipFile:
    """Open a zip file, unless it is damaged or its list of files alone would fill the memory.

    Raises
    ------
    ReadError
        It is; the message continues the file's name.
    """
    if _directory_bytes(file) > (limits or Limits()).directory:
        raise ReadError("is a zip file of more entries than are read; divide it")
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise ReadError(_DAMAGED) from error


def _directory_bytes(file: BinaryIO) -> int:
    """Return how long the list of files is, looked up as :mod:`zipfile` does, which reads it whole into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 22 - 65_536))
    tail = file.read()
    end = len(tail) - 22 if tail[-22:-18] == _END and tail.endswith(b"\0\0") else tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise ReadError(_DAMAGED)
    length = int(struct.unpack_from("<L", tail, end + 12)[0])
    wide = end - 20 - 56
    if wide >= 0 and tail[wide : wide + 4] == _END64:
        length = max(length if length < 0xFFFFFFFF else 0, int(struct.unpack_from("<Q", tail, wide + 40)[0]))
    return length


def kind_of(archive: zipfile.ZipFile) -> str:
    """Return which document a zip file is by what it holds, or ``"zip"`` where it is an archive of files.

    Raises
    ------
    NotRead
        It is of a format that is known and not read.
    """
    names = set(archive.namelist())
    media = _media_type(archive) if "mimetype" in names else ""
    if media.startswith(_OPEN_DOCUMENT):
        return _open_document(media.removeprefix(_OPEN_DOCUMENT))
    if media == "application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    if "[Content_Types].xml" in names:
        return _office(names)
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        raise NotRead("jar", "is a program (for Java or Android), not a document")
    if any(name.endswith(".iwa") for name in names):
        raise NotRead("iwork", "is of Pages, Numbers or Keynote, which are not read; export it as docx, xlsx or pptx")
    if names and all(name.endswith(".npy") for name in names):
        raise NotRead("npz", "is an array file (NumPy); export its texts as csv or parquet")
    return "zip"


def _media_type(archive: zipfile.ZipFile) -> str:
    try:
        with archive.open("mimetype") as file:
            return file.read(100).decode("ascii", "replace").strip()
    except _DECODE_ERRORS:
        return ""


def _open_document(kind: str) -> str:
    if kind.startswith("text"):
        return "odt"
    if kind.startswith("spreadsheet"):
        raise NotRead("ods", "is an OpenDocument spreadsheet (ods), which is not read; save it as xlsx or csv")
    if kind.startswith("presentation"):
        raise NotRead("odp", "is an OpenDocument presentation (odp), which is not read; save it as pptx")
    raise NotRead("odf", f"is an OpenDocument {kind.split('-')[0]}, which holds no running text")


def _office(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("ppt/") for name in names):
        return "pptx"
    if "xl/workbook.bin" in names:
        raise NotRead("xlsb", "is a binary Excel workbook (xlsb), which is not read; save it as xlsx or csv")
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise NotRead("office", "is an office file of a kind that is not read; save it as docx, pptx, xlsx or pdf")


def members(archive: zipfile.ZipFile, limits: Limits, budget: Budget) -> Iterator[Member | Skipped]:
    """Unpack the files of an archive one by one, sorted by their names.

    Nothing is written to disk, and names are names only: what would lead out of a folder is cut from them.

    Parameters
    ----------
    archive
        The archive.
    limits
        How much of it is unpacked.
    budget
        What of that is left; it is drawn on.

    Yields
    ------
    Member or Skipped
        A file, or the name of one that is left out and the reason. What lies beyond ``limits`` of the whole archive
        is left out under the name ``""``, once.
    """
    entries = [(_name_of(entry), entry) for entry in archive.infolist() if not entry.filename.endswith("/")]
    entries.sort(key=lambda pair: pair[0])
    seen: Counter[str] = Counter()
    for done, (plain, entry) in enumerate(entries):
        if not budget.count:
            yield Skipped(
                "", f"holds more than {limits.count:,} files: {len(entries) - done:,} were left out; divide it"
            )
            return
        budget.count -= 1
        seen[plain] += 1
        name = plain if seen[plain] == 1 else f"{plain} ({seen[plain]})"
        reason = _why_not(plain, entry, limits)
        if reason:
            yield Skipped(name, reason)
            continue
        try:
            data = _unpacked(archive, entry, min(limits.largest, budget.bytes))
        except ReadError as error:
            yield Skipped(name, str(error))
            continue
        if data is None:
            said = f"holds more than {budget.size >> 20:,} MB once unpacked: the files from {name!r} on were left out"
            yield Skipped("", f"{said}; divide it")
            return
        budget.bytes -= len(data)
        yield Member(name, data)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name with forward slashes and without roots and steps upwards."""
    name = entry.filename
    if not entry.flag_bits & 0x800:  # not marked as UTF-8, which many programs write all the same
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts).encode("utf-8", "backslashreplace").decode("utf-8") or "(no name)"


def _why_not(name: str, entry: zipfile.ZipInfo, limits: Limits) -> str:
    parts = name.split("/")
    if parts[0] == "__MACOSX" or parts[-1].startswith("._"):
        return "is a resource fork of macOS, which holds no text"
    if any(part.startswith(".") for part in parts) or parts[-1].lower() in _LITTER:
        return "is hidden"
    if entry.flag_bits & 0x1:
        return "is encrypted; pack the archive without a password"
    if entry.compress_type not in _METHODS:
        return f"is packed by a method that is not read (number {entry.compress_type}); pack it by deflate"
    if (entry.external_attr >> 28) == 0xA and entry.create_system == 3:
        return "is a link"
    if entry.file_size > limits.largest:
        return f"is larger than {limits.largest >> 20:,} MB once unpacked; divide it"
    if entry.file_size > limits.small and entry.file_size > limits.ratio * max(1, entry.compress_size):
        return _BOMB.format(ratio=limits.ratio)
    return ""


def gunzipped(file: BinaryIO, limits: Limits, budget: Budget | None) -> bytes:
    """Unpack a file that is packed by gzip.

    Raises
    ------
    ReadError
        It is damaged, or grows beyond the limits, or beyond what is left of those of the archive it is in; the message
        continues the file's name.
    """
    packed = file.seek(0, 2)
    file.seek(0)
    left = min(limits.largest, budget.bytes) if budget else limits.largest
    most = min(left, max(limits.small, limits.ratio * packed))
    try:
        with gzip.GzipFile(fileobj=file) as opened:
            data = opened.read(most + 1)
    except _DECODE_ERRORS as error:
        raise ReadError("is a damaged or incomplete gzip file; pack or download it again") from error
    if len(data) > left:
        raise ReadError(f"is larger than {left >> 20:,} MB once unpacked; divide it")
    if len(data) > most:
        raise ReadError(_BOMB.format(ratio=limits.ratio))
    if budget:
        budget.bytes -= len(data)
    return data


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> bytes | None:
    """Return an entry's bytes, or None where they are more than ``budget``, whatever its header says."""
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > budget:
                    return None
                pieces.append(piece)
    except _DECODE_ERRORS as error:
        raise ReadError("is damaged in the archive; pack or download it again") from error
    return b"".join(pieces)
