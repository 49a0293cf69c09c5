"""Sources become documents, and nothing is left out without a reason."""

import logging
import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import topics.read.files
from topics.errors import ReadError
from topics.read import read_documents, read_source
from topics.read.parsed import Columns
from topics.values import Document, Skipped

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
FRONT_MATTER = """---
title: 'A walk: by the sea'
date: 2021-05-01 # spring
tags: [boats, "sea"]
authors:
  - Karin
  - Per
empty:
---
"""


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "a folder"
    (root / "sub").mkdir(parents=True)
    (root / "b.txt").write_text("Second.", encoding="utf-8")
    (root / "a.md").write_text("First.", encoding="utf-8")
    (root / "sub" / "å ö.txt").write_text("Third.", encoding="utf-8")
    return root


def reasons(reading):
    return {skipped.path: skipped.reason for skipped in reading.skipped}


def test_a_folder_is_read_with_its_subfolders_in_order(folder):
    reading = read_source(folder)
    assert [(document.id, document.text) for document in reading.documents] == [
        ("a.md", "First."),
        ("b.txt", "Second."),
        ("sub/å ö.txt", "Third."),
    ]
    assert reading.skipped == ()
    assert read_source(str(folder)) == reading


def test_a_file_is_read_by_its_name(folder):
    assert read_source(folder / "b.txt").documents == (Document("b.txt", "Second."),)


def test_newlines_are_those_of_the_document(folder):
    (folder / "b.txt").write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.\rThree.")
    assert read_source(folder / "b.txt").documents[0].text == "One.\nTwo.\nThree."


def test_what_is_not_read_is_reported(folder):
    (folder / "empty.txt").write_bytes(b" \n ")
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 4)
    (folder / "scan.txt").write_bytes(PNG)
    (folder / ".hidden.txt").write_text("x", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text("x", encoding="utf-8")
    (folder / "named.txt").mkdir()
    reading = read_source(folder)
    assert len(reading.documents) == 3
    assert reasons(reading) == {
        ".git": "is hidden",
        ".hidden.txt": "is hidden",
        "empty.txt": "is empty",
        "picture.txt": "is not text but a binary file, whatever its name says; convert it to text first",
        "scan.txt": "is a picture (PNG), which holds no text; give its text, as by OCR",
    }


def test_a_folder_may_bear_the_name_of_a_text(folder):
    (folder / "named.txt").mkdir()
    (folder / "named.txt" / "c.txt").write_text("Inside.", encoding="utf-8")
    assert [document.id for document in read_source(folder).documents] == [
        "a.md", "b.txt", "named.txt/c.txt", "sub/å ö.txt",
    ]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX systems")
def test_links_and_pipes_neither_hang_nor_double(folder, tmp_path):
    os.mkfifo(folder / "pipe.txt")
    (folder / "again").symlink_to(folder / "sub")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "d.txt").write_text("Elsewhere.", encoding="utf-8")
    (outside / "back").symlink_to(outside)
    (folder / "linked").symlink_to(outside)
    (folder / "twice").symlink_to(outside)
    reading = read_source(folder)
    assert [document.id for document in reading.documents] == ["a.md", "b.txt", "linked/d.txt", "sub/å ö.txt"]
    assert reasons(reading) == {
        "again": "is a link to a folder that is read anyway",
        "gone.txt": "is a link to nothing",
        "linked/back": "is a link to a folder that is read anyway",
        "pipe.txt": "is not a file but a pipe, socket or device",
        "self.txt": "is a link to nothing",
        "sub/loop": "is a link to a folder that is read anyway",
        "twice": "is a link to a folder that is read anyway",
    }


