"""What speaks for a name: in the label stage, in a model, in its files and in what is printed."""

import json
from dataclasses import replace

import numpy as np
import pytest

import topics
from tests.corpus_texts import ENGLISH, ENGLISH_LABELS, GARDEN, TRADGARD
from tests.test_label import WordEncoder
from topics import describe, label, present, words
from topics.label.evidence import Holders
from topics.language import stop_words
from topics.store import nouns
from topics.store.strict import Damage
from topics.values import Evidence, Level, Topic


def corpora_of(texts, languages="en"):
    codes = [languages] * len(texts) if isinstance(languages, str) else languages
    return words.read(texts, codes, stop_words)


def names_of(texts, labels, *, encode=None, given=label.NONE_GIVEN):
    corpora, labels = corpora_of(texts), np.array(labels, np.int32)
    vectors = WordEncoder()(texts, ["en"] * len(texts))
    keywords = describe.keywords(corpora, labels, int(labels.max()) + 1)
    return label.name_topics(corpora, labels, keywords, vectors, encode=encode, given=given)


# Which passages hold a name -------------------------------------------------------------------------------------------


def test_passages_that_hold_a_form_of_every_word_side_by_side_are_found():
    texts = ["A night train.", "Night trains run.", "The train at night.", "night-train", "Trains"]
    rows = Holders(corpora_of(texts), np.zeros(5, np.int32)).rows(0, ["Night train"])
    assert rows.tolist() == [0, 1]


def test_only_passages_of_the_topic_count_and_any_part_will_do():
    texts = ["The garden.", "The train.", "The garden.", "Bread."]
    holders = Holders(corpora_of(texts), np.array([0, 0, 1, 0], np.int32))
    assert holders.rows(0, ["Garden", "Trains"]).tolist() == [0, 1]
    assert holders.rows(1, ["Garden"]).tolist() == [2]
    assert holders.rows(1, ["Harbour"]).tolist() == []


def test_an_acronym_that_looks_like_a_stop_word_is_found():
    texts = ["The US economy grows.", "They told us of it.", "The US economy shrinks."]
    assert Holders(corpora_of(texts), np.zeros(3, np.int32)).rows(0, ["US economy"]).tolist() == [0, 2]


def test_passages_of_every_language_are_looked_at():
    texts = ["The Azure cloud.", "Molnet heter Azure.", TRADGARD[0]]
    rows = Holders(corpora_of(texts, ["en", "sv", "sv"]), np.zeros(3, np.int32)).rows(0, ["Azure"])
    assert rows.tolist() == [0, 1]


# The evidence of a name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encode", [None, WordEncoder()], ids=["by words", "by meaning"])
def test_a_name_counts_the_passages_that_hold_it(encode):
    for topic, name in enumerate(names_of(ENGLISH, ENGLISH_LABELS, encode=encode)):
        own = [row for row, at in enumerate(ENGLISH_LABELS) if at == topic]
        assert 1 <= name.contains <= len(own)
        assert set(name.rows) <= set(own)
        assert len(name.rows) == min(5, name.contains)
        assert name.contains / len(own) <= name.fits <= 1.0


def test_without_an_encoder_a_name_fits_where_it_is_held():
    for name in names_of(ENGLISH, ENGLISH_LABELS):
        assert name.fits == pytest.approx(name.contains / 6)


def test_a_given_name_has_evidence_too():
    first = names_of(ENGLISH, ENGLISH_LABELS, given={0: "The greenhouse"}, encode=WordEncoder())[0]
    assert first.text == "The greenhouse"
    assert first.contains == 1  # the others hold a greenhouse without the article
    assert names_of(ENGLISH, ENGLISH_LABELS, given={0: "Greenhouse"})[0].contains == 4


def test_all_names_given_are_measured_against_the_other_passages():
    given = {0: "Community garden", 1: "Night train", 2: "Rye bread"}
    for name in names_of(ENGLISH, ENGLISH_LABELS, given=given, encode=WordEncoder()):
        assert 0 < name.fits <= 1


# In a model -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model():
    return topics.fit([*ENGLISH, *GARDEN], layout="pca")


def test_every_topic_of_a_model_has_evidence_with_ids_of_its_passages(model):
    for topic in model.topics:
        assert topic.evidence is not None
        ids = {model.passages[row].id for row in model.rows(topic.id).tolist()}
        assert set(topic.evidence.passages) <= ids
        assert topic.evidence.contains <= topic.size


def test_evidence_comes_back_from_disk(model, tmp_path):
    model.save(tmp_path / "m")
    assert [topic.evidence for topic in topics.load(tmp_path / "m").topics] == [t.evidence for t in model.topics]


def test_evidence_is_printed(model):
    plain = present.of_topic(model.topics[0])["evidence"]
    found = model.topics[0].evidence
    assert plain == {
        "passages": list(found.passages),
        "contains": found.contains,
        "fits": round(found.fits, 6),
    }
    assert present.of_topic(replace(model.topics[0], evidence=None))["evidence"] is None


TOPIC = Topic(0, "Bread", (), 3, 1.0, 0.5, "coarse", evidence=Evidence(("a:0-1",), 2, 0.75))


def written(**changes):
    content = json.loads(nouns.encode(nouns.Nouns(("en",), (Level("coarse", (TOPIC,)),), (), {}, ())))
    content["levels"][0]["topics"][0].update(changes)
    return content


def read(content):
    return nouns.decode(json.dumps(content).encode()).levels[0].topics[0]


def test_topics_that_an_earlier_release_wrote_have_no_evidence():
    content = written()
    assert read(content) == TOPIC
    del content["levels"][0]["topics"][0]["evidence"]
    assert read(content).evidence is None


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"passages": [], "contains": 4, "fits": 0.5}, "evidence.contains is 4"),
        ({"passages": [], "contains": 1, "fits": 1.5}, "evidence.fits is 1.5"),
        ({"passages": [1], "contains": 1, "fits": 0.5}, "evidence.passages is"),
        ({"passages": [], "contains": 1}, "evidence.fits is missing"),
        (7, "evidence is 7"),
    ],
)
def test_evidence_that_cannot_be_is_refused(evidence, message):
    with pytest.raises(Damage, match=message):
        read(written(evidence=evidence))
