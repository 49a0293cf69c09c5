"""The benchmark of main text: its figures are what they say, and a tiny whole run gives its table."""

import gzip
import json

import pytest

from benchmarks import extraction
from tests.test_web import FIRST, PAGE, SECOND


@pytest.fixture
def data(tmp_path):
    rows = {
        extraction.ARTICLES: [{"id": "a", "text": f"{FIRST}\n\n{SECOND}"}, {"id": "b", "text": FIRST}],
        extraction.PHRASES: [
            {"id": "c", "must_contain": [FIRST[:40]], "must_not_contain": ["Weather", "ferry to the"]}
        ],
    }
    for name, pages in rows.items():
        (tmp_path / name / "html").mkdir(parents=True)
        for row in pages:
            row["file"] = f"html/{row['id']}.html.gz"
            (tmp_path / name / row["file"]).write_bytes(gzip.compress(PAGE.encode()))
        with gzip.open(tmp_path / name / "gold.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in pages)
    return tmp_path


def test_shingles_are_counted():
    assert extraction.shingles("a b a b", 1) == {("a",): 2, ("b",): 2}
    assert extraction.shingles("a b c", 4) == {("a", "b", "c"): 1}
    assert extraction.shingles(" .,", 1) == {}


def test_scores_are_means_over_pages():
    scores = extraction.against([("a b", "a b"), ("a b c d", "a")], 1)
    assert (scores.precision, scores.recall) == (0.625, 1.0)
    assert scores.f1 == pytest.approx(2 * 0.625 / 1.625)
    assert extraction.against([("", "a")], 1).f1 == 0


def test_phrases_are_found_across_lines_and_compositions():
    page = extraction.WebPage("p", b"", must=("caf\u00e9 au lait", "tea"), must_not=("menu",))
    assert extraction.phrases([(page, "Un cafe\u0301\nau  lait")]) == (0.5, 1.0)


def test_the_table_has_a_line_for_each_system_and_half(data, monkeypatch):
    chosen = {name: extraction.SYSTEMS[name] for name in ("topics", "all text of the page")}
    monkeypatch.setattr(extraction, "SYSTEMS", chosen)
    articles, multilingual = (extraction.pages(data, name) for name in (extraction.ARTICLES, extraction.PHRASES))
    lines = extraction.table(articles, multilingual, 1).splitlines()
    assert len(lines) == 2 + 3 * len(chosen)
    kept, absent = lines[2].split(" | ")[6:8]
    assert (kept, absent) == ("1.000", "0.500")


def test_speed_compares_reading_with_encoding(data):
    line = extraction.speed(extraction.pages(data, extraction.ARTICLES), 1)
    assert line.startswith("2 pages: read in ")
    assert "reading takes" in line
