"""What is made of dropped files and of what is typed beside them."""

from dataclasses import dataclass

import pytest

from topics.ui import fit
from topics.ui.jobs import Stage, Status
from topics.values import Theme


@dataclass
class Dropped:
    name: str
    data: bytes

    def getvalue(self):
        return self.data


def test_files_become_documents_with_their_names_as_ids():
    documents, skipped = fit.documents_of([Dropped("a.txt", b"A text."), Dropped("notes/b.md", "Två.".encode())])
    assert [(document.id, document.text) for document in documents] == [("a.txt", "A text."), ("notes/b.md", "Två.")]
    assert skipped == ()


def test_files_of_one_name_are_kept_apart():
    documents, _ = fit.documents_of([Dropped("a.txt", b"One."), Dropped("a.txt", b"Two."), Dropped("a.txt", b"Three.")])
    assert [document.id for document in documents] == ["a.txt", "a.txt (2)", "a.txt (3)"]


@pytest.mark.parametrize("name", ["/etc/a.txt", "\\\\server\\a.txt", "//a.txt"])
def test_a_name_never_points_outside(name):
    documents, _ = fit.documents_of([Dropped(name, b"A text.")])
    assert not documents[0].id.startswith(("/", "\\"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", b"x", "its kind is not read here"),
        ("a.txt", b"", "is empty"),
        ("a.txt", bytes(range(256)) * 4, "not text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(name, data, said):
    documents, skipped = fit.documents_of([Dropped(name, data)])
    assert documents == ()
    assert skipped[0].path == name
    assert said in skipped[0].reason


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
