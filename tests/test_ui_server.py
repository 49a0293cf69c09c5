"""What the first page will ask for is there before it does."""

import pytest

from tests.models import small_model
from topics.ui import catalog, server, session


@pytest.fixture
def opened(monkeypatch):
    """The paths of the models that were opened."""
    paths = []
    monkeypatch.setattr(session, "open_model", paths.append)
    return paths


def test_the_model_that_will_be_shown_is_opened(tmp_path, monkeypatch, opened):
    monkeypatch.chdir(tmp_path)
    small_model().save(tmp_path / "models" / "a")
    small_model().save(tmp_path / "models" / "b")
    server.warm(None)
    server.warm(tmp_path / "models" / "b")
    assert [path.name for path in opened] == ["a", "b"]


def test_what_cannot_be_opened_is_left_to_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small_model().save(tmp_path / "town")
    current = catalog.version(tmp_path / "town")
    (tmp_path / "town" / current / "manifest.json").write_text("{}", encoding="utf-8")
    server.warm(tmp_path / "town")


def test_without_a_model_it_is_the_demo_or_nothing(tmp_path, monkeypatch, opened):
    monkeypatch.chdir(tmp_path)
    server.warm(None)
    assert opened == [catalog.demo()]
    monkeypatch.setattr(catalog, "demo", lambda: None)
    server.warm(None)
    assert len(opened) == 1
