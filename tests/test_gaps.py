"""A model whose ids have gaps, as after edits, tells the same as one without: everywhere, but for the ids."""

import csv
import json
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.app_steps import html_of, open_page, passages_in, started, url
from tests.models import GAPS, LEVELS, gapped_model, small_model
from tests.test_compare import moved_documents
from topics import present, quality, share, store
from topics.cli import main
from topics.compare import diff
from topics.estimator import TopicsEstimator
from topics.share import chart as drawing
from topics.ui import chart, palette, session
from topics.ui.chart import Scene
from topics.ui.state import ViewState, fitted, moved

NEW = ["A lane for bicycles on the bridge", "Solar panels on every roof", "Lunch for pupils", "?!"]
TURNED = {"coarse": (4, 1), "medium": (9, 5, 2, 0), "fine": (12, 11, 7, 4, 3, 0)}
"""Ids that fall as topics get smaller: the largest topic has the last id."""


def renumbered(told, level):
    """What is told of the small model at a level, as plain values, with the ids of the gapped one."""
    if isinstance(told, list):
        return [renumbered(entry, level) for entry in told]
    if not isinstance(told, dict):
        return told
    own = str(told.get("level", level))
    at = {"id": own, "topic": own, "runner_up": own, "from": own, "to": own} | {
        f"topic_{name}": name for name in LEVELS
    }
    at |= {"parent": LEVELS[LEVELS.index(own) - 1]}
    return {
        key: GAPS[at[key]][value] if key in at and type(value) is int and value >= 0 else renumbered(value, level)
        for key, value in told.items()
    }


@pytest.fixture(params=LEVELS)
def pair(request):
    """The small model and the gapped one at a level."""
    return small_model(level=request.param), gapped_model(level=request.param)


def test_topics_passages_hits_and_assignments_are_the_same(pair) -> None:
    plain, gapped = pair
    assert present.of_model(gapped, removed=True) == renumbered(present.of_model(plain, removed=True), plain.level)
    rows = range(len(plain.passages))
    assert present.of_passages(gapped, rows) == renumbered(present.of_passages(plain, rows), plain.level)
    np.testing.assert_array_equal(gapped.confidence, plain.confidence)
    for topic in (None, 1):
        asked = None if topic is None else GAPS[plain.level][topic]
        found = [present.of_hits(m, m.search("bus lane", 5, topic=t)) for m, t in ((plain, topic), (gapped, asked))]
        assert found[1] == renumbered(found[0], plain.level)
    told = [present.of_assignments(model, NEW, model.assign(NEW)) for model in pair]
    assert told[1] == renumbered(told[0], plain.level)


def test_the_frame_is_the_same(pair) -> None:
    plain, gapped = (model.to_frame() for model in pair)
    columns = {"topic": pair[0].level, "runner_up": pair[0].level} | {f"topic_{name}": name for name in LEVELS}
    for name, own in columns.items():
        plain[name] = np.append(GAPS[own], -1)[plain[name]].astype(np.int32)
    assert plain.equals(gapped)


def test_the_figures_are_the_same(pair) -> None:
    gold = pair[0].passages.language_codes()
    plain, gapped = (quality.score(model, gold=gold) for model in pair)
    for field in fields(plain):
        assert getattr(plain, field.name) == pytest.approx(getattr(gapped, field.name), abs=1e-12, nan_ok=True)


def test_an_axis_by_ids_of_topics_is_the_same(pair) -> None:
    plain, gapped = pair
    first, second = GAPS[plain.level][:2]
    expected, found = plain.axis(0, 1), gapped.axis(first, second)
    assert present.of_axis(gapped, found) == present.of_axis(plain, expected)
    by_topic = gapped.axis(gapped.topic(first), gapped.topic(second))
    assert present.of_axis(gapped, by_topic) == present.of_axis(plain, expected)


def test_an_axis_by_a_topic_that_is_gone_is_refused() -> None:
    model = gapped_model()
    with pytest.raises(ValueError, match="there is no topic 3 at level 'medium', which has 0, 2, 5, 9"):
        model.axis(0, 3)
    with pytest.raises(ValueError, match="the topic 'Bus lines' is not one of this model's"):
        model.axis(small_model().topics[2], 0)
    assert model.axis(model.at("fine").topic(12), 0).left.name == "Solar roofs"


