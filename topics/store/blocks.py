"""The bytes of a file as blocks of one megabyte, each with its own sha256.

A small file is read and checked when it is opened. A large one is mapped, and a block of it is checked before any byte
of that block is handed out for the first time. So opening takes the same time whatever the size, and no byte that was
changed on disk is ever used.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from topics.errors import ModelError

BLOCK = 1 << 20
"""How many bytes share one sha256."""

MAPPED_ABOVE = 32 << 20
"""Files of more bytes than this are mapped, not read."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_RESTORE = "restore the model from a copy, or fit again"
_MOST_THREADS = 4


def damaged(path: Path, what: str) -> ModelError:
    """Return the error that says what is wrong with a file of a saved model."""
    return ModelError(f"{path} is damaged: {what}; {_RESTORE}")


class Digests:
    """The size of a stream of bytes, and the sha256 of each block of it."""

    def __init__(self) -> None:
        self.size = 0
        self._done: list[str] = []
        self._block = hashlib.sha256()

    def update(self, data: memoryview) -> None:
        """Take the next bytes."""
        while len(data):
            part = data[: BLOCK - self.size % BLOCK]
            self._block.update(part)
            self.size += len(part)
            data = data[len(part) :]
            if self.size % BLOCK == 0:
                self._done.append(self._block.hexdigest())
                self._block = hashlib.sha256()

    def told(self) -> tuple[str, ...]:
        """Return the sha256 of every block so far, in hexadecimal; none of an empty stream."""
        return (*self._done, self._block.hexdigest()) if self.size % BLOCK else tuple(self._done)


class Content:
    """The bytes of one file of a saved model; none is handed out unchecked.

    Parameters
    ----------
    path
        Where it is; a regular file and no link.
    size
        How many bytes it must have.
    digests
        The sha256 of each block.
    limit
        How many bytes it may have at most.

    Raises
    ------
    ModelError
        It is missing, no regular file, of another size, too large, or changed (a mapped one: as far as it is read).
    """

    def __init__(self, path: Path, size: int, digests: Sequence[str], limit: int) -> None:
        self.path = path
        self.digests = tuple(digests)
        self._sound = bytearray(len(digests))
        self.mapped = size > MAPPED_ABOVE
        if len(digests) != -(-size // BLOCK):
            raise damaged(path, f"the manifest gives {len(digests)} hashes for its {size:,} bytes")
        if self.mapped:
            self._open(size, limit)
        else:
            self._view = memoryview(read_file(path, limit, size))
            self.check()

    def __len__(self) -> int:
        return len(self._view)

    def read(self, start: int, end: int) -> memoryview:
        """Return some of its bytes, read-only.

        Raises
        ------
        ModelError
            A block of them was changed, or cannot be read.
        """
        first, last = start // BLOCK, -(-end // BLOCK)
        if not all(self._sound[first:last]):
            self._check([block for block in range(first, last) if not self._sound[block]])
        return self._view[start:end]

    def check(self) -> None:
        """Check every byte.

        Raises
        ------
        ModelError
            It was changed, or cannot be read.
        """
        self.read(0, len(self))

    def is_there(self, path: Path) -> bool:
        """Return whether a path leads to this very file; never to one that was read instead of mapped."""
        if not self.mapped:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), os.lstat(path))
        except OSError:
            return False

    def _open(self, size: int, limit: int) -> None:
        self._file = opened(self.path, limit, size)
        weakref.finalize(self, os.close, self._file)
        try:
            self._view = memoryview(mmap.mmap(self._file, size, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise ModelError(f"{self.path} cannot be mapped ({error}); load it where more memory is free") from error

    def _check(self, blocks: Sequence[int]) -> None:
        if len(blocks) < 2 * _MOST_THREADS:
            for block in blocks:
                self._check_block(block)
            return
        with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
            for _ in pool.map(self._check_block, blocks):
                pass

    def _check_block(self, block: int) -> None:
        """Check one block; a mapped one by reading it, since a disk that fails under a map ends the process."""
        start, end = block * BLOCK, min((block + 1) * BLOCK, len(self._view))
        data: bytes | memoryview = self._view[start:end]
        if self.mapped and hasattr(os, "pread"):
            try:
                data = os.pread(self._file, end - start, start)
            except OSError as error:
                raise unreadable(self.path, error) from error
        if hashlib.sha256(data).hexdigest() != self.digests[block]:
            where = f" (bytes {start:,} to {end:,})" if len(self._sound) > 1 else ""
            raise damaged(self.path, f"its sha256 is not the one in the manifest, so it was changed{where}")
        self._sound[block] = 1


def read_file(path: Path, limit: int, size: int | None = None) -> bytes:
    """Return the bytes of a regular file that is no link, of ``size`` bytes where that is known.

    Raises
    ------
    ModelError
        It is missing, no regular file, larger than ``limit``, of another size, or cannot be read.
    """
    try:
        with os.fdopen(opened(path, limit, size), "rb") as file:
            found = os.fstat(file.fileno()).st_size
            data = file.read(found + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    except MemoryError as error:
        raise ModelError(f"{path} does not fit into memory; load it where more is free") from error
    if len(data) != found:
        raise damaged(path, "it changed while it was read")
    return data


def opened(path: Path, limit: int, size: int | None = None) -> int:
    """Return the descriptor of a regular file that is no link, for the caller to close; see :func:`read_file`."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise damaged(path, "it is a link or another thing that is no regular file")
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError as error:
        raise damaged(path, "it is missing") from error
    except OSError as error:
        raise unreadable(path, error) from error
    status = os.fstat(descriptor)
    wrong = None
    if not stat.S_ISREG(status.st_mode):  # it was exchanged a moment ago
        wrong = "it is no regular file"
    elif size is not None and status.st_size != size:
        wrong = f"it has {status.st_size:,} bytes instead of {size:,}"
    elif status.st_size > limit:
        wrong = f"it has {status.st_size:,} bytes, but may have at most {limit:,}"
    if wrong is not None:
        os.close(descriptor)
        raise damaged(path, wrong)
    return descriptor


def unreadable(path: Path, error: OSError) -> ModelError:
    """Return the error that says that a file cannot be read."""
    return ModelError(f"cannot read {path}: {error.strerror or error}; check the disk and who may read it")
