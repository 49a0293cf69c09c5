"""Vectors on disk, so that no text is embedded twice: not in the next run, nor by another process."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np

from topics.embed.texts import as_texts
from topics.embed.wrapped import WrappedEmbedder
from topics.protocols import Embedder, Floats, Tick

logger = logging.getLogger(__name__)

VARIABLE = "TOPICS_CACHE"
"""The environment variable that names the folder of the cache, or says ``off``."""

FILE = "embeddings-1.sqlite3"  # the number is that of the tables below

_BATCH = 256  # texts a commit: what a killed run can lose
_ASKED = 500  # keys a query, below the limit of variables of old SQLite versions
_UNIT = 1e-3  # how far from 1 the length of a stored vector may be

_TABLES = """
CREATE TABLE IF NOT EXISTS encoders (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    encoder INTEGER NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (encoder, text)
);
"""
_FIND = """
SELECT text, vector FROM vectors WHERE encoder = (SELECT number FROM encoders WHERE name = ?) AND text IN
"""
# Replacing mends a stored vector that is not whole; every other is replaced by its equal.
_STORE = """
INSERT OR REPLACE INTO vectors VALUES ((SELECT number FROM encoders WHERE name = ?), ?, ?)
"""

T = TypeVar("T")


def cache_folder() -> Path | None:
    """Return the folder of the cache, or None where the environment variable ``TOPICS_CACHE`` says ``off``.

    By default it is the one that the system keeps for caches of this user.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() == "off":
        return None
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("topics"))


class CachedEmbedder(WrappedEmbedder):
    """An encoder that remembers: a text seen before, in any run, is read from disk, bit for bit as it was computed.

    Vectors are kept under the encoder's fingerprint and the sha256 of the text; the text itself is not stored. Several
    processes may share the file. Whatever goes wrong with it costs time and never the run: a damaged file is set aside
    and begun anew, and a file that cannot be opened, read or written is done without, after one warning.

    Parameters
    ----------
    embedder
        The encoder that computes what is not there yet.
    folder
        The folder of the cache file; made where it is missing.
    runtime
        What else the vectors depend on, such as the version of the library that computes them.
    patience
        Seconds to wait for another process that is writing, before going on without the cache.
    """

    def __init__(
        self, embedder: Embedder, folder: str | os.PathLike[str], *, runtime: str = "", patience: float = 10.0
    ) -> None:
        super().__init__(embedder)
        self._runtime = runtime
        self._file = _VectorFile(Path(folder) / FILE, patience)

    def __repr__(self) -> str:
        return f"CachedEmbedder({self._embedder!r}, {str(self._file.path.parent)!r})"

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``, shape (n, dimension), unit rows, computing only what is not stored.

        Parameters
        ----------
        texts
            Any number of texts; of texts that are equal, one is computed.
        progress
            Called as ``progress(done, len(texts))``; what is stored counts as done from the start.

        Raises
        ------
        ValueError
            If ``texts`` is a single string, or holds something that is not a string.
        EncoderError
            If the encoder cannot be opened.
        """
        texts = as_texts(texts)
        name = f"{self.fingerprint} {self._runtime}".rstrip()
        first: dict[bytes, int] = {}
        source = np.array([first.setdefault(_key(text), row) for row, text in enumerate(texts)], dtype=np.intp)
        rows: Floats = np.empty((len(texts), self.dimension), dtype=np.float32)
        found = self._file.fill(rows, name, first)
        missing = [(key, row) for key, row in first.items() if key not in found]
        done = len(texts) - len(missing)
        if progress is not None and done:
            progress(done, len(texts))
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            tick = None if progress is None else _later(progress, done + start, len(texts))
            vectors = self._embedder.encode([texts[row] for _, row in batch], progress=tick)
            rows[[row for _, row in batch]] = vectors
            self._file.put(name, [key for key, _ in batch], vectors)
        repeats = np.flatnonzero(source != np.arange(len(texts)))
        rows[repeats] = rows[source[repeats]]
        return rows


class _VectorFile:
    """The cache file; no failure of it leaves this class, which turns itself off instead.

    Every call opens and closes its own connection: that costs a millisecond, and makes threads, forks and the end of
    the process nobody's concern.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self.path = path
        self._patience = patience
        self._off = False
        self._renewed = False

    def fill(self, rows: Floats, encoder: str, wanted: Mapping[bytes, int]) -> set[bytes]:
        """Write what is stored whole for the ``wanted`` keys into their rows, and return the keys found."""

        def read(connection: sqlite3.Connection) -> set[bytes]:
            found: set[bytes] = set()
            keys = list(wanted)
            for start in range(0, len(keys), _ASKED):
                asked = keys[start : start + _ASKED]
                query = f"{_FIND} ({','.join('?' * len(asked))})"
                for key, blob in connection.execute(query, [encoder, *asked]):
                    vector = _vector(blob, rows.shape[1])
                    if vector is not None:
                        rows[wanted[key]] = vector
                        found.add(key)
            return found

        return self._attempt(read, set())

    def put(self, encoder: str, keys: Sequence[bytes], vectors: Floats) -> None:
        """Store ``vectors`` under ``keys`` in one transaction."""

        def write(connection: sqlite3.Connection) -> None:
            lines = [(encoder, key, row.astype("<f4").tobytes()) for key, row in zip(keys, vectors, strict=True)]
            with connection:
                connection.execute("INSERT OR IGNORE INTO encoders (name) VALUES (?)", [encoder])
                connection.executemany(_STORE, lines)

        self._attempt(write, None)

    def _attempt(self, act: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        if self._off:
            return otherwise
        opened = _identity(self.path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as connection:
                return act(connection)
        except (OSError, sqlite3.Error) as error:
            if _is_damage(error) and not self._renewed:
                self._renew(opened)
            else:
                self._give_up(error)
        return otherwise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=self._patience)
        try:
            # Two processes that meet while the file is new can each hold what the other needs, which SQLite answers
            # at once with "locked", however long one would wait; so the change of mode is asked for, not insisted on.
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                _set_journal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():
                connection.executescript(_TABLES)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _renew(self, opened: tuple[int, int] | None) -> None:
        """Set a damaged file aside, unless another process has already done so."""
        self._renewed = True
        if _identity(self.path) != opened:
            return
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(aside)
            for ending in ("-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        except OSError as error:
            self._give_up(error)
            return
        logger.warning("The embedding cache was damaged; it begins anew, and the old file is kept as %s.", aside)

    def _give_up(self, error: Exception) -> None:
        self._off = True
        logger.warning(
            "The embedding cache %s cannot be used (%s); going on without it. Set %s to another folder, or to off.",
            self.path,
            error,
            VARIABLE,
        )


def _set_journal(connection: sqlite3.Connection) -> None:
    """Ask for write-ahead logging, in which readers and a writer do not wait for each other."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        logger.debug("The embedding cache keeps its journal mode for now: %s", error)


def _vector(blob: object, dimension: int) -> Floats | None:
    """Return a stored vector, or None where it is not ``dimension`` finite numbers of length 1."""
    if not isinstance(blob, bytes) or len(blob) != 4 * dimension:
        return None
    vector: Floats = np.frombuffer(blob, dtype="<f4").astype(np.float32)
    with np.errstate(all="ignore"):  # what is stored may be any bits
        length = float(np.linalg.norm(vector.astype(np.float64)))
    return vector if abs(length - 1) < _UNIT else None


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _later(progress: Tick, before: int, total: int) -> Tick:
    """Return a tick for one batch that reports within the whole."""
    return lambda done, _: progress(before + done, total)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from another of the same name, or None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
