"""What the map can be coloured by, and how a link names it."""

import pytest

from tests.models import small_model
from tests.test_app_filters import model_with
from topics.facets import Facet
from topics.shades import Shade
from topics.ui import colouring
from topics.ui.state import ViewState, fitted


def test_columns_come_by_their_names_then_time_where_there_are_dates_and_confidence():
    assert colouring.choices(small_model()) == ("language", colouring.CONFIDENCE)
    dated = model_with("2004-01-02", "2004-03-04", "2005-01-01", None, name="date")
    assert colouring.choices(dated) == ("language", colouring.TIME, colouring.CONFIDENCE)


@pytest.mark.parametrize("name", ["~time", "~confidence", "~", "~~time", "time"])
def test_no_column_is_taken_for_what_is_none(name):
    model = model_with("a", "b", "a", "b", name=name)
    key = colouring.key_of(name)
    assert key not in (colouring.TIME, colouring.CONFIDENCE)
    assert colouring.source(model, key).name == colouring.column(model, key) == name
    assert isinstance(colouring.source(model, colouring.CONFIDENCE), Shade)
    assert len(set(colouring.choices(model))) == len(colouring.choices(model))


def test_a_name_of_nothing_is_topics():
    assert colouring.source(small_model(), "") is None
    assert colouring.column(small_model(), colouring.TIME) == ""


def test_a_link_keeps_what_there_is_and_tells_what_there_is_not():
    model = small_model()
    assert fitted(ViewState(colour=colouring.CONFIDENCE), model)[0].colour == colouring.CONFIDENCE
    view, notices = fitted(ViewState(colour=colouring.TIME), model)
    assert view.colour == ""
    assert len(notices) == 1


def test_confidence_is_that_of_the_level_and_is_kept():
    model = small_model()
    medium, fine = (colouring.source(model.at(level), colouring.CONFIDENCE) for level in ("medium", "fine"))
    assert medium is colouring.source(model, colouring.CONFIDENCE)
    assert medium is not fine
    assert isinstance(colouring.source(model, "language"), Facet)
