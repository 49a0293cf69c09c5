"""The export page, without a browser."""

import json

import pytest

from tests.app_steps import html_of, open_page, started, url
from tests.models import small_model
from topics import share
from topics.share.citations import cited
from topics.ui import text


@pytest.fixture
def town(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def buttons(app):
    assert not app.exception, app.exception
    return {button.proto.id.split("download_")[-1]: button.proto.label for button in app.get("download_button")}


def test_every_output_is_offered_with_its_size(town):
    app = open_page(town, "export")
    assert set(buttons(app)) == {f"{what}{suffix}" for what, suffix in share.KINDS}
    assert all("kB" in label for label in buttons(app).values())
    drawn = html_of(app)
    for told in (*text.table("exports").values(), "All 24 passages."):
        assert told in drawn
    assert not app.radio


def test_what_is_chosen_under_explore_can_be_exported_alone(town):
    app = open_page(town, "export", topic="t2", where="language=en")
    [scope] = app.radio
    assert scope.value == "all"
    assert any("4 passages" in option and "Bus lines" in option and "en" in option for option in scope.options)
    before = buttons(app)["passages.json"]
    scope.set_value("view").run()
    assert url(app) == {"model": "town", "level": "medium", "topic": "t2", "where": "language=en", "scope": "view"}
    assert buttons(app)["passages.json"] != before
    assert text.EXPORT_WHOLE in html_of(app)


def test_files_are_made_of_what_the_view_holds(town, monkeypatch):
    made = {}
    real = share.made

    def spy(model, what, suffix, **told):
        if "title" in told:
            made[what, suffix] = real(model, what, suffix, **told)
        return real(model, what, suffix, **told)

    monkeypatch.setattr(share, "made", spy)
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **told: data())
    open_page(town, "export", topic="t2", scope="view")
    rows = json.loads(made["passages", ".json"])
    model = small_model()
    assert sorted(row["id"] for row in rows) == sorted(model.passages[row].id for row in model.rows(2).tolist())
    assert len(json.loads(made["model", ".json"])["passages"]) == 24
    assert made["report", ".html"].startswith(b"<!doctype html>")


def test_nothing_is_left_to_export_is_said(town):
    app = open_page(town, "export", q='"no such phrase at all"', by="words", scope="view")
    assert text.NO_HIT in html_of(app)
    assert not buttons(app)


def test_an_odd_scope_is_told_of(town):
    app = open_page(town, "export", scope="half")
    assert any("scope" in entry.value for entry in app.warning)


def test_the_current_passage_can_be_cited_where_it_is_read(town):
    model = small_model()
    passage = model.passages[3]
    app = open_page(town, "read", doc=passage.document_id, p=str(passage.start))
    assert [code.value for code in app.code] == [cited(model, 3)]
    assert not open_page(app, "read", doc=passage.document_id, p="").code