def test_nothing_differs_but_the_ids() -> None:
    for level in LEVELS:
        plain, gapped = small_model(level=level), gapped_model(level=level)
        found = diff(plain, gapped)
        assert {(change.kind, change.before, change.after) for change in found.changes} == {
            ("same", (topic,), (new,)) for topic, new in enumerate(GAPS[level])
        }
        assert not found.moved.any()
        other = moved_documents(gapped, id="other/{}")
        by_meaning = diff(plain, other)
        assert by_meaning.by == "meaning"
        assert {(change.before, change.after) for change in by_meaning.changes} == {
            ((topic,), (new,)) for topic, new in enumerate(GAPS[level])
        }


def test_what_joined_is_told_by_size() -> None:
    turned = [gapped_model(level=level, gaps=TURNED) for level in ("fine", "medium")]
    found = diff(*turned)
    assert {(change.kind, change.before, change.after) for change in found.changes} == {
        ("merged", (12, 11), (9,)),
        ("merged", (3, 4), (5,)),
        ("same", (7,), (2,)),
        ("same", (0,), (0,)),
    }
    told = present.of_comparison(*turned, found)
    assert [topic["name"] for topic in told["changes"][2]["before"]] == ["Bike lanes", "Parking spaces"]


@pytest.mark.parametrize("gaps", [GAPS, TURNED], ids=["rising", "falling"])
def test_the_estimator_has_one_column_a_topic_in_the_order_of_ids(gaps) -> None:
    plain, gapped = TopicsEstimator(embedder="fake"), TopicsEstimator(embedder="fake")
    plain.model_, gapped.model_ = small_model(), gapped_model(gaps=gaps)
    order = np.argsort(gaps["medium"])
    texts = [*plain.model_.passages.texts(), *NEW[:3]]
    near = gapped.transform(texts)
    np.testing.assert_array_equal(near, plain.transform(texts)[:, order])
    assert list(gapped.get_feature_names_out()) == list(plain.get_feature_names_out()[order])
    assert gapped.predict(texts).tolist() == np.sort(gaps["medium"])[near.argmax(axis=1)].tolist()
    assert gapped.predict(texts).tolist() == np.array(gaps["medium"])[plain.predict(texts)].tolist()


# Files


@pytest.mark.parametrize("name", ["topics.csv", "passages.csv"])
def test_csv_files_are_the_same(pair, tmp_path, name) -> None:
    tables = []
    for at, model in enumerate(pair):
        path = share.write(model, tmp_path / str(at) / name).path
        tables.append(list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())))
    plain, gapped = (
        [{k: int(v) if v.lstrip("-").isdecimal() else v for k, v in row.items()} for row in t] for t in tables
    )
    assert gapped == renumbered(plain, pair[0].level)


@pytest.mark.parametrize("name", ["topics.parquet", "passages.parquet"])
def test_parquet_files_are_the_same(pair, tmp_path, name) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    plain, gapped = (
        parquet.read_table(share.write(model, tmp_path / str(at) / name).path).to_pylist()
        for at, model in enumerate(pair)
    )
    assert gapped == renumbered(plain, pair[0].level)


def test_the_whole_model_as_json_is_the_same(pair, tmp_path) -> None:
    plain, gapped = (
        json.loads(share.write(model, tmp_path / str(at) / "model.json").path.read_text())
        for at, model in enumerate(pair)
    )
    assert [gapped["model"], gapped["passages"]] == renumbered([plain["model"], plain["passages"]], pair[0].level)
    assert gapped["levels"] == {name: renumbered(own, name) for name, own in plain["levels"].items()}


def without_numbers(page):
    return re.sub(r"\d+", "0", page)


def test_the_report_is_the_same_and_its_numbers_are_the_ids(pair, tmp_path) -> None:
    plain, gapped = (
        share.write(model, tmp_path / str(at) / "report.html").path.read_text() for at, model in enumerate(pair)
    )
    assert without_numbers(plain) == without_numbers(gapped)
    ids = [str(topic) for topic in GAPS[pair[0].level]]
    assert re.findall(r'<article id="t(\d+)"', gapped) == ids
    assert re.findall(r'<td class="id"><span class="dot \w+">(\d+)<', gapped) == ids
    assert sorted(re.findall(r'text-anchor="middle">(\d+)</text></g>', gapped), key=int) == ids
    assert set(re.findall(r'href="#t(\d+)"', gapped)) <= set(ids)
    colours = re.findall(r'<path class="(\w+)"', gapped)
    assert len(set(colours)) == len(colours) == len(ids)


