"""P9: who saves over a version that is not the one that was opened is told; and what a delete leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forge import tree, version_of
from tests.models import small_model
from topics import store
from topics.deferred import changed
from topics.errors import ConflictError, ModelError
from topics.model import TopicModel
from topics.values import Skipped


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


def edited(model: TopicModel, name: str) -> TopicModel:
    return changed(model, skipped=(*model.skipped, Skipped(name, "edited")))


def edits(folder: Path) -> list[str]:
    return [item.path for item in store.load(folder).skipped if item.reason == "edited"]


def test_p9_the_second_of_two_editors_is_told_and_may_repeat_it(saved: Path) -> None:
    one, other = store.load(saved), store.load(saved)
    store.save(edited(one, "first"), saved)
    before = tree(saved)
    with pytest.raises(
        ConflictError,
        match=r"town has changed since you opened it: it is at v-\w+ now, and was at v-\w+; load it again",
    ):
        store.save(edited(other, "second"), saved)
    assert tree(saved) == before
    store.save(edited(store.load(saved), "second"), saved)
    assert edits(saved) == ["first", "second"]


def test_p9_two_edits_of_one_model_in_one_process_are_told_apart(saved: Path) -> None:
    model = store.load(saved)
    edited(model, "first").save(saved)
    with pytest.raises(ConflictError, match="has changed since you opened it"):
        edited(model.at("fine"), "second").save(saved)
    assert edits(saved) == ["first"]


def test_one_editor_may_go_on_from_save_to_save(saved: Path) -> None:
    model = store.load(saved)
    for name in ("first", "second", "third"):
        model = edited(model, name)
        model.save(saved)
    assert edits(saved) == ["first", "second", "third"]


def test_told_to_overwrite_it_does(saved: Path) -> None:
    model = store.load(saved)
    edited(model, "first").save(saved)
    edited(model, "second").save(saved, overwrite=True)
    assert edits(saved) == ["second"]


def test_the_same_edit_twice_is_no_conflict(saved: Path) -> None:
    one, other = store.load(saved), store.load(saved)
    edited(one, "same").save(saved)
    edited(other, "same").save(saved)
    assert edits(saved) == ["same"]


def test_a_link_to_the_folder_is_the_same_folder(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (saved.parent / "link").symlink_to(saved)
    model = store.load(saved.parent / "link")
    monkeypatch.chdir(saved.parent)
    edited(store.load("town"), "first").save("town")
    with pytest.raises(ConflictError, match="has changed since you opened it"):
        edited(model, "second").save(saved)


def test_a_new_model_replaces_what_is_there_and_keeps_it_beside(saved: Path) -> None:
    old = version_of(saved)
    edited(small_model(), "new").save(saved)
    assert edits(saved) == ["new"]
    assert old.exists()


def test_a_model_that_was_deleted_or_damaged_meanwhile_may_be_saved(saved: Path) -> None:
    model = store.load(saved)
    store.delete(saved)
    edited(model, "first").save(saved)
    (saved / "CURRENT").write_text("?")
    edited(model, "second").save(saved)
    assert edits(saved) == ["second"]


def test_a_deleted_model_is_gone_with_all_versions(saved: Path) -> None:
    store.save(small_model(level="fine"), saved)
    store.delete(str(saved))
    assert not saved.exists()
    with pytest.raises(ModelError, match=r"there is no model at .*town: there is no such folder"):
        store.delete(saved)


def test_what_else_lies_in_the_folder_of_a_deleted_model_stays(saved: Path) -> None:
    (saved / "README.md").write_text("mine")
    store.delete(saved)
    assert tree(saved) == {"README.md": b"mine"}
    with pytest.raises(ModelError, match="CURRENT is not there"):
        store.delete(saved)
    with pytest.raises(ModelError, match="is no saved model"):
        store.save(small_model(), saved)


def test_a_delete_that_was_killed_can_be_repeated(saved: Path) -> None:
    (saved / "CURRENT").unlink()
    assert store.list_models(saved.parent) == ()
    store.delete(saved)
    assert not saved.exists()


def test_a_damaged_model_can_be_deleted_and_what_is_no_model_cannot(saved: Path, tmp_path: Path) -> None:
    (version_of(saved) / "manifest.json").write_text("{}")
    store.delete(saved)
    assert not saved.exists()
    other = tmp_path / "database"
    other.mkdir()
    (other / "CURRENT").write_text("MANIFEST-000001\n")
    (other / "000003.log").write_text("a database")
    with pytest.raises(ModelError, match=r"it holds '000003\.log' and is no saved model"):
        store.delete(other)
    assert len(tree(other)) == 2


def test_a_link_is_not_followed_by_a_delete(saved: Path) -> None:
    (saved.parent / "link").symlink_to(saved)
    with pytest.raises(ModelError, match="is a link; delete the model where it lies"):
        store.delete(saved.parent / "link")
    assert store.load(saved).level == "medium"
