from dataclasses import replace

import numpy as np
import pytest

from tests.models import FakeEmbedder, small_model
from topics.errors import EncoderError
from topics.model import TopicModel
from topics.passages import Passages
from topics.values import Document, EncoderCard


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return small_model()


def test_a_level_is_a_view_of_the_same_model(model: TopicModel) -> None:
    assert model.level == "medium"
    assert [topic.name for topic in model.topics][:2] == ["Cars vs. bicycles", "School lunches"]
    fine = model.at("fine")
    assert len(fine.topics) == 6
    assert fine.vectors is model.vectors
    assert fine.at("medium").topics == model.topics
    for topic in fine.topics:
        assert topic.parent is not None
        assert (model.labels[fine.labels == topic.id] == topic.parent).all()
    with pytest.raises(ValueError, match="level 'finest' is not one of this model's: coarse, medium, fine"):
        model.at("finest")


def test_a_model_never_changes(model: TopicModel) -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        model.level = "fine"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        model.labels[0] = 5


def test_representatives_are_passages_of_the_topic(model: TopicModel) -> None:
    for topic in model.topics:
        found = model.representatives(topic.id, n=3)
        assert 1 <= len(found) <= 3
        own = {model.passages[int(row)].id for row in model.rows(topic.id)}
        assert {passage.id for passage in found} <= own
        assert len(own) == topic.size
    with pytest.raises(ValueError, match="there is no topic 9 at level 'medium', which has 0 to 3"):
        model.representatives(9)


def test_training_passages_get_their_topics_at_every_level(model: TopicModel) -> None:
    for level in model.level_names:
        seen = model.at(level)
        assigned = seen.assign(seen.passages.texts())
        assert [found.topic for found in assigned] == seen.labels.tolist()
        assert all(found.runner_up != found.topic and found.margin >= 0 for found in assigned)


def test_new_texts_find_their_topic_alone_or_together(model: TopicModel) -> None:
    texts = ["More room for bicycles and cyclists", "Lunch at school", "Elbussarna: en buss till"]
    together = model.assign(texts)
    assert [model.topics[found.topic].name for found in together[:2]] == ["Cars vs. bicycles", "School lunches"]
    assert together == [model.assign([text])[0] for text in texts]
    assert model.assign([]) == []


def test_assign_refuses_what_it_cannot_mean(model: TopicModel) -> None:
    with pytest.raises(ValueError, match="texts is a single string"):
        model.assign("one text")
    with pytest.raises(ValueError, match=r"texts\[1\] is of type NoneType"):
        model.assign(["one", None])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="got 2 languages for 1 texts"):
        model.assign(["one"], languages=["en", "sv"])


def test_another_encoder_is_refused(model: TopicModel) -> None:
    card = EncoderCard("other", "0" * 64, model.encoder.dimension)
    other = small_model(encoder=card, embedder=FakeEmbedder())
    with pytest.raises(EncoderError, match=r"made with the encoder other \(000000000000\)"):
        other.assign(["A text that is not in the corpus"])
    assert other.assign([model.passages[0].text])[0].topic == model.labels[0]  # known passages need no encoder


@pytest.mark.parametrize("by", ["words", "meaning", "both"])
def test_search_finds_a_planted_passage(model: TopicModel, by: str) -> None:
    hits = model.search("vegetarian soup lunch", n=3, by=by)  # type: ignore[arg-type]
    assert any("vegetarian lunch" in hit.passage.text for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.topic == model.labels[hit.row] for hit in hits)


def test_search_by_words_is_blind_to_diacritics_and_knows_phrases(model: TopicModel) -> None:
    assert "Klassrummen" in model.search("FOR TRANGA", by="words")[0].passage.text
    assert len(model.search('"protected bike lane"', by="words")) == 1
    assert model.search('"lane bike protected"', by="words") == []


def test_search_within_a_topic(model: TopicModel) -> None:
    hits = model.search("school", topic=0)
    assert hits
    assert {hit.topic for hit in hits} == {0}


