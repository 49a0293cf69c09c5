"""What is made of dropped files and of what is typed beside them."""

import pytest

import topics
from tests import pdfs
from topics.errors import ReadError
from topics.read.files import Upload
from topics.settings import Settings
from topics.ui import fit
from topics.ui.jobs import Filed, Stage, Status
from topics.values import FileReport, Theme

GOOD = b"The council voted for a bike lane. Cyclists had asked for it for years."


def fitted(tmp_path, *uploads):
    filed = Filed()
    order = fit.Order(tuple(uploads), (), tmp_path / "model")
    fit.work_of(order, filed)(lambda *told: None)
    return filed.files


def test_each_file_is_told_once_it_is_fitted(tmp_path):
    files = fitted(
        tmp_path, Upload("a.txt", GOOD), Upload("/etc/b.txt", GOOD + b" Truly."), Upload("c.pdf", b"\0\1" * 400)
    )
    assert [(file.path, file.status, file.language, file.passages > 0) for file in files] == [
        ("a.txt", "read", "en", True), ("etc/b.txt", "read", "en", True), ("c.pdf", "refused", "", False),
    ]  # fmt: skip
    assert [skipped.path for skipped in topics.load(tmp_path / "model").skipped] == ["c.pdf"]


def test_pages_and_rows_reach_the_model(tmp_path):
    page = pdfs.lines(["Bees fly out at dawn.", "The hive hums when the lime trees bloom."])
    other = pdfs.lines(["Ships sail at noon.", "The harbour is empty when the tide is out."])
    fitted(
        tmp_path, Upload("a.pdf", pdfs.pdf([page, other])), Upload("t.csv", b"text,nr\nThe council voted on it.,7\n")
    )
    places = {(passage.page, passage.row) for passage in topics.load(tmp_path / "model").passages}
    assert places == {(1, None), (2, None), (None, 1)}


def test_the_column_of_the_text_may_be_named(tmp_path):
    table = Upload(
        "t.csv", b"remark,other\nfine,A long remark about the bus that is late.\nbad,And one about the snow.\n"
    )
    order = fit.Order((table,), (), tmp_path / "model", Settings(text="remark"))
    fit.work_of(order, Filed())(lambda *told: None)
    assert [passage.text for passage in topics.load(tmp_path / "model").passages] == ["fine", "bad"]


def test_a_fit_of_nothing_that_can_be_read_tells_why(tmp_path):
    filed = Filed()
    order = fit.Order(
        (Upload("a.txt", b""), Upload("b.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), (), tmp_path / "model"
    )
    with pytest.raises(ReadError, match="None of the files could be read"):
        fit.work_of(order, filed)(lambda *told: None)
    assert filed.files[0].reason == "is empty"
    assert not (tmp_path / "model").exists()


def test_the_table_puts_what_was_not_read_first_and_escapes_all():
    files = [
        FileReport("good.txt", "read", format="text", language="en", characters=1234, passages=3),
        FileReport("<b>.pdf", "refused", "is <i>encrypted</i>", "pdf"),
    ]
    shown = fit.files_table(files)
    assert "<b>.pdf" not in shown and "<i>" not in shown
    assert shown.index("&lt;b&gt;.pdf") < shown.index("good.txt")
    assert "2 files: 1 read, 1 not read." in shown and "1,234" in shown


def test_a_table_of_many_files_says_how_many_it_leaves_out():
    shown = fit.files_table([FileReport(f"{number}.txt", "read") for number in range(1000)])
    assert shown.count("<tr") == fit._ROWS + 1
    assert "800 more files are not shown" in shown


def test_themes_are_written_one_a_line():
    lines = "Data privacy: how data is kept: and shared\n\n  Open source vs. proprietary \ndata PRIVACY\n: nothing"
    assert fit.themes_of(lines) == (
        Theme("Data privacy", "how data is kept: and shared"),
        Theme("Open source vs. proprietary"),
    )


def test_a_name_is_refused_with_a_sentence_or_not_at_all(tmp_path):
    (tmp_path / "taken").mkdir()
    assert fit.problem_with("free", tmp_path) == ""
    assert "already a saved model" in fit.problem_with("taken", tmp_path)
    assert "cannot be the name" in fit.problem_with("../x", tmp_path)


def test_the_timeline_shows_what_is_behind_and_how_far_the_present_stage_is():
    status = Status(stages=(Stage("read", 5, 5, 0.21), Stage("embed", 30, 120, 3.0)))
    shown = fit._timeline(status)
    assert shown.count('class="is-done"') == shown.count('class="is-now"') == 1
    assert "width:25%" in shown
    assert "30 of 120" in shown
    assert "0.2 s" in shown


def test_before_the_first_report_the_timeline_says_that_it_starts():
    assert "Starting" in fit._timeline(Status())


def test_a_stage_of_unknown_length_breaks_nothing():
    assert "width:0%" in fit._timeline(Status(stages=(Stage("<b>", 0, 0, 0.0),)))
    assert "<b>" not in fit._timeline(Status(stages=(Stage("<b>", 0, 0, 0.0),)))
