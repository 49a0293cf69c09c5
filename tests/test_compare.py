"""Two models topic by topic."""

from dataclasses import replace

import numpy as np
import pytest

from tests.models import small_model
from topics import present
from topics.compare import common, diff
from topics.errors import TopicsError
from topics.passages import Passages
from topics.values import LOOSE, Document


def told(found) -> list[tuple]:
    return [(change.kind, change.before, change.after) for change in found.changes]


def with_labels(labels, level="fine"):
    """The small model with other topics for its passages at one level."""
    model = small_model(level=level)
    table = model.all_labels.copy()
    table[model.level_names.index(level)] = labels
    return replace(model, all_labels=table, _memo=None)


def part(model, rows):
    """The model of some passages."""
    rows = np.asarray(rows)
    own = model.passages
    columns = (column[rows] for column in (own.document, own.start, own.end, own.language))
    return replace(
        model,
        passages=Passages(own.documents, *columns, own.languages),
        vectors=model.vectors[rows],
        all_labels=model.all_labels[:, rows],
        positions=model.positions[rows],
        _memo=None,
    )


def moved_documents(model, *, id: str = "{}", before: str = ""):
    """The model with its documents renamed, or with text put in front of each."""
    own = model.passages
    documents = [Document(id.format(each.id), before + each.text, each.meta) for each in own.documents]
    shift = np.int32(len(before))
    return replace(
        model,
        passages=Passages(documents, own.document, own.start + shift, own.end + shift, own.language, own.languages),
        removed=(),
        _memo=None,
    )


def test_a_model_does_not_differ_from_itself() -> None:
    model = small_model(level="fine")
    found = diff(model, model)
    assert found.by == "passages"
    assert sorted(told(found)) == [("same", (topic,), (topic,)) for topic in range(6)]
    assert all(change.likeness == 1.0 for change in found.changes)
    assert not found.moved.any()
    assert len(found.rows) == len(model.passages)


def test_topics_that_join_and_part() -> None:
    fine, medium = small_model(level="fine"), small_model(level="medium")
    joined = diff(fine, medium)
    assert set(told(joined)) == {
        ("merged", (0, 1), (0,)),
        ("merged", (3, 4), (1,)),
        ("same", (2,), (2,)),
        ("same", (5,), (3,)),
    }
    assert [change.kind for change in joined.changes] == ["same", "same", "merged", "merged"]
    assert not joined.moved.any()
    parted = diff(medium, fine)
    assert set(told(parted)) >= {("split", (0,), (0, 1)), ("split", (1,), (3, 4))}
    assert all(change.likeness == 1.0 for change in parted.changes)


def test_passages_that_move_are_told() -> None:
    model = small_model(level="fine")
    labels = model.labels.copy()
    row = int(np.flatnonzero(labels == 0)[0])
    labels[row] = 5
    found = diff(model, with_labels(labels))
    assert {change.kind for change in found.changes} == {"same"}
    assert found.rows[found.moved].tolist() == [[row, row]]
    first = next(change for change in found.changes if change.before == (0,))
    size = int((model.labels == 0).sum())
    assert first.shared == size - 1
    assert first.likeness == pytest.approx((size - 1) / size)


def test_topics_come_and_go_and_passages_become_loose() -> None:
    model = small_model(level="fine")
    labels = model.labels.copy()
    labels[labels == 2] = LOOSE
    found = diff(model, with_labels(labels))
    assert ("gone", (2,), ()) in told(found)
    assert ("new", (), (2,)) in told(found)
    assert found.moved.sum() == (model.labels == 2).sum()
    loose = with_labels(labels)
    assert not diff(loose, loose).moved.any()


