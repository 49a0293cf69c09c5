"""topics read: what would become of each file."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import answer, one_sentence, run
from topics.cli_read import give_back_memory

BEES = "Bees fly out at dawn. The hive hums when the lime trees bloom, and the honey is light."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "in"
    root.mkdir()
    (root / "a.txt").write_text(
        f"{BEES}\n\nLeave a Reply\n\nYour email address will not be published.", encoding="utf-8"
    )
    (root / "b.pdf").write_text("Bina flyger ut i gryningen. Kupan surrar när lindarna blommar.", encoding="utf-8")
    (root / "c.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (root / "d.txt").write_bytes(b"\xef\xbb\xbf" + BEES.encode() + b"\xff")
    return root


def test_each_file_is_told_in_json(folder: Path) -> None:
    told = answer("read", folder)
    assert list(told) == ["files"]
    keys = ("path", "status", "reason", "format", "language", "passages", "removed")
    assert all(tuple(file) == keys for file in told["files"])
    assert [tuple(file.values()) for file in told["files"]] == [
        ("a.txt", "read", "", "text", "en", 1, 54),
        ("b.pdf", "read", "", "text", "sv", 1, 0),
        ("c.txt", "refused", "is a picture (PNG), which holds no text; give its text, as by OCR", "png", "", 0, 0),
        ("d.txt", "partly", "holds 1 damaged character, which was replaced by U+FFFD", "text", "en", 1, 0),
    ]


def test_what_was_removed_is_listed_on_request(folder: Path) -> None:
    told = answer("read", folder, "--removed")
    first = told["files"][0]["removed"]
    assert {span["document"] for span in first} == {"a.txt"}
    assert {span["reason"] for span in first} == {"comment-form"}
    assert set(first[0]) == {"document", "start", "end", "reason", "of", "text"}
    assert [file["removed"] for file in told["files"][1:]] == [[], [], []]
    kept = answer("read", folder, "--no-clean", "--removed")
    assert all(file["removed"] == [] for file in kept["files"])


def test_the_table_ends_with_totals_and_reasons(folder: Path) -> None:
    done = run("read", folder, "--removed", apart=True)
    assert done.returncode == 0
    assert "4 files: 2 read, 1 read in part, 1 refused; " in done.stdout
    assert "c.txt: is a picture (PNG)" in done.stdout
    assert "comment-form" in done.stdout and "Leave a Reply" in done.stdout


def test_the_exit_code_says_whether_there_is_text(folder: Path) -> None:
    done = run("read", folder / "c.txt", "--json", apart=True)
    assert done.returncode == 1
    assert [file["status"] for file in json.loads(done.stdout)["files"]] == ["refused"]
    assert run("read", folder / "c.txt", folder / "a.txt").returncode == 0
    assert "There is no file or folder" in one_sentence(run("read", folder / "gone"), 1)
    assert "unknown reason" in one_sentence(run("read", folder, "--keep", "nonsense"), 2)


def test_the_themes_of_a_folder_are_no_document_of_it(seeds: Path, tmp_path: Path) -> None:
    done = run("read", seeds)
    assert "themes.toml: is a settings file" in done.stdout


def test_addresses_are_fetched_only_when_they_are_listed(folder: Path, tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("http://127.0.0.1:9/page\nfile:///etc/passwd\n", encoding="utf-8")
    told = answer("read", folder / "a.txt", "--url-list", urls)
    assert [(file["path"], file["status"]) for file in told["files"]] == [
        ("a.txt", "read"), ("http://127.0.0.1:9/page", "refused"), ("file:///etc/passwd", "refused"),
    ]  # fmt: skip
    assert "is on a host that is not public" in told["files"][1]["reason"]
    assert "only http and https are fetched" in told["files"][2]["reason"]
    assert "'http://127.0.0.1:9/page' is on a host" in one_sentence(run("fit", "--url-list", urls), 1)
    assert "give SOURCE or --url-list" in one_sentence(run("read"), 2)
    assert "give SOURCE or --url-list" in one_sentence(run("fit"), 2)


def test_a_copy_is_told_with_its_original(folder: Path) -> None:
    long = f"{BEES} In the evening the keeper carries two full frames home, where his children wait with spoons."
    for name in ("x.txt", "y.txt"):
        (folder / name).write_text(long, encoding="utf-8")
    done = run("read", folder, "--removed")
    assert "1 passage is a copy of another and counted once." in done.stdout
    assert "y.txt: is a copy of x.txt" in done.stdout
    assert "copy of x.txt:0-" in done.stdout
    assert "are copies" not in run("read", folder, "--keep", "copy").stdout


@pytest.mark.skipif(sys.platform != "linux" or platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_what_a_long_text_took_is_given_back():
    program = """
from topics.cli_read import give_back_memory
from topics.shelved import Shelved
from topics.values import Document
def held():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")) / 1000
give_back_memory()
shelf = Shelved()
for number in range(24):
    shelf.grow("The ferry to Holm left at noon. " * 31_250)
shelf.end(Document("long", ""))
before = held()
kept = []
for _ in range(2):
    text = shelf.text(0)
    kept.append(" ".join(["what is allocated", "meanwhile"]))
    assert held() - before > 20
    del text
    assert held() - before < 6, held() - before
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    give_back_memory()
