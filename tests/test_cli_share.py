"""topics export: a model as a file for others."""

import csv
import json
from pathlib import Path

import pytest

from tests.models import small_model
from tests.test_cli import answer, one_sentence, run


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model().save(tmp_path_factory.mktemp("share") / "town")


def test_a_report_is_called_after_the_model(saved: Path, tmp_path: Path) -> None:
    done = run("export", saved, "-o", tmp_path / "out" / "report.html")
    size = (tmp_path / "out" / "report.html").stat().st_size
    assert done.stdout == f"Wrote {tmp_path / 'out' / 'report.html'}: 4 topics, {size:,} bytes.\n"
    assert "<title>town</title>" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    run("export", saved, "-o", tmp_path / "r.html", "--title", "Our <town>")
    assert "<title>Our &lt;town&gt;</title>" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_every_format_is_written_at_any_level(saved: Path, tmp_path: Path) -> None:
    told = answer("export", saved, "-o", tmp_path / "x.csv", "--what", "topics", "--level", "fine")
    assert told == {
        "file": str(tmp_path / "x.csv"), "what": "topics", "rows": 6, "bytes": (tmp_path / "x.csv").stat().st_size
    }  # fmt: skip
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["level"] for row in csv.DictReader(file)] == ["fine"] * 6
    told = answer("export", saved, "-o", tmp_path / "model.json")
    assert told["what"] == "model"
    assert json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["title"] == "town"
    assert answer("export", saved, "-o", tmp_path / "passages.parquet")["rows"] == len(small_model().passages)


def test_what_cannot_be_written_is_told_in_a_sentence(saved: Path, tmp_path: Path) -> None:
    said = one_sentence(run("export", saved, "-o", tmp_path / "x.csv"), 2)
    assert "does not say what it is to hold" in said
    said = one_sentence(run("export", saved, "-o", tmp_path / "x.html", "--what", "passages"), 2)
    assert said == "Error: passages cannot be written as .html; name a file that ends in .csv or .parquet"
    assert "Missing option" in one_sentence(run("export", saved), 2)
    assert "level 'finest'" in one_sentence(run("export", saved, "-o", tmp_path / "r.html", "--level", "finest"), 2)
    assert "there is no model" in one_sentence(run("export", tmp_path / "none", "-o", tmp_path / "r.html"), 1).lower()
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = one_sentence(run("export", saved, "-o", tmp_path / "file" / "r.html"), 1)
    assert said.startswith(f"Error: cannot write {tmp_path / 'file' / 'r.html'}: ")
