"""To BERTopic and back, with the real library."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

import topics
from tests.models import GAPS, FakeEmbedder, gapped_model, small_model
from tests.test_by_bertopic import written
from topics import edit
from topics.interop import Analyzer, NearestTopic, from_bertopic, to_bertopic
from topics.values import LOOSE, Document

NEW = ("A lane for bicycles on the bridge", "Der Bus fährt ab", "Solar panels on every roof", "Lunch for pupils", "?!")


@pytest.fixture
def quiet():
    """BERTopic, UMAP and plotly warn of their own affairs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def ours():
    """The small model with its last two passages loose."""
    model = small_model(level="fine")
    labels = model.all_labels.copy()
    labels[:, -2:] = LOOSE
    return replace(model, all_labels=labels, _memo=None)


@pytest.fixture(scope="module")
def theirs(ours):
    return to_bertopic(ours)


def test_topics_keep_ids_sizes_keywords_and_names(ours, theirs) -> None:
    assert theirs.topics_ == ours.labels.tolist()
    info = theirs.get_topic_info().set_index("Topic")
    assert info.index.tolist() == [-1, 0, 1, 2, 3, 4, 5]
    assert info.Count.to_dict() == {topic: int((ours.labels == topic).sum()) for topic in range(-1, 6)}
    assert info.CustomName.tolist() == ["Loose passages", *(topic.name for topic in ours.topics)]
    for topic in ours.topics:
        assert theirs.get_topic(topic.id) == [(keyword.term, keyword.weight) for keyword in topic.keywords]
        assert theirs.get_representative_docs(topic.id) == [p.text for p in ours.representatives(topic.id, 3)]
    assert len(theirs.get_representative_docs(-1)) == 2
    np.testing.assert_array_equal(theirs.probabilities_, ours.confidence)


def test_c_tf_idf_stands_on_content_words(ours, theirs) -> None:
    found = theirs.vectorizer_model.get_feature_names_out().tolist()
    assert theirs.c_tf_idf_.shape == (7, len(found))
    assert {"parking", "cykelbanan", "lunch", "solar panels"} <= set(found)
    assert {"the", "och", "is", "emptydoc", "emptydocs"}.isdisjoint(found)
    assert np.isfinite(theirs.c_tf_idf_.data).all()
    buses = theirs.c_tf_idf_[1 + 2].toarray()[0]
    assert found[int(buses.argmax())] == "bus"


def test_topic_embeddings_are_the_means(ours, theirs) -> None:
    means = [ours.vectors[ours.labels == topic].mean(axis=0) for topic in range(-1, 6)]
    np.testing.assert_allclose(theirs.topic_embeddings_, means, atol=1e-6)


def test_transform_assigns_as_the_model_does(ours, theirs) -> None:
    texts = [*NEW, *small_model().passages.texts()]
    found, probabilities = theirs.transform(texts)
    assert list(found) == [assignment.topic for assignment in ours.assign(texts)]
    assert probabilities is None
    assert theirs.transform("?!")[0] == [LOOSE]
    space = theirs.embedding_model.embed(texts)
    assert list(theirs.transform(texts, space)[0]) == list(found)


def test_topics_are_found_by_meaning(theirs) -> None:
    assert theirs.find_topics("an electric bus", top_n=2)[0][0] == 2
    assert theirs.find_topics("solpaneler på taken", top_n=1)[0] == [5]


def test_the_tools_of_bertopic_work(ours, theirs, quiet) -> None:
    texts = ours.passages.texts()
    tree = theirs.hierarchical_topics(texts)
    assert sorted(tree.Topics.iloc[0]) == [0, 1, 2, 3, 4, 5]
    bars = theirs.visualize_barchart(top_n_topics=6, custom_labels=True)
    assert "Bike lanes" in {note.text for note in bars.layout.annotations}
    heat = theirs.visualize_heatmap(custom_labels=True)
    assert heat.data[0].z.shape == (6, 6)
    shown = theirs.visualize_documents(texts, reduced_embeddings=ours.positions, custom_labels=True)
    assert {trace.name for trace in shown.data} >= {topic.name for topic in ours.topics}
    assert theirs.visualize_hierarchy(custom_labels=True).data
    assert len(theirs.get_document_info(texts)) == len(texts)
    spread, _ = theirs.approximate_distribution(texts[:3])
    assert spread.shape == (3, 6)


