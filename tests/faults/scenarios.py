"""What is done to a saved model while its disk fails; an action that is new is added to SCENARIOS.

Documents added to a model, and a fit that follows one, are saved like any other change: each takes a line here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.faults.harness import Scenario
from tests.forge import version_of
from tests.models import FakeEmbedder, small_model
from topics import edit as edits
from topics import store, update
from topics.deferred import changed
from topics.errors import ModelError
from topics.model import TopicModel
from topics.protocols import Progress
from topics.revision import fitted, revised
from topics.store import blocks
from topics.values import Document, Skipped

OLD, NEW = small_model(level="coarse"), small_model(level="fine")


def fresh(model: TopicModel) -> TopicModel:
    """Return a model that was never saved."""
    return changed(model, origin=None)


def level_of(folder: Path) -> str:
    """Return the level that the model shows, after all of it was read; "none" where there is none."""
    try:
        model = store.load(folder)
    except ModelError as error:
        if "there is no model at" in str(error):
            return "none"
        raise
    return told(model)


def told(model: TopicModel) -> str:
    """Return the level of a model, or what was edited last."""
    assert model.vectors.tobytes() == OLD.vectors.tobytes()
    assert list(model.passages) == list(OLD.passages)
    return model.skipped[-1].path if model.skipped[-1].reason == "edited" else model.level


def two_versions(folder: Path) -> None:
    """Save a model over an older one, and leave what killed saves leave."""
    store.save(small_model(), folder)
    store.save(fresh(OLD), folder)
    (folder / f".tmp-{'0' * 32}").mkdir()
    (folder / f".tmp-{'0' * 32}" / "topics.json").write_text("{")
    (folder / "CURRENT.tmp").write_text("v-")


def edit(folder: Path) -> None:
    """Load a model as a large one, so that its files are mapped, change a little and save it."""
    blocks.MAPPED_ABOVE = 100
    try:
        store.save(changed(store.load(folder), skipped=(Skipped("edit", "edited"),)), folder)
    finally:
        blocks.MAPPED_ABOVE = 32 << 20


BY: edits.By = {"author": "Åsa", "reason": "tried", "time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}


def log_of(folder: Path) -> str:
    """Return how many edits are in force, of how many in the log; what is shown is what follows from the log."""
    model = store.load(folder)
    assert store.fingerprint(revised(fitted(model), model.history).at(model.level)) == store.fingerprint(model)
    assert list(model.passages) == list(OLD.passages)
    return f"{len(model.history.active)} of {len(model.history.edits)}"


def merge(folder: Path) -> None:
    """Load a model, merge two topics and save it."""
    model = store.load(folder, embedder=FakeEmbedder())
    store.save(edits.merge(model.at("fine"), [0, 1], **BY), folder)


def renamed(folder: Path) -> None:
    """Save an edited model over the same without the edit."""
    store.save(fresh(OLD), folder)
    store.save(edits.rename(store.load(folder), 0, "The streets", **BY), folder)


SCENARIOS = {
    "edit saved": Scenario(lambda folder: store.save(fresh(OLD), folder), merge, log_of, "0 of 0", "1 of 1"),
    "undo saved": Scenario(
        renamed, lambda folder: store.save(edits.undo(store.load(folder), **BY), folder), log_of, "1 of 1", "0 of 2"
    ),
    "save": Scenario(two_versions, lambda folder: store.save(fresh(NEW), folder), level_of, "coarse", "fine"),
    "first save": Scenario(
        lambda folder: folder.mkdir(),
        lambda folder: store.save(fresh(NEW), folder / "a" / "b"),
        lambda folder: level_of(folder / "a" / "b"),
        "none",
        "fine",
    ),
    "change of a large model": Scenario(two_versions, edit, level_of, "coarse", "edit"),
    "delete": Scenario(two_versions, store.delete, level_of, "coarse", "none"),
}


def torn(folder: Path) -> None:
    """Save as no one should: the files in force are written over, one after another."""
    aside = folder.with_name("aside")
    store.save(fresh(NEW), aside)
    for path in version_of(aside).iterdir():
        (version_of(folder) / path.name).write_bytes(path.read_bytes())
    version_of(folder).rename(folder / version_of(aside).name)
    (folder / "CURRENT").write_bytes((aside / "CURRENT").read_bytes())


SCENARIOS["torn"] = Scenario(two_versions, torn, level_of, "coarse", "fine")


BUSES = "buses.txt"
"""A new document, in a file beside the versions of the model."""


def with_news(folder: Path) -> None:
    """Save a model that a person has edited, and put the file of a new document beside it."""
    model = edits.rename(fresh(OLD).at("fine"), 0, "The streets", **BY)
    store.save(edits.junk(model, 3, **BY), folder)
    (folder / BUSES).write_text(
        "The night bus is late again. The bus driver blames the electric bus.", encoding="utf-8"
    )


def told_by_history(folder: Path) -> str:
    """Return the kinds of the entries of the history, after all of the model was read."""
    model = store.load(folder)
    assert model.vectors.shape == (len(model.passages), model.encoder.dimension)
    assert len(model.labels) == len(model.passages)
    assert store.fingerprint(revised(fitted(model), model.history).at(model.level)) == store.fingerprint(model)
    return " ".join(edit.kind for edit in model.history.edits)


def add(folder: Path) -> None:
    """Read the file and add it to the model, as ``topics add`` does."""
    found = update.add(store.load(folder, embedder=FakeEmbedder()), folder / BUSES)
    store.save(found.model, folder)


@cache
def refitted() -> TopicModel:
    """Return the model fitted again with another document, once: what is saved is the same, and a fit takes long."""
    return update.refit(OLD, (Document(BUSES, "The bus driver blames the electric bus."),)).model


def refit(folder: Path) -> None:
    """Save a new fit over the model that it was made from."""
    loaded = store.load(folder)
    store.save(changed(refitted(), origin=loaded.origin), folder)


def whole_refit(folder: Path, progress: Progress | None = None) -> None:
    """Read the file, fit the model again with it, do its edits again, and save that, as ``topics refit`` does."""
    found = update.refit(store.load(folder, embedder=FakeEmbedder()), folder / BUSES, progress=progress)
    store.save(found.model, folder)


SCENARIOS["add"] = Scenario(with_news, add, told_by_history, "rename junk", "rename junk add")
SCENARIOS["refit"] = Scenario(with_news, refit, told_by_history, "rename junk", "refit")
SCENARIOS["whole refit"] = Scenario(with_news, whole_refit, told_by_history, "rename junk", "refit rename junk")
