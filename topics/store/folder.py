"""The folder of a saved model, and how it is read: one version is in force, and every byte of it is checked.

::

    <folder>/CURRENT                     names the version in force; replaced atomically
    <folder>/v-<id>/manifest.json        the size and sha256 of every other file; <id> is its own sha256
    <folder>/v-<id>/...                  the files of FILES, and no others

CURRENT names the manifest's hash and the manifest names all others, so no byte changes unnoticed; this much holds for
every format there will be. A version is never changed once it is named, so readers need no lock. What the files hold is
not this module's business.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from topics import __version__
from topics.errors import ModelError
from topics.store.strict import LIMIT, Damage, Record, parse

FORMAT_VERSION = 1
"""The format that this release writes, and the newest that it reads."""

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
DOCUMENTS, PASSAGES, TOPICS = "documents.parquet", "passages.parquet", "topics.json"
ARRAYS, EDITS = "arrays.safetensors", "edits.jsonl"
FILES = (DOCUMENTS, PASSAGES, TOPICS, ARRAYS, EDITS)
VERSION_NAME = re.compile(r"v-[0-9a-f]{16,64}")

_POINTER_LIMIT = 128
_MANIFEST_LIMIT = 1 << 20
_LIMITS = {TOPICS: LIMIT, EDITS: LIMIT}
_LARGEST = 1 << 50
_REREADS = 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_RESTORE = "restore the model from a copy, or fit again"
_RELEASE = re.compile(r"[\w.+!-]{1,40}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version says of itself: ``about`` is its content, ``table`` the size and sha256 of each file."""

    about: Record
    table: Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Version:
    """A whole version, every hash checked: where it is, what it says of itself, and the bytes of its files."""

    folder: Path
    about: Record
    files: Mapping[str, bytes]


def read(folder: Path, keys: Iterable[str]) -> Version:
    """Return the version in force. ``keys`` are those that its manifest must have besides ``files``.

    Raises
    ------
    ModelError
        There is no model, or a file of it is missing, surplus, changed, truncated, or no regular file.
    """
    wanted = tuple(keys)
    for _ in range(_REREADS):
        name = current(folder)
        try:
            return _read_version(folder / name, wanted)
        except ModelError:
            if current(folder) == name:
                raise
        # A save took over and removed the version that was being read; so read the one that is in force now.
    raise ModelError(f"the model at {folder} is saved faster than it can be read; load it when that is over")


def current(folder: Path) -> str:
    """Return the name of the version in force.

    Raises
    ------
    ModelError
        The folder is missing, or holds no model, or CURRENT is damaged.
    """
    if not os.path.isdir(folder):
        what = "that is a file, not the folder of a model" if os.path.lexists(folder) else "there is no such folder"
        raise ModelError(f"there is no model at {folder}: {what}; 'topics models' lists what is saved")
    pointer = folder / CURRENT
    if not os.path.lexists(pointer):
        raise ModelError(f"there is no model at {folder}: {CURRENT} is not there; 'topics models' lists what is saved")
    name = read_file(pointer, _POINTER_LIMIT).decode("ascii", "replace").removesuffix("\n")
    if not VERSION_NAME.fullmatch(name):
        raise damaged(pointer, "it does not name a version (v- and 16 to 64 hexadecimal digits)")
    return name


def read_manifest(version: Path, keys: Iterable[str]) -> Manifest:
    """Return the manifest of one version.

    Raises
    ------
    ModelError
        It is missing, changed, or of a newer format.
    """
    path = version / MANIFEST
    if os.path.islink(version) or not os.path.isdir(version):
        raise damaged(version, "it is missing, or no folder")
    data = read_file(path, _MANIFEST_LIMIT)
    if hashlib.sha256(data).hexdigest()[: len(version.name) - 2] != version.name[2:]:
        raise damaged(path, "its sha256 is not the one that its folder is named after, so it was changed")
    try:
        content = parse(MANIFEST, data, _MANIFEST_LIMIT)
        _check_format(version, content)
        about = Record(MANIFEST, "", content, [*keys, "files"])
        rows = about.record("files", FILES)
        fields = {name: rows.record(name, ("bytes", "sha256")) for name in FILES}
        table = {name: (row.whole("bytes", 0, _LARGEST), row.text("sha256")) for name, row in fields.items()}
    except Damage as damage:
        raise damaged(path, damage.what) from damage
    return Manifest(about, table)


def read_file(path: Path, limit: int, size: int | None = None) -> bytes:
    """Return the bytes of a regular file that is no link, of ``size`` bytes where that is known.

    Raises
    ------
    ModelError
        It is missing, no regular file, larger than ``limit``, of another size, or cannot be read.
    """
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise damaged(path, "it is a link or another thing that is no regular file")
        descriptor = os.open(path, _FLAGS)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor).st_size
            if size is not None and found != size:
                raise damaged(path, f"it has {found:,} bytes instead of {size:,}")
            if found > limit:
                raise damaged(path, f"it has {found:,} bytes, but may have at most {limit:,}")
            data = file.read(found + 1)
    except FileNotFoundError as error:
        raise damaged(path, "it is missing") from error
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}; check the disk and who may read it") from error
    except MemoryError as error:
        raise ModelError(f"{path} does not fit into memory; load it where more is free") from error
    if len(data) != found:
        raise damaged(path, "it changed while it was read")
    return data


def damaged(path: Path, what: str) -> ModelError:
    """Return the error that says what is wrong with a file of a saved model."""
    return ModelError(f"{path} is damaged: {what}; {_RESTORE}")


def _read_version(version: Path, keys: Iterable[str]) -> Version:
    manifest = read_manifest(version, keys)
    for name in sorted(set(_names(version)) - {MANIFEST, *FILES}):
        raise ModelError(f"{version / name} does not belong to the model that is saved there; move it elsewhere")
    files = {}
    for name, (size, digest) in manifest.table.items():
        data = read_file(version / name, _LIMITS.get(name, _LARGEST), size)
        if hashlib.sha256(data).hexdigest() != digest:
            raise damaged(version / name, "its sha256 is not the one in the manifest, so it was changed")
        files[name] = data
    return Version(version, manifest.about, files)


def _names(version: Path) -> list[str]:
    try:
        return os.listdir(version)
    except OSError as error:
        raise ModelError(f"cannot read {version}: {error.strerror}; check the disk and who may read it") from error


def _check_format(version: Path, content: object) -> None:
    """Refuse a newer format before anything else: nothing more of such a manifest can be relied on."""
    head = content if isinstance(content, dict) else {}
    found = head.get("format_version")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise Damage(MANIFEST, "format_version is missing, or no whole number above 0")
    if found > FORMAT_VERSION:
        packages = head.get("packages")
        by = packages.get("topics") if isinstance(packages, dict) else None
        release = f"topics {by}" if isinstance(by, str) and _RELEASE.fullmatch(by) else "a newer release"
        raise ModelError(
            f"the model at {version.parent} is in format {found}, saved by {release}, but this is topics "
            f"{__version__}, which reads format {FORMAT_VERSION}; upgrade with "
            f"'pip install --upgrade topics', or fit again"
        )