@pytest.mark.slow
def test_bertopic_draws_its_map_of_topics(theirs, quiet) -> None:
    drawn = theirs.visualize_topics(custom_labels=True)
    assert len(drawn.data[0].x) == 6


def test_topics_that_bertopic_merges_are_still_assigned(ours, quiet) -> None:
    own = to_bertopic(ours)
    own.merge_topics(ours.passages.texts(), [2, 5])
    before = [assignment.topic for assignment in ours.assign(NEW)]
    after = list(own.transform(list(NEW))[0])
    assert after[before.index(2)] == after[before.index(5)]
    assert len(set(own.topics_)) == 6


def test_bertopic_saves_and_loads_what_it_got(theirs, tmp_path, quiet) -> None:
    from bertopic import BERTopic

    theirs.save(tmp_path / "theirs", serialization="safetensors", save_ctfidf=True)
    again = BERTopic.load(tmp_path / "theirs", embedding_model=theirs.embedding_model)
    assert again.topics_ == theirs.topics_
    assert again.custom_labels_ == theirs.custom_labels_
    assert list(again.get_topic_info().Count) == list(theirs.get_topic_info().Count)


@pytest.mark.parametrize("emptied", [0])
def test_a_topic_that_lost_its_passages_is_none_of_bertopics(emptied, quiet) -> None:
    model = small_model(level="fine")
    inside = [passage for passage, topic in zip(model.passages, model.labels, strict=True) if topic == emptied]
    model = edit.move(model, inside, (emptied + 2) % 6)
    assert model.topic(emptied).size == 0
    own = to_bertopic(model)
    info = own.get_topic_info()
    held = sorted((topic for topic in model.topics if topic.size), key=lambda topic: topic.id)
    assert info.CustomName.tolist() == [topic.name for topic in held]
    assert info.Topic.tolist() == [0, 1, 2, 3, 4]
    assert own.hdbscan_model.ids_.tolist() == [topic.id for topic in held]
    assert own.hdbscan_model.ids_[own.topics_].tolist() == model.labels.tolist()
    assert own.topic_embeddings_.shape[0] == own.c_tf_idf_.shape[0] == 5
    texts = [*NEW, *model.passages.texts(), *(f"{keyword.term}" for keyword in model.topic(emptied).keywords)]
    expected = [found.topic for found in model.assign(texts)]
    assert emptied in expected, "texts may still come to it"
    found = [LOOSE if topic < 0 else own.hdbscan_model.ids_[topic] for topic in own.transform(texts)[0]]
    assert found == [LOOSE if topic == emptied else topic for topic in expected]
    assert own.visualize_heatmap(custom_labels=True).data[0].z.shape == (5, 5)
    assert own.visualize_hierarchy(custom_labels=True).data


def test_a_model_whose_passages_are_all_junk_is_all_outliers(quiet) -> None:
    model = small_model(level="fine")
    own = to_bertopic(edit.junk(model, passages=list(model.passages)))
    assert set(own.topics_) == {LOOSE}
    assert own.get_topic_info().CustomName.tolist() == ["Loose passages"]
    assert set(own.transform(["A lane for bicycles on the bridge", "lunch"])[0]) == {LOOSE}


def test_texts_without_words_do_not_break_it() -> None:
    model = topics.fit(["1 2 3", "4 5 6", "7 8 9"], embedder=FakeEmbedder(), clean=False)
    theirs = to_bertopic(model)
    assert theirs.topics_ == model.labels.tolist()
    assert list(theirs.vectorizer_model.get_feature_names_out()) == ["emptydoc", "emptydocs"]


