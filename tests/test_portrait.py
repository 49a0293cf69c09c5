"""All about one topic, in figures that agree with a count by hand."""

import numpy as np
import pytest

from tests.models import small_model
from topics import portrait
from topics.search.query import indexed
from topics.values import LOOSE

MODEL = small_model()


def test_keywords_are_counted_as_they_stand_in_passages():
    words = portrait.words(MODEL, 2)
    assert [word.keyword for word in words] == list(MODEL.topic(2).keywords)
    for word in words:
        phrase = f" {indexed(word.keyword.term)} "
        holds = np.array([phrase in f" {indexed(text)} " for text in MODEL.passages.texts()])
        assert word.inside == int(holds[MODEL.labels == 2].sum())
        assert word.outside == int(holds[MODEL.labels != 2].sum())
    assert any(word.inside for word in words)


def test_passages_are_ordered_by_what_they_stand_for():
    mine = set(np.flatnonzero(MODEL.labels == 0).tolist())
    best = portrait.rows(MODEL, 0, "best").tolist()
    assert best == MODEL.typical(0, 10).tolist()
    assert portrait.rows(MODEL, 0, "typical").tolist() == MODEL.rows(0).tolist()
    borderline = portrait.rows(MODEL, 0, "borderline")
    assert set(borderline.tolist()) == mine
    assert (np.diff(MODEL.confidence[borderline]) >= 0).all()
    with pytest.raises(ValueError, match="no topic 99"):
        portrait.rows(MODEL, 99, "best")


def test_loose_passages_have_an_order_too():
    labels = MODEL.all_labels.copy()
    labels[:, :2] = LOOSE
    model = small_model(all_labels=labels)
    assert {tuple(portrait.rows(model, LOOSE, side).tolist()) for side in portrait.SIDES} == {
        tuple(model.rows(LOOSE).tolist())
    }


def test_a_passage_says_how_sure_it_is_and_what_comes_second():
    rows = MODEL.rows(1)
    told = portrait.reasons(MODEL, rows)
    assert [reason.row for reason in told] == rows.tolist()
    assert [reason.confidence for reason in told] == MODEL.confidence[rows].tolist()
    assert all(reason.runner_up not in (1, LOOSE) for reason in told)


def test_the_neighbours_are_the_other_topics_the_nearest_first():
    found = portrait.neighbours(MODEL, 0)
    assert {other.topic for other in found} == {topic.id for topic in MODEL.topics} - {0}
    assert [other.likeness for other in found] == sorted((other.likeness for other in found), reverse=True)
    assert sum(other.second for other in found) == MODEL.topic(0).size
    assert len(portrait.neighbours(MODEL, 0, 1)) == 1


def test_what_is_spread_over_a_column_is_counted_by_value():
    (language,) = MODEL.memo.facets
    rows = np.flatnonzero(MODEL.labels == 1)
    found = portrait.parts(language, rows)
    codes = [MODEL.passages.language_codes()[row] for row in rows.tolist()]
    assert {part.value: part.inside for part in found} == {code: codes.count(code) for code in set(codes)}
    assert sum(part.inside for part in found) == len(rows)
    assert portrait.parts(language, np.zeros(0, np.int64)) == ()
