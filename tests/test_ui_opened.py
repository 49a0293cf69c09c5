"""Each version of a saved model is loaded once, a saved one not at all, and the oldest make room."""

import threading
import time

import pytest

from tests.models import small_model
from topics import edit, store
from topics.ui.opened import Opened


@pytest.fixture
def path(tmp_path):
    return str(small_model().save(tmp_path / "town"))


def version(path):
    return store.load(path).origin[1]


def test_a_version_is_loaded_once_and_a_newer_one_anew(path):
    opened, asked = Opened(), []

    def load(where):
        asked.append(where)
        return store.load(where)

    first = opened.get(path, version(path), load)
    assert opened.get(path, version(path), load) is first
    assert asked == [path]
    store.save(edit.rename(store.load(path), 0, "Other"), path)
    second = opened.get(path, version(path), load)
    assert second is not first
    assert asked == [path, path]


def test_what_was_saved_is_not_loaded_again(path):
    opened = Opened()
    model = edit.rename(store.load(path), 0, "Other")
    store.save(model, path)
    opened.put(model, path)
    assert opened.get(path, version(path), lambda _: pytest.fail("loaded again")) is model


def test_a_version_saved_in_this_moment_is_kept_as_what_it_is(path):
    opened, old = Opened(), version(path)
    store.save(edit.rename(store.load(path), 0, "Other"), path)
    found = opened.get(path, old, store.load)
    assert found.origin[1] != old
    assert opened.get(path, version(path), lambda _: pytest.fail("loaded again")) is found


def test_several_who_ask_at_once_wait_for_one_load(path):
    opened, asked, got = Opened(), [], []

    def load(where):
        asked.append(where)
        time.sleep(0.2)
        return store.load(where)

    name = version(path)
    threads = [threading.Thread(target=lambda: got.append(opened.get(path, name, load))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert len({id(model) for model in got}) == 1


def test_a_load_that_fails_is_tried_again(path):
    opened, name = Opened(), version(path)

    def fail(_):
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        opened.get(path, name, fail)
    assert opened.get(path, name, store.load).origin[1] == name


def test_the_oldest_make_room(tmp_path):
    opened = Opened(most=2)
    paths = [str(small_model().save(tmp_path / name)) for name in "abc"]
    for one in paths:
        opened.get(one, version(one), store.load)
    opened.get(paths[2], version(paths[2]), lambda _: pytest.fail("loaded again"))
    with pytest.raises(OSError, match="anew"):
        opened.get(paths[0], version(paths[0]), lambda _: (_ for _ in ()).throw(OSError("anew")))


def test_only_what_is_saved_is_kept():
    with pytest.raises(ValueError, match="save it first"):
        Opened().put(small_model(), "nowhere")


def test_many_edits_of_one_model_leave_room_for_others(tmp_path, path):
    opened, other = Opened(most=2), str(small_model().save(tmp_path / "other"))
    kept = opened.get(other, version(other), store.load)
    model = opened.get(path, version(path), store.load)
    for number in range(5):
        model = edit.rename(model, 0, f"Name {number}")
        store.save(model, path)
        opened.put(model, path)
    assert opened.get(other, version(other), lambda _: pytest.fail("loaded again")) is kept
    assert opened.get(path, version(path), lambda _: pytest.fail("loaded again")) is model
