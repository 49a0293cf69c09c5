"""The fingerprint of a model: of what it says, not of how it came to say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.edit_steps import TIME
from tests.models import small_model, small_tree
from topics import edit, store
from topics.deferred import changed
from topics.errors import ModelError
from topics.model import TopicModel
from topics.store import blocks
from topics.values import Skipped

Change = Callable[[TopicModel], TopicModel]


def test_it_is_a_sha256_and_the_same_for_the_same_model() -> None:
    assert store.fingerprint(small_model()) == store.fingerprint(small_model())
    assert len(bytes.fromhex(store.fingerprint(small_model()))) == 32


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.at("fine"),
        lambda m: m.at(3),
        lambda m: edit.rename(m, 0, "Another"),
        lambda m: edit.keywords(m, 0, ["another"]),
        lambda m: edit.junk(m, 0),
        lambda m: edit.junk(m, passages=[m.passages[0]]),
        lambda m: edit.pin(m, [m.passages[0]]),
        lambda m: edit.move(m, [m.passages[0]], 1),
        lambda m: edit.merge(m, [0, 1]),
        lambda m: edit.split(m, 0, k=2),
        lambda m: edit.split(m, 0, k=3),
        lambda m: changed(m, tree=None),
        lambda m: changed(m, skipped=(Skipped("a", "b"),)),
        lambda m: changed(m, positions=m.positions + np.float32(0.01)),
        lambda m: changed(m, vectors=-m.vectors),
    ],
)
def test_whatever_else_a_model_says_changes_it(change: Change) -> None:
    model = small_model(tree=small_tree())
    assert store.fingerprint(change(model)) != store.fingerprint(model)


def test_the_log_does_not_and_neither_does_a_reload(tmp_path: Path) -> None:
    model = small_model(tree=small_tree())
    undone = edit.undo(edit.merge(model, [0, 1], time=TIME))
    assert store.fingerprint(undone) == store.fingerprint(model)
    one, other = (edit.junk(model, 0, author=name, time=TIME) for name in ("a", "b"))
    assert store.fingerprint(one) == store.fingerprint(other)
    assert store.fingerprint(store.load(store.save(undone, tmp_path / "m"))) == store.fingerprint(model)


def test_a_large_model_is_told_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = edit.split(small_model(), 0, k=2, time=TIME)
    store.save(model, tmp_path / "m")
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    assert store.fingerprint(store.load(tmp_path / "m")) == store.fingerprint(model)


def test_each_array_of_an_edited_rule_counts() -> None:
    model = small_model(tree=small_tree())
    model = edit.pin(edit.split(model.at("fine"), 0, k=2, time=TIME), [model.passages[4]], time=TIME)
    (division,), pins = model.rule.parts, model.rule.pins
    assert pins is not None

    def rule(**fields: object) -> TopicModel:
        return changed(model, rule=replace(model.rule, **fields))

    others = [
        rule(parts=(replace(division, prototypes=division.prototypes[:, ::-1].copy()),)),
        rule(parts=(replace(division, part=division.part[::-1].copy()),)),
        rule(parts=(replace(division, groups=((1,),)),)),
        rule(pins=replace(pins, vectors=-pins.vectors)),
        rule(pins=replace(pins, topics=pins.topics[:, ::-1] * 0)),
        rule(pins=None),
        rule(topics=model.rule.topics[:, ::-1].copy()),
        changed(model, all_labels=model.all_labels[:, ::-1].copy()),
        changed(model, all_labels=model.all_labels.astype(np.int64)),
    ]
    assert len({store.fingerprint(one) for one in (model, *others)}) == 1 + len(others)


def test_what_could_not_be_saved_has_none() -> None:
    model = small_model(skipped=(Skipped("a", Path("b")),))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"cannot be told by a hash, as topics\.json"):
        store.fingerprint(replace(model, _memo=None))
