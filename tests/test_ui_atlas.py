"""What the map is told, and what is made of what it tells: anyone may have written that."""

import json

import numpy as np
import pytest

from tests.app_steps import html_of, started
from tests.models import small_model
from topics.ui import atlas, chart, parcels, text
from topics.ui.chart import Scene
from topics.values import LOOSE


@pytest.fixture
def model():
    return small_model()


def told(model, **said):
    return {"of": parcels.topics(model).digest, **said}


def test_the_map_is_told_which_parcels_count_and_what_stands_out_but_no_text(model):
    seen = atlas.seen(model, Scene(topic=2, found=np.array([1, 5], np.int32), area=((0, 0), (1, 0), (0, 1))))
    assert (seen["points"], seen["topics"]) == (parcels.points(model).digest, parcels.topics(model).digest)
    assert seen["chosen"] == parcels.index_of(model, 2)
    assert seen["found"]["n"] == 2
    assert seen["area"] == [[0, 0], [1, 0], [0, 1]]
    assert len(json.dumps(seen)) < 2000
    assert not any(topic.name in json.dumps(seen) for topic in model.topics)


def test_a_dot_is_its_passages_topic_and_a_name_is_its_own(model):
    assert [atlas.picked(model, told(model, dot=row)) for row in range(24)] == model.labels.tolist()
    assert atlas.picked(model, told(model, topic=3)) == 3


def test_a_loose_dot_is_of_no_topic():
    labels = small_model().all_labels.copy()
    labels[1, :3] = LOOSE
    model = small_model(all_labels=labels)
    assert atlas.picked(model, told(model, dot=0)) == LOOSE


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"dot": -1},
        {"dot": 24},
        {"dot": 1.5},
        {"dot": True},
        {"dot": "0"},
        {"dot": None},
        {"topic": 99},
        {"topic": "0"},
    ],
)
def test_what_is_not_there_is_nothing(model, said):
    assert atlas.picked(model, told(model, **said)) is None
    assert atlas.answer(model, told(model, **said)) is None


@pytest.mark.parametrize("said", [None, 3, "x", [], {"dot": 0}, {"dot": 0, "of": "another"}])
def test_what_is_said_of_another_map_is_nothing(model, said):
    assert atlas.picked(model, said) is None
    assert atlas.answer(model, said) is None


def test_a_dot_that_is_asked_for_is_told_by_name_and_beginning(model):
    answer = atlas.answer(model, told(model, dot=5))
    assert answer["name"] == model.topic(int(model.labels[5])).name
    assert answer["text"] == chart.snippet(model.passages[5].text)
    assert (answer["dot"], answer["of"], answer["language"]) == (5, parcels.topics(model).digest, "en")


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        "lasso",
        [],
        [[0, 0], [1, 1]],
        [[0, 0], [1, 0], [0, float("nan")]],
        [[0, 0], [1, 0], [0, 99]],
        [[0, 0], [1, 0], [0]],
        [[0, 0], [1, 0], ["0", 1]],
        [[0, 0], [0.5, 0.5], [1, 1]],
        [[0, 0]] * 5001,
    ],
)
def test_what_is_no_region_is_none(said):
    assert atlas.drawn_region(said) == ()


def test_where_the_browser_cannot_draw_it_a_simpler_map_is_drawn_and_said(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    app = started(tmp_path, monkeypatch).run()
    assert text.MAP_FLAT not in html_of(app)
    app.session_state[atlas._FLAT] = True
    app.query_params["topic"] = "t1"
    assert text.MAP_FLAT in html_of(app.run())
    assert text.MAP_HINT in html_of(app)


def test_a_sampled_map_says_so(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    assert "Showing" not in html_of(started(tmp_path, monkeypatch).run())
    monkeypatch.setattr(parcels, "MOST", 12)
    parcels._KEPT.clear()
    shown = html_of(started(tmp_path, monkeypatch).run())
    parcels._KEPT.clear()
    assert "Showing 11 of 24 passages" in shown or "Showing 12 of 24 passages" in shown


def test_the_script_is_in_the_package_and_asks_for_nothing_from_outside():
    script = atlas._script()
    assert "export default" in script
    outside = script.replace("http://www.w3.org/2000/svg", "")
    assert not [word for word in ("http:", "https:", "import(", "fetch(", "eval(", "innerHTML") if word in outside]
