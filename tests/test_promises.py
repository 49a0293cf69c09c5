"""Promises P1 to P10: each has a test here, or is kept by tests elsewhere whose names say so."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from tests.edit_steps import BY, TIME
from tests.models import FakeEmbedder, small_model, small_tree
from topics import edit, store
from topics.errors import ConflictError, EncoderError
from topics.model import TopicModel

ELSEWHERE = {
    1: ("test_edit_random.py::test_p1_p3_what_is_saved_answers_the_same_bit_for_bit",),
    2: ("test_edit_random.py::test_p2_an_answer_does_not_depend_on_the_batch",),
    3: ("test_edit_random.py::test_p1_p3_what_is_saved_answers_the_same_bit_for_bit",),
    4: (
        "test_store.py::test_p4_loading_reads_its_own_folder_runs_nothing_and_is_light",
        "test_store_hostile.py::test_p4_t1_a_crafted_model_ends_in_an_error_and_does_nothing_else",
    ),
    5: ("faults/test_points.py::test_p5_the_old_or_the_new_model_is_whole",),
    6: ("faults/test_many.py::test_p6_any_damage_to_any_file_is_a_named_error",),
    7: ("test_store_formats.py::test_p7_a_model_of_every_format_gives_the_answers_that_it_gave",),
    9: ("faults/test_many.py::test_p9_four_writers_keep_every_edit_or_are_told",),
    10: (
        "test_edit_random.py::test_p10_undo_gives_the_exact_state_before_and_redo_the_one_after",
        "faults/test_many.py::test_p10_killed_at_random_while_it_edits",
    ),
}
TEXTS = ["More bike lanes, please", "Bussen kommer aldrig", "Lunch for the pupils", "", "Nothing of the kind"]

OTHER = """
import json, sys
from dataclasses import asdict
from tests.models import FakeEmbedder
from topics import edit, store
model = store.load(sys.argv[1], embedder=FakeEmbedder())
told = [[asdict(found) for found in model.at(level).assign(json.loads(sys.argv[2]))] for level in model.level_names]
back = model
prints = [store.fingerprint(back)]
while back.history.last is not None:
    back = edit.undo(back)
    prints.append(store.fingerprint(back))
print(json.dumps([told, prints]))
"""


@pytest.mark.parametrize("number", range(1, 11))
def test_a_promise_has_a_test_that_is_named_after_it(number: int) -> None:
    names = (
        *ELSEWHERE.get(number, ()),
        *(f"test_promises.py::{name}" for name in globals() if name.startswith("test_p")),
    )
    kept = [name for name in names if f"p{number}" in name.partition("::")[2].split("_")]
    assert kept
    for name in (*kept, *ELSEWHERE.get(number, ())):
        assert name in kept
        assert is_there(name)


def test_the_tests_that_the_page_on_faults_names_are_there() -> None:
    page = (Path(__file__).parents[1] / "docs/reliability.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py::\w+)`", page)
    assert len(named) > 40
    assert not [name for name in named if not is_there(name)]


def is_there(name: str) -> bool:
    """Return whether there is a test of this name, such as test_edit.py::test_x."""
    file, _, test = name.partition("::")
    return f"def {test}(" in (Path(__file__).parent / file).read_text(encoding="utf-8")


def test_the_tests_that_hold_for_bad_input_are_there() -> None:
    told = (Path(__file__).parents[1] / "docs" / "reliability-input.md").read_text(encoding="utf-8")
    names = re.findall(r"`(test_\w+\.py)::(test_\w+)`", told)
    assert len(names) > 50
    for file, test in names:
        assert f"def {test}(" in (Path(__file__).parent / file).read_text(encoding="utf-8"), (file, test)


def states() -> list[TopicModel]:
    """Return a model after each of a few edits, the fit first."""
    model = small_model(tree=small_tree(), level="fine")
    found = [model]
    for change in (
        lambda m: edit.rename(m, 2, "Buses", **BY),
        lambda m: edit.split(m, 0, k=2, **BY),
        lambda m: edit.move(m, [m.passages[1]], 5, **BY),
        lambda m: edit.merge(m, [3, 4], **BY),
        lambda m: edit.junk(m, passages=[m.passages[9]], **BY),
    ):
        found.append(change(found[-1]))
    return found


def in_another_process(folder: Path) -> tuple[object, list[str]]:
    command = [sys.executable, "-W", "ignore", "-c", OTHER, str(folder), json.dumps(TEXTS)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
    told, prints = json.loads(done.stdout)
    return told, prints


def test_p1_p3_p10_in_another_process_everything_is_the_same(tmp_path: Path) -> None:
    found = states()
    model = found[-1]
    told, prints = in_another_process(store.save(model, tmp_path / "m"))
    mine = [[asdict(one) for one in model.at(level).assign(TEXTS)] for level in model.level_names]
    assert told == json.loads(json.dumps(mine))
    assert prints == [store.fingerprint(state) for state in reversed(found)]


def test_p3_a_moved_passage_keeps_its_topic_and_every_answer_is_in_the_table(tmp_path: Path) -> None:
    again = store.load(store.save(states()[-1], tmp_path / "m"), embedder=FakeEmbedder())
    text = again.passages[1].text
    assert again.at("fine").assign([text])[0].topic == again.at("fine").labels[1] == 5
    for level in again.level_names:
        seen = again.at(level)
        known = {topic.id for topic in seen.topics} | {-1}
        assert {found.topic for found in seen.assign([*TEXTS, *seen.passages.texts()])} <= known


def test_p2_answers_are_the_same_in_any_batch_and_order() -> None:
    model = states()[-1]
    texts = TEXTS * 3
    order = np.random.default_rng(0).permutation(len(texts))
    whole = model.assign(texts)
    assert model.assign([texts[row] for row in order]) == [whole[row] for row in order]
    assert [found for text in texts for found in model.assign([text])] == whole


def test_p8_another_encoder_is_refused(tmp_path: Path) -> None:
    folder = store.save(states()[-1], tmp_path / "m")
    for other in (FakeEmbedder("other"), FakeEmbedder(dimension=32)):
        with pytest.raises(EncoderError, match="this model was made with the encoder fake"):
            store.load(folder, embedder=other)
    turned = FakeEmbedder()
    turned.fingerprint = hashlib.sha256(b"other weights").hexdigest()
    with pytest.raises(EncoderError, match="this model was made with the encoder fake"):
        edit.merge(replace(store.load(folder), embedder=turned).at("fine"), [0, 1])
    with pytest.raises(ValueError, match="but the prototypes are 16 wide"):
        store.load(folder).assign_vectors(np.zeros((1, 15), np.float32))


def test_p9_the_second_of_two_editors_is_told(tmp_path: Path) -> None:
    folder = store.save(small_model(), tmp_path / "m")
    one, other = store.load(folder), store.load(folder)
    store.save(edit.rename(one, 0, "First", time=TIME), folder)
    with pytest.raises(ConflictError, match="has changed since"):
        store.save(edit.rename(other, 0, "Second", time=TIME), folder)
    assert store.load(folder).topic(0).name == "First"