def test_topics_of_several_are_regrouped() -> None:
    model = small_model(level="fine")
    labels = model.labels.copy()
    first = np.flatnonzero(labels == 0)
    kept = first[: len(first) // 2]
    labels[np.setdiff1d(first, kept)] = 1  # most of one goes to another, and the rest stays by itself
    found = diff(model, with_labels(labels))
    [group] = [change for change in found.changes if 0 in change.before]
    assert group.before == (0, 1)
    assert group.after == (0, 1)
    assert group.kind == "regrouped"
    assert group.shared == np.isin(model.labels, (0, 1)).sum()
    assert not found.moved.any()


def test_only_what_both_have_is_compared() -> None:
    model = small_model(level="fine")
    n = len(model.passages)
    first, second = part(model, range(n - 6)), part(model, range(6, n))
    found = diff(first, second)
    assert found.by == "passages"
    assert found.rows.tolist() == [[row, row - 6] for row in range(6, n - 6)]
    assert not found.moved.any()
    assert {change.kind for change in found.changes if change.shared} == {"same"}


def test_a_passage_may_stand_elsewhere_in_its_document() -> None:
    model = small_model()
    later = moved_documents(model, before="A line that was put in front.\n\n")
    found = diff(model, later)
    assert found.by == "passages"
    assert len(found.rows) == len(model.passages)
    assert not found.moved.any()


def test_a_text_that_is_there_twice_is_matched_twice() -> None:
    model = small_model()
    own = model.passages
    twice = [0, 0, 1, 2]
    columns = [column[twice] for column in (own.document, own.start, own.end, own.language)]
    model = replace(part(model, twice), passages=Passages(own.documents, *columns, own.languages), _memo=None)
    assert common(model, model).tolist() == [[0, 0], [1, 1], [2, 2], [3, 3]]
    assert common(model, part(small_model(), [0, 1])).tolist() == [[0, 0], [2, 1]]


def test_models_of_other_documents_are_compared_by_meaning() -> None:
    model = small_model(level="fine")
    found = diff(model, moved_documents(model, id="other/{}"))
    assert found.by == "meaning"
    assert {(change.kind, change.before, change.after) for change in found.changes} == {
        ("same", (topic,), (topic,)) for topic in range(6)
    }
    assert all(change.likeness == pytest.approx(1.0, abs=1e-5) for change in found.changes)
    without = part(model, np.flatnonzero(model.labels != 2))
    fewer = moved_documents(without, id="other/{}")
    assert ("gone", (2,), ()) in told(diff(model, fewer))
    assert ("new", (), (2,)) in told(diff(fewer, model))


def test_a_few_passages_in_common_say_less_than_meaning() -> None:
    model = small_model(level="fine")
    n = len(model.passages)
    other = moved_documents(part(model, range(4, n)), id="other/{}")
    few = part(model, range(5))
    both = part(model, [*range(5), *range(6, n)])
    assert diff(few, both).by == "passages"
    assert diff(model, other).by == "meaning"


def test_models_that_nothing_connects_are_refused() -> None:
    model = small_model()
    card = replace(model.encoder, id="another", fingerprint="0" * 64)
    other = replace(moved_documents(model, id="other/{}"), encoder=card, embedder=None)
    with pytest.raises(TopicsError, match="no passage in common and were made with different encoders"):
        diff(model, other)
    assert diff(model, replace(model, encoder=card, embedder=None)).by == "passages"


def test_every_topic_is_in_one_change() -> None:
    model, rng = small_model(level="fine"), np.random.default_rng(3)
    for _ in range(30):
        other = with_labels(rng.integers(-1, 6, len(model.passages)))
        found = diff(model, other)
        assert sorted(topic for change in found.changes for topic in change.before) == list(range(6))
        assert sorted(topic for change in found.changes for topic in change.after) == list(range(6))
        assert all(0.0 <= change.likeness <= 1.0 for change in found.changes)
        back = diff(other, model)
        assert back.moved.sum() == found.moved.sum()
        mirrored = {"split": "merged", "merged": "split", "new": "gone", "gone": "new"}
        assert {(mirrored.get(kind, kind), after, before) for kind, before, after in told(back)} == set(told(found))


def test_it_is_told_in_plain_values() -> None:
    fine, medium = small_model(level="fine"), small_model(level="medium")
    plain = present.of_comparison(fine, medium, diff(fine, medium))
    assert plain["before"] == {"level": "fine", "topics": 6, "passages": len(fine.passages)}
    assert (plain["by"], plain["shared"], plain["stayed"], plain["moved"]) == ("passages", len(fine.passages), 24, 0)
    [first] = [change for change in plain["changes"] if change["after"][0]["id"] == 0]
    assert [topic["name"] for topic in first["before"]] == ["Bike lanes", "Parking spaces"]
    labels = fine.labels.copy()
    labels[0] = LOOSE
    [move] = present.of_comparison(fine, with_labels(labels), diff(fine, with_labels(labels)))["moves"]
    assert move == {
        "passage": fine.passages[0].id,
        "was": fine.passages[0].id,
        "from": int(fine.labels[0]),
        "from_name": fine.topics[fine.labels[0]].name,
        "to": -1,
        "to_name": None,
        "text": fine.passages[0].text,
    }