# The command line


@pytest.fixture
def run(monkeypatch):
    """Run a command on the models ``plain`` and ``gapped``."""
    models = {"plain": small_model(), "gapped": gapped_model()}
    monkeypatch.setattr(store, "load", lambda path, **_: models[Path(path).name])

    def run(*arguments, **more):
        done = CliRunner().invoke(main, list(arguments), **more)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "{}"),
        ("show", "{}", "--level", "fine"),
        ("passages", "{}", "--level", "coarse"),
        ("search", "{}", "bus", "--by", "words"),
        ("score", "{}"),
    ],
    ids=" ".join,
)
def test_commands_say_the_same(run, arguments) -> None:
    level = arguments[3] if "--level" in arguments else "medium"
    plain, gapped = ([part.format(name) for part in arguments] for name in ("plain", "gapped"))
    assert json.loads(run(*gapped, "--json")) == renumbered(json.loads(run(*plain, "--json")), level)
    assert re.sub(r"\d+ +", "", run(*gapped)) == re.sub(r"\d+ +", "", run(*plain))


def test_commands_take_the_ids(run) -> None:
    assert run("passages", "gapped", "--topic", "5") == run("passages", "plain", "--topic", "2")
    assert run("axis", "gapped", "topic:5", "topic:9") == run("axis", "plain", "topic:2", "topic:3")
    told = run("diff", "plain", "gapped")
    assert "24 passages are in both: 24 stayed with their topic, 0 moved." in told
    gone = CliRunner().invoke(main, ["passages", "gapped", "--topic", "3"])
    assert gone.exit_code == 2
    assert "there is no topic 3 at level 'medium', which has 0, 2, 5, 9" in gone.output


# The app


@pytest.fixture
def apps(tmp_path, monkeypatch):
    """Start the app on the small model under other ids."""
    small_model().save(tmp_path / "models" / "town")

    def start(model):
        monkeypatch.setattr(session, "open_model", lambda path: model)
        return started(tmp_path, monkeypatch)

    return start


def test_the_app_shows_the_same(apps) -> None:
    plain, gapped = html_of(apps(small_model()).run()), html_of(apps(gapped_model()).run())
    assert without_numbers(plain) == without_numbers(gapped)


@pytest.mark.parametrize("gaps", [GAPS, TURNED], ids=["rising", "falling"])
def test_every_topic_has_its_card_its_number_by_size_and_its_relatives(apps, gaps) -> None:
    app = apps(gapped_model(gaps=gaps)).run()
    for level in LEVELS:
        model = gapped_model(level=level, gaps=gaps)
        for number, topic in enumerate(model.topics, 1):
            app.query_params["level"], app.query_params["topic"] = level, f"t{topic.id}"
            shown = html_of(app.run())
            assert f'<h2 class="card-name" dir="auto">{topic.name}</h2>' in shown
            assert f"Topic {number} of {len(model.topics)}<" in shown
            assert sorted(passages_in(app)) == sorted(model.passages[row].text for row in model.rows(topic.id)[:10])
            assert not app.warning
    app.query_params["level"], app.query_params["topic"] = "medium", f"t{gaps['medium'][0]}"
    app.run()
    app.button(key=f"relative_fine_{gaps['fine'][1]}").click().run()
    assert '<h2 class="card-name" dir="auto">Parking spaces</h2>' in html_of(app)
    app.button(key=f"relative_medium_{gaps['medium'][0]}").click().run()
    assert '<h2 class="card-name" dir="auto">Cars vs. bicycles</h2>' in html_of(app)
    app.segmented_control(key="level").set_value("coarse").run()
    assert url(app)["topic"] == f"t{gaps['coarse'][0]}"


@pytest.mark.parametrize(
    ("topic", "said"),
    [("t3", "Topic t3 of the medium level is gone: the topics were edited."), ("t10", "level, whose last is t9.")],
)
@pytest.mark.parametrize("page", ["explore", "read"])
def test_a_link_to_a_topic_that_is_gone_says_so(apps, page, topic, said) -> None:
    app = apps(gapped_model())
    if page == "explore":
        app.query_params["topic"] = topic
        app.run()
    else:
        open_page(app, page, topic=topic)
    html_of(app)
    assert [said in warning.value.replace("\\", "") for warning in app.warning] == [True]


