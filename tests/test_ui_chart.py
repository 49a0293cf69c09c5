"""The map: what it draws, and what a click or a region on it means."""

import json

import numpy as np
import pytest

from tests.models import small_model
from topics.ui import chart, region
from topics.ui.chart import Picked, Scene
from topics.ui.state import ViewState
from topics.values import LOOSE


@pytest.fixture
def model():
    return small_model()


def plain(option):
    return json.dumps(option, default=lambda table: table.to_pydict())


def test_a_small_map_travels_as_plain_values_and_a_large_one_as_arrow(model, monkeypatch):
    small = chart.option(model, Scene())["dataset"][1]
    monkeypatch.setattr(chart, "_INLINE_UP_TO", 10)
    large = chart.option(model, Scene())["dataset"][1]["source"].to_pydict()
    assert small["dimensions"] == list(large) == ["x", "y", "topic", "passage"]
    assert [point[3] for point in small["source"]] == large["passage"]
    assert [point[0] for point in small["source"]] == pytest.approx(large["x"], abs=1e-4)


def test_every_passage_is_on_the_map_once(model):
    rows = np.concatenate(list(chart.groups(model, Scene()).values()))
    assert sorted(rows.tolist()) == list(range(len(model.passages)))


def test_a_topic_keeps_its_series_and_its_places_whatever_is_shown(model):
    plain_groups = chart.groups(model, Scene())
    full = chart.groups(model, Scene(topic=2, found=np.array([1, 5], np.int32), dark=True))
    assert list(full)[: len(plain_groups)] == list(plain_groups)
    assert all((full[name] == rows).all() for name, rows in plain_groups.items())
    assert full["found"].tolist() == [1, 5]


def test_a_click_on_a_dot_is_its_topic(model):
    row = int(model.rows(2)[0])
    at = chart.groups(model, Scene())["t2"].tolist().index(row)
    assert chart.clicked(model, Scene(), [{"series_id": "t2", "data_indices": [at]}]) == 2


def test_a_click_on_a_name_is_its_topic(model):
    option = chart.option(model, Scene())
    assert option["series"][0]["data"][3]["name"] == "Solar panels"
    assert chart.clicked(model, Scene(), [{"series_id": "names", "data_indices": [3]}]) == 3


def test_a_click_on_a_passage_that_a_search_found_is_its_topic(model):
    scene = Scene(found=np.array([4, 0], np.int32))
    assert chart.clicked(model, scene, [{"series_id": "found", "data_indices": [1]}]) == int(model.labels[4])


@pytest.mark.parametrize(
    "selected",
    [
        [],
        [{"series_id": "t2", "data_indices": []}],
        [{"series_id": "t2", "data_indices": [999]}],
        [{"series_id": "x", "data_indices": [0]}],
    ],
)
def test_a_click_on_nothing_known_is_no_topic(model, selected):
    assert chart.clicked(model, Scene(), selected) is None


def test_loose_passages_are_drawn_and_clicked_as_such():
    labels = small_model().all_labels.copy()
    labels[1, :3] = LOOSE
    model = small_model(all_labels=labels)
    assert chart.groups(model, Scene())["rest"].tolist() == [0, 1, 2]
    assert chart.clicked(model, Scene(), [{"series_id": "rest", "data_indices": [0]}]) == LOOSE


def click(model, row):
    """What the chart reports when the dot of a passage is selected."""
    series = f"t{model.labels[row]}"
    at = chart.groups(model, Scene())[series].tolist().index(row)
    return {"series_id": series, "series_index": int(series[1:]), "data_indices": [at]}


def follow(model, view, before, *selected, areas=()):
    return chart.followed(model, Scene(), view, before, {"selected": list(selected), "areas": list(areas)})


def test_a_click_chooses_and_a_second_one_on_the_same_dot_still_means_its_topic(model):
    dot = click(model, int(model.rows(2)[0]))
    view, picked = follow(model, ViewState(page=3), Picked(), dot)
    assert (view.topic, view.page) == (2, 1)
    from_list = view.at_topic(0)  # chosen elsewhere meanwhile; the dot is still selected in the browser
    view, picked = follow(model, from_list, picked)
    assert view.topic == 2
    assert picked.dots == []


