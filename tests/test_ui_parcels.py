"""What the map is drawn from: packed whole, named by its content, sampled fairly."""

import json
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from tests.models import gapped_model, small_model
from topics import edit
from topics.facets import Facet
from topics.shades import NONE, STEPS, Shade
from topics.ui import parcels
from topics.values import LOOSE


def unpacked(parcel):
    length = int.from_bytes(parcel.data[:4], "little")
    return json.loads(parcel.data[4 : 4 + length]), parcel.data[4 + length :]


def digests(model):
    return parcels.points(model).digest, parcels.topics(model).digest


def test_places_travel_as_they_are_on_a_boundary_that_arrays_can_begin_at():
    model = small_model()
    parcel = parcels.points(model)
    head, payload = unpacked(parcel)
    assert head == {"slot": "points", "digest": parcel.digest}
    assert (len(parcel.data) - len(payload)) % 8 == 0
    assert (np.frombuffer(payload, "<f4").reshape(-1, 2) == model.positions).all()


@pytest.mark.parametrize("model", [small_model(), gapped_model()], ids=["fitted", "with gaps"])
def test_each_dot_has_the_index_of_its_topic_and_the_names_say_which_that_is(model):
    head, payload = unpacked(parcels.topics(model))
    of_index = {name["index"]: name["id"] for name in head["names"]}
    assert [of_index[index] for index in np.frombuffer(payload, "<u2").tolist()] == model.labels.tolist()
    assert [name["name"] for name in head["names"]] == [topic.name for topic in model.topics]
    assert all(parcels.index_of(model, name["id"]) == name["index"] for name in head["names"])
    assert parcels.index_of(model, None) is None


def test_loose_dots_are_behind_the_last_topic():
    labels = small_model().all_labels.copy()
    labels[1, :3] = LOOSE
    model = small_model(all_labels=labels)
    _, payload = unpacked(parcels.topics(model))
    assert np.frombuffer(payload, "<u2")[:3].tolist() == [parcels.index_of(model, LOOSE)] * 3 == [4] * 3


def test_a_name_stands_at_the_median_of_its_dots():
    model = small_model()
    head, _ = unpacked(parcels.topics(model))
    name = next(name for name in head["names"] if name["id"] == 2)
    assert [name["x"], name["y"]] == pytest.approx(np.median(model.positions[model.labels == 2], axis=0), abs=1e-4)


def test_what_is_unchanged_is_packed_once():
    model = small_model()
    assert parcels.points(model) is parcels.points(model.at("fine"))
    assert parcels.topics(model) is parcels.topics(model.at("fine").at("medium"))
    assert digests(model) == digests(small_model())


def test_every_edit_that_shows_gives_the_map_another_version():
    model = small_model()
    seen = {parcels.topics(model).digest}
    for edited in (
        edit.rename(model, 2, "Coaches"),
        edit.merge(model, [2, 3]),
        edit.move(model, [model.passages[0]], 3),
    ):
        assert parcels.points(edited).digest == parcels.points(model).digest
        seen.add(parcels.topics(edited).digest)
    assert len(seen) == 4
    moved = small_model(positions=model.positions[::-1].copy())
    assert parcels.points(moved).digest != parcels.points(model).digest


def test_a_model_that_shares_what_it_knows_with_another_is_not_taken_for_it():
    model = small_model()
    before = parcels.topics(model)
    named = replace(model.levels[1].topics[0], name="Another")
    levels = (model.levels[0], replace(model.levels[1], topics=(named, *model.levels[1].topics[1:])), model.levels[2])
    twin = replace(model, levels=levels)
    assert twin.memo is model.memo
    assert parcels.topics(twin).digest != before.digest


def test_colours_are_those_of_the_values_and_grey_for_the_others():
    n = len(small_model().passages)
    codes = np.array([-1, 0, 7, 8, 30] + [1] * (n - 5), np.int32)
    _, payload = unpacked(parcels.colours(small_model(), Facet("x", (), (), codes)))
    assert list(payload[:6]) == [NONE, 0, 7, NONE, NONE, 1]


def test_a_shade_comes_with_a_colour_for_each_step_in_both_themes():
    n = len(small_model().passages)
    head, payload = unpacked(parcels.colours(small_model(), Shade(np.full(n, 63, np.uint8), "a", "b")))
    assert set(payload) == {63}
    for theme in ("light", "dark"):
        codes = head["table"][theme]["codes"]
        assert len({fill for fill, _ in codes}) > 0.9 * STEPS == 0.9 * len(codes)


@pytest.mark.parametrize("found", [[], [3], [0, 5, 23], list(range(24))])
def test_what_was_found_travels_in_whichever_way_is_shorter(found):
    told = parcels.marked(np.array(found, np.int32), np.arange(24, dtype=np.int32), 24)
    data = b64decode(told["data"])
    if told["kind"] == "rows":
        got = np.frombuffer(data, "<u4").tolist()
    else:
        got = np.flatnonzero(np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[:24]).tolist()
    assert got == found
    assert len(data) <= 4
    assert told["n"] == len(found)
    assert parcels.marked(None, np.arange(24, dtype=np.int32), 24) is None


def test_a_larger_corpus_shows_each_topics_share_and_the_same_each_time(monkeypatch):
    monkeypatch.setattr(parcels, "MOST", 1000)
    labels = np.repeat(np.array([0, 1, 2, LOOSE], np.int32), [3000, 600, 1, 399])
    rows = parcels._sample(labels)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert np.bincount(labels[rows] + 1).tolist() == [99, 750, 150, 1]
    assert (rows == parcels._sample(labels)).all()
    assert len(parcels._sample(labels[:1000])) == 1000


def test_many_tiny_topics_do_not_go_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(parcels, "MOST", 100)
    labels = np.concatenate([np.arange(60), np.full(940, 60)]).astype(np.int32)
    rows = parcels._sample(labels)
    assert len(rows) <= 100
    assert set(labels[rows].tolist()) == set(range(61))


def test_dots_of_a_sample_are_the_rows_that_the_sample_has(monkeypatch):
    monkeypatch.setattr(parcels, "MOST", 12)
    model = small_model()
    rows = parcels.drawn(model)
    assert len(rows) <= 12
    _, payload = unpacked(parcels.points(model))
    assert (np.frombuffer(payload, "<f4").reshape(-1, 2) == model.positions[rows]).all()
    told = parcels.marked(rows[:2], rows, len(model.passages))
    assert told["n"] == 2
