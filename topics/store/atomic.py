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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path

from topics.errors import ConflictError, ModelError
from topics.store.blocks import BLOCK, Content, Digests
from topics.store.folder import CURRENT, FILES, MANIFEST, VERSION_NAME, current, read_manifest, read_version
from topics.store.lock import LOCK, held
from topics.store.strict import dump
from topics.store.tensors import Stream

_POINTER_DRAFT = "CURRENT.tmp"
_UNFINISHED = re.compile(r"\.tmp-[0-9a-f]{32}|CURRENT\.tmp")
_ID_LENGTH = 32
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP}

_log = logging.getLogger(__name__)

Table = Mapping[str, tuple[int, tuple[str, ...]]]


def commit(
    folder: Path,
    about: Mapping[str, object],
    files: Mapping[str, Stream],
    check: Callable[[Path, str], object],
    *,
    keep_previous: bool = True,
    expected: str | None = None,
) -> str:
    """Make ``files`` the version in force, and return its name. Where it is there already, no file is written.

    Parameters
    ----------
    folder
        Where; made if missing, refused if it holds something that is no model.
    about
        What the manifest says besides the table of files; opens with ``format_version``.
    files
        The content of every one of FILES.
    check
        Called with the folder of the finished draft and the name that it is to have; what it raises ends the save.
    keep_previous
        Whether the version that was in force until now stays beside the new one. Older ones are removed.
    expected
        The version that must be in force, if one is.

    Raises
    ------
    ConflictError
        Another version than the one expected is in force.
    ModelError
        The folder holds something else, cannot be written, or another process keeps saving to it.
    """
    try:
        _prepare(folder)
        with held(folder):
            before = _in_force(folder)
            _sweep(folder)
            name = _find(folder, about, files)
            if expected is not None and before not in (None, name, expected):
                raise ConflictError(
                    f"the model at {folder} has changed since you opened it: it is at {before} now, and was at "
                    f"{expected}; load it again and repeat the change, or save with overwrite=True to replace it"
                )
            name = name or _put(folder, about, files, check)
            if before != name:
                _point(folder, name)
            if before != name or not keep_previous:
                _retire(folder, {name, before} if keep_previous else {name})
    except OSError as error:
        size = sum(stream.size for stream in files.values()) / 1e6
        raise ModelError(
            f"cannot save the model ({size:,.1f} MB) to {folder}: {error.strerror or error}; make room or save "
            "elsewhere, what was saved there before is untouched"
        ) from error
    return name


def remove(folder: Path) -> None:
    """Remove a saved model, all its versions and, if nothing else is in it, its folder.

    From one moment to the next it is gone: whenever this is killed or fails, the model is whole or not there.

    Raises
    ------
    ModelError
        There is no model, or it cannot be removed.
    """
    try:
        _check_deletable(folder)
        with held(folder):
            with suppress(FileNotFoundError):  # a delete that was killed, or another one that was quicker
                os.unlink(folder / CURRENT)
            _sync(folder)
            _sweep(folder)
            _retire(folder, set())
            if os.listdir(folder) == [LOCK]:
                with suppress(OSError):  # another process has begun to save here, or there is a file of the user's
                    os.unlink(folder / LOCK)
                    os.rmdir(folder)
    except OSError as error:
        state = "it is still there" if os.path.lexists(folder / CURRENT) else "it is gone, but not all of its files"
        raise ModelError(
            f"cannot delete the model at {folder}: {error.strerror or error}; {state}; delete it once more"
        ) from error


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


def _check_deletable(folder: Path) -> None:
    held = os.listdir(folder) if os.path.isdir(folder) else []
    if not any(name == CURRENT or VERSION_NAME.fullmatch(name) for name in held):
        current(folder)  # says what is there instead
    if os.path.islink(folder) or os.path.islink(folder / CURRENT):
        raise ModelError(f"{folder} or its {CURRENT} is a link; delete the model where it lies")
    _refuse_foreign(folder)


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


