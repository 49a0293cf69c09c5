"""Links ask for a level by its name or by its number of topics; what a model does not have is told."""

import pytest

from tests.models import small_model, small_tree
from topics.ui.state import ViewState, fitted


@pytest.mark.parametrize(("asked", "shown"), [("5", "5"), ("4", "medium"), ("fine", "fine"), ("", "medium")])
def test_a_level_is_asked_for_by_name_or_by_its_number_of_topics(asked, shown):
    view, notices = fitted(ViewState(level=asked), small_model(tree=small_tree()))
    assert (view.level, notices) == (shown, ())


@pytest.mark.parametrize("asked", ["7", "0", "5.5", "٥", "99999999999", "finest"])
def test_a_level_that_is_not_there_is_told_with_those_that_are(asked):
    view, (notice,) = fitted(ViewState(level=asked), small_model(tree=small_tree()))
    assert view.level == "medium"
    assert f"“{asked}”" in notice and "coarse, medium, fine, or a number of topics: at most 6 topics" in notice
    _, (notice,) = fitted(ViewState(level=asked), small_model())
    assert notice.endswith("its levels are coarse, medium, fine.")
