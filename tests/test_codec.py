"""The manifest and the columns of a model: what may be left out, and what must fit the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import hostile_edits
from tests.forge import arrays_of, forge, forge_arrays, forge_json
from tests.models import small_model
from topics import __version__, store
from topics.errors import ModelError
from topics.settings import Settings
from topics.store import codec
from topics.values import Level, Probe


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


def test_a_setting_that_an_earlier_release_did_not_have_is_the_default(tmp_path: Path) -> None:
    saved = store.save(small_model(settings=Settings(seed=7, keep=("share",), language="sv")), tmp_path / "m")
    forge(saved, change=lambda m: m["settings"].pop("keep"))
    assert store.load(saved).settings == Settings(seed=7, language="sv")
    forge(saved, change=lambda m: m.update(settings={}))
    assert store.load(saved).settings == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keep", [1]),
        ("keep", "share"),
        ("keep", None),
        ("seed", True),
        ("seed", 1.0),
        ("seed", "1"),
        ("seed", None),
        ("clean", 1),
        ("engine", None),
        ("language", True),
    ],
)
def test_a_setting_has_its_type_and_no_other(saved: Path, name: str, value: object) -> None:
    forge(saved, change=lambda m: m["settings"].update({name: value}))
    with pytest.raises(ModelError, match=rf"manifest\.json is damaged: settings\.{name} is of the wrong type"):
        store.load(saved)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda m: m.update(levels=[]), "levels is no list of distinct names of levels"),
        (lambda m: m.update(levels=["coarse", "medium", "medium"]), "levels is no list of distinct names of levels"),
        (lambda m: m.update(levels=["coarse", "medium", "fine", "finest"]), "its levels are not those of the manifest"),
        (lambda m: m.update(levels=["fine", "medium", "coarse"]), "its levels are not those of the manifest"),
        (lambda m: m.update(centring=[]), r"offsets is F32 of shape \(2, 16\), but must be F32 of shape \(0, 16\)"),
        (lambda m: m["counts"].update(topics=0), r"counts\.topics is not 4, which is what the files hold"),
        (lambda m: m["counts"].update(topics=2**31 - 1), r"counts\.topics is not 4, which is what the files hold"),
        (lambda m: m["counts"].update(topics=2**31), r"counts\.topics is 2147483648, but must be a whole number"),
        (lambda m: m["counts"].update(passages=0), r"document is I32 of shape \(24,\), but must be I32 of shape \(0\)"),
        (
            lambda m: m["counts"].update(documents=0),
            r"characters is I32 of shape \(4,\), but must be I32 of shape \(0\)",
        ),
        (lambda m: m["counts"].update(documents=2**31), r"counts\.documents is 2147483648, but must be a whole number"),
        (lambda m: m["counts"].update(topics=-1), r"counts\.topics is -1, but must be a whole number from 0"),
        (lambda m: m["counts"].update(passages=-1), r"counts\.passages is -1, but must be a whole number from 0"),
        (lambda m: m["encoder"].update(poorly_read=["sv", "sv"]), "poorly_read is no sorted list of distinct"),
        (lambda m: m["encoder"].update(poorly_read=["sv"], reading={"sv": -0.1}), "reading does not give languages"),
        (lambda m: m["encoder"].update(normalised=1), r"encoder\.normalised is 1, but must be true or false"),
    ],
)
def test_what_does_not_fit_the_rest_is_refused(saved: Path, change: Callable[[Any], object], match: str) -> None:
    forge(saved, change=change)
    with pytest.raises(ModelError, match=rf"is damaged: .*{match}"):
        store.load(saved)


@pytest.mark.parametrize(("file", "name"), [("passages", "labels"), ("rule", "prototype_topics")])
def test_a_topic_is_one_of_the_levels_or_none(saved: Path, file: str, name: str) -> None:
    array = arrays_of(saved, f"{file}.safetensors")[name]
    for row, wrong in ((0, 2), (1, 4), (2, 6), (0, -2), (2, -2)):
        other = array.copy()
        other[row, 0] = wrong
        forge_arrays(saved, f"{file}.safetensors", **{name: other})
        level = ("coarse", "medium", "fine")[row]
        with pytest.raises(ModelError, match=f"{name} has a topic that level '{level}' does not have"):
            store.load(saved)


def test_a_topic_is_as_large_as_it_says(saved: Path) -> None:
    for number, change in ((0, 1), (0, -1), (5, 1), (5, -1)):
        size = small_model().at("fine").topics[number].size
        forge_json(saved, lambda c, n=number, s=size + change: c["levels"][2]["topics"][n].update(size=s))
        with pytest.raises(
            ModelError, match=f"topic {number} of level 'fine' says {size + change} passages, not {size}"
        ):
            store.load(saved)
        forge_json(saved, lambda c, n=number, s=size: c["levels"][2]["topics"][n].update(size=s))
    assert store.load(saved).level == "medium"


def test_what_the_manifest_says_of_an_encoder_comes_back(tmp_path: Path) -> None:
    probes = tuple(Probe(f"text {number}", (float(number), *[0.0] * 15)) for number in range(3))
    card = replace(
        small_model().encoder, normalised=False, probes=probes, poorly_read=("fi", "sv"), reading={"sv": 0.5}
    )
    found = store.load(store.save(small_model(encoder=card), tmp_path / "m")).encoder
    assert found == card
    assert repr(found) == repr(card)


def test_packages_that_are_not_there_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "_PACKAGES", ("numpy", "not-a-package-at-all", "scipy"))
    codec._packages.cache_clear()
    try:
        found = codec._packages()
    finally:
        codec._packages.cache_clear()
    assert list(found) == ["topics", "numpy", "scipy"]
    assert (found["topics"], found["numpy"]) == (__version__, np.__version__)


def test_a_level_whose_name_would_not_come_back_is_not_saved(tmp_path: Path) -> None:
    model = small_model()
    first, *others = model.levels
    for name in ("Coarse", "2a", "a b", "a" * 33):
        topics = tuple(replace(topic, level=name) for topic in first.topics)
        with pytest.raises(ModelError, match=rf"manifest\.json would be damaged: '{name}'? is no name of a level"):
            store.save(small_model(levels=(Level(name, topics), *others)), tmp_path / "m")


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("a merge of a topic that is not there", r"edit 1 \(split\) does not fit the model: .*77"),
        ("rows behind the last passage", r"edit 1 \(split\) does not fit the model: "),
        ("pins that break the levels", "a topic of level 'medium' would lie in two topics of the level before"),
        ("ids of a level that is not there", "edit 1"),
    ],
)
def test_edits_that_do_not_fit_the_model_are_refused_and_not_left_out(saved: Path, name: str, match: str) -> None:
    forge(saved, {"edits.jsonl": hostile_edits.CRAFTED[name]()})
    with pytest.raises(ModelError, match=rf"edits\.jsonl is damaged: {match}"):
        store.load(saved)
