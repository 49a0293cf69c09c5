"""Save a model as a folder, and load it again: files that cannot run code, every byte checked, whole or not there.

::

    models/<name>/
      CURRENT               names the version in force; replaced atomically
      v-<id>/               one whole version, never changed once named; <id> is a hash of its content
        manifest.json       format, package versions, settings, encoder, levels; size and sha256 of each file
        documents.parquet   id, text, meta, what was removed
        passages.parquet    document, start, end, language, topic at every level
        topics.json         topics with names and keywords, of the levels and between; themes, skipped files
        arrays.safetensors  vectors, map, labels, centring, the prototypes of the assignment rule, the tree of topics
        edits.jsonl         empty in format 1

The same model gives the same bytes under the same name, so to save it again changes nothing.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path

from topics.errors import ModelError
from topics.model import TopicModel
from topics.protocols import Embedder
from topics.store.atomic import check_target, commit
from topics.store.codec import KEYS, pack, unpack
from topics.store.folder import CURRENT, FORMAT_VERSION, MANIFEST, current, damaged, read, read_manifest
from topics.store.strict import Damage, Record, dump, parse

__all__ = ["FORMAT_VERSION", "SavedModel", "check_target", "list_models", "load", "name_for", "save"]

_LONGEST_NAME = 64
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model in a folder of models, as :func:`list_models` finds it.

    Parameters
    ----------
    name, path
        The name of its folder, and where that is.
    documents, passages, topics
        How many it holds; topics at the level it shows.
    bytes
        The size of the version in force.
    saved
        When that version came into force here, in UTC (after a copy, when it was copied).
    problem
        Why it cannot be loaded, or ``None``; then the numbers are 0. Only the manifest is looked at here.
    """

    name: str
    path: Path
    documents: int
    passages: int
    topics: int
    bytes: int
    saved: datetime
    problem: str | None = None


def save(model: TopicModel, path: str | PathLike[str], *, keep_previous: bool = True) -> Path:
    """Save a model as a folder, and return that folder.

    Whatever happens on the way, the folder holds a whole model afterwards: the one from before or this one. Saving the
    model that is there already writes nothing.

    Parameters
    ----------
    model
        Any model; it comes back as it is, but for its encoder, which is looked up by its name when it is needed.
    path
        The folder; made if missing. One that holds something other than a saved model is refused.
    keep_previous
        Whether the version that was in force until now stays beside the new one, for those who are just reading it.

    Raises
    ------
    ModelError
        The folder is no model's or cannot be written, or the model holds something that would not come back.
    """
    try:
        about, files = pack(model)
        unpack(Record(MANIFEST, "", parse(MANIFEST, dump(about)), KEYS), files)  # what does not load is never saved
    except Damage as damage:
        raise ModelError(f"the model cannot be saved, as {damage.file} would be damaged: {damage.what}") from damage
    commit(Path(path), about, files, keep_previous=keep_previous)
    return Path(path)


def load(path: str | PathLike[str], *, embedder: Embedder | str | None = None) -> TopicModel:
    """Load a saved model; nothing outside its folder is read, and nothing in it is run.

    Parameters
    ----------
    path
        The folder of the model.
    embedder
        The encoder that it was made with, or the folder or hub name of that, where it is no longer where it was during
        the fit. By default it is looked up as the fit named it, when a new text first asks for it.

    Raises
    ------
    ModelError
        There is no model, it is damaged, or it is of a newer format; the message names the file.
    EncoderError
        ``embedder`` is not to be had, or is another encoder than the model was made with.
    """
    version = read(Path(path), KEYS)
    try:
        model = unpack(version.about, version.files)
    except Damage as damage:
        raise damaged(version.folder / damage.file, damage.what) from damage
    return model if embedder is None else model.with_embedder(embedder)


def list_models(folder: str | PathLike[str] = "models") -> tuple[SavedModel, ...]:
    """Return the models in a folder, by name; none if there is no such folder. Links are left out.

    Raises
    ------
    ModelError
        The folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ModelError(f"cannot read {folder}: {error.strerror}; name a folder of saved models") from error
    models = []
    for path in sorted(Path(folder) / entry.name for entry in found):
        try:
            saved = datetime.fromtimestamp(os.stat(path / CURRENT).st_mtime, UTC)
        except OSError:  # no model
            continue
        models.append(_look(path, saved))
    return tuple(models)


def name_for(text: str) -> str:
    """Return a name for a model made from any text, such as that of the folder it was fitted on.

    It is a plain folder name on every system: 1 to 64 letters, digits, ``.``, ``-`` and ``_``, a letter or digit first.
    """
    name = re.sub(r"[^\w.-]+", "-", text).lstrip("._-")[:_LONGEST_NAME].rstrip(".-")
    if _RESERVED.fullmatch(name):
        return f"model-{name}"
    return name or "model"


def _look(path: Path, saved: datetime) -> SavedModel:
    try:
        version = path / current(path)
        manifest = read_manifest(version, KEYS)
        counts = manifest.about.record("counts", ("documents", "passages", "topics"))
        documents, passages, topics = (counts.whole(name, 0, _MOST) for name in ("documents", "passages", "topics"))
    except ModelError as error:
        return SavedModel(path.name, path, 0, 0, 0, 0, saved, str(error))
    except Damage as damage:
        return SavedModel(path.name, path, 0, 0, 0, 0, saved, str(damaged(version / MANIFEST, damage.what)))
    size = sum(size for size, _ in manifest.table.values())
    return SavedModel(path.name, path, documents, passages, topics, size, saved)
