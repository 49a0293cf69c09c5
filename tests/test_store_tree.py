"""The tree of topics is saved with the model, a cut of it is shown again, and a forged one is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from tests.forge import assert_same, forge, forge_json, tree, version_of
from tests.models import small_model, small_tree
from topics import store
from topics.errors import ModelError
from topics.model import TopicModel


@pytest.fixture
def model() -> TopicModel:
    return small_model(tree=small_tree())


@pytest.fixture
def saved(model: TopicModel, tmp_path: Path) -> Path:
    return store.save(model, tmp_path / "town")


def test_the_tree_comes_back(model: TopicModel, saved: Path) -> None:
    loaded = store.load(saved)
    assert_same(model, loaded)
    assert_same(model.at(3), loaded.at(3))


@pytest.mark.parametrize("k", [1, 3, 5])
def test_a_cut_is_shown_again(model: TopicModel, k: int, tmp_path: Path) -> None:
    path = model.at(k).save(tmp_path / "cut")
    loaded = store.load(path)
    assert_same(model.at(k), loaded)
    assert (loaded.level, len(loaded.topics)) == (str(k), k)
    assert_same(model.at("coarse"), loaded.at("coarse"))
    (found,) = store.list_models(tmp_path)
    assert found.topics == k
    before = tree(path)
    loaded.save(path)
    assert tree(path) == before


def test_a_model_without_a_tree_still_loads_and_shows_its_levels(tmp_path: Path) -> None:
    loaded = store.load(store.save(small_model(), tmp_path / "old"))
    assert loaded.tree is None
    assert loaded.at(2).level == "coarse"
    assert loaded.at(6).level == "fine"
    with pytest.raises(ValueError, match="this model cannot show 5 topics, only 2, 4, 6: it has no tree of topics"):
        loaded.at(5)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda content: content.pop("between"), "the array 'merges' is not known here"),
        (lambda content: content.update(between=None), "between is None, but must be a list"),
        (lambda content: content.update(between=[]), "its topics are not the nodes that no level shows"),
        (lambda content: content["between"][0].update(id=9), "its topics are not the nodes that no level shows"),
        (lambda content: content["between"][0].update(size=5), "node 10 says 5 passages, not 24"),
        (lambda content: content["between"][0].update(parent=0), r"between\[0\]\.parent is 0"),
        (
            lambda content: content["between"][0].update(theme="No"),
            "topic 10 of level 'between levels' matches a theme that is not",
        ),
        (lambda content: content["between"][0].update(name=3), r"between\[0\]\.name is 3, but must be a text"),
        (lambda content: content["between"][0].update(code="x"), r"between\[0\]\.'code' is not known here"),
        (
            lambda content: content["levels"][2]["topics"][0].update(parent=1),
            "its tree of topics does not fit: its merges do not lead to level 'coarse'|'medium'",
        ),
    ],
)
def test_every_field_of_the_tree_is_checked(saved: Path, change: Callable[[Any], object], match: str) -> None:
    forge_json(saved, change)
    with pytest.raises(ModelError, match=match):
        store.load(saved)


@pytest.mark.parametrize(
    ("merges", "match"),
    [
        (None, "the array 'merges' is missing"),
        (np.zeros((5, 2), np.float32), r"merges is F32 of shape \(5, 2\), but must be I32"),
        (np.zeros((5, 3), np.int32), r"merges is I32 of shape \(5, 3\), but must be I32 of shape \(any, 2\)"),
        (np.zeros((5, 2), np.int32), "merge 0 joins the nodes 0 and 0"),
        (np.zeros((0, 2), np.int32), r"merges has shape \(0, 2\), but 6 topics make one in 5 merges"),
        (np.array([[0, 2], [3, 4], [1, 6], [5, 7], [8, 9]], np.int32), "its merges do not lead to level 'medium'"),
        (np.full((5, 2), 2**31 - 1, np.int32), "merge 0 joins the nodes 2147483647"),
    ],
)
def test_merges_that_are_no_tree_are_refused(saved: Path, merges: np.ndarray | None, match: str) -> None:
    arrays = load((version_of(saved) / "rule.safetensors").read_bytes())
    arrays = {name: array for name, array in arrays.items() if name != "merges"}
    forge(saved, {"rule.safetensors": save(arrays if merges is None else {**arrays, "merges": merges})})
    with pytest.raises(ModelError, match=match):
        store.load(saved)


def test_labels_that_leave_the_tree_are_refused(saved: Path) -> None:
    arrays = load((version_of(saved) / "rule.safetensors").read_bytes())
    topics = arrays["prototype_topics"].copy()
    topics[0, 0] = 1 - topics[0, 0]
    forge(saved, {"rule.safetensors": save({**arrays, "prototype_topics": topics})})
    with pytest.raises(ModelError, match="its tree of topics does not fit: level 'coarse' is not what the parents"):
        store.load(saved)


@pytest.mark.parametrize(
    ("level", "match"),
    [
        ("0", "level is none of its levels"),
        ("7", "level is none of its levels, nor a cut between them: this model cannot show 7 topics"),
        ("4", "level is '4', which is called 'medium'"),
        ("٣", "level is none of its levels"),
        ("9" * 10_000, "level is none of its levels"),
    ],
)
def test_a_level_that_cannot_be_shown_is_refused(saved: Path, level: str, match: str) -> None:
    forge(saved, change=lambda manifest: manifest.update(level=level))
    with pytest.raises(ModelError, match=match):
        store.load(saved)


def test_a_tree_that_would_not_load_is_not_saved(model: TopicModel, tmp_path: Path) -> None:
    broken = small_model(tree=type(model.tree)(np.zeros((5, 2), np.int32), model.tree.topics))
    with pytest.raises(ModelError, match=r"the model cannot be saved, as topics\.json would be damaged: its tree"):
        broken.save(tmp_path / "broken")
