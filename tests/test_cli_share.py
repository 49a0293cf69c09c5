"""topics export: a model as a file for others."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.models import small_model
from tests.test_cli import answer, one_sentence, run


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model().save(tmp_path_factory.mktemp("share") / "town")


def test_a_report_is_called_after_the_model(saved: Path, tmp_path: Path) -> None:
    done = run("export", saved, "-o", tmp_path / "out" / "report.html", apart=True)
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
    assert said == "Error: passages cannot be written as .html; name a file that ends in .csv or .parquet or .json"
    assert "Missing option" in one_sentence(run("export", saved), 2)
    assert "level 'finest'" in one_sentence(run("export", saved, "-o", tmp_path / "r.html", "--level", "finest"), 2)
    assert "there is no model" in one_sentence(run("export", tmp_path / "none", "-o", tmp_path / "r.html"), 1).lower()
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = one_sentence(run("export", saved, "-o", tmp_path / "file" / "r.html"), 1)
    assert said.startswith(f"Error: cannot write {tmp_path / 'file' / 'r.html'}: ")


@pytest.fixture(scope="module")
def fine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(level="fine").save(tmp_path_factory.mktemp("fine") / "town")


def test_what_became_of_topics_is_told_in_words(saved: Path, fine: Path) -> None:
    n = len(small_model().passages)
    lines = run("diff", fine, saved, apart=True).stdout.splitlines()
    assert lines[0] == f"Before: {fine}, 6 topics in {n} passages (level fine)"
    assert lines[3] == f"{n} passages are in both: {n} stayed with their topic, 0 moved."
    bikes, spaces = (topic.size for topic in small_model(level="fine").topics[:2])
    joined = f"Bike lanes ({bikes}), Parking spaces ({spaces}) became Cars vs. bicycles ({bikes + spaces})"
    assert f"merged     {joined}; {bikes + spaces} in both" in lines
    assert any(line.startswith("same       Electric buses (") and "now called Bus lines" in line for line in lines)
    assert not any("moved" in line for line in lines[4:])
    same = run("diff", saved, fine, "--level", "coarse").stdout
    assert "Schools and roofs (" in same
    assert "became" not in same


def test_passages_that_moved_are_told(saved: Path, tmp_path: Path) -> None:
    model = small_model()
    labels = model.all_labels.copy()
    labels[1, :2] = (2, -1)
    sizes = [(labels[1] == topic.id).sum() for topic in model.topics]
    level = replace(
        model.levels[1],
        topics=tuple(
            replace(topic, size=int(size), share=size / len(labels[1]))
            for topic, size in zip(model.topics, sizes, strict=True)
        ),
    )
    other = replace(model, all_labels=labels, levels=(model.levels[0], level, model.levels[2]), _memo=None)
    other.save(tmp_path / "other")
    printed = run("diff", saved, tmp_path / "other").stdout
    assert f"{len(labels[1]) - 2} stayed with their topic, 2 moved." in printed
    assert "  from Cars vs. bicycles to Bus lines  [council/minutes.txt:" in printed
    assert "  from Cars vs. bicycles to no topic  [council/minutes.txt:" in printed
    few = run("diff", saved, tmp_path / "other", "-n", "1").stdout
    assert "Passages that moved, 1 of 2:" in few
    assert "no topic" not in few
    told = answer("diff", saved, tmp_path / "other")
    assert [move["to"] for move in told["moves"]] == [2, -1]
    assert told["moved"] == 2


def test_models_of_other_documents_are_compared_by_meaning(saved: Path, tmp_path: Path) -> None:
    from tests.test_compare import moved_documents

    moved_documents(small_model(), id="other/{}").save(tmp_path / "other")
    printed = run("diff", saved, tmp_path / "other").stdout
    assert "The models have no passage in common: topics are matched by what they mean, one to one." in printed
    assert "School lunches (" in printed
    assert "; alike 1.00" in printed
    assert "Passages that moved" not in printed


def test_models_that_cannot_be_compared_are_refused(saved: Path, tmp_path: Path) -> None:
    from tests.test_compare import moved_documents

    model = moved_documents(small_model(), id="other/{}")
    card = replace(model.encoder, id="another", fingerprint="0" * 64)
    replace(model, encoder=card).save(tmp_path / "other")
    said = one_sentence(run("diff", saved, tmp_path / "other"), 1)
    assert "were made with different encoders (fake and another)" in said
    assert "no model" in one_sentence(run("diff", saved, tmp_path / "none"), 1).lower()


@pytest.fixture
def shelf(saved: Path, tmp_path: Path) -> Path:
    """A folder of models: a good one, and broken ones."""
    version = (saved / "CURRENT").read_text(encoding="utf-8").strip()
    for name in ("good", "pointer", "manifest", "gone", "short"):
        shutil.copytree(saved, tmp_path / "shelf" / name)
    shelf = tmp_path / "shelf"
    (shelf / "pointer" / "CURRENT").write_text("../elsewhere", encoding="utf-8")
    (shelf / "manifest" / version / "manifest.json").write_text("{", encoding="utf-8")
    shutil.rmtree(shelf / "gone" / version)
    passages = shelf / "short" / version / "passages.safetensors"
    passages.write_bytes(passages.read_bytes()[:100])
    (shelf / "notes").mkdir()
    return shelf


def test_broken_models_are_listed_with_the_whole_reason(shelf: Path) -> None:
    lines = run("models", shelf).stdout.splitlines()
    table, reasons = lines[:6], "\n".join(lines[6:])
    assert [line.split()[0] for line in table] == ["name", "gone", "good", "manifest", "pointer", "short"]
    assert [line.split()[0] for line in table if "cannot be loaded" in line] == ["gone", "manifest", "pointer"]
    for name, said in (("gone", "it is missing"), ("manifest", "is damaged"), ("pointer", "does not name a version")):
        [reason] = [line for line in reasons.splitlines() if line.startswith(f"{name}: ")]
        assert said in reason
        assert reason.endswith("restore the model from a copy, or fit again")


def test_a_check_reads_every_file(shelf: Path) -> None:
    told = {saved["name"]: saved for saved in answer("models", shelf, "--check")}
    assert [name for name, saved in told.items() if "error" not in saved] == ["good"]
    assert "passages.safetensors" in told["short"]["error"]
    assert set(told["short"]) == {"name", "path", "error"}
    assert told["good"]["topics"] == 4
    assert "error" not in {saved["name"]: saved for saved in answer("models", shelf)}["short"]


def test_the_map_and_citations_are_exported_by_the_names_of_their_files(saved: Path, tmp_path: Path) -> None:
    for name, start in (
        ("map.svg", b"<svg "),
        ("map.png", b"\x89PNG"),
        ("citations.bib", b"@misc{"),
        ("citations.txt", b""),
    ):
        told = run("export", saved, "-o", tmp_path / name)
        assert told.returncode == 0
        assert "24 passages" in told.stdout
        assert (tmp_path / name).read_bytes().startswith(start)
    assert len((tmp_path / "citations.txt").read_text(encoding="utf-8").splitlines()) == 24
    run("export", saved, "-o", tmp_path / "passages.json")
    assert len(json.loads((tmp_path / "passages.json").read_text(encoding="utf-8"))) == 24
