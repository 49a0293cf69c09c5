"""Which files a path stands for, in a fixed order, and why some of them are left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from topics.errors import ReadError
from topics.values import Skipped

LARGEST = 1 << 30
"""The most bytes in a file that is read."""

TOO_LARGE = f"is larger than {LARGEST >> 20:,} MB; split it into smaller files"
"""What is said of a larger one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and the id that it gives its document."""

    path: Path
    id: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in memory; its name is never taken for a place on disk, and becomes its id."""

    name: str
    data: bytes


def files_under(root: Path, leave: Path | None = None) -> list[Found | Skipped]:
    """List what a file or folder holds, sorted by path, each as a file to read or as skipped with the reason.

    Links to folders outside ``root`` are followed once; a pipe or a device is never opened. The file ``leave`` is as if
    it were not there.

    Raises
    ------
    ReadError
        There is nothing at ``root``.
    """
    if not os.path.exists(root):
        raise ReadError(f"There is no file or folder at {str(root)!r}; check the path")
    walk = _Walk(None if leave is None else leave.resolve(), [root.resolve()])
    if not os.path.isdir(root):
        return [_judged(root, as_id(root.name))]
    return sorted(_walk(root, "", walk), key=lambda entry: entry.id if isinstance(entry, Found) else entry.path)


def files_of(paths: Sequence[Path], leave: Path | None = None) -> Iterator[Found | Skipped]:
    """List several files and folders as :func:`files_under` does, with ids relative to the folder common to them.

    Raises
    ------
    ReadError
        There is nothing at one of the paths.
    """
    absolute = [Path(os.path.abspath(path)) for path in paths]
    shared = Path(os.path.commonpath([path.parent for path in absolute]))
    for path in absolute:
        prefix = as_id(path.parent.relative_to(shared).as_posix())
        prefix = "" if prefix == "." else f"{prefix}/"
        inner = f"{prefix}{as_id(path.name)}/" if path.is_dir() else prefix
        for entry in files_under(path, leave):
            if isinstance(entry, Found):
                yield Found(entry.path, inner + entry.id)
            else:
                yield Skipped(inner + entry.path, entry.reason)


def as_id(name: str) -> str:
    """Return a file's name as text that can be stored, also where its bytes are not UTF-8, or not taken for it."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return name.encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class _Walk:
    leave: Path | None
    entered: list[Path]
    """The root, and the folders outside it that links led to."""


def _walk(folder: Path, prefix: str, walk: _Walk) -> Iterator[Found | Skipped]:
    """Yield what is below a folder, in the order of its name, however deep it is: a call for each would not do."""
    waiting = _listed(folder, prefix)
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, Skipped):
            yield entry
        elif entry.path.name.startswith("."):
            yield Skipped(entry.id, "is hidden")
        elif os.path.isdir(entry.path):
            reason = _why_not_enter(entry.path, walk)
            if reason:
                yield Skipped(entry.id, reason)
            else:
                waiting += _listed(entry.path, f"{entry.id}/")
        elif walk.leave is None or entry.path.resolve() != walk.leave:
            yield _judged(entry.path, entry.id)


def _listed(folder: Path, prefix: str) -> list[Found | Skipped]:
    """Return what is in a folder, the last one first."""
    try:
        with os.scandir(folder) as entries:
            names = sorted((entry.name for entry in entries), reverse=True)
    except OSError as error:
        return [Skipped(prefix.rstrip("/"), f"cannot be opened: {cause_of(error)}")]
    return [Found(folder / name, prefix + as_id(name)) for name in names]


def _why_not_enter(path: Path, walk: _Walk) -> str:
    if not path.is_symlink():
        return ""
    target = path.resolve()
    if any(target.is_relative_to(known) or known.is_relative_to(target) for known in walk.entered):
        return "is a link to a folder that is read anyway"
    walk.entered.append(target)
    return ""


def _judged(path: Path, id: str) -> Found | Skipped:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return Skipped(id, "is a link to nothing" if os.path.islink(path) else f"cannot be opened: {cause_of(error)}")
    if not stat.S_ISREG(mode):
        return Skipped(id, "is not a file but a pipe, socket or device")
    return Found(path, id)


def bytes_of(path: Path) -> bytes:
    """Read a file whole.

    Raises
    ------
    ReadError
        It cannot be opened, or is too large; the message continues its name.
    """
    try:
        with path.open("rb") as file:
            check_size(os.fstat(file.fileno()).st_size)
            return file.read()
    except OSError as error:
        raise ReadError(f"cannot be opened: {cause_of(error)}") from error


def check_size(size: int) -> None:
    """Refuse a file of more than ``LARGEST`` bytes.

    Raises
    ------
    ReadError
        It is larger; the message continues its name.
    """
    if size > LARGEST:
        raise ReadError(TOO_LARGE)


def cause_of(error: OSError) -> str:
    """Return what the system says of a failure, in a few lower-case words."""
    return (error.strerror or type(error).__name__).lower()