@pytest.mark.skipif(os.name == "nt", reason="names that only POSIX systems allow")
@pytest.mark.skipif(os.name == "nt", reason="a path is at most 260 characters there")
def test_folders_may_be_nested_deeper_than_calls_and_deeper_than_a_path_is_long(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for depth in range(2300):
        if depth == 1500:
            Path("deep.txt").write_text("Bees fly out at dawn.", encoding="utf-8")
        os.mkdir("a")
        os.chdir("a")
    monkeypatch.chdir(tmp_path)
    reading = read_source(tmp_path)
    assert [file.path.rpartition("/")[2] for file in reading.files] == ["a", "deep.txt"]
    assert [file.reason for file in reading.files] == ["cannot be opened: file name too long", ""]
    subprocess.run(["rm", "-rf", tmp_path / "a"], check=True)  # deeper than shutil goes


def test_any_file_name_gives_an_id_that_can_be_stored(folder):
    (folder / "two\nlines.txt").write_text("A.", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("B.", encoding="utf-8")
    ids = [document.id for document in read_source(folder).documents]
    assert "two\nlines.txt" in ids and "caf\\udce9.txt" in ids
    assert all(id.encode("utf-8") for id in ids)


def test_a_file_that_cannot_be_opened_is_reported(folder, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReadError, match=r"'a\.md' cannot be opened: permission denied"):
        read_source(folder)


def test_a_file_that_is_too_large_is_reported(folder, monkeypatch):
    monkeypatch.setattr(topics.read.files, "LARGEST", 6)
    reading = read_source(folder)
    assert [document.id for document in reading.documents] == ["a.md", "sub/å ö.txt"]
    assert "is larger than" in reasons(reading)["b.txt"]


def test_several_files_and_folders_have_ids_below_their_common_folder(folder):
    reading = read_source([folder / "sub", folder / "a.md"])
    assert [document.id for document in reading.documents] == ["sub/å ö.txt", "a.md"]


def test_texts_are_numbered_and_empty_ones_reported():
    reading = read_source(["One.", " ", "Two."])
    assert reading.documents == (Document("0", "One."), Document("2", "Two."))
    assert reading.skipped == (Skipped("1", "is empty"),)


@pytest.mark.parametrize("text", ["NA", "null", "None", "=1+1", "00123"])
def test_literal_texts_stay_as_they_are(text):
    assert read_source([text]).documents[0].text == text
    assert read_source(pd.DataFrame({"text": [text]})).documents[0].text == text


def test_documents_keep_their_ids_and_meta():
    given = [Document("x", "One.\r\n", {"year": "2020"}), Document("y", "Two.")]
    assert read_source(given).documents == (Document("x", "One.\n", {"year": "2020"}), Document("y", "Two."))
    assert read_source(iter(given)) == read_source(given)


def test_a_frame_gives_texts_and_meta():
    frame = pd.DataFrame(
        {
            "id": ["p", "q", "r"],
            "text": ["One.", None, "Three."],
            "year": [2020, 2021, None],
            "place": ["Oslo", "", None],
        }
    )
    reading = read_source(frame)
    assert reading.documents == (
        Document("p", "One.", {"year": "2020", "place": "Oslo", "date": "2020"}, row=1),
        Document("r", "Three.", {}, row=3),
    )
    assert reading.skipped == (Skipped("the table", "1 record without text left out (record 2)"),)
    assert [document.id for document in read_source(frame.drop(columns="id")).documents] == ["0", "2"]


def test_front_matter_becomes_meta_and_stays_in_the_text(tmp_path):
    text = FRONT_MATTER + "\nThe text.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (document,) = read_source(tmp_path).documents
    assert document.text == text
    assert dict(document.meta) == {
        "title": "A walk: by the sea",
        "date": "2021-05-01",
        "tags": "boats, sea",
        "authors": "Karin, Per",
    }


def test_front_matter_in_toml_becomes_meta(tmp_path):
    (tmp_path / "a.md").write_text(
        '+++\ntitle = "A walk"\nyear = 2021\ntags = ["a", "b"]\n+++\nText.', encoding="utf-8"
    )
    assert dict(read_source(tmp_path).documents[0].meta) == {"title": "A walk", "year": "2021", "tags": "a, b"}


def test_progress_counts_the_files(folder):
    calls = []
    read_source(folder, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_read_documents_warns_of_what_was_left_out(folder, caplog):
    (folder / "empty.txt").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        assert len(read_documents(folder)) == 3
    assert "empty.txt was left out: it is empty" in caplog.text


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda root: root / "missing", "There is no file or folder at .*missing'; check the path"),
        (lambda root: root / "nothing", r"The folder '.*nothing' is empty; put files in it \(csv, docx, "),
        (lambda root: root / "empty.txt", "The file '.*empty.txt' cannot be read: it is empty"),
        (lambda root: root / "scan.csv", r"cannot be read: it is a picture \(PNG\)"),
        (
            lambda root: root / "only",
            r"There is no text to read in the folder '.*only': 'a.csv' is a picture \(PNG\)",
        ),
        (lambda root: [root / "missing.txt"], "There is no file or folder at"),
        (lambda root: [], "There is nothing to read: no text, file or document was given"),
        (lambda root: ["", " "], r"There is no text to read in what was given: '0' is empty \(and 1 more\)"),
        (lambda root: "One line.\nAnd another.", "A single str is taken for a path"),
        (lambda root: "", "A single str is taken for a path"),
        (lambda root: [Document("a", "x"), Document("a", "y")], "Two documents have the id 'a'"),
        (lambda root: pd.DataFrame({"count": [1, 2]}), "The table has no column that looks like text"),
    ],
)
def test_a_source_without_text_gets_a_sentence(tmp_path, make, sentence):
    (tmp_path / "nothing").mkdir()
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "a.csv").write_bytes(PNG)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "scan.csv").write_bytes(PNG)
    with pytest.raises(ReadError, match=sentence):
        read_source(make(tmp_path))


@pytest.mark.parametrize("source", [5, None, b"bytes", {"a": "b"}, ["a", 5], [Path("a"), "b"], object()])
def test_a_source_of_another_kind_is_a_mistake(source):
    with pytest.raises(ValueError, match="cannot read documents from"):
        read_source(source)


def test_a_list_of_file_names_is_a_mistake(folder):
    with pytest.raises(ValueError, match=r"give pathlib\.Path objects"):
        read_source([str(folder / "a.md"), str(folder / "b.txt")])


def test_ids_of_a_frame_that_are_not_unique_are_numbers_unless_they_are_named():
    frame = pd.DataFrame({"text": ["x", "y"], "id": [1, 1]})
    assert [document.id for document in read_source(frame).documents] == ["0", "1"]
    with pytest.raises(ReadError, match="The table has the id '1' in records 1 and 2"):
        read_source(frame, columns=Columns(id="id"))


def test_reading_needs_no_network(folder, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *args: pytest.fail("a socket was opened"))
    assert len(read_source(folder).documents) == 3


def test_documents_keep_their_pages_and_rows() -> None:
    paged, record = Document("a.pdf", "One. Two.", pages=(0, 5)), Document("t.csv#3", "Three.", row=3)
    assert read_source([paged, record]).documents == (paged, record)
    [moved] = read_source([replace(paged, text="One.\r\nTwo.", pages=(0, 6))]).documents
    assert (moved.text, moved.pages) == ("One.\nTwo.", ())
