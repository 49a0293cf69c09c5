"""A table on its whole way: named columns, languages told by a column, labels to score against, the model saved."""

import json
import logging

import pandas as pd
import pytest
from click.testing import CliRunner

import topics
from tests.models import PIECES, FakeEmbedder
from topics import store
from topics.cli import main
from topics.errors import ReadError
from topics.intake import take_in
from topics.quality import score
from topics.settings import Settings

ROWS = [
    {"nr": f"{name}-{row}", "body": piece, "section": f"s{kind}", "published": f"{row + 1}/05/2020"}
    for name, pieces in PIECES.items()
    for row, (kind, piece) in enumerate(pieces)
    if isinstance(kind, int)
]


def test_columns_are_named_as_settings_and_saved_with_the_model(tmp_path):
    frame = pd.DataFrame(ROWS).assign(note="Some other words that are longer than the body of the record. " * 3)
    model = topics.fit(frame, embedder=FakeEmbedder(), text="body", date="published", label="section", id="nr")
    assert [document.text for document in model.passages.documents] == [row["body"] for row in ROWS]
    assert model.passages.documents[0].id == ROWS[0]["nr"]
    assert model.passages[0].row == 1
    assert (model.settings.text, model.settings.date, model.settings.language_column) == ("body", "published", None)
    loaded = store.load(model.save(tmp_path / "m"), embedder=FakeEmbedder())
    assert loaded.settings == model.settings
    assert loaded.passages[0].row == 1
    assert dict(loaded.passages.documents[0].meta) == dict(model.passages.documents[0].meta)


def test_a_column_of_labels_scores_the_topics(tmp_path):
    pd.DataFrame(ROWS).to_csv(tmp_path / "t.csv", index=False)
    model = topics.fit(tmp_path / "t.csv", embedder=FakeEmbedder())
    found = {row.name: row.value for row in score(model, gold="section").rows()}
    assert found["v_measure"] > 0.5
    assert found["ami"] == {row.name: row.value for row in score(model, gold="label").rows()}["ami"]


def test_a_column_of_languages_guides_the_guess(tmp_path):
    table = "text,lang\n" + "".join(f"{word},{code}\n" for word, code in (("Bank", "Swedish"), ("Hotel", "deu")) * 2)
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    taken = take_in(tmp_path / "t.csv", Settings(), FakeEmbedder())
    told = [document.meta["language"] for document in taken.documents]
    assert told == [passage.language for passage in taken.passages] == ["sv", "de"] * 2
    (tmp_path / "u.csv").write_text("text,lang\nThe committee has not yet decided about the new road.,sv\n", "utf-8")
    assert take_in(tmp_path / "u.csv", Settings(), FakeEmbedder()).passages[0].language == "en"


def test_which_columns_were_taken_is_logged(tmp_path, caplog):
    pd.DataFrame(ROWS).to_csv(tmp_path / "t.csv", index=False)
    with caplog.at_level(logging.INFO, logger="topics.read"):
        topics.read_documents(tmp_path / "t.csv")
    assert "t.csv: text from 'body', date from 'published', label from 'section', id from 'nr'" in caplog.text


@pytest.mark.parametrize("value", [5, "", ["a"]])
def test_a_column_is_named_by_a_text(value):
    with pytest.raises(ValueError, match=r"Settings\.text is .*, but must be the name of a column"):
        Settings(text=value)


def test_the_command_line_names_columns_and_says_which_are_missing(tmp_path):
    pd.DataFrame(ROWS).to_csv(tmp_path / "t.csv", index=False)
    names = [
        "--text",
        "missing",
        "--date",
        "published",
        "--label",
        "section",
        "--language-column",
        "lang",
        "--id",
        "nr",
    ]
    done = CliRunner().invoke(main, ["fit", str(tmp_path / "t.csv"), "-o", str(tmp_path / "m"), *names])
    assert done.exit_code == 1
    assert "has no column 'missing'; its columns are 'nr', 'body', 'section', 'published'" in done.output


def test_a_table_without_text_in_a_folder_is_told_and_the_rest_read(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,y\nOne text.,2\n", encoding="utf-8")
    reading = topics.read.read_source(tmp_path)
    assert [(file.path, file.status) for file in reading.files] == [("a.csv", "refused"), ("b.csv", "read")]
    with pytest.raises(ReadError, match=r"name one with --text NAME"):
        topics.read_documents(tmp_path / "a.csv")


def test_a_named_column_refuses_the_tables_of_a_folder_that_lack_it_and_nothing_else(tmp_path):
    (tmp_path / "survey.csv").write_text("nr,answer\n1,The pier is too short.\n2,Too few boats.\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("id,comment\n1,The cafe is closed.\n", encoding="utf-8")
    (tmp_path / "note.txt").write_text("The harbour office opens at nine.", encoding="utf-8")
    done = CliRunner().invoke(main, ["read", str(tmp_path), "--text", "answer", "--json"])
    assert done.exit_code == 0
    told = {file["path"]: (file["status"], file["reason"]) for file in json.loads(done.stdout)["files"]}
    assert told == {
        "note.txt": ("read", ""),
        "other.csv": ("refused", "has no column 'answer'; its columns are 'id', 'comment'"),
        "survey.csv": ("read", ""),
    }
    fitted = CliRunner().invoke(main, ["fit", str(tmp_path), "--text", "answer", "-o", str(tmp_path / "model")])
    assert fitted.exit_code == 0
    assert "Left out: other.csv has no column 'answer'; its columns are 'id', 'comment'." in fitted.output


def test_a_fit_tells_which_files_were_read_in_part(tmp_path):
    lines = ['{"text": "The pier is too short."}', '{"text":', '{"text": "Boats come from the north."}']
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = CliRunner().invoke(main, ["fit", str(tmp_path), "-o", str(tmp_path / "model")])
    assert done.exit_code == 0
    assert "Read in part: rows.jsonl: line 2 left out: not JSON" in done.output
    told = CliRunner().invoke(main, ["fit", str(tmp_path / "rows.jsonl"), "-o", str(tmp_path / "again"), "--json"])
    assert [file["path"] for file in json.loads(told.stdout)["partly"]] == ["rows.jsonl"]
