"""A view and the query of a URL say the same; whatever a URL says, a view comes of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models import small_model
from topics.ui.state import PAGES, ViewState, fitted, from_query, merged, moved
from topics.values import LOOSE

PARAMETERS = ["model", "level", "topic", "q", "by", "area", "page", "doc", "p", "w", "side", "sheet"]
FULL = ViewState(
    model="town",
    level="fine",
    topic=3,
    query='"bike lane" für åäö & <b>?',
    by="words",
    area=((-1.0, -0.5), (0.25, 0.0), (0.125, 0.75)),
    where=(("section", "sport & fritid"), ("section", "ö=1"), ("language", "sv")),
    colour="section",
    page=4,
    document="sv/insändare.txt",
    place=120,
    job="a-B_c1",
    word="öppen källkod",
    side="borderline",
    sheet=3,
    act="merge",
    how="groups",
    first=4,
    second=2,
    column="section",
    bins="month",
    other="town-2",
    left="open source | topic:3",
    right="<b> & ö",
    rows="document",
    scope="view",
)


def test_every_field_is_in_the_url_of_some_page_and_comes_back():
    together = {}
    for page in PAGES:
        together |= FULL.to_query(page)
    assert from_query(together) == (FULL, ())


def test_a_url_is_short_and_readable():
    view = ViewState(model="seeds", level="medium", topic=5)
    assert view.to_query("explore") == {"model": "seeds", "level": "medium", "topic": "t5"}
    assert ViewState().to_query("explore") == {}


def test_the_loose_passages_have_a_word_of_their_own():
    assert ViewState(topic=LOOSE).to_query("explore") == {"topic": "loose"}
    assert from_query({"topic": "loose"}) == (ViewState(topic=LOOSE), ())


def test_each_page_keeps_its_own_parameters():
    assert set(FULL.to_query("read")) == {"model", "level", "topic", "doc", "p"}
    assert set(FULL.to_query("about")) == {"model"}
    assert "doc" not in FULL.to_query("explore")
    assert set(FULL.to_query("topic")) == {"model", "level", "topic", "side", "sheet"}
    assert set(FULL.to_query("words")) == {"model", "level", "w", "sheet"}
    assert set(FULL.to_query("search")) == {"model", "level", "topic", "q", "by", "where", "sheet"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("topic", "wheat"),
        ("act", "destroy"),
        ("topic", "t-1"),
        ("topic", "t²"),
        ("topic", "t99999999999999999999"),
        ("page", "0"),
        ("page", "nine"),
        ("p", "-3"),
        ("by", "magic"),
        ("side", "dark"),
        ("sheet", "0"),
        ("a", "t²"),
        ("b", "second"),
        ("how", "sideways"),
        ("bins", "decade"),
        ("scope", "half"),
        ("area", "1,1_2,2"),
        ("area", "a,b_c,d_e,f"),
        ("area", "nan,0_1,1_2,2"),
        ("area", "1_2_3"),
        ("area", "1e99,0_1,1_2,2"),
    ],
)
def test_what_says_nothing_sensible_is_left_out_and_named(name, written):
    view, notices = from_query({name: written, "model": "town"})
    assert view == ViewState(model="town")
    assert len(notices) == 1
    assert f"“{name}”" in notices[0]


def test_a_very_long_query_is_cut():
    view, _ = from_query({"q": "x" * 10_000, "w": "y " * 10_000})
    assert len(view.query) == 500
    assert len(view.word) == 499


def test_a_very_long_pole_is_cut_and_put_on_one_line():
    view, notices = from_query({"left": "a \n b\x00 " + "x" * 10_000})
    assert len(view.left) == 1500
    assert view.left.startswith("a b x")
    assert not notices


def test_topics_and_columns_that_the_model_does_not_have_are_left_out_and_named():
    asked = ViewState(first=9, second=1, column="paper", rows="paper")
    view, notices = fitted(asked, small_model())
    assert (view.first, view.second, view.column, view.rows) == (None, 1, "", "")
    assert len(notices) == 3
    kept, told = fitted(ViewState(first=0, column="language", rows="document"), small_model())
    assert (kept.first, kept.column, kept.rows, told) == (0, "language", "document", ())


def test_parameters_of_others_are_ignored():
    assert from_query({"utm_source": "x", "embed": "true"}) == (ViewState(), ())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text()))
def test_no_url_breaks_it_and_what_comes_of_it_is_stable(parameters):
    view, _ = from_query(parameters)
    pages = ("explore", "read", "topic", "words")
    again, notices = from_query({name: told for page in pages for name, told in view.to_query(page).items()})
    assert again == view
    assert notices == ()


def test_a_view_that_fits_is_left_alone():
    model = small_model()
    view = ViewState(model="town", level="coarse", topic=1, document="report.md", place=3)
    assert fitted(view, model) == (view, ())


def test_without_a_level_the_model_shows_its_own():
    assert fitted(ViewState(), small_model(level="fine"))[0].level == "fine"


@pytest.mark.parametrize(
    ("asked", "shown", "said"),
    [
        (ViewState(level="finest"), ViewState(level="medium"), "no level called “finest”"),
        (
            ViewState(level="medium", topic=4),
            ViewState(level="medium"),
            "no topic t4 at the medium level, which has t0 to t3",
        ),
        (
            ViewState(level="fine", document="gone.txt", place=9),
            ViewState(level="fine"),
            "no document called “gone.txt”",
        ),
    ],
)
def test_what_the_model_does_not_have_is_explained(asked, shown, said):
    view, notices = fitted(asked, small_model())
    assert view == shown
    assert len(notices) == 1
    assert said in notices[0]


def test_a_chosen_topic_is_found_again_at_another_level():
    model = small_model()
    lunches = ViewState(level="medium", topic=1)  # holds the fine topics 3 (10 letters of lunch) and 4
    assert moved(lunches, model, "coarse").topic == 1
    assert moved(lunches, model, "fine").topic in (3, 4)
    assert moved(ViewState(level="fine", topic=5), model, "medium").topic == 3
    assert moved(ViewState(level="fine"), model, "medium").topic is None
    assert moved(ViewState(level="fine", topic=LOOSE), model, "medium").topic == LOOSE


def test_moving_to_another_level_starts_at_the_first_page_and_keeps_the_search():
    view = moved(ViewState(level="medium", topic=0, query="bus", page=3), small_model(), "fine")
    assert (view.level, view.query, view.page) == ("fine", "bus", 1)


def test_another_page_keeps_what_its_url_has_no_room_for():
    before = ViewState(model="town", level="fine", topic=2, query="bus", page=2)
    reading, _ = from_query({"model": "town", "level": "fine", "topic": "t2", "doc": "report.md", "p": "7"})
    view = merged(reading, before, "read")
    assert (view.document, view.place, view.query, view.page) == ("report.md", 7, "bus", 2)


def test_another_model_takes_nothing_over():
    other = ViewState(model="elsewhere")
    assert merged(other, FULL, "read") == other
