"""What workers need and do not have: a saved model, the files of an encoder; sent once, opened once a process."""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from topics import store
from topics.deferred import changed
from topics.embed import BUNDLED, files_of, load_embedder
from topics.errors import EncoderError
from topics.model import TopicModel
from topics.protocols import Embedder

if TYPE_CHECKING:
    from pyspark import SparkContext

_log = logging.getLogger(__name__)

_MODEL, _ENCODER = "model", "encoder"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was sent.

    Parameters
    ----------
    archive
        The name of the archive that holds it; empty where workers have it with this package.
    model
        Whether a model is in it.
    encoder, fingerprint
        The id of the encoder, and what it is known by.
    bundled
        Whether that is the encoder of this package; else its files are in the archive.
    """

    archive: str
    model: bool
    encoder: str
    fingerprint: str
    bundled: bool


@dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """A parcel at its destination; ``model`` is ``None`` where it has none."""

    encoder: Embedder
    model: TopicModel | None = None


def send(context: SparkContext, encoder: Embedder | str, model: TopicModel | None = None) -> Parcel:
    """Send a model and its encoder to all workers, also to those that come later.

    Raises
    ------
    EncoderError
        The encoder is an object whose files are not known, or is not the one that the model was made with.
    ModelError
        The model holds something that cannot be saved.
    """
    _warn_of_another_python(context)
    parcel, path = pack(encoder, model)
    if path is not None and all(Path(known).name != path.name for known in context.listArchives):
        context.addArchive(str(path))
    return parcel


def pack(encoder: Embedder | str, model: TopicModel | None = None) -> tuple[Parcel, Path | None]:
    """Return a parcel and its archive, named by what is in it; ``None`` where nothing needs to be sent."""
    id, folder = files_of(encoder)
    fingerprint = (load_embedder(encoder) if isinstance(encoder, str) else encoder).fingerprint
    if model is None and folder is None:
        return Parcel("", False, id, fingerprint, True), None
    told = [id, fingerprint if folder is not None else ""]
    with tempfile.TemporaryDirectory(dir=_staging()) as draft:
        place = Path(draft)
        if model is not None:
            store.save(changed(model, origin=None), place / _MODEL)  # a copy, for a save leaves its mark on a model
            told.append((place / _MODEL / "CURRENT").read_text(encoding="utf-8"))
        name = f"topics-{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}.zip"
        path = _staging() / name
        if not path.exists():
            _zip(place / "archive", {_MODEL: place / _MODEL, _ENCODER: folder})
            os.replace(place / "archive", path)
    return Parcel(name, model is not None, id, fingerprint, folder is None), path


@lru_cache(maxsize=2)
def opened(parcel: Parcel) -> Opened:
    """Return what a parcel holds; a worker opens it once, however many partitions it works on."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processors are the other workers'
    if not parcel.archive:
        return opened_at(parcel, Path())
    from pyspark import SparkFiles

    return opened_at(parcel, Path(SparkFiles.get(parcel.archive)))


def opened_at(parcel: Parcel, folder: Path) -> Opened:
    """Return what a parcel holds that lies unpacked in a folder; every file of a model is checked.

    Raises
    ------
    EncoderError
        The encoder here is another one: this worker has another version of the package.
    ModelError
        The model is damaged, or newer than the package of this worker.
    """
    if parcel.bundled:
        encoder = load_embedder(BUNDLED, cache=False, threads=1)
    else:
        encoder = load_embedder(str(folder / _ENCODER), cache=False, threads=1, id=parcel.encoder)
    if encoder.fingerprint != parcel.fingerprint:
        raise EncoderError(
            f"the encoder {parcel.encoder} of this worker is not the one that the work was sent with; install the same "
            "version of this package on every worker"
        )
    return Opened(encoder, store.load(folder / _MODEL, embedder=encoder) if parcel.model else None)


def _zip(target: Path, folders: dict[str, Path | None]) -> None:
    """Write folders into an archive, as they are: vectors hardly get smaller."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, folder in folders.items():
            if folder is None or not folder.is_dir():
                continue
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix != ".lock":
                    archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")


@cache
def _staging() -> Path:
    """Return the folder that archives are sent from; workers may ask for them as long as this process lives."""
    folder = Path(tempfile.mkdtemp(prefix="topics-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _warn_of_another_python(context: SparkContext) -> None:
    """Say so where workers on this machine run another Python than this one, which may lack this package."""
    if not context.master.startswith("local"):
        return
    import sys

    found = shutil.which(context.pythonExec)
    if found is None or Path(found).parent != Path(sys.executable).parent:
        _log.warning(
            "the workers run %s, and this process %s; where that one lacks this package, set PYSPARK_PYTHON to the "
            "latter before the session starts",
            found or context.pythonExec,
            sys.executable,
        )
