from collections.abc import Sequence

import numpy as np
import pytest

import topics
from benchmarks.gold import agreement
from tests.models import FakeEmbedder
from tests.planted import levels_nest
from topics.errors import ReadError, ThemesError
from topics.language import stop_words
from topics.model import TopicModel
from topics.protocols import Tick
from topics.values import Document, Theme

BEES = "Bees fly out at dawn. The hive hums when the lime trees bloom, and the honey is light."
TIDES = "The tide turned at noon. Boats lay on the mud until the water came back."


def fit(source: object, **knobs: object) -> TopicModel:
    return topics.fit(source, embedder=FakeEmbedder(), **knobs)


def test_the_seeds_show_their_themes_in_both_languages(seeds_model: TopicModel) -> None:
    named = {topic.theme: topic for topic in seeds_model.topics if topic.theme}
    for theme in ("Open source vs. proprietary", "Data privacy", "Partnership tension"):
        assert named[theme].name == theme
        assert named[theme].size >= 3
        assert named[theme].languages["sv"] >= 1


def test_the_seeds_lose_nothing_and_keep_no_furniture(seeds_model: TopicModel) -> None:
    found = agreement(seeds_model.passages, seeds_model.labels, {topic.id: topic.theme for topic in seeds_model.topics})
    assert found.lost == 0
    assert found.furniture == 0
    assert found.language_nmi <= 0.10
    assert found.v_measure >= 0.58  # plain k-means on the same vectors reaches .45
    assert found.theme_hits >= 0.82
    assert found.theme_hits_swedish >= 0.80


def test_every_passage_has_a_topic_at_every_level_and_levels_nest(seeds_model: TopicModel) -> None:
    assert levels_nest(list(seeds_model.all_labels))
    for level in seeds_model.levels:
        seen = seeds_model.at(level.name)
        assert seen.labels.min() == 0
        assert np.bincount(seen.labels).tolist() == [topic.size for topic in seen.topics]
        assert sum(topic.share for topic in seen.topics) == pytest.approx(1)
        names = [topic.name for topic in seen.topics]
        assert len({name.casefold() for name in names}) == len(names)
        for topic in seen.topics:
            assert topic.name.strip()
            assert topic.keywords
            inside = seen.labels == topic.id
            if topic.parent is not None:
                coarser = seeds_model.levels[seeds_model.level_names.index(level.name) - 1]
                assert coarser.topics[topic.parent].size >= inside.sum()


def test_offsets_hold(seeds_model: TopicModel) -> None:
    texts = {document.id: document.text for document in seeds_model.passages.documents}
    for passage in seeds_model.passages:
        assert texts[passage.document_id][passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
    for span in seeds_model.removed:
        assert texts[span.document_id][span.start : span.end].strip()


def test_training_passages_keep_their_topics(seeds_model: TopicModel) -> None:
    for level in seeds_model.level_names:
        seen = seeds_model.at(level)
        assert [found.topic for found in seen.assign(seen.passages.texts())] == seen.labels.tolist()


def test_the_same_corpus_gives_the_same_model() -> None:
    texts = [BEES, TIDES, "Honey again.", "Low water at six.", "A hive in the garden.", "Mud and boats."] * 3
    first, second = fit(texts), fit(texts)
    assert repr(first.levels) == repr(second.levels)
    for name in ("vectors", "all_labels", "positions"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 40])
def test_any_number_of_texts_gives_a_result(n: int) -> None:
    model = fit([f"Text number {i} is about the {('bus', 'soup')[i % 2]} of {i * 7}." for i in range(n)])
    assert len(model.passages) == n
    assert model.labels.min() == 0
    assert all(topic.name and topic.keywords for level in model.levels for topic in level.topics)
    assert np.isfinite(model.positions).all()


