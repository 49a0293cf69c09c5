"""How a version takes over: written under another name, synced, renamed, and only then named by CURRENT.

Whenever a save is killed or fails, CURRENT names a whole version, the old one or the new. What is left behind bears no
name that anyone reads, and the next save clears it away.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path

from topics.errors import ModelError
from topics.store.folder import CURRENT, FILES, MANIFEST, VERSION_NAME, current, read_file
from topics.store.strict import dump

LOCK = ".lock"
LOCK_SECONDS = 60.0
"""How long a save waits for another one to the same folder."""

_POINTER_DRAFT = "CURRENT.tmp"
_UNFINISHED = re.compile(r"\.tmp-[0-9a-f]{32}|CURRENT\.tmp")
_ID_LENGTH = 32
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP}

_log = logging.getLogger(__name__)


def commit(folder: Path, about: Mapping[str, object], files: Mapping[str, bytes], *, keep_previous: bool) -> Path:
    """Make ``files`` the version in force, and return its folder. Where it is in force already, nothing is written.

    Parameters
    ----------
    folder
        Where; made if missing, refused if it holds something that is no model.
    about
        What the manifest says besides the table of files; opens with ``format_version``.
    files
        The content of every one of FILES.
    keep_previous
        Whether the version that was in force until now stays beside the new one. Older ones are removed.

    Raises
    ------
    ModelError
        The folder holds something else, cannot be written, or another process keeps saving to it.
    """
    from filelock import FileLock, Timeout

    table = {name: {"bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()} for name in FILES}
    manifest = dump({**about, "files": table}, indent=2)
    name = f"v-{hashlib.sha256(manifest).hexdigest()[:_ID_LENGTH]}"
    content = {**{file: files[file] for file in FILES}, MANIFEST: manifest}
    try:
        _prepare(folder)
        with FileLock(folder / LOCK, timeout=LOCK_SECONDS):
            before = _in_force(folder)
            _sweep(folder)
            _put(folder / name, content)
            if before != name:
                _point(folder, name)
            if before != name or not keep_previous:
                _retire(folder, {name, before} if keep_previous else {name})
    except Timeout as error:
        raise ModelError(
            f"another process has been saving to {folder} for {LOCK_SECONDS:.0f} s; save again when it is done"
        ) from error
    except OSError as error:
        size = sum(map(len, content.values())) / 1e6
        raise ModelError(
            f"cannot save the model ({size:,.1f} MB) to {folder}: {error.strerror or error}; make room or save "
            "elsewhere, what was saved there before is untouched"
        ) from error
    return folder / name


def check_target(folder: str | PathLike[str]) -> None:
    """See to it that a model may be saved to a folder, before the work of fitting one; nothing is written.

    Raises
    ------
    ModelError
        A file is in the way, the folder holds something that is no saved model, or it may not be written.
    """
    target = Path(folder)
    there = next(path for path in (target, *target.parents, Path()) if os.path.lexists(path))
    if not os.path.isdir(there):
        raise ModelError(f"cannot save a model to {target}: {there} is in the way and no folder; choose another name")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ModelError(f"cannot save a model to {target}: {there} may not be written; choose another folder")
    if there == target:
        _refuse_foreign(target)


def _prepare(folder: Path) -> None:
    """Make the folder where it is missing."""
    check_target(folder)
    for missing in reversed([path for path in (folder, *folder.parents) if not os.path.exists(path)]):
        with suppress(FileExistsError):  # another save was quicker
            os.mkdir(missing)
            _sync(missing.parent)


def _refuse_foreign(folder: Path) -> None:
    try:
        foreign = sorted(name for name in os.listdir(folder) if not _is_ours(name))
    except OSError as error:
        raise ModelError(f"cannot read {folder}: {error.strerror}; choose another folder") from error
    if foreign and _in_force(folder) is None:
        raise ModelError(
            f"cannot save a model to {folder}: it holds {foreign[0]!r} and is no saved model; choose another folder"
        )


def _is_ours(name: str) -> bool:
    return name in (CURRENT, LOCK) or bool(VERSION_NAME.fullmatch(name) or _UNFINISHED.fullmatch(name))


def _in_force(folder: Path) -> str | None:
    try:
        return current(folder)
    except ModelError:
        return None


def _put(target: Path, content: Mapping[str, bytes]) -> None:
    """Bring a version into being under its name, all at once; a damaged one of that name makes way."""
    if _is_whole(target, content):
        return
    draft, wreck = _unused(target.parent), _unused(target.parent)
    try:
        os.mkdir(draft)
        for name, data in content.items():  # the manifest comes last
            _write(draft / name, data)
        _sync(draft)
        if os.path.lexists(target):
            os.rename(target, wreck)
        os.rename(draft, target)
        _sync(target.parent)
    except OSError:
        _discard(draft)  # a full disk needs the room
        raise
    if os.path.lexists(wreck):
        _discard(wreck)


def _is_whole(version: Path, content: Mapping[str, bytes]) -> bool:
    if os.path.islink(version) or not os.path.isdir(version) or set(os.listdir(version)) != content.keys():
        return False
    try:
        return all(read_file(version / name, len(data), len(data)) == data for name, data in content.items())
    except ModelError:
        return False


def _point(folder: Path, name: str) -> None:
    """Put a version in force."""
    _write(folder / _POINTER_DRAFT, f"{name}\n".encode())
    os.replace(folder / _POINTER_DRAFT, folder / CURRENT)
    try:
        _sync(folder)
    except OSError as error:
        raise ModelError(
            f"the model is saved at {folder}, but the disk does not confirm that it would outlast a power cut "
            f"({error.strerror}); save it once more"
        ) from error


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, _FLAGS, 0o666)
    try:
        rest = memoryview(data)
        while len(rest):
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, on systems and disks that have a way to ask for it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(descriptor)


def _unused(folder: Path) -> Path:
    return folder / f".tmp-{secrets.token_hex(_ID_LENGTH // 2)}"


def _sweep(folder: Path) -> None:
    """Clear away what killed saves left behind; the lock is held, so nobody is writing it."""
    for name in os.listdir(folder):
        if _UNFINISHED.fullmatch(name):
            _discard(folder / name)


def _retire(folder: Path, keep: set[str | None]) -> None:
    """Remove the versions that are not in ``keep``. The new one is in force by now, so a failure is no failed save."""
    try:
        for name in os.listdir(folder):
            if VERSION_NAME.fullmatch(name) and name not in keep:
                retired = _unused(folder)
                os.rename(folder / name, retired)  # at once: a version is whole or not there
                _discard(retired)
    except OSError as error:
        _log.warning("older versions of the model at %s could not be removed: %s", folder, error)


def _discard(path: Path) -> None:
    """Remove a draft or a retired version; a file in there that no save writes is left where it is."""
    try:
        if os.path.islink(path) or not os.path.isdir(path):
            os.unlink(path)
            return
        for name in (*FILES, MANIFEST):
            with suppress(FileNotFoundError):
                os.unlink(path / name)
        os.rmdir(path)
    except OSError as error:
        _log.warning("%s is left over from a save and could not be removed: %s", path, error)
