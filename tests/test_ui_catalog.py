"""Which saved models there are, and which names a new one may have."""

import os
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from topics import store
from topics.ui import catalog

ROOT = Path(__file__).parents[1]


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


def test_the_demo_is_offered_where_nothing_else_is_or_a_link_asks_for_it(tmp_path):
    assert catalog.on_offer(tmp_path / "models") == {catalog.DEMO: catalog.demo()}
    make(tmp_path / "models", "a")
    assert list(catalog.on_offer(tmp_path / "models")) == ["a"]
    assert list(catalog.on_offer(tmp_path / "models", asked="b")) == ["a"]
    assert list(catalog.on_offer(tmp_path / "models", asked=catalog.DEMO)) == ["a", catalog.DEMO]
    own = make(tmp_path / "models", catalog.DEMO)
    assert catalog.on_offer(tmp_path / "models", asked=catalog.DEMO)[catalog.DEMO] == own


def test_the_demo_can_be_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "_PACKAGE", tmp_path / "topics")
    assert catalog.demo() is None
    assert catalog.on_offer(tmp_path) == {}


@pytest.mark.parametrize("version", ["standard", "editable"])
def test_a_wheel_brings_the_demo_and_an_editable_install_finds_it_where_it_is(tmp_path, monkeypatch, version):
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=[version])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    if version == "editable":
        (path,) = (tmp_path / "site").glob("*.pth")
        assert path.read_text().split() == [str(ROOT)]
        assert not (tmp_path / "site" / "topics").exists()
        return
    assert not (tmp_path / "site" / "models").exists()
    assert (tmp_path / "site" / "topics" / "ui" / ".streamlit" / "config.toml").is_file()
    monkeypatch.setattr(catalog, "_PACKAGE", tmp_path / "site" / "topics")
    assert catalog.demo() == tmp_path / "site" / "topics" / "demo"
    assert store.fingerprint(store.load(catalog.demo())) == store.fingerprint(store.load(ROOT / "models" / "seeds"))
    assert not [name for name in os.listdir(catalog.demo()) if name not in ("CURRENT", catalog.version(catalog.demo()))]


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
