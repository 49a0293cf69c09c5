"""The folder of a saved model, and how it is read: one version is in force, and every byte of it is checked.

::

    <folder>/CURRENT                     names the version in force; replaced atomically
    <folder>/v-<id>/manifest.json        the size of every other file, and the sha256 of each block of it
    <folder>/v-<id>/...                  the files of FILES, and no others

The id is the manifest's own sha256. CURRENT names that and the manifest all others, so no byte that was changed is used
unnoticed (see :mod:`topics.store.blocks`); this much holds for every format there will be. A version is never changed
once it is named, so readers need no lock. What the files hold is not this module's business.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from topics import __version__
from topics.errors import ModelError
from topics.store.blocks import Content, damaged, read_file, unreadable
from topics.store.strict import LIMIT, Damage, Record, parse

FORMAT_VERSION = 2
"""The format that this release writes, and the newest that it reads. Format 1 is the same without edits."""

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
DOCUMENTS, TEXTS, PASSAGES = "documents.safetensors", "texts.safetensors", "passages.safetensors"
VECTORS, RULE, TOPICS, EDITS = "vectors.safetensors", "rule.safetensors", "topics.json", "edits.jsonl"
FILES = (DOCUMENTS, TEXTS, PASSAGES, VECTORS, RULE, TOPICS, EDITS)
VERSION_NAME = re.compile(r"v-[0-9a-f]{16,64}")

_POINTER_LIMIT = 128
_MANIFEST_LIMIT = 32 << 20  # 70 bytes for each megabyte of the model
_LIMITS = {TOPICS: LIMIT, EDITS: LIMIT}
_LARGEST = 1 << 50
_REREADS = 20
_RELEASE = re.compile(r"[\w.+!-]{1,40}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version says of itself: ``about`` is its content, ``table`` the size and the hashes of each file."""

    about: Record
    table: Mapping[str, tuple[int, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Version:
    """A version: where it is, what it says of itself, and its files, which check what they hand out."""

    folder: Path
    about: Record
    files: Mapping[str, Content]


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
            return read_version(folder / name, wanted)
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
    line = read_file(pointer, _POINTER_LIMIT).decode("ascii", "replace")
    name = line[:-1]
    if line[-1:] != "\n" or not VERSION_NAME.fullmatch(name):
        raise damaged(pointer, "it does not name a version (v- and 16 to 64 hexadecimal digits)")
    return name


def read_manifest(version: Path, keys: Iterable[str], name: str = "") -> Manifest:
    """Return the manifest of one version.

    Parameters
    ----------
    version
        Its folder.
    keys
        Those that it must have besides ``files``.
    name
        What the version is to be called, where its folder does not bear that name yet.

    Raises
    ------
    ModelError
        It is missing, changed, or of a newer format.
    """
    path = version / MANIFEST
    if os.path.islink(version) or not os.path.isdir(version):
        raise damaged(version, "it is missing, or no folder")
    data = read_file(path, _MANIFEST_LIMIT)
    told = (name or version.name)[2:]
    if hashlib.sha256(data).hexdigest()[: len(told)] != told:
        raise damaged(path, "its sha256 is not the one that its folder is named after, so it was changed")
    try:
        content = parse(MANIFEST, data, _MANIFEST_LIMIT)
        _check_format(version, content)
        about = Record(MANIFEST, "", content, [*keys, "files"])
        rows = about.record("files", FILES)
        fields = {name: rows.record(name, ("bytes", "sha256")) for name in FILES}
        table = {name: (row.whole("bytes", 0, _LARGEST), row.texts("sha256")) for name, row in fields.items()}
    except Damage as damage:
        raise damaged(path, damage.what) from damage
    return Manifest(about, table)


def read_version(version: Path, keys: Iterable[str], name: str = "") -> Version:
    """Return one version; for ``name`` see :func:`read_manifest`.

    Raises
    ------
    ModelError
        A file of it is missing, surplus, changed, truncated, or no regular file.
    """
    manifest = read_manifest(version, keys, name)
    for file in sorted(set(_names(version)) - {MANIFEST, *FILES}):
        raise ModelError(f"{version / file} does not belong to the model that is saved there; move it elsewhere")
    files = {
        file: Content(version / file, size, digests, _LIMITS.get(file, _LARGEST))
        for file, (size, digests) in manifest.table.items()
    }
    return Version(version, manifest.about, files)


def _names(version: Path) -> list[str]:
    try:
        return os.listdir(version)
    except OSError as error:
        raise unreadable(version, error) from error


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
