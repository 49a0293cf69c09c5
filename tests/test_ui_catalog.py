"""Which saved models there are, and which names a new one may have."""

import pytest

from topics.ui import catalog


def make(folder, name):
    (folder / name).mkdir(parents=True)
    (folder / name / "CURRENT").write_text(f"v-{name}\n")
    return folder / name


def test_saved_models_are_found_by_name(tmp_path):
    make(tmp_path, "b")
    make(tmp_path, "a")
    (tmp_path / "notes").mkdir()
    (tmp_path / "file.txt").write_text("x")
    assert list(catalog.find(tmp_path)) == ["a", "b"]


def test_no_folder_is_no_models(tmp_path):
    assert catalog.find(tmp_path / "models") == {}


def test_the_model_that_the_app_was_started_with_comes_first(tmp_path):
    make(tmp_path / "models", "a")
    given = make(tmp_path / "elsewhere", "z")
    assert list(catalog.find(tmp_path / "models", given)) == ["z", "a"]


def test_the_app_can_be_started_with_a_folder_of_models(tmp_path):
    make(tmp_path / "more", "x")
    make(tmp_path / "models", "a")
    assert list(catalog.find(tmp_path / "models", tmp_path / "more")) == ["x", "a"]


def test_a_new_save_is_a_new_version(tmp_path):
    path = make(tmp_path, "a")
    before = catalog.version(path)
    (path / "CURRENT").write_text("v-other\n")
    assert catalog.version(path) != before


@pytest.mark.parametrize("name", ["news", "a", "2026-01_news.v2", "x" * 64])
def test_plain_names_are_allowed(name):
    assert catalog.is_allowed(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc",
        "C:\\x",
        ".hidden",
        "-x",
        "a b",
        "a\x00",
        "NUL",
        "con.txt",
        "x" * 65,
        "a.",
    ],
)
def test_names_that_are_more_than_a_name_are_not(name):
    assert not catalog.is_allowed(name)


def test_a_free_name_is_one_that_is_not_there(tmp_path):
    assert catalog.free_name("a", tmp_path) == "a"
    make(tmp_path, "a")
    make(tmp_path, "a-2")
    assert catalog.free_name("a", tmp_path) == "a-3"
