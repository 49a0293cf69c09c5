"""The axis page, without a browser."""

import re

import pytest

from tests.app_steps import html_of, keyed, open_page, passages_in, started, url
from tests.models import THEMES, small_model
from topics.contrast import parts_of, shown, written
from topics.ui import text
from topics.ui.markup import esc, md


@pytest.fixture
def town(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    monkeypatch.setattr("topics.ui.session.open_model", lambda path: small_model())
    return started(tmp_path, monkeypatch)


def test_the_first_contrast_is_shown_when_nothing_is_asked_for(town):
    app = open_page(town, "axis")
    drawn = html_of(app)
    left, right = THEMES[0].poles
    assert app.button(key="contrast_0").label == md(THEMES[0].name)
    assert app.text_input(key="pole_left").value == written(left)
    axis = small_model().axis(left, right)
    held = int(axis.relevant.sum())
    assert len(re.findall(r'<a class="ax-dot', drawn)) == held
    assert f"The other {24 - held} of 24 are about neither" in drawn
    parts = shown(small_model(), axis)
    told = [small_model().passages[row].text for part in (parts.left, parts.middle, parts.right) for row in part]
    assert passages_in(app) == told
    row = int(parts.left[0])
    assert esc(text.stands(axis, row)) in drawn
    assert text.AXIS_DOCUMENTS in drawn
    assert "left" not in url(app)


def test_poles_are_in_the_url_and_a_topic_can_be_one(town):
    app = open_page(town, "axis")
    app.text_input(key="pole_left").set_value("bike lanes | cycling | bicycles").run()
    assert url(app)["left"] == "bike lanes | cycling | bicycles"
    app.selectbox(key=keyed(app, "pole_topic_right")).set_value("topic:2").run()
    assert url(app)["right"] == "topic:2"
    assert app.text_input(key="pole_right").value == "topic:2"
    drawn = html_of(app)
    axis = small_model().axis(parts_of("bike lanes | cycling | bicycles"), [2])
    assert len(re.findall(r'<a class="ax-dot', drawn)) == int(axis.relevant.sum())
    assert "Bus lines →" in drawn
    app.button(key="contrast_0").click().run()
    assert url(app)["left"] == written(THEMES[0].poles[0])


def test_rows_by_document_and_by_language_hold_the_same_dots(town):
    app = open_page(town, "axis", rows="language")
    drawn = html_of(app)
    assert re.findall(r'<div class="ax-label"><span dir="auto">(\w+)</span>', drawn) == ["English", "Swedish"]
    many = len(re.findall(r'<a class="ax-dot', drawn))
    app.selectbox(key="axis_rows").set_value("document").run()
    assert url(app)["rows"] == "document"
    drawn = html_of(app)
    assert len(re.findall(r'<div class="ax-label"><span', drawn)) == 4
    assert len(re.findall(r'<a class="ax-dot', drawn)) == many


def test_every_dot_and_passage_opens_where_it_stands(town):
    app = open_page(town, "axis")
    links = re.findall(r'<a class="ax-dot[^>]*href="read\?([^"]+)"', html_of(app))
    assert links
    assert all("doc=" in link and "p=" in link and "model=town" in link for link in links)


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("bike", "Bike", "axis_same"),
        ("bike", "", "axis_one_pole"),
        ("bike lane", "lane bike", "mean the same"),
        ("topic:x", "bike", "names no topic"),
        ("topic:99", "bike", "no topic 99"),
        ("bike | ", "bus", "a phrase of a pole is empty"),
    ],
)
def test_poles_that_make_no_axis_are_told_of_in_a_sentence_without_a_chart(town, left, right, said):
    app = open_page(town, "axis", left=left, right=right)
    [warning] = [entry.value for entry in app.warning]
    told = text.entry(said) if said.startswith("axis_") else md(said)
    assert told in warning
    assert '<a class="ax-dot' not in html_of(app)


def test_one_phrase_a_pole_has_no_interval_which_is_told(town):
    drawn = html_of(open_page(town, "axis", left="bike lane", right="bus line"))
    assert text.AXIS_NO_INTERVAL in drawn
    assert "the likely range is unknown" in drawn


def test_where_nothing_stands_out_there_is_no_chart(town, monkeypatch):
    from dataclasses import replace

    import numpy as np

    axis = small_model().axis(*THEMES[0].poles)
    nothing = replace(axis, side=np.full_like(axis.side, "neither"))
    monkeypatch.setattr("topics.model.TopicModel.axis", lambda *told: nothing)
    drawn = html_of(open_page(town, "axis"))
    assert text.AXIS_ALL_NEITHER in drawn
    assert "The other 24 of 24 are about neither" in drawn
    assert '<a class="ax-dot' not in drawn


def test_a_model_without_a_contrast_asks_for_poles(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    monkeypatch.setattr("topics.ui.session.open_model", lambda path: small_model(themes=THEMES[1:]))
    app = open_page(started(tmp_path, monkeypatch), "axis")
    assert text.AXIS_NOTHING_ASKED in html_of(app)
    assert not app.warning


def test_odd_words_show_as_themselves(town):
    hostile = "<img src=x onerror=alert(1)> $x$ :red[a]"
    drawn = html_of(open_page(town, "axis", left=f"{hostile} bike", right="bus", rows="nothing"))
    assert "<img" not in drawn
    assert esc(hostile) in drawn