def test_a_click_in_another_series_leaves_the_first_selected_and_means_the_second(model):
    first, second = click(model, int(model.rows(2)[0])), click(model, int(model.rows(0)[0]))
    view, picked = follow(model, ViewState(), Picked(), first)
    view, _ = follow(model, view, picked, first, second)
    assert view.topic == 0


def test_an_event_that_says_nothing_new_changes_nothing(model):
    dot = click(model, int(model.rows(2)[0]))
    view, picked = follow(model, ViewState(), Picked(), dot)
    assert follow(model, view, picked, dot) == (view, picked)


def test_a_region_is_kept_beside_the_topic_and_its_dots_choose_none(model):
    box = {"brush_type": "rect", "coord_range": [[-1, 1], [-1, 1]]}
    view, picked = follow(model, ViewState(topic=1), Picked(), click(model, 0), areas=[box])
    assert view.topic == 1
    assert len(view.area) == 4
    view, picked = follow(model, view, picked)
    assert view == ViewState(topic=1)


def test_a_click_beside_a_region_from_a_link_keeps_the_region(model):
    linked = ViewState(area=((0, 0), (1, 0), (0, 1)))
    view, _ = follow(model, linked, Picked(), click(model, int(model.rows(3)[0])))
    assert (view.topic, view.area) == (3, linked.area)


def test_a_box_and_a_lasso_become_a_region():
    box = [{"brush_type": "rect", "coord_range": [[-1, 0.5], [0, 0.25]]}]
    assert chart.region(box) == ((-1, 0), (0.5, 0), (0.5, 0.25), (-1, 0.25))
    lasso = [{"brush_type": "polygon", "coord_range": [[0, 0], [1, 0], [0, 1]]}]
    assert chart.region(lasso) == ((0, 0), (1, 0), (0, 1))
    assert chart.region([]) == ()
    assert chart.region([{"brush_type": "lineX", "coord_range": [0, 1]}]) == ()


def test_a_lasso_by_hand_is_made_simpler_and_holds_the_same_points():
    angle = np.linspace(0, 2 * np.pi, 400)
    circle = np.stack([0.8 * np.cos(angle), 0.8 * np.sin(angle)], axis=1)
    simple = chart.region([{"brush_type": "polygon", "coord_range": circle.tolist()}])
    assert 8 <= len(simple) < 60
    points = np.random.default_rng(0).uniform(-1, 1, (500, 2)).astype(np.float32)
    distance = np.hypot(*points.T)
    clear = abs(distance - 0.8) > 0.02
    assert (region.inside(points, simple)[clear] == (distance < 0.8)[clear]).all()


def test_the_chosen_topic_stands_out_and_the_others_step_back(model):
    series = {entry["id"]: entry for entry in chart.option(model, Scene(topic=1))["series"]}
    assert series["t1"]["itemStyle"]["opacity"] > 0.9 > 0.5 > series["t0"]["itemStyle"]["opacity"]
    assert series["t1"]["symbolSize"] > series["t0"]["symbolSize"]


def test_texts_stay_out_of_a_large_map(model, monkeypatch):
    assert "bike lane" in plain(chart.option(model, Scene()))
    monkeypatch.setattr(chart, "_SNIPPETS_UP_TO", 10)
    small = plain(chart.option(model, Scene()))
    assert "bike lane" not in small
    assert "{@passage}" not in small
    monkeypatch.setattr(chart, "_NAMES_UP_TO", 10)
    assert chart.option(model, Scene())["tooltip"]["show"] is False


def test_a_snippet_ends_at_a_word():
    assert chart.snippet("short\n text") == "short text"
    long = chart.snippet("word " * 100)
    assert long.endswith("word …")
    assert len(long) <= 152
    assert len(chart.snippet("字" * 400)) == 152


def test_no_text_of_the_corpus_is_in_the_templates(model):
    tooltip = chart.option(model, Scene())["tooltip"]["formatter"]
    assert tooltip == "<b>{@topic}</b><br>{@passage}"
