"""P7: a model of every format there was loads with the same answers; one of a format to come says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.forge import forge
from tests.frozen import answers, frozen
from tests.models import FakeEmbedder
from topics import edit, store
from topics.errors import ModelError
from topics.history import KINDS

FORMATS = range(1, store.FORMAT_VERSION + 1)
TOPICS = {1: [2, 4, 6], 2: [2, 5, 8]}
"""How many topics the models have at each level; that of format 2 was edited."""


@pytest.mark.parametrize("number", FORMATS)
def test_p7_a_model_of_every_format_gives_the_answers_that_it_gave(number: int) -> None:
    model = store.load(frozen(number), embedder=FakeEmbedder())
    assert (len(model.passages), len(model.passages.documents), len(model.removed)) == (24, 4, 5)
    assert [len(level.topics) for level in model.levels] == TOPICS[number]
    assert len(model.encoder.probes) == 8
    assert answers(model) == json.loads(frozen(number).with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", FORMATS)
def test_p7_it_can_be_saved_again(number: int, tmp_path: Path) -> None:
    model = store.load(frozen(number))
    assert answers(store.load(store.save(model, tmp_path / "m"))) == answers(model)


def test_p7_edits_come_back_as_they_were_and_can_be_taken_back() -> None:
    model = store.load(frozen(2), embedder=FakeEmbedder())
    kinds = {entry.kind for entry in model.history.edits}
    assert kinds == set(KINDS) - {"add", "refit"}
    first = store.load(frozen(1))
    while model.history.last is not None:
        model = edit.undo(model)
    assert [repr(level) for level in model.levels] == [repr(level) for level in first.levels]
    assert model.all_labels.tobytes() == first.all_labels.tobytes()


def test_format_1_has_no_edits(tmp_path: Path) -> None:
    folder = shutil.copytree(frozen(2), tmp_path / "m")
    forge(folder, change=lambda manifest: manifest.update(format_version=1))
    with pytest.raises(ModelError, match="holds edits, but a model of format 1 has none"):
        store.load(folder)


def test_p7_a_newer_format_is_refused_with_both_versions_and_a_way_out(tmp_path: Path) -> None:
    def newer(manifest: dict[str, Any]) -> None:
        manifest |= {"format_version": store.FORMAT_VERSION + 1, "files": None}
        manifest["packages"]["topics"] = "9.8.7"

    folder = shutil.copytree(frozen(store.FORMAT_VERSION), tmp_path / "m")
    forge(folder, change=newer)
    with pytest.raises(
        ModelError, match=r"is in format 3, saved by topics 9\.8\.7, but this is topics .* upgrade with"
    ):
        store.load(folder)
