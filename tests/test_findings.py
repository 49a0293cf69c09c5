"""A search narrowed by topic and metadata, and what each further choice would leave."""

import numpy as np
import pytest

from tests.models import FakeEmbedder, small_model
from tests.test_app_filters import model_with
from topics.findings import find

MODEL = small_model(embedder=FakeEmbedder())


@pytest.mark.parametrize("by", ["words", "meaning", "both"])
def test_it_ranks_as_the_model_searches(by):
    found = find(MODEL, "bus lane", by)
    hits = MODEL.search("bus lane", len(MODEL.passages), by=by)
    assert found.ranking.rows.tolist() == [hit.row for hit in hits][: len(found.ranking)]
    assert len(found.ranking) == (len(hits) if by == "words" else 20 if by == "meaning" else len(found.ranking))


def test_by_both_what_holds_a_word_is_never_left_out():
    held = set(find(MODEL, "bus", "words").ranking.rows.tolist())
    assert held <= set(find(MODEL, "bus", "both").ranking.rows.tolist())


def test_a_topic_and_values_narrow_and_the_counts_say_what_each_would_leave():
    model = model_with("North", "South", "North", None)
    everything = find(model, "bus", "words")
    topics, columns = dict(everything.topics), dict(everything.columns)
    assert sum(topics.values()) == len(everything.ranking)
    for topic, count in topics.items():
        assert len(find(model, "bus", "words", topic=topic).ranking) == count
    for name, values in columns.items():
        for value, count in values:
            assert len(find(model, "bus", "words", where=[(name, value)]).ranking) == count


def test_a_choice_leaves_the_counts_of_its_own_column_as_they_are():
    model = model_with("North", "South", "North", None)
    everything = find(model, "bus", "words")
    north = find(model, "bus", "words", where=[("office", "North")])
    assert dict(north.columns)["office"] == dict(everything.columns)["office"]
    assert north.topics != everything.topics
    topic = everything.topics[0][0]
    assert find(model, "bus", "words", topic=topic).topics == everything.topics
    assert set(model.labels[find(model, "bus", "words", topic=topic).ranking.rows].tolist()) == {topic}


def test_nothing_found_is_nothing_to_choose_from():
    found = find(MODEL, "zeppelin", "words")
    assert (len(found.ranking), found.topics) == (0, ())
    assert all(count == 0 for _, values in found.columns for _, count in values)


def test_a_search_by_meaning_finds_the_nearest_of_what_is_chosen():
    found = find(MODEL, "bus", "meaning", topic=0)
    assert set(found.ranking.rows.tolist()) == set(np.flatnonzero(MODEL.labels == 0).tolist())


def test_a_query_without_a_word_is_refused():
    with pytest.raises(ValueError, match="holds no word"):
        find(MODEL, "?!", "words")


def test_only_what_lies_inside_is_found():
    inside = np.arange(len(MODEL.passages)) % 2 == 0
    found, everything = find(MODEL, "bus", "words", inside=inside), find(MODEL, "bus", "words")
    assert found.ranking.rows.tolist() == [row for row in everything.ranking.rows.tolist() if inside[row]]
    assert sum(dict(found.topics).values()) == len(found.ranking)
