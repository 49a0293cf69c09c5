"""Save a model as a folder, and load it again: files that cannot run code, every byte checked, whole or not there.

::

    models/<name>/
      CURRENT                  names the version in force; replaced atomically
      v-<id>/                  one whole version, never changed once named; <id> is a hash of its content
        manifest.json          format, packages, settings, encoder, levels; size of each file, sha256 of each megabyte
        documents.safetensors  id, length, pages and row of each document; what was removed
        texts.safetensors      their texts and metadata
        passages.safetensors   document, start, end, language, map, topic at every level; likeness to themes
        vectors.safetensors    vectors of the passages
        rule.safetensors       prototypes of the assignment rule, centring, tree of topics, probes of the encoder
        topics.json            topics of the levels and between, with names; themes, calibration, skipped files
        edits.jsonl            what people changed since the fit, an entry a line; empty in format 1

The same model gives the same bytes under the same name, so to save it again changes nothing. Files above 32 MB are
mapped when a model is loaded, and checked where they are first read.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path

from topics.deferred import changed
from topics.errors import ModelError
from topics.model import TopicModel
from topics.protocols import Embedder
from topics.store.atomic import check_target, commit, remove
from topics.store.blocks import damaged
from topics.store.codec import KEYS, pack, unpack
from topics.store.digest import fingerprint
from topics.store.folder import CURRENT, FORMAT_VERSION, MANIFEST, current, read, read_manifest, read_version
from topics.store.strict import Damage

__all__ = [
    "FORMAT_VERSION",
    "SavedModel",
    "check_target",
    "delete",
    "fingerprint",
    "list_models",
    "load",
    "name_for",
    "save",
]

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
        When that version came into force here, in UTC (after a copy, when it was copied); 1970 where the disk tells of
        a time that no calendar has.
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


def save(model: TopicModel, path: str | PathLike[str], *, keep_previous: bool = True, overwrite: bool = False) -> Path:
    """Save a model as a folder, and return that folder.

    Whatever happens on the way, the folder holds a whole model afterwards: the one from before or this one. Saving the
    model that is there already writes nothing. The model takes note of where it is now saved.

    Parameters
    ----------
    model
        Any model; it comes back as it is, but for its encoder, which is looked up by its name when it is needed.
    path
        The folder; made if missing. One that holds something other than a saved model is refused.
    keep_previous
        Whether the version that was in force until now stays beside the new one, for those who are just reading it.
    overwrite
        Whether to replace a model that has changed since this one was loaded from there, or saved there.

    Raises
    ------
    ConflictError
        The model there has changed since this one was loaded from there, or saved there.
    ModelError
        The folder is no model's or cannot be written, or the model holds something that would not come back.
    """
    folder, place = Path(path), _place(path)
    known = model.origin is not None and model.origin[0] == place and not overwrite
    try:
        about, files = pack(model)
        name = commit(
            folder,
            about,
            files,
            lambda draft, name: unpack(read_version(draft, KEYS, name)),  # what does not load is never saved
            keep_previous=keep_previous,
            expected=model.origin[1] if known and model.origin is not None else None,
        )
    except Damage as damage:
        raise ModelError(f"the model cannot be saved, as {damage.file} would be damaged: {damage.what}") from damage
    object.__setattr__(model, "origin", (place, name))  # of what the model is, nothing changes
    return folder


def delete(path: str | PathLike[str]) -> None:
    """Delete a saved model with all its versions; what else lies in its folder stays.

    Whatever happens on the way, the model is whole or not there.

    Raises
    ------
    ModelError
        There is no model, or it cannot be deleted.
    """
    remove(Path(path))


def load(path: str | PathLike[str], *, embedder: Embedder | str | None = None) -> TopicModel:
    """Load a saved model; nothing outside its folder is read, and nothing in it is run.

    Every file is checked before anything of it is used: files up to 32 MB now, larger ones where they are first read,
    which then raises ModelError if they were changed.

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
        model = changed(unpack(version), origin=(os.path.realpath(path), version.folder.name))
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
            stamp = os.stat(path / CURRENT).st_mtime
        except OSError:  # no model
            continue
        models.append(_look(path, _time(stamp)))
    return tuple(models)


def name_for(text: str) -> str:
    """Return a name for a model made from any text, such as that of the folder it was fitted on.

    It is a plain folder name on every system: 1 to 64 letters, digits, ``.``, ``-`` and ``_``, a letter or digit first.
    """
    name = re.sub(r"[^\w.-]+", "-", text).lstrip("._-")[:_LONGEST_NAME].rstrip(".-")
    if _RESERVED.fullmatch(name):
        return f"model-{name}"
    return name or "model"


def _place(path: str | PathLike[str]) -> str:
    """Return where a folder that is to be written really is."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError) as error:  # it is named from a folder that was removed, or holds a NUL
        why = getattr(error, "strerror", None) or error
        raise ModelError(f"cannot save a model to {os.fspath(path)!r}: {why}; choose another folder") from error


def _time(stamp: float) -> datetime:
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


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
