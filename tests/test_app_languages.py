"""The app and the command line mark the languages that the encoder reads poorly, and say what reads them."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from tests.app_steps import html_of, open_page, started, url
from tests.models import small_model
from topics.cli import main
from topics.present import MULTILINGUAL, remedy
from topics.ui import text
from topics.values import Skipped


def marked_model(*codes, id="all-MiniLM-L6-v2-int8"):
    model = small_model()
    return replace(model, encoder=replace(model.encoder, id=id, poorly_read=codes))


@pytest.fixture
def town(tmp_path, monkeypatch):
    """The app on a model whose encoder reads Swedish poorly."""
    marked_model("sv").save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def test_a_passage_in_such_a_language_is_marked_and_no_other(town):
    shown = html_of(open_page(town, "explore", topic="t0"))
    cards = shown.split('<article class="passage')[1:]
    assert {"Swedish" in card for card in cards} == {True, False}
    for card in cards:
        assert (text.READ_POORLY in card) == ("Swedish" in card)
        assert ('title="all-MiniLM-L6-v2 reads Swedish poorly.' in card) == ("Swedish" in card)


def test_the_about_page_names_the_language_and_what_reads_it(town):
    shown = html_of(open_page(town, "about"))
    assert "English 18, Swedish 6 (read poorly)" in shown
    assert "all-MiniLM-L6-v2 reads Swedish poorly." in shown
    for name in MULTILINGUAL:
        assert name in shown
    assert text.LANGUAGE_NOTE not in shown


def test_the_article_in_such_a_language_says_so(town):
    assert "(read poorly)" in html_of(open_page(town, "read", doc="sv/insändare.txt"))


def test_the_command_line_marks_passages_and_names_what_reads_them(tmp_path):
    saved = str(marked_model("sv").save(tmp_path / "town"))
    told = CliRunner().invoke(main, ["passages", saved]).stdout
    assert told.count("[sv, read poorly]") == 6
    assert told.count("[en]") == 18
    assert "all-MiniLM-L6-v2 reads Swedish poorly." in CliRunner().invoke(main, ["show", saved]).stdout
    plain = json.loads(CliRunner().invoke(main, ["show", saved, "--json"]).stdout)
    assert plain["poorly_read"] == ["sv"]
    rows = json.loads(CliRunner().invoke(main, ["passages", saved, "--json"]).stdout)
    assert {(row["language"], row["poorly_read"]) for row in rows} == {("en", False), ("sv", True)}


def test_where_all_is_read_nothing_is_marked(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    app = started(tmp_path, monkeypatch)
    assert text.READ_POORLY not in html_of(open_page(app, "explore", topic="t0"))
    assert text.READ_POORLY not in html_of(open_page(app, "about"))


def test_the_remedy_is_a_sentence_with_names():
    assert remedy(small_model()) == ""
    assert remedy(marked_model("fi", "sv", "xx")) == (
        "all-MiniLM-L6-v2 reads Finnish, Swedish and xx poorly. A multilingual encoder such as "
        "paraphrase-multilingual-MiniLM-L12-v2 or potion-multilingual-128M reads many more languages: fit again with "
        "embedder= (on the command line --embedder) and such a name."
    )
    other = remedy(marked_model("sv", id="minishlab/potion-multilingual-128M"))
    assert "such as paraphrase-multilingual-MiniLM-L12-v2 reads" in other


def test_the_app_speaks_the_language_of_its_link_and_keeps_it(town):
    app = open_page(town, "explore", lang="sv")
    shown = html_of(app)
    assert "Kartan" not in text.MAP  # English, outside of the app
    assert "Karta över styckena" in shown and "Map of the passages" not in shown
    assert url(app)["lang"] == "sv"


def test_what_the_library_says_is_swedish_as_well(tmp_path, monkeypatch):
    model = replace(marked_model("sv"), skipped=(Skipped("a.txt", "is empty"),))
    path = model.save(tmp_path / "models" / "town")
    shown = html_of(open_page(started(tmp_path, monkeypatch), "about", lang="sv"))
    assert "läser svenska dåligt" in shown and "reads Swedish" not in shown
    assert ">är tom<" in shown
    (path / "CURRENT").write_text("nonsense")
    app = open_page(started(tmp_path, monkeypatch), "about", lang="sv")
    assert "är skadad" in app.warning[0].value


def test_a_language_that_the_app_does_not_speak_is_told(town):
    app = open_page(town, "explore", lang="tlh")
    assert "tlh" in app.warning[0].value
    assert "Map of the passages" in html_of(app)