@pytest.mark.parametrize(
    "texts",
    [
        *([f"Text number {i} is about the {('bus', 'soup')[i % 2]} of {i * 7}." for i in range(n)] for n in (1, 2, 10)),
        ["Lunch is served in the school kitchen."] * 12,
        ["Bees fly out at dawn to the lime trees.", "Tåget till Malmö är försenat igen i dag."],
    ],
    ids=["1", "2", "10", "all identical", "two languages"],
)
def test_what_little_there_is_can_be_asked_everything(texts: list[str]) -> None:
    """Small corpora, and those of one topic, give a figure or say why there is none."""
    model = fit(texts)
    assert len(model.at(1).topics) == 1
    assert [found.topic for found in model.assign(texts)] == model.labels.tolist()
    assert all(np.isfinite(row.value) or row.caveat for row in topics.score(model).rows())
    assert set(model.axis("a bus", "hot soup").side) <= {"left", "right", "neither"}
    with pytest.raises(ValueError, match="mean the same"):
        model.axis("a bus", "a bus")
    frame = model.to_frame()
    assert frame["confidence"].between(0, 1).all()
    if len(model.topics) == 1:
        assert set(frame["runner_up"]) == {-1}


def test_one_passage_in_each_of_two_languages_keeps_what_it_is_about() -> None:
    model = fit(["Bees fly out at dawn to the lime trees.", "Tåget till Malmö är försenat igen i dag."])
    assert [dict(topic.languages) for topic in model.topics] == [{"en": 1}, {"sv": 1}]
    assert len({topic.name for topic in model.topics}) == 2


def test_vectors_that_are_not_finite_are_named_by_row() -> None:
    class Faulty(FakeEmbedder):
        def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> np.ndarray:
            vectors = super().encode(texts, progress=progress)
            vectors[["mud" in text for text in texts], 0] = np.nan
            return vectors

    for centre in ("language", "none"):
        with pytest.raises(ValueError, match="of 1 passages are not finite: rows 2, counted from 0"):
            topics.fit(
                [BEES, "Low water.", TIDES.replace("noon", "six"), BEES + " Again."], embedder=Faulty(), centre=centre
            )
    model = topics.fit([BEES, "Low water."], embedder=Faulty())
    with pytest.raises(ValueError, match="rows 1, counted from 0"):
        model.assign(["Honey.", "Boats and mud."])


def test_themes_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(ThemesError, match="told in the same words"):
        fit([BEES, TIDES], themes=[Theme("Bees", "the hive"), Theme("Hives", "The hive")])


def test_identical_texts_are_one_topic() -> None:
    model = fit(["Lunch is served in the school kitchen."] * 300)
    assert [topic.size for topic in model.topics] == [300]
    assert model.topics[0].name
    assert set(model.at("fine").labels.tolist()) == {0}


@pytest.mark.parametrize(
    "texts",
    [
        ["the and of to in"] * 4,
        ["😀 😀 😀", "!!!", "12 34"],
        ["Þetta er stutt setning um fiskveiðar.", "Fiskurinn veiddist í gær.", "Báturinn kom að landi."],
        ["开源模型越来越受欢迎。", "数据隐私引发担忧。", "合作伙伴关系紧张。"],
        ["قالت الشركة إن البيانات آمنة.", "النموذج مفتوح المصدر."],
    ],
    ids=["stop words", "emoji", "Icelandic", "Chinese", "Arabic"],
)
def test_odd_texts_give_readable_topics(texts: list[str]) -> None:
    model = fit(texts)
    source = " ".join(texts).casefold()
    for topic in model.topics:
        assert topic.name
        assert all(keyword.term.casefold() in source for keyword in topic.keywords)


def test_identical_texts_of_two_documents_never_part() -> None:
    documents = [Document("a", f"{BEES}\n\nOK.\n\n{TIDES}"), Document("b", "Cyklar och bilar.\n\nOK.\n\nBussen gick.")]
    model = fit(documents)
    twins = [row for row, text in enumerate(model.passages.texts()) if text == "OK."]
    assert len({model.passages[row].language for row in twins}) <= 1
    assert len({int(model.labels[row]) for row in twins}) <= 1


def test_progress_tells_the_stages_in_order() -> None:
    told: list[tuple[str, int, int]] = []
    fit([f"{text} {day}" for day in range(6) for text in (BEES, TIDES)], progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    known = ("read", "split", "copies", "embed", "words", "cluster", "describe", "map")
    assert stages == [stage for stage in known if stage in stages]
    assert {"split", "words", "cluster", "describe", "map"} <= set(stages)
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total for done, total in last.values())
    assert all(0 <= done <= total for _, done, total in told)