def _find(folder: Path, about: Mapping[str, object], files: Mapping[str, Stream]) -> str | None:
    """Return the name of the version that holds these files already, if there is one; other sizes are a quick no."""
    sizes = {name: files[name].size for name in FILES}
    for name in os.listdir(folder):
        if VERSION_NAME.fullmatch(name) and _sizes(folder / name, about) == sizes:
            break
    else:
        return None
    table = {name: digests(files[name]) for name in FILES}
    manifest = _manifest(about, table)
    name = _name(manifest)
    return name if os.path.lexists(folder / name) and _is_whole(folder / name, about) else None


def _sizes(version: Path, keys: Iterable[str]) -> dict[str, int]:
    try:
        return {name: size for name, (size, _) in read_manifest(version, keys).table.items()}
    except ModelError:  # damaged, or of another format
        return {}


def _is_whole(version: Path, keys: Iterable[str]) -> bool:
    try:
        for content in read_version(version, keys).files.values():
            content.check()
    except ModelError:
        return False
    return True


def _put(
    folder: Path, about: Mapping[str, object], files: Mapping[str, Stream], check: Callable[[Path, str], object]
) -> str:
    """Bring a version into being under its name, all at once, and return it; a damaged one of that name makes way."""
    draft, wreck = _unused(folder), _unused(folder)
    os.mkdir(draft)
    try:
        table = {name: _write(draft / name, files[name]) for name in FILES}
        manifest = _manifest(about, table)
        _write(draft / MANIFEST, Stream(len(manifest), lambda: (manifest,)))  # the manifest comes last
        name = _name(manifest)
        check(draft, name)
        _sync(draft)
        if os.path.lexists(folder / name):
            os.rename(folder / name, wreck)
        os.rename(draft, folder / name)
        _sync(folder)
    finally:
        if os.path.lexists(draft):  # something failed, and a full disk needs the room
            _discard(draft)
    if os.path.lexists(wreck):
        _discard(wreck)
    return name


def _manifest(about: Mapping[str, object], table: Table) -> bytes:
    rows = {name: {"bytes": size, "sha256": digests} for name, (size, digests) in table.items()}
    return dump({**about, "files": rows}, indent=2)


def _name(manifest: bytes) -> str:
    return f"v-{hashlib.sha256(manifest).hexdigest()[:_ID_LENGTH]}"


def _point(folder: Path, name: str) -> None:
    """Put a version in force."""
    line = f"{name}\n".encode()
    _write(folder / _POINTER_DRAFT, Stream(len(line), lambda: (line,)))
    os.replace(folder / _POINTER_DRAFT, folder / CURRENT)
    try:
        _sync(folder)
    except OSError as error:
        raise ModelError(
            f"the model is saved at {folder}, but the disk does not confirm that it would outlast a power cut "
            f"({error.strerror}); save it once more"
        ) from error


def _write(path: Path, stream: Stream) -> tuple[int, tuple[str, ...]]:
    """Write a new file and return its size and its hashes; a file that holds the same already is linked to."""
    if stream.kept is not None and _link(stream.kept, path):
        return len(stream.kept), stream.kept.digests
    found = Digests()
    descriptor = os.open(path, _FLAGS, 0o666)
    try:
        for data in _gathered(stream.pieces()):
            rest = memoryview(data)
            found.update(rest)
            while len(rest):
                rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return found.size, found.told()


def _link(kept: Content, path: Path) -> bool:
    if not kept.is_there(kept.path):
        return False
    try:
        os.link(kept.path, path)
    except OSError:  # another disk, or one without links: a copy will do
        return False
    if kept.is_there(path):
        return True
    os.unlink(path)
    return False


def digests(stream: Stream) -> tuple[int, tuple[str, ...]]:
    """Return how long a file would be, and its hashes, without writing it."""
    if stream.kept is not None:
        return len(stream.kept), stream.kept.digests
    found = Digests()
    for data in _gathered(stream.pieces()):
        found.update(memoryview(data))
    return found.size, found.told()


def _gathered(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """Yield the same bytes in pieces that are worth a call."""
    held: list[bytes | memoryview] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= BLOCK:
            yield held[0] if len(held) == 1 else b"".join(held)
            held, length = [], 0
    if length:
        yield b"".join(held)


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
