"""Fitting one's own texts from the app: progress, cancelling, mistakes, and the result."""

import time
from pathlib import Path

import pytest

import topics
from tests.app_steps import html_of, open_page, started, url
from tests.models import PIECES, small_model
from topics import store
from topics.ui import text
from topics.ui.markup import md


def fit_page(tmp_path, monkeypatch):
    return open_page(started(tmp_path, monkeypatch), "fit")


def ended(app, seconds=60.0):
    """Run the page until the fit that it shows has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not app.exception:
        if '<ol class="timeline">' not in html_of(app):
            return app
        time.sleep(0.2)
        app.run()
    raise AssertionError("the fit did not end")


def test_own_texts_are_fitted_saved_and_opened(tmp_path, monkeypatch):
    app = fit_page(tmp_path, monkeypatch)
    files = [(Path(name).name, "\n\n".join(piece for _, piece in pieces)) for name, pieces in PIECES.items()]
    for name, body in files:
        app.file_uploader(key="files").upload(name, body.encode(), "text/plain")
    app.text_area(key="themes").set_value("School lunches: what the pupils eat\n\nBus lines")
    app.text_input(key="name").set_value("town-2")
    app.button[0].click().run()
    ended(app)
    saved = topics.load(tmp_path / "models" / "town-2")
    assert {document.id for document in saved.passages.documents} == {name for name, _ in files}
    assert [theme.name for theme in saved.themes] == ["School lunches", "Bus lines"]
    assert saved.themes[0].description == "what the pupils eat"
    assert '<h1 class="title">town-2</h1>' in html_of(app)
    assert url(app)["model"] == "town-2"


@pytest.mark.parametrize("name", ["../out", "a b", "", ".x", "NUL"])
def test_a_name_that_is_more_than_a_name_is_refused(tmp_path, monkeypatch, name):
    app = fit_page(tmp_path, monkeypatch)
    app.file_uploader(key="files").upload("a.txt", b"A text.", "text/plain")
    app.text_input(key="name").set_value(name)
    app.button[0].click().run()
    assert "cannot be the name of a model" in app.error[0].value
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_is_refused(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    before = store.load(tmp_path / "models" / "town")
    app = fit_page(tmp_path, monkeypatch)
    app.file_uploader(key="files").upload("a.txt", b"A text.", "text/plain")
    app.text_input(key="name").set_value("town")
    app.button[0].click().run()
    assert "already a saved model" in app.error[0].value
    assert len(store.load(tmp_path / "models" / "town").passages) == len(before.passages)


def test_without_files_nothing_starts(tmp_path, monkeypatch):
    app = fit_page(tmp_path, monkeypatch)
    app.button[0].click().run()
    assert app.error[0].value == md(text.NO_FILES)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_fitted(tmp_path, monkeypatch):
    app = fit_page(tmp_path, monkeypatch)
    good = "The council voted for a bike lane. Cyclists had asked for it for years."
    app.file_uploader(key="files").upload("bad.txt", bytes(range(256)) * 8, "text/plain")
    app.file_uploader(key="files").upload("good.txt", good.encode(), "text/plain")
    app.button[0].click().run()
    ended(app)
    assert "bad.txt" in html_of(app) and "not text" in html_of(app)
    app.button(key="open").click().run()
    assert url(app)["model"] == "my-texts"
    saved = topics.load(tmp_path / "models" / "my-texts")
    assert [skipped.path for skipped in saved.skipped] == ["bad.txt"]
    assert [document.id for document in saved.passages.documents] == ["good.txt"]


def test_a_fit_that_fails_says_why_and_saves_nothing(tmp_path, monkeypatch):
    from topics import pipeline
    from topics.errors import ReadError

    def refuse(*arguments, **named):
        raise ReadError("the documents hold no text; add <b>text</b>")

    monkeypatch.setattr(pipeline, "fit", refuse)
    app = fit_page(tmp_path, monkeypatch)
    app.file_uploader(key="files").upload("a.txt", b"A text.", "text/plain")
    app.button[0].click().run()
    ended(app)
    assert app.error[0].value == md("the documents hold no text; add <b>text</b>")
    assert not (tmp_path / "models").exists()
    app.button(key="again").click().run()
    assert app.file_uploader(key="files") is not None


def test_a_fit_is_watched_cancelled_and_leaves_nothing(tmp_path, monkeypatch):
    from topics import pipeline

    def slow(reading, *, themes, settings, progress):
        for done in range(2000):
            progress("embed", done, 2000)
            time.sleep(0.01)

    monkeypatch.setattr(pipeline, "fit", slow)
    app = fit_page(tmp_path, monkeypatch)
    app.file_uploader(key="files").upload("a.txt", b"A text.", "text/plain")
    app.button[0].click().run()
    job = url(app)["job"]
    time.sleep(0.1)
    assert text.stage("embed") in html_of(app.run())

    reloaded = started(tmp_path, monkeypatch)  # the page is loaded anew, from its URL
    open_page(reloaded, "fit", job=job)
    assert text.stage("embed") in html_of(reloaded)
    reloaded.button(key="cancel").click().run()
    ended(reloaded, 5)
    assert reloaded.info[0].value == md(text.FIT_CANCELLED)
    assert not (tmp_path / "models").exists()


def test_a_fit_that_nobody_knows_is_explained(tmp_path, monkeypatch):
    app = open_page(started(tmp_path, monkeypatch), "fit", job="gone")
    assert "No fit called “gone”" in app.warning[0].value


# What must never happen
