"""A model seen with any number of topics: every query works there, and cuts nest."""

import time

import numpy as np
import pytest

from tests.models import small_model, small_tree
from topics import present, quality
from topics.model import TopicModel


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return small_model(tree=small_tree())


def test_every_number_of_topics_can_be_seen(model: TopicModel) -> None:
    for k in range(1, 7):
        seen = model.at(k)
        assert len(seen.topics) == k
        assert len(np.unique(seen.labels)) == k
        sizes = [topic.size for topic in seen.topics]
        assert sizes == sorted(np.bincount(seen.labels).tolist(), reverse=True)
        assert [topic.id for topic in seen.topics] == list(range(k))
        assert {topic.level for topic in seen.topics} == {seen.level}
        assert len({topic.name.casefold() for topic in seen.topics}) == k
        assert all(topic.keywords for topic in seen.topics)
    assert [model.at(k).level for k in (2, 4, 6)] == ["coarse", "medium", "fine"]
    assert repr(model.at(5)).startswith("<TopicModel: 5 topics in 24 passages")


def test_one_topic_less_is_one_merge(model: TopicModel) -> None:
    for k in range(2, 7):
        finer, coarser = model.at(k).labels, model.at(k - 1).labels
        pairs = set(zip(finer.tolist(), coarser.tolist(), strict=True))
        assert len(pairs) == k  # each finer topic in one coarser one
        parts = np.bincount([parent for _, parent in pairs])
        assert sorted(parts) == [1] * (k - 2) + [2]


def test_parents_hold_at_every_level_of_a_view(model: TopicModel) -> None:
    for k in (1, 3, 5):
        seen = model.at(k)
        assert seen.level_names == tuple(
            sorted((str(k), "coarse", "medium", "fine"), key=lambda name: len(seen.at(name).topics))
        )
        for row, level in enumerate(seen.levels):
            for topic in level.topics:
                inside = seen.all_labels[row] == topic.id
                assert (topic.parent is None) == (row == 0)
                assert row == 0 or (seen.all_labels[row - 1][inside] == topic.parent).all()


def test_views_of_views(model: TopicModel) -> None:
    assert repr(model.at(3).at("coarse").levels) == repr(model.levels)
    assert model.at(3).at(5).level_names == ("coarse", "medium", "5", "fine")
    assert (model.at(5).at(3).labels == model.at(3).labels).all()
    assert model.at("3").level == "3"
    assert model.at(3).at(model.at(3).level).labels.tolist() == model.at(3).labels.tolist()
    assert model.at(np.int64(3)).level == "3"
    assert model.level == "medium"


def test_every_query_works_on_a_view(model: TopicModel) -> None:
    seen = model.at(3)
    assert [found.topic for found in seen.assign(seen.passages.texts())] == seen.labels.tolist()
    assert all(0 <= found.confidence <= 1 for found in seen.assign(["More bike lanes"]))
    for topic in seen.topics:
        own = {seen.passages[int(row)].id for row in seen.rows(topic.id)}
        assert len(own) == topic.size
        assert {passage.id for passage in seen.representatives(topic.id, 3)} <= own
        assert all(hit.topic == topic.id for hit in seen.search("bus lunch bike", topic=topic.id))
    with pytest.raises(ValueError, match="there is no topic 3 at level '3', which has 0 to 2"):
        seen.rows(3)
    frame = seen.to_frame()
    assert frame["topic"].tolist() == frame["topic_3"].tolist() == seen.labels.tolist()
    axis = seen.axis([0], ["electric bus"])
    assert len(axis.direction) == len(seen.passages)
    assert quality.score(seen).rows()
    plain = present.of_model(seen)
    assert plain["level"] == "3"
    assert plain["levels"] == {"coarse": 2, "3": 3, "medium": 4, "fine": 6}


@pytest.mark.parametrize("k", [0, 7, -1])
def test_a_number_out_of_range_is_said_with_the_range(model: TopicModel, k: int) -> None:
    with pytest.raises(ValueError, match=f"this model cannot show {k} topics; it can show 1 to 6"):
        model.at(k)


def test_a_fitted_model_can_be_seen_anyhow(seeds_model: TopicModel) -> None:
    fine = len(seeds_model.levels[-1].topics)
    start = time.process_time()
    views = [seeds_model.at(k) for k in range(1, fine + 1)]
    assert (time.process_time() - start) / fine < 0.05  # milliseconds; a wide margin for busy machines
    for k, seen in enumerate(views, start=1):
        names = [topic.name for topic in seen.topics]
        assert len({name.casefold() for name in names}) == len(names) == k
        assert all(topic.keywords and topic.languages for topic in seen.topics)
        nearest = seen.assign_vectors(seen.vectors)
        assert (nearest.topic == seen.labels).all()
        assert sum(topic.size for topic in seen.topics) == len(seen.passages)
    for level in seeds_model.level_names:
        named = seeds_model.at(level)
        same = seeds_model.at(len(named.topics))
        assert same.labels.tolist() == named.labels.tolist()


@pytest.mark.parametrize("engine", ["density"])
def test_loose_passages_stay_loose_in_every_view(engine: str, seeds: object) -> None:
    import topics

    model = topics.fit(seeds, engine=engine, outliers="keep")
    for k in range(1, len(model.levels[-1].topics) + 1):
        seen = model.at(k)
        assert ((seen.labels < 0) == (model.labels < 0)).all()
        assert (seen.assign_vectors(seen.vectors).topic == seen.labels).all()
