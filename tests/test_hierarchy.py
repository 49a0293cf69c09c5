"""A tree over topics: where it is cut, what the cut says, and which trees are none."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.models import small_model, small_tree
from topics.hierarchy import (
    Rows,
    Tree,
    apart,
    check,
    check_nested,
    counted,
    grown,
    members,
    nodes_at,
    planted,
    reseated,
    seen,
    unshown,
)
from topics.values import Keyword, Level, Topic

MERGES = np.array([(0, 1), (3, 4), (2, 6), (5, 7), (8, 9)], np.int32)  # of the small model: fine, medium, coarse, one
CHAIN = np.array([(0, 1), (4, 2), (5, 3)], np.int32)


def topic(id: int, size: int, name: str = "", *, parent: int | None = None, theme: str | None = None) -> Topic:
    keywords = (Keyword(f"word{id}", 1.0, "en"), Keyword("other", 0.5, "en"))
    return Topic(id, name or f"Name {id}", keywords, size, size / 100, 0.5, "fine", parent, theme, {"en": size})


def test_nodes_and_members_follow_the_merges() -> None:
    assert nodes_at(MERGES, 6, 6).tolist() == [0, 1, 2, 3, 4, 5]
    assert nodes_at(MERGES, 6, 4).tolist() == [6, 6, 2, 7, 7, 5]
    assert nodes_at(MERGES, 6, 1).tolist() == [10] * 6
    assert members(MERGES, 6).sum(axis=1).tolist() == [2, 2, 3, 3, 6]
    assert unshown(MERGES, small_model().levels) == [10]
    assert members(np.zeros((0, 2), np.int32), 1).shape == (0, 1)


def test_nodes_are_divided_into_few_lists_that_do_not_overlap() -> None:
    assert apart(MERGES, 6, [6, 7, 8, 9, 10]) == [[6, 7], [8, 9], [10]]
    assert apart(MERGES, 6, [7, 8, 10]) == [[7, 8], [10]]
    assert apart(CHAIN, 4, [4, 6]) == [[4], [6]]
    assert apart(CHAIN, 4, []) == []


def test_a_topic_that_gains_little_keeps_its_name() -> None:
    levels = (Level("fine", tuple(topic(id, size) for id, size in enumerate((40, 20, 19, 10)))),)
    assert grown(CHAIN, levels, {}) == {4: 0, 5: 4, 6: 5}
    assert grown(CHAIN, levels, {1: "Theme"}) == {4: 0}  # the theme came with the second merge and went with the third
    described = {5: topic(1, 79, "Both"), 6: topic(0, 89, "All")}
    tree = planted(CHAIN, levels, described, {4: 0}, np.array([0.3, 0.2, np.nan], np.float32))
    assert [(own.id, own.name, own.size, own.level) for own in tree.topics] == [
        (4, "Name 0", 60, ""),
        (5, "Both", 79, ""),
        (6, "All", 89, ""),
    ]
    assert tree.topics[0].stability == pytest.approx(0.3)
    assert tree.topics[0].languages == {"en": 60}
    assert tree.topics[0].share == pytest.approx(0.6)
    check(tree.merges, tree.topics, levels)


def test_names_and_themes_are_distinct_at_every_cut() -> None:
    fine = tuple(topic(id, 10, name) for id, name in enumerate(("Same", "same", "Same", "Else")))
    levels = (Level("fine", fine),)
    described = {4: topic(0, 20, "Same", theme="Same"), 5: topic(0, 30, "Else"), 6: topic(0, 40, "Else (word3)")}
    tree = planted(CHAIN, levels, described, {}, np.zeros(3, np.float32))
    rows = Rows(levels, (np.arange(4, dtype=np.int32)[None, :],))
    three = seen(rows, tree, 3).rows.levels[0].topics
    assert [own.name for own in three] == ["Same", "Same (word2)", "Else"]
    assert [own.name for own in seen(rows, tree, "2").rows.levels[0].topics] == ["Else", "Else (word3)"]
    for k in (1, 2, 3):
        own = seen(rows, tree, k)
        assert own.level == str(k)
        assert len({each.name.casefold() for each in own.rows.levels[0].topics}) == k
    twice = (topic(0, 60, "A", theme="A"), topic(1, 20, "A", theme="A"), topic(2, 19), topic(3, 1))
    seen_twice = seen(
        Rows((Level("fine", twice),), (np.arange(4, dtype=np.int32)[None, :],)),
        Tree(np.array([(2, 3), (0, 4), (5, 1)], np.int32), (topic(4, 20, "B"), topic(5, 80), topic(6, 100))),
        3,
    )
    themes = Counter(own.theme for own in seen_twice.rows.levels[0].topics)
    assert themes == {"A": 1, None: 2}


def test_a_cut_leaves_no_trace_behind() -> None:
    model = small_model()
    rows = Rows(model.levels, (model.all_labels, model.rule.topics))
    tree = Tree(MERGES, (topic(10, 24, "All"),))
    for k in (1, 3, 5):
        cut = seen(rows, tree, k)
        assert len(cut.rows.levels) == 4
        check_nested(cut.rows.levels, cut.rows.topics[0])
        check_nested(cut.rows.levels, cut.rows.topics[1])
        back = seen(cut.rows, tree, "coarse")
        assert repr(back.rows.levels) == repr(model.levels)
        assert all((one == other).all() for one, other in zip(back.rows.topics, rows.topics, strict=True))
        again = seen(cut.rows, tree, 2 if k == 5 else 5)
        assert len(again.rows.levels) == (3 if k == 5 else 4)


def test_loose_passages_stay_loose() -> None:
    levels = (Level("fine", tuple(topic(id, 1) for id in range(4))),)
    tree = planted(CHAIN, levels, {4: topic(0, 2), 5: topic(0, 3), 6: topic(0, 4)}, {}, np.zeros(3, np.float32))
    cut = seen(Rows(levels, (np.array([[0, -1, 1, 2, 3, -1]], np.int32),)), tree, 2)
    assert cut.rows.topics[0].tolist() == [[0, -1, 0, 0, 1, -1], [0, -1, 1, 2, 3, -1]]


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (0, "this model cannot show 0 topics; it can show 1 to 6"),
        (7, "this model cannot show 7 topics; it can show 1 to 6"),
        (-2, "this model cannot show -2 topics"),
        ("400", "this model cannot show 400 topics"),
        ("05", "level '05' is not one of this model's: coarse, medium, fine, or a number of topics"),
        (True, "level is True, but must be the name of a level or a whole number of topics"),
        (3.0, r"level is 3\.0, but must be"),
        (None, "level is None, but must be"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(level: object, message: str) -> None:
    model = small_model()
    with pytest.raises(ValueError, match=message):
        seen(Rows(model.levels, (model.all_labels,)), Tree(MERGES, (topic(10, 24),)), level)


@pytest.mark.parametrize(
    ("merges", "ids", "message"),
    [
        ([(0, 1)], [10], r"merges has shape \(1, 2\), but 6 topics make one in 5 merges"),
        ([(0, 1), (3, 3), (2, 6), (5, 7), (8, 9)], [10], "merge 1 joins the nodes 3 and 3"),
        ([(0, 1), (0, 4), (2, 6), (5, 7), (8, 9)], [10], "merge 1 joins the nodes 0 and 4"),
        ([(0, 9), (3, 4), (2, 6), (5, 7), (8, 9)], [10], "merge 0 joins the nodes 0 and 9"),
        ([(0, -1), (3, 4), (2, 6), (5, 7), (8, 9)], [10], "merge 0 joins the nodes 0 and -1"),
        ([(0, 2), (3, 4), (1, 6), (5, 7), (8, 9)], [10], "its merges do not lead to level 'medium'"),
        ([(0, 1), (3, 4), (6, 7), (2, 5), (8, 9)], [10], "its merges do not lead to level 'coarse'"),
        (MERGES, [], "its topics are not the nodes that no level shows"),
        (MERGES, [9, 10], "its topics are not the nodes that no level shows"),
    ],
)
def test_what_is_no_tree_is_refused(merges: object, ids: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(np.array(merges, np.int32), [topic(id, 24) for id in ids], small_model().levels)


def test_sizes_and_parents_of_a_tree_must_fit() -> None:
    model = small_model()
    with pytest.raises(ValueError, match="node 10 says 23 passages, not 24"):
        check(MERGES, [topic(10, 23)], model.levels)
    labels = model.all_labels.copy()
    labels[0, 5] = 1 - labels[0, 5]
    with pytest.raises(ValueError, match="level 'coarse' is not what the parents of finer topics say"):
        check_nested(model.levels, labels)
    with pytest.raises(ValueError, match="it is over 2,001 topics, but may be over at most 2,000"):
        check(MERGES, [], [Level("fine", tuple(topic(id, 1) for id in range(2001)))])


def test_leaves_change_their_seats_and_nodes_grow_with_them() -> None:
    model = small_model(tree=small_tree())
    finest = model.levels[-1].topics
    places = np.array([5, 0, 1, 2, 3, 4], np.int32)
    moved = reseated(model.tree, places)
    before, after = members(model.tree.merges, 6), members(moved.merges, 6)
    assert np.array_equal(before, after[:, places])
    larger = [replace(topic, size=topic.size + 1, languages={"en": topic.size + 1}) for topic in finest]
    [node] = counted(model.tree, larger).topics
    assert (node.size, dict(node.languages)) == (30, {"en": 30})
    assert node.name == "The town"
