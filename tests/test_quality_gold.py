"""Labels that someone gave: one a passage, by id, by a column of metadata, or in a file."""

import json
import math

import numpy as np
import pytest

from tests.models import small_model
from topics.errors import ReadError
from topics.quality import score
from topics.quality.gold import labels_of

AGREEMENT = ("ami", "ari", "v_measure", "fmi")


@pytest.fixture(scope="module")
def model():
    return small_model()


def perfect(model):
    """A label by the id of each passage that is the model's own topic."""
    return {passage.id: f"topic {label}" for passage, label in zip(model.passages, model.labels, strict=True)}


def same(scores):
    return [getattr(scores, name) for name in AGREEMENT] == pytest.approx([1, 1, 1, 1])


def test_agreement_with_gold_is_perfect_for_the_model_itself_and_chance_for_noise(model):
    same = score(model, gold=[f"label {topic}" for topic in model.labels])
    assert (same.ami, same.ari, same.v_measure, same.fmi) == pytest.approx((1, 1, 1, 1))
    noise = score(model, gold=np.random.default_rng(1).integers(0, 3, len(model.labels)).tolist())
    assert abs(noise.ari) < 0.2


def test_passages_without_a_gold_label_are_left_out(model):
    gold = model.labels.tolist()
    gold[:3] = [None] * 3
    assert score(model, gold=gold).ami == pytest.approx(1.0)
    empty = score(model, gold=[None] * len(gold))
    assert math.isnan(empty.ami)
    assert "no passage has a label" in next(row.caveat for row in empty.rows() if row.name == "ami")


def test_gold_must_be_one_a_passage(model):
    with pytest.raises(ValueError, match="got 1 gold labels for"):
        score(model, gold=[1])


def test_labels_by_the_id_of_passages(model):
    assert same(score(model, gold=perfect(model)))


def test_the_label_of_a_document_is_that_of_all_its_passages_but_a_passage_goes_first(model):
    first = model.passages[0]
    found = labels_of(model, {first.document_id: "council", first.id: "cycling"})
    of_document = [p.document_id == first.document_id for p in model.passages]
    assert found[0] == "cycling"
    assert found[1] == "council"
    assert [label is not None for label in found] == of_document
    caveat = next(row.caveat for row in score(model, gold={first.document_id: "x"}).rows() if row.name == "ami")
    assert f"Measured on the {sum(of_document)} of {len(of_document)} passages that have a label." in caveat


def test_a_column_of_metadata_labels_documents(model):
    titles = labels_of(model, "title")
    assert titles == [model.passages.documents[row].meta["title"] for row in model.passages.document]
    assert labels_of(model, "källa") == ["påhittad"] * len(model.passages)


@pytest.mark.parametrize("column", ["passage", "id"])
@pytest.mark.parametrize(("suffix", "separator"), [("csv", ","), ("tsv", "\t")])
def test_a_table_of_labels(model, column, suffix, separator, tmp_path):
    lines = [f"label{separator}{column}", *(f'{label}{separator}"{id}"' for id, label in perfect(model).items())]
    file = tmp_path / f"labels.{suffix}"
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    assert same(score(model, gold=file))
    assert same(score(model, gold=str(file)))


def test_json_of_labels_by_id_or_in_rows(model, tmp_path):
    file = tmp_path / "labels.json"
    for content in (perfect(model), [{"passage": id, "label": label} for id, label in perfect(model).items()]):
        file.write_text(json.dumps(content), encoding="utf-8")
        assert same(score(model, gold=file))


def test_empty_labels_are_none(model):
    ids = [passage.id for passage in model.passages]
    assert labels_of(model, {ids[0]: " ", ids[1]: None, ids[2]: 7, ids[3]: 0})[:4] == [None, None, 7, 0]


@pytest.mark.parametrize("content", ["id,label\n{0},\n{0},x\n{0}, x\n", "id,label\n{0},x\n{0},\n"])
def test_a_label_that_is_given_twice_is_one_and_an_empty_one_says_nothing(model, content, tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text(content.format(model.passages[0].id), encoding="utf-8")
    assert labels_of(model, file)[0] == "x"
    assert set(labels_of(model, file)[1:]) == {None}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "passage,topic\nx,y\n", "a.csv needs a column 'label' and one of .* it has 'passage', 'topic'"),
        ("a.csv", "", "needs a column 'label' .* it has none"),
        ("a.csv", 'label,passage\n"x"y,z\n', "is not a table"),
        (
            "a.csv",
            "label,document\nx,elsewhere.txt\n",
            "none of the 1 labels in .* ids look like 'council/minutes.txt:",
        ),
        ("a.csv", "label,id\nx,1\ny,2\nz,1\n", "a.csv gives '1' two labels, x and z; give each id one label$"),
        ("a.json", '{"1": "x", "2": "y", "1": "z"}', "a.json gives '1' two labels, x and z"),
        ("a.json", '[{"id": "1", "label": "x"}, {"id": "1", "label": 2}]', "a.json gives '1' two labels, x and 2"),
        ("a.json", '[{"label": "x", "id": "1", "label": "z"}]', "a.json gives '1' two labels, x and z"),
        ("a.json", "{", "a.json is not JSON"),
        ("a.json", "[" * 100_000, "a.json is not JSON"),
        ("a.json", "3", "should hold an object of labels by id"),
        ("a.json", '{"council/minutes.txt": ["x"]}', "the label of 'council/minutes.txt' in .* is not a text"),
    ],
)
def test_files_that_hold_no_labels_are_refused_in_a_sentence(model, name, content, message, tmp_path):
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match=message):
        labels_of(model, file)


def test_what_is_neither_column_nor_file(model, tmp_path):
    with pytest.raises(ValueError, match=r"no column of metadata 'author' \(the documents have 'källa', 'title'\)"):
        score(model, gold="author")
    with pytest.raises(ReadError, match=r"cannot read the labels in .*gone\.csv: No such file"):
        score(model, gold=tmp_path / "gone.csv")
    with pytest.raises(ValueError, match="none of the 1 labels is for a passage or a document"):
        score(model, gold={"elsewhere": "x"})