def test_a_document_is_read_the_same(apps) -> None:
    shown = []
    for model, topic in ((small_model(), 2), (gapped_model(), 5)):
        passage = model.passages[min(model.rows(topic).tolist())]
        app = open_page(apps(model), "read", topic=f"t{topic}", doc=passage.document_id, p=str(passage.start))
        shown.append(without_numbers(html_of(app)))
        app.button(key="next_passage").click().run()
        assert url(app)["topic"] == f"t{topic}"
    assert shown[0] == shown[1]
    about = [html_of(open_page(apps(model), "about")) for model in (small_model(), gapped_model())]
    assert about[0] == about[1]


def test_a_view_follows_a_topic_to_another_level() -> None:
    model = gapped_model()
    assert moved(ViewState(level="medium", topic=9), model, "fine").topic == 12
    assert fitted(ViewState(level="fine", topic=12), model) == (ViewState(level="fine", topic=12), ())


def test_dots_names_and_clicks_on_the_map_are_of_the_right_topic(monkeypatch) -> None:
    plain, gapped = small_model(), gapped_model()
    assert chart.option(plain, Scene())["dataset"] == chart.option(gapped, Scene())["dataset"]
    groups = chart.groups(gapped, Scene())
    assert list(groups) == ["rest", "t0", "t2", "t5", "t9"]
    for topic in GAPS["medium"]:
        at = chart.clicked(gapped, Scene(), [{"series_id": f"t{topic}", "data_indices": [0]}])
        assert at == topic
    names = [item["name"] for item in chart.option(gapped, Scene())["series"][0]["data"]]
    assert names[3] == "Solar panels"
    assert chart.clicked(gapped, Scene(), [{"series_id": "names", "data_indices": [3]}]) == 9
    monkeypatch.setattr(chart, "_SERIES", 1)
    turned = chart.groups(gapped_model(gaps={**TURNED, "medium": (19, 15, 12, 10)}), Scene())
    assert {name for name, rows in turned.items() if len(rows)} == {"t19", "t15", "t12", "t10"}  # all have a colour


def test_every_topic_has_one_colour_in_list_map_and_report() -> None:
    for gaps in (GAPS, TURNED):
        model = gapped_model(level="fine", gaps=gaps)
        of_list = palette.classes(model)
        of_map = {
            series["id"]: series["itemStyle"]["color"]
            for series in chart.option(model, Scene())["series"]
            if series["id"].startswith("t")
        }
        of_report = drawing.colours(model)
        for topic in gaps["fine"]:
            place = int(of_list[topic].removeprefix("tc-"))
            assert of_map[f"t{topic}"] == palette.colour_at(place, dark=False).fill
            assert of_report[topic] == f"t{place}"
        assert len(set(of_map.values())) == len(gaps["fine"])
        chosen = chart.option(model, Scene(topic=gaps["fine"][0]))["series"]
        assert [series["id"] for series in chosen if series.get("z") == 3] == [f"t{gaps['fine'][0]}"]


# What is told from labels


def test_keywords_and_names_are_the_same_and_as_many_terms_are_read() -> None:
    from topics import describe, label, language, words

    model, asked = small_model(level="fine"), []

    def encode(terms, languages):
        asked.append(sorted(terms))
        return model.embedder.encode(terms)

    corpora = words.read(model.passages.texts(), model.passages.language_codes(), language.stop_words)
    ids = np.array([0, 3, 70, 200, 401, 500])
    told = []
    for labels, k in ((model.labels, 6), (ids[model.labels], 501)):
        keywords = describe.keywords(corpora, labels, k, vectors=model.vectors, encode=encode)
        told.append((keywords, label.name_topics(corpora, labels, keywords, model.vectors, encode=encode)))
    (keywords, names), (other_keywords, other_names) = told
    assert [other_keywords[id] for id in ids] == keywords
    assert [other_names[id] for id in ids] == names
    assert sum(map(bool, other_keywords)) == 6
    assert asked[: len(asked) // 2] == asked[len(asked) // 2 :]