@pytest.mark.parametrize(
    ("query", "knobs", "message"),
    [
        ("  ", {}, "holds no word"),
        ("!!!", {}, "the query '!!!' holds no word"),
        ("bus", {"n": 0}, "n is 0"),
        ("bus", {"by": "magic"}, "by is 'magic'"),
        ("bus", {"topic": 44}, "there is no topic 44"),
    ],
)
def test_search_refuses_what_it_cannot_mean(model: TopicModel, query: str, knobs: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model.search(query, **knobs)


def test_an_axis_places_the_corpus_between_two_poles(model: TopicModel) -> None:
    placed = model.axis(model.themes[0].poles[0], model.themes[0].poles[1])
    fine = model.at("fine")
    cycling, parking = fine.labels == 0, fine.labels == 1
    assert placed.direction[parking].max() < placed.direction[cycling].min()
    assert placed.relevant[cycling | parking].all()
    assert not placed.relevant[fine.labels == 4].any()


def test_an_axis_is_told_by_topics_passages_and_phrases_alike(model: TopicModel) -> None:
    fine = model.at("fine").labels
    lunches, cycling = fine == 3, fine == 0
    first, other = (int(row) for row in np.flatnonzero(cycling)[:2])
    ways = [
        model.axis(model.topics[0], 1),
        model.at("fine").axis([0, 1], [3, 4]),
        model.axis([model.passages[first], model.passages[other].id], ["school lunches", "a meal at noon"]),
    ]
    for placed in ways:
        assert set(placed.side[lunches]) == {"right"}
        assert set(placed.side[cycling]) == {"left"}
        assert set(placed.side[fine == 2]) == {"neither"}
        assert np.isfinite(placed.low).all()
        assert len(placed.documents.side) == 4


def test_every_document_has_a_place_on_an_axis_also_a_last_one_without_passages(model: TopicModel) -> None:
    shown = model.passages
    empty = Document("empty", "A copy of another.")
    columns = (shown.document, shown.start, shown.end, shown.language, shown.languages)
    placed = replace(model, passages=Passages((*shown.documents, empty), *columns)).axis("cycling", "parking")
    assert len(placed.documents.side) == len(shown.documents) + 1
    assert placed.documents.side[-1] == "neither"


def test_poles_of_topics_and_passages_need_no_encoder() -> None:
    card = EncoderCard("other", "0" * 64, small_model().encoder.dimension)
    other = small_model(encoder=card, embedder=FakeEmbedder())
    assert set(other.axis(0, other.passages[3]).side) >= {"left", "right"}
    with pytest.raises(EncoderError, match="made with the encoder other"):
        other.axis(0, "school lunches")


def test_an_axis_needs_two_different_poles(model: TopicModel) -> None:
    with pytest.raises(ValueError, match=r"share \d of their example passages"):
        model.axis(0, model.topics[0])
    with pytest.raises(ValueError, match="mean the same"):
        model.axis("parking", ["parking"])
    with pytest.raises(ValueError, match="share 1 of their"):
        model.axis([model.passages[0], model.passages[1]], [model.passages[1], model.passages[2]])


def test_the_frame_has_a_row_a_passage(model: TopicModel) -> None:
    frame = model.to_frame()
    assert len(frame) == len(model.passages)
    assert frame["topic"].tolist() == model.labels.tolist()
    assert frame["topic_fine"].tolist() == model.at("fine").labels.tolist()
    assert frame["text"].tolist() == model.passages.texts()
    assert frame["name"][0] == model.topics[model.labels[0]].name
    assert np.isfinite(frame[["x", "y", "score", "margin"]].to_numpy()).all()
    assert frame["passage"].tolist() == [passage.id for passage in model.passages]
    assert frame["page"].isna().all() and frame["row"].isna().all()


def test_a_topic_is_found_by_its_id(model: TopicModel) -> None:
    assert all(model.topic(topic.id) is topic for topic in model.topics)
    for wrong in (-1, 4):
        with pytest.raises(ValueError, match=rf"no topic {wrong} at level 'medium', which has 0 to 3"):
            model.topic(wrong)


def test_themes_that_nothing_matches_are_told(model: TopicModel) -> None:
    assert [theme.name for theme in model.unmatched_themes] == ["Space travel"]


def test_arrays_that_do_not_fit_are_refused(model: TopicModel) -> None:
    with pytest.raises(ValueError, match=r"positions has shape \(3, 2\), but this model needs \(24, 2\)"):
        small_model(positions=np.zeros((3, 2), np.float32))
    assert repr(model) == "<TopicModel: 4 medium topics in 24 passages of 4 documents>"
