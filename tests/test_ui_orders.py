"""Dropped files are read or fitted in a process of its own, which is told of, can be ended, and leaves nothing."""

import os
import time

import pytest

import topics
from tests import pdfs
from topics.errors import EncoderError, TopicsError
from topics.settings import Settings
from topics.ui.orders import Drop, Order, SaidError, Seen, carry_out
from topics.values import Pole, Theme

GOOD = b"The council voted for a bike lane. Cyclists had asked for it for years."


def done(order, progress=lambda *told: None):
    """Carry an order out; return what was told of the files at last."""
    told = [Seen()]
    carry_out(order, told.append, progress)
    return told[-1]


def test_each_file_is_told_once_it_is_fitted(tmp_path):
    drop = Drop([("a.txt", GOOD), ("/etc/b.txt", GOOD + b" Truly."), ("c.pdf", b"\0\1" * 400)])
    stages = []
    files = done(Order(drop, target=tmp_path / "model"), lambda stage, *told: stages.append(stage)).files
    assert [(file.path, file.status, file.language, file.passages > 0) for file in files] == [
        ("a.txt", "read", "en", True), ("etc/b.txt", "read", "en", True), ("c.pdf", "refused", "", False),
    ]  # fmt: skip
    assert [skipped.path for skipped in topics.load(tmp_path / "model").skipped] == ["c.pdf"]
    assert (stages[0], stages[-1]) == ("read", "save")


def test_pages_rows_and_themes_reach_the_model(tmp_path):
    page = pdfs.lines(["Bees fly out at dawn.", "The hive hums when the lime trees bloom."])
    other = pdfs.lines(["Ships sail at noon.", "The harbour is empty when the tide is out."])
    drop = Drop([("a.pdf", pdfs.pdf([page, other])), ("t.csv", b"text,nr\nThe council voted on it.,7\n")])
    themes = (Theme("Bees", "what bees do"), Theme("Sea", poles=(Pole("in", ("in port",)), Pole("out", ("at sea",)))))
    done(Order(drop, themes=themes, target=tmp_path / "model"))
    model = topics.load(tmp_path / "model")
    assert {(passage.page, passage.row) for passage in model.passages} == {(1, None), (2, None), (None, 1)}
    assert model.themes == themes


def test_settings_reach_the_model(tmp_path):
    table = b"remark,other\nfine,A long remark about the bus that is late.\nbad,And one about the snow.\n"
    done(Order(Drop([("t.csv", table)]), Settings(text="remark"), target=tmp_path / "model"))
    assert [passage.text for passage in topics.load(tmp_path / "model").passages] == ["fine", "bad"]


def test_files_that_are_only_read_show_how(tmp_path):
    table = b"text,colour,size\n" + b"".join(b"The council voted on plan %d today.,red,%d\n" % (n, n) for n in range(9))
    seen = done(Order(Drop([("t.csv", table), ("a.txt", b"Share this article\n\n" + GOOD), ("b.txt", b"")])))
    assert [(file.path, file.status) for file in seen.files] == [
        ("t.csv", "read"),
        ("a.txt", "read"),
        ("b.txt", "refused"),
    ]
    assert set(seen.columns) == {"colour", "size"}
    assert [sample.file for sample in seen.samples] == ["t.csv", "a.txt", "t.csv", "t.csv", "t.csv"]
    assert seen.samples[0].text == "The council voted on plan 0 today." and seen.samples[0].meta["colour"] == "red"
    assert seen.samples[1].removed == (("share-button", "Share this article"),)
    assert seen.samples[1].passages == 1


def test_nothing_that_can_be_read_tells_why(tmp_path):
    told = []
    order = Order(Drop([("a.txt", b""), ("b.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]), target=tmp_path / "model")
    with pytest.raises(SaidError) as caught:
        carry_out(order, told.append, lambda *told: None)
    assert caught.value.key == "nothing_read"
    assert told[-1].files[0].reason == "is empty"
    assert not (tmp_path / "model").exists()


def test_what_goes_wrong_comes_back_in_its_own_words(tmp_path):
    order = Order(Drop([("a.txt", GOOD)]), Settings(embedder=str(tmp_path / "none")), target=tmp_path / "model")
    with pytest.raises(TopicsError, match="none") as caught:
        done(order)
    assert not isinstance(caught.value, SaidError | EncoderError)  # it crossed a process: only the words are left


class _Enough(Exception):
    pass


def test_it_is_ended_at_once_and_leaves_nothing(tmp_path):
    text = b"\n\n".join(b"Sentence %d is about the weather of day %d, and no other." % (n, n) for n in range(20_000))
    began = []

    def stop(stage, done, total):
        if stage == "split":
            began.append(time.monotonic())
            raise _Enough

    with pytest.raises(_Enough):
        done(Order(Drop([("a.txt", text)]), target=tmp_path / "model"), stop)
    assert time.monotonic() - began[0] < 2.5
    assert not (tmp_path / "model").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_the_system_kills_is_told_so(tmp_path, monkeypatch):
    from topics.ui import orders

    real = orders.subprocess.Popen

    def doomed(*arguments, **named):
        process = real(*arguments, **named)
        process.kill()
        return process

    monkeypatch.setattr(orders.subprocess, "Popen", doomed)
    with pytest.raises(SaidError) as caught:
        done(Order(Drop([("a.txt", GOOD)])))
    assert (caught.value.key, caught.value.gaps) == ("fit_killed", {"signal": "9"})


def test_dropped_files_go_when_nothing_holds_them():
    drop = Drop([("../a.txt", GOOD)])
    folder = drop.folder
    assert [path.name for path in folder.iterdir()] == ["0"]
    del drop
    assert not folder.exists()