def test_the_analyzer_finds_words_where_there_are_no_spaces() -> None:
    found = Analyzer({"黒猫": "黒猫", "Haus": "haus", "Boot": "boot"}, frozenset({"黒猫"}), frozenset({"haus boot"}))
    assert found("大きい黒猫がいる") == ["黒猫"]
    assert found("Haus Boot, Haus und Boot") == ["haus", "boot", "haus", "boot", "haus boot"]
    assert found("nichts davon") == ["emptydoc", "emptydocs"]
    assert Analyzer({"Haus": "haus"}, frozenset(), frozenset())("Haus") == ["haus", "emptydoc", "emptydocs"]


def test_the_rule_stands_in_for_a_clusterer(ours) -> None:
    rule = NearestTopic.of(ours)
    vectors = np.concatenate([ours.vectors, np.zeros((1, ours.vectors.shape[1]), np.float32)])
    expected = [*ours.assign_vectors(ours.vectors).topic.tolist(), LOOSE]
    assert rule.fit(vectors).labels_.tolist() == expected


class Planted(FakeEmbedder):
    """Knows where the texts of a corpus lie; any other is a bag of words."""

    def __init__(self, known) -> None:
        super().__init__("planted", dimension=len(next(iter(known.values()))))
        self._known = known

    def encode(self, texts, *, progress=None):
        rows = [self._known[text] if text in self._known else super(Planted, self)._vector(text) for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)


@pytest.fixture(scope="module")
def fitted():
    """A BERTopic with outliers and custom labels, its documents, their vectors and the encoder of these."""
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from sklearn.feature_extraction.text import CountVectorizer

    from tests.planted import planted

    vectors, groups = planted(6, 12, noise=0.6)
    groups = np.where(np.arange(len(groups)) < 66, groups, groups - 1)  # sizes differ
    texts = written(groups)
    labels = groups.copy()
    labels[::11] = LOOSE
    theirs = BERTopic(
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(stop_words="english"),
    )
    theirs.fit(texts, embeddings=vectors.astype(np.float64), y=labels)
    theirs.set_topic_labels({0: "Bees", 1: "bees"})
    return theirs, texts, vectors, Planted(dict(zip(texts, vectors, strict=True)))


@pytest.fixture(scope="module")
def adopted(fitted):
    theirs, texts, vectors, encoder = fitted
    return from_bertopic(theirs, texts, vectors, embedder=encoder)


