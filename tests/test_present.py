import json
import math
from typing import Any

import pytest

from tests.models import small_model
from topics import present
from topics.quality import Score


def test_a_model_is_plain_json() -> None:
    model = small_model(claims={"Space travel": 2})
    plain = present.of_model(model, removed=True)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert [topic["name"] for topic in plain["topics"]] == [topic.name for topic in model.topics]
    assert plain["levels"] == {"coarse": 2, "medium": 4, "fine": 6}
    assert plain["unmatched_themes"] == ["Space travel"]
    assert plain["themes"] == [
        {"name": "Cars vs. bicycles", "topic": 0, "stood_out": None},
        {"name": "School lunches", "topic": 1, "stood_out": None},
        {"name": "Space travel", "topic": None, "stood_out": 2},
    ]
    texts = {document.id: document.text for document in model.passages.documents}
    for span in plain["removed"]:
        assert texts[span["document"]][span["start"] : span["end"]] == span["text"]


def test_what_was_not_measured_is_null() -> None:
    model = small_model()
    topics = [present.of_topic(topic) for level in model.levels for topic in level.topics]
    assert all(topic["stability"] is None or 0 <= topic["stability"] <= 1 for topic in topics)
    assert present.of_score(Score("npmi", math.nan, "means", "caveat"))["value"] is None
    assert present.of_score(Score("npmi", 0.123456789, "means", "caveat"))["value"] == 0.123457


def test_an_axis_is_plain_json_from_left_to_right() -> None:
    model = small_model()
    plain: Any = present.of_axis(model, model.axis(["cars", "parking"], ["bicycles", "cycling"]))
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    directions = [passage["direction"] for passage in plain["passages"]]
    assert directions == sorted(directions)
    assert {passage["side"] for passage in plain["passages"]} == {"left", "right"}
    assert plain["no_side"] + len(plain["passages"]) == len(model.passages)
    assert [document["document"] for document in plain["documents"]][-1] == "report.md"  # about neither
    assert plain["documents"][-1]["direction"] is None
    one = present.of_axis(model, model.axis("cars", "bicycles"))["passages"]
    assert isinstance(one, list)
    assert {(passage["low"], passage["high"]) for passage in one} == {(None, None)}


def test_passages_carry_their_topic_and_place() -> None:
    model = small_model()
    for row, plain in enumerate(present.of_passages(model, range(3))):
        assert plain["id"] == model.passages[row].id
        assert plain["name"] == model.topics[model.labels[row]].name
        assert (plain["page"], plain["row"]) == (model.passages[row].page, model.passages[row].row)
        assert plain["meta"] == dict(model.passages.documents[model.passages.document[row]].meta)


def test_no_name_breaks_a_line_or_turns_it_round() -> None:
    names = ("a\nb\t.txt", "\u202egnp.txt", "x" * 250 + ".txt")
    lines = present.table([(name, "Åse.") for name in names], ("document", "text"), width=200).split("\n")
    assert [line.split("  ")[0] for line in lines[1:3]] == ["a\\nb\\t.txt", "\\u202egnp.txt"]
    assert lines[3].startswith("xxx") and "…xxx" in lines[3] and lines[3].endswith("x.txt  Åse.")
    assert len(lines) == 4 and max(map(len, lines)) == 66
    assert present.printable("Åse – 日本.txt") == "Åse – 日本.txt"


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (40, "id  text\n1   short\n20  a longer line that is cut ne…"),
        (200, "id  text\n1   short\n20  a longer line that is cut nevertheless"),
    ],
)
def test_tables_are_cut_to_the_width(width: int, expected: str) -> None:
    rows = [(1, "short"), (20, "a longer line\nthat is cut  nevertheless")]
    drawn = present.table([(number, present.shorten(text, 99)) for number, text in rows], ("id", "text"), width=width)
    assert drawn.splitlines()[0] == expected.splitlines()[0]
    assert all(len(line) <= width for line in drawn.splitlines())
    assert drawn.endswith("…") == (width == 40)