def test_a_language_can_be_given() -> None:
    assert {passage.language for passage in fit([BEES, TIDES], language="nl").passages} == {"nl"}


def test_furniture_can_be_kept() -> None:
    page = Document("page.txt", f"{BEES}\n\n{TIDES}\n\nLeave a Reply\n\nYour email address will not be published.")
    assert [span.reason for span in fit([page]).removed] == ["comment-form"] * len(fit([page]).removed) != []
    assert fit([page], clean=False).removed == ()
    assert fit([page], keep=("comment-form",)).removed == ()


@pytest.mark.parametrize(
    ("source", "knobs", "error", "message"),
    [
        ([], {}, ReadError, "no text|no document|nothing"),
        (["  ", ""], {}, ReadError, "text"),
        ([BEES], {"colour": "red"}, ValueError, "unknown setting 'colour'"),
        ([BEES], {"engine": "magic"}, ValueError, "engine is 'magic'"),
        ([BEES], {"keep": ("nonsense",)}, ValueError, "unknown reason 'nonsense'"),
        ([BEES], {"themes": "absent.toml"}, ThemesError, "no themes file"),
        ("absent-folder", {}, ReadError, "absent-folder"),
    ],
)
def test_what_cannot_be_fitted_is_named(source: object, knobs: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        fit(source, **knobs)


def test_a_theme_that_nothing_matches_is_reported_not_filled() -> None:
    model = topics.fit([BEES, TIDES] * 2 + [f"{BEES} {i}" for i in range(9)], themes=["Constitutional law in Peru"])
    assert [theme.name for theme in model.unmatched_themes] == ["Constitutional law in Peru"]
    assert dict(model.claims) == {"Constitutional law in Peru": 0}


def test_themes_guide_without_forcing() -> None:
    """Passages near no theme stay in topics of their own; those of the theme are in its topic."""
    bees = [
        "The beekeeper lifted the lid and found the hive heavy with honey.",
        "Bees fly up to three kilometres for nectar and pollen.",
        "A queen bee lays her eggs in the cells of the comb.",
        "Honey is spun from the combs in late summer.",
        "The swarm settled on a branch beside the beehive.",
        "Worker bees guard the entrance of the hive.",
    ]
    others = [
        "At low tide the harbour falls dry and the boats lie on the mud.",
        "The ferry sails an hour before high water.",
        "A storm surge broke the sea wall near the pier.",
        "Fishing boats wait for the flood tide outside the port.",
        "The pianist practised the sonata until midnight.",
        "Two violins and a cello opened the concert.",
        "The choir rehearses a mass by Bach on Mondays.",
        "An orchestra needs a conductor with a clear beat.",
    ]
    model = topics.fit([*bees, *others], themes=["Bees and honey"])
    [topic] = [topic for topic in model.topics if topic.theme == "Bees and honey"]
    in_topic = model.labels == topic.id
    assert in_topic[:6].sum() >= 5
    assert not in_topic[6:].any()
    assert model.claims["Bees and honey"] >= 5


@pytest.mark.parametrize("outliers", ["fill", "keep"])
def test_the_density_engine_answers_like_any_other(seeds: object, outliers: str) -> None:
    model = topics.fit(seeds, engine="density", outliers=outliers)
    assert len(model.topics) >= 2
    assert (model.labels >= 0).mean() > 0.5
    if outliers == "fill":
        assert model.labels.min() == 0
    assert [found.topic for found in model.assign(model.passages.texts())] == model.labels.tolist()


def test_bertopic_becomes_a_model_like_any_other(seeds: object, tmp_path: object) -> None:
    model = topics.fit(seeds, engine="bertopic", themes=f"{seeds}/themes.toml")
    assert len(model.topics) >= 2
    for topic in model.topics:
        stops = stop_words("en") | stop_words("sv")
        assert not [keyword.term for keyword in topic.keywords if keyword.term.casefold() in stops]
    loaded = topics.load(model.save(f"{tmp_path}/model"))
    texts = [*model.passages.texts(), "A lawsuit about private data"]
    assert loaded.assign(texts) == model.assign(texts)