def test_topics_of_bertopic_become_ours(fitted, adopted) -> None:
    theirs, texts, *_ = fitted
    given = np.array(theirs.topics_)
    assert adopted.passages.texts() == texts
    pairs = {*zip(given.tolist(), adopted.labels.tolist(), strict=True)}
    assert len(pairs) == len(set(theirs.topics_))
    assert (LOOSE, LOOSE) in pairs
    for topic, own in pairs - {(LOOSE, LOOSE)}:
        terms = [term for term, _ in theirs.get_topic(topic) if term]
        assert [keyword.term for keyword in adopted.topics[own].keywords] == terms
        assert adopted.topics[own].keywords[0].weight == 1.0
    names = [topic.name for topic in adopted.topics]
    assert {"Bees", "bees (2)"} <= set(names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(name.startswith(("0_", "1_", "2_")) for name in names)
    assert [topic.size for topic in adopted.topics] == sorted((topic.size for topic in adopted.topics), reverse=True)


def test_its_topics_join(adopted) -> None:
    k = len(adopted.topics)
    assert adopted.level == "medium"
    assert len(adopted.at(2).topics) == 2
    assert len(adopted.at(k - 1).topics) == k - 1
    assert (adopted.at(2).labels[adopted.labels < 0] == LOOSE).all()


def test_what_was_adopted_is_a_model_like_any_other(adopted, fitted, tmp_path) -> None:
    encoder = fitted[3]
    again = topics.load(adopted.save(tmp_path / "adopted"), embedder=encoder)
    texts = [*adopted.passages.texts(), *NEW, "the hive of the queen"]
    assert again.assign(texts) == adopted.assign(texts)
    assert [a.topic for a in again.assign(adopted.passages.texts())] == adopted.labels.tolist()
    known = [[replace(topic, stability=0.0) for topic in model.topics] for model in (again, adopted)]  # nan is not nan
    assert known[0] == known[1]
    assert again.search("hive", 3, by="words")
    assert again.representatives(0, 2)
    assert to_bertopic(again).topics_ == adopted.labels.tolist()


def test_without_embeddings_the_documents_are_encoded_here(fitted, adopted) -> None:
    theirs, texts, _, encoder = fitted
    model = from_bertopic(theirs, [Document(f"d{row}", text) for row, text in enumerate(texts)], embedder=encoder)
    np.testing.assert_array_equal(model.labels, adopted.labels)
    assert model.passages[0].document_id == "d0"


def test_documents_without_text_are_left_out_and_equal_texts_stay_together(fitted) -> None:
    theirs, texts, vectors, encoder = fitted
    from copy import copy

    own = copy(theirs)
    own.topics_ = [*theirs.topics_, 0, 3, 3]
    docs = [*texts, " \n", "  twice\r\n", "  twice\r\n"]
    table = np.concatenate([vectors, vectors[:1], *[encoder.encode(["twice"])] * 2])
    model = from_bertopic(own, docs, table, embedder=encoder)
    assert [(skipped.path, skipped.reason) for skipped in model.skipped] == [(str(len(texts)), "holds no text")]
    assert [passage.text for passage in model.passages][-2:] == ["twice", "twice"]
    assert model.labels[-1] == model.labels[-2] >= 0


def test_what_does_not_fit_is_refused(fitted) -> None:
    from bertopic import BERTopic

    theirs, texts, vectors, encoder = fitted
    with pytest.raises(ValueError, match="is not fitted"):
        from_bertopic(BERTopic(embedding_model=None), texts, vectors)
    with pytest.raises(ValueError, match="fitted on 72 documents, but docs holds 71"):
        from_bertopic(theirs, texts[1:], vectors[1:], embedder=encoder)
    with pytest.raises(ValueError, match=r"embeddings have shape \(72, 32\), but must be one row a document, 384 wide"):
        from_bertopic(theirs, texts, vectors)
    with pytest.raises(ValueError, match="are not those of the encoder planted"):
        from_bertopic(theirs, texts, np.roll(vectors, 30, axis=0), embedder=encoder)
    broken = vectors.copy()
    broken[5] = np.nan
    with pytest.raises(ValueError, match=r"embeddings\[5\] is 0 or not finite"):
        from_bertopic(theirs, texts, broken, embedder=encoder)
    with pytest.raises(topics.TopicsError, match="all 72 documents are empty"):
        from_bertopic(theirs, [" "] * 72, vectors, embedder=encoder)


def test_a_bertopic_of_outliers_alone_is_refused(fitted) -> None:
    from copy import copy

    theirs, texts, vectors, encoder = fitted
    nothing = copy(theirs)
    nothing.topics_ = [LOOSE] * len(texts)
    with pytest.raises(ValueError, match="bt found no topic: all 72 documents are outliers"):
        from_bertopic(nothing, texts, vectors, embedder=encoder)


@pytest.mark.parametrize("gaps", [GAPS, {**GAPS, "medium": (9, 5, 2, 0)}], ids=["rising", "falling"])
def test_ids_with_gaps_are_numbered_anew_in_their_order(gaps) -> None:
    model = gapped_model(gaps=gaps)
    own = to_bertopic(model)
    ids = own.hdbscan_model.ids_
    assert ids.tolist() == [0, 2, 5, 9]
    assert ids[own.topics_].tolist() == model.labels.tolist()
    assert ids[own.transform(list(NEW[:4]))[0]].tolist() == [found.topic for found in model.assign(NEW[:4])]
    assert own.transform([NEW[4]])[0] == [LOOSE]
    for place, topic in enumerate(ids.tolist()):
        assert own.get_topic(place) == [(keyword.term, keyword.weight) for keyword in model.topic(topic).keywords]
        assert own.get_representative_docs(place) == [p.text for p in model.representatives(topic, 3)]
        assert own.custom_labels_[place] == model.topic(topic).name
        mean = model.vectors[model.labels == topic].mean(axis=0)
        np.testing.assert_allclose(own.topic_embeddings_[place], mean, atol=1e-6)
