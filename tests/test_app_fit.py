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


def read_files(app, *files):
    """Drop files, have them read, and wait for the look at them."""
    for name, body in files:
        app.file_uploader(key="files").upload(name, body, "text/plain")
    app.run().button(key="read").click().run()
    return ended(app)


def test_own_texts_are_read_fitted_saved_and_opened(tmp_path, monkeypatch):
    app = fit_page(tmp_path, monkeypatch)
    files = [(Path(name).name, "\n\n".join(piece for _, piece in pieces)) for name, pieces in PIECES.items()]
    read_files(app, *((name, body.encode()) for name, body in files))
    shown = html_of(app)
    assert all(name in shown for name, _ in files) and '<section class="sample">' in shown
    app.text_area(key="themes").set_value("School lunches: what the pupils eat\n\nBus lines")
    app.text_input(key="name").set_value("town-2")
    app.button(key="fit_now").click().run()
    ended(app)
    saved = topics.load(tmp_path / "models" / "town-2")
    assert {document.id for document in saved.passages.documents} == {name for name, _ in files}
    assert [theme.name for theme in saved.themes] == ["School lunches", "Bus lines"]
    assert saved.themes[0].description == "what the pupils eat"
    assert '<h1 class="title">town-2</h1>' in html_of(app)
    assert url(app)["model"] == "town-2"


@pytest.mark.parametrize("name", ["../out", "a b", "", ".x", "NUL"])
def test_a_name_that_is_more_than_a_name_is_refused(tmp_path, monkeypatch, name):
    app = read_files(fit_page(tmp_path, monkeypatch), ("a.txt", b"A text."))
    app.text_input(key="name").set_value(name)
    app.button(key="fit_now").click().run()
    assert "cannot be the name of a model" in app.error[0].value
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_is_refused(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    before = store.load(tmp_path / "models" / "town")
    app = read_files(fit_page(tmp_path, monkeypatch), ("a.txt", b"A text."))
    app.text_input(key="name").set_value("town")
    app.button(key="fit_now").click().run()
    assert "already a saved model" in app.error[0].value
    assert len(store.load(tmp_path / "models" / "town").passages) == len(before.passages)


def test_without_files_nothing_starts(tmp_path, monkeypatch):
    app = fit_page(tmp_path, monkeypatch)
    assert app.button(key="read").disabled and text.NO_FILES in html_of(app)
    app.file_uploader(key="files").upload("a.txt", b"A text.", "text/plain").run()
    assert not app.button(key="read").disabled and text.NO_FILES not in html_of(app)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_fitted(tmp_path, monkeypatch):
    good = "The council voted for a bike lane. Cyclists had asked for it for years."
    app = read_files(fit_page(tmp_path, monkeypatch), ("bad.txt", bytes(range(256)) * 8), ("good.txt", good.encode()))
    assert "bad.txt" in html_of(app) and "not text" in html_of(app)
    app.button(key="fit_now").click().run()
    ended(app)
    assert "bad.txt" in html_of(app) and "not text" in html_of(app)
    app.button(key="open").click().run()
    assert url(app)["model"] == "my-texts"
    saved = topics.load(tmp_path / "models" / "my-texts")
    assert [skipped.path for skipped in saved.skipped] == ["bad.txt"]
    assert [document.id for document in saved.passages.documents] == ["good.txt"]


def test_columns_are_chosen_and_tables_read_again_with_them(tmp_path, monkeypatch):
    table = b"remark,other\nfine,A long remark about the bus that is late.\nbad,And one about the snow.\n"
    app = read_files(fit_page(tmp_path, monkeypatch), ("t.csv", table))
    assert "A long remark about the bus" in html_of(app)
    app.selectbox(key="column_text").set_value("remark")
    app.button(key="read_again").click().run()
    ended(app)
    assert '<p class="sample-text" dir="auto">fine</p>' in html_of(app)
    assert app.selectbox(key="column_text").value == "remark"
    app.button(key="fit_now").click().run()
    ended(app)
    saved = topics.load(tmp_path / "models" / "my-texts")
    assert [passage.text for passage in saved.passages] == ["fine", "bad"]


def test_a_fit_that_fails_says_why_saves_nothing_and_keeps_files_and_what_was_typed(tmp_path, monkeypatch):
    app = read_files(fit_page(tmp_path, monkeypatch), ("a.txt", b"A text."))
    app.text_area(key="themes").set_value("Bus lines: late buses")
    app.text_input(key="embedder").set_value(str(tmp_path / "no<b>such"))
    app.button(key="fit_now").click().run()
    ended(app)
    assert md("no<b>such") in app.error[0].value
    assert not (tmp_path / "models").exists()
    app.button(key="change").click().run()
    assert "a.txt" in html_of(app)
    assert app.text_area(key="themes").value == "Bus lines: late buses"
    app.text_input(key="embedder").set_value("minilm")
    app.button(key="fit_now").click().run()
    ended(app)
    assert [theme.name for theme in topics.load(tmp_path / "models" / "my-texts").themes] == ["Bus lines"]


def test_a_setting_out_of_range_is_told(tmp_path, monkeypatch):
    app = read_files(fit_page(tmp_path, monkeypatch), ("a.txt", b"A text."))
    app.text_input(key="language").set_value("!")
    app.button(key="fit_now").click().run()
    assert "ISO 639" in app.error[0].value


def test_a_fit_is_watched_reloaded_cancelled_and_leaves_nothing(tmp_path, monkeypatch):
    body = b"\n\n".join(b"Sentence %d is about the weather of day %d, and no other." % (n, n) for n in range(3000))
    app = fit_page(tmp_path, monkeypatch)
    app.file_uploader(key="files").upload("a.txt", body, "text/plain").run()
    app.button(key="read").click().run()
    job = url(app)["job"]
    assert '<ol class="timeline">' in html_of(app)

    reloaded = started(tmp_path, monkeypatch)  # the page is loaded anew, from its URL
    open_page(reloaded, "fit", job=job)
    assert '<ol class="timeline">' in html_of(reloaded)
    elsewhere = open_page(started(tmp_path, monkeypatch), "fit")
    assert any(job in link.proto.query_string for link in elsewhere.get("page_link"))
    reloaded.button(key="cancel").click().run()
    ended(reloaded, 5)
    assert reloaded.info[0].value == md(text.FIT_CANCELLED)
    assert not (tmp_path / "models").exists()


def test_a_fit_that_nobody_knows_is_explained(tmp_path, monkeypatch):
    app = open_page(started(tmp_path, monkeypatch), "fit", job="gone")
    assert "No fit called “gone”" in app.warning[0].value


# What must never happen
