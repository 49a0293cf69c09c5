"""Arrays set aside in a temporary file, so that what is worked on takes no more memory the more there is of it."""

from __future__ import annotations

import tempfile
import weakref
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from types import TracebackType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Aside:
    """Where an array is: in memory, or from an offset in the file."""

    held: NDArray[Any] | None
    offset: int
    length: int


class Spill:
    """Arrays set aside, each to be read again in part; in memory where no file can be written.

    Parameters
    ----------
    on_disk
        Whether to write a file; a few arrays are quicker held.

    Notes
    -----
    The file has no name where the system allows that, so nothing of it is left whatever ends the process. Where there
    is no room for it, what comes after is held in memory, and what was written is still read.
    """

    def __init__(self, *, on_disk: bool) -> None:
        self._file: FileIO | None = None
        self._size = 0
        if on_disk:
            with suppress(OSError):
                # Without a buffer: what found no room would stay in it, and fail again whenever the file is read.
                self._file = tempfile.TemporaryFile(prefix="topics-", buffering=0)
                weakref.finalize(self, self._file.close)
        self._writes = self._file is not None

    def put(self, values: NDArray[Any]) -> Aside:
        """Set an array aside."""
        if self._writes and self._file is not None:
            try:
                self._file.seek(self._size)
                _write(self._file, values)
            except OSError:  # the disk is full
                self._writes = False
            else:
                self._size += values.nbytes
                return Aside(None, self._size - values.nbytes, len(values))
        return Aside(values, 0, len(values))

    def get(self, aside: Aside, kind: type[Number], start: int = 0, end: int | None = None) -> NDArray[Number]:
        """Return an array, or a part of it."""
        end = aside.length if end is None else end
        if aside.held is not None:
            return aside.held[start:end]
        if self._file is None:
            raise ValueError("what was set aside has been closed")
        found = np.empty(end - start, kind)
        self._file.seek(aside.offset + start * found.itemsize)
        _read(self._file, found)
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _write(file: FileIO, values: NDArray[Any]) -> None:
    """Write the whole of an array; the system may take it in several parts."""
    left = memoryview(values.tobytes())
    while left:
        left = left[file.write(left) :]


def _read(file: FileIO, values: NDArray[Any]) -> None:
    """Fill the whole of an array.

    Raises
    ------
    OSError
        The file ends before.
    """
    left = values.view(np.uint8).data
    while left:
        count = file.readinto(left)
        if not count:
            raise OSError("the temporary file of what was set aside has been cut off")
        left = left[count:]
