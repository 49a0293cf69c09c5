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
from topics import store
from topics.errors import ModelError

FORMATS = range(1, store.FORMAT_VERSION + 1)


@pytest.mark.parametrize("number", FORMATS)
def test_p7_a_model_of_every_format_gives_the_answers_that_it_gave(number: int) -> None:
    model = store.load(frozen(number), embedder=FakeEmbedder())
    assert (len(model.passages), len(model.passages.documents), len(model.removed)) == (24, 4, 5)
    assert [len(level.topics) for level in model.levels] == [2, 4, 6]
    assert len(model.encoder.probes) == 8
    assert answers(model) == json.loads(frozen(number).with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", FORMATS)
def test_p7_it_can_be_saved_again(number: int, tmp_path: Path) -> None:
    model = store.load(frozen(number))
    assert answers(store.load(store.save(model, tmp_path / "m"))) == answers(model)


def test_p7_a_newer_format_is_refused_with_both_versions_and_a_way_out(tmp_path: Path) -> None:
    def newer(manifest: dict[str, Any]) -> None:
        manifest |= {"format_version": store.FORMAT_VERSION + 1, "files": None}
        manifest["packages"]["topics"] = "9.8.7"

    folder = shutil.copytree(frozen(store.FORMAT_VERSION), tmp_path / "m")
    forge(folder, change=newer)
    with pytest.raises(
        ModelError, match=r"is in format 2, saved by topics 9\.8\.7, but this is topics .* upgrade with"
    ):
        store.load(folder)
