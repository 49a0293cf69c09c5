"""What a model hands on: tables that come back as they were, and a page that runs and loads nothing."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import topics
from tests.models import FakeEmbedder, small_model
from topics import edit, share
from topics.formulas import restorer
from topics.share import chart, page, tables
from topics.values import LOOSE, Document

NASTY = (
    '=HYPERLINK("http://evil.example","bus") the bus',
    "+1 for the bike lane, said the cyclists",
    "-2 degrees; the bus is late",
    "@council: where is the lunch?",
    "'=already quoted bus, with an apostrophe of its own",
    '<script>window.pwn = 1</script> the bus & "the bike" <img src=x onerror=alert(1)>',
    "المدرسة الجديدة في الحي القديم",
    "学校的午餐很好吃",
    'line one of the bus\nline two of the bus, "quoted"',
)


@pytest.fixture(scope="module")
def nasty():
    """A model of texts that want to be run."""
    documents = [
        Document(f"=folder/<b>{row}.txt", text, {"title": f"=title <i>{row}</i>", "source": "@paper", "date": "2024"})
        for row, text in enumerate(NASTY)
    ]
    return topics.fit(documents, embedder=FakeEmbedder(), clean=False, themes=["<u>Rockets</u>"])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_p27_no_cell_of_a_csv_runs_and_all_come_back(nasty, tmp_path) -> None:
    told = share.write(nasty, tmp_path / "passages.csv")
    assert (told.what, told.rows) == ("passages", len(nasty.passages))
    assert told.bytes == (tmp_path / "passages.csv").stat().st_size
    rows = rows_of(tmp_path / "passages.csv")
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
    for row in rows:
        assert not any(cell[:1] in "=+-@\t\r" and cell and not numbers.fullmatch(cell) for cell in row.values())
    restore = restorer(list(rows[0]))
    assert restore is not None
    restored = [dict(zip(row, restore(list(row.values())), strict=True)) for row in rows]
    assert [row["text"] for row in restored] == nasty.passages.texts()
    assert [row["id"] for row in restored] == [passage.id for passage in nasty.passages]
    assert {row["source"] for row in restored} == {"@paper"}


def test_p27_topics_too(nasty, tmp_path) -> None:
    named = replace(nasty.topics[0], name="=1+1", keywords=(replace(nasty.topics[0].keywords[0], term="-cmd"),))
    levels = tuple(
        replace(level, topics=(named, *level.topics[1:])) if level.name == nasty.level else level
        for level in nasty.levels
    )
    share.write(replace(nasty, levels=levels), tmp_path / "topics.csv")
    first = rows_of(tmp_path / "topics.csv")[0]
    assert (first["name"], first["keywords"], first["apostrophe_added"].split()[0]) == ("'=1+1", "'-cmd", "name")


def test_passages_tell_what_the_model_says(tmp_path) -> None:
    model = small_model(level="fine")
    share.write(model, tmp_path / "passages.csv")
    rows = rows_of(tmp_path / "passages.csv")
    frame = model.to_frame()
    assert [row["text"] for row in rows] == frame["text"].tolist()
    assert [int(row["topic"]) for row in rows] == model.labels.tolist()
    assert [int(row["topic_coarse"]) for row in rows] == frame["topic_coarse"].tolist()
    assert [row["loose"] for row in rows] == ["true" if loose else "false" for loose in model.loose]
    np.testing.assert_allclose([float(row["confidence"]) for row in rows], model.confidence, atol=1e-6)
    assert rows[0]["document_title"] == "minutes.txt"
    assert {row["page"] for row in rows} == {""}


def test_topics_tell_what_the_model_says(tmp_path) -> None:
    model = small_model()
    share.write(model, tmp_path / "topics.csv")
    rows = rows_of(tmp_path / "topics.csv")
    assert [row["name"] for row in rows] == [topic.name for topic in model.topics]
    assert [int(row["size"]) for row in rows] == [topic.size for topic in model.topics]
    assert rows[0]["keywords"] == "parking, bike, cykelbanan, parkering"
    assert rows[-1]["stability"] == ""
    assert rows[0]["representatives"].split(" | ") == [passage.id for passage in model.representatives(0, 3)]


def test_parquet_keeps_types(tmp_path) -> None:
    import pyarrow.parquet as pq

    model = small_model()
    share.write(model, tmp_path / "passages.parquet")
    table = pq.read_table(tmp_path / "passages.parquet")
    assert table.num_rows == len(model.passages)
    assert [str(table.schema.field(name).type) for name in ("text", "topic", "loose", "confidence", "page")] == [
        "string", "int32", "bool", "double", "int32",
    ]  # fmt: skip
    assert table["text"].to_pylist() == model.passages.texts()
    assert table["page"].null_count == len(model.passages)
    share.write(model, tmp_path / "topics.parquet")
    rows = pq.read_table(tmp_path / "topics.parquet").to_pylist()
    assert rows[0]["keywords"] == [keyword.term for keyword in model.topics[0].keywords]
    assert dict(rows[0]["languages"]) == dict(model.topics[0].languages)
    assert rows[-1]["stability"] is None


def test_json_holds_the_whole_model(tmp_path) -> None:
    model = small_model(level="coarse")
    told = share.write(model, tmp_path / "model.json", title="Town")
    plain = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert told.rows == len(plain["passages"]) == len(model.passages)
    assert plain["title"] == "Town"
    assert {name: len(own) for name, own in plain["levels"].items()} == {"coarse": 2, "medium": 4, "fine": 6}
    assert plain["model"]["removed"][0]["reason"] == "repeated-title"
    assert plain["passages"][0]["text"] == model.passages[0].text
    assert plain["settings"] == json.loads(json.dumps(model.settings.to_dict()))
    assert [document["id"] for document in plain["documents"]] == [d.id for d in model.passages.documents]


@pytest.fixture
def junked():
    """The small model with a junk topic of level fine, two junk passages, and one that a fit would have left loose."""
    model = small_model(level="fine")
    labels = model.all_labels.copy()
    labels[:, 12] = LOOSE
    model = edit.junk(replace(model, all_labels=labels, _memo=None), 4)
    return edit.junk(model, passages=[model.passages[0], model.passages[2]])


def test_what_a_person_called_junk_is_marked_in_every_file(junked, tmp_path) -> None:
    import pyarrow.parquet as pq

    assert [row for row, junk in enumerate(junked.junk) if junk] == [0, 2, *np.flatnonzero(junked.labels == 4)]
    assert (junked.labels[[0, 2, 12]] == LOOSE).all()
    told = junked.junk.tolist()
    for name, expected in (("passages", told), ("topics", [topic.junk for topic in junked.topics])):
        share.write(junked, tmp_path / f"{name}.csv")
        assert [row["junk"] == "true" for row in rows_of(tmp_path / f"{name}.csv")] == expected
        assert {row["junk"] for row in rows_of(tmp_path / f"{name}.csv")} == {"true", "false"}
        share.write(junked, tmp_path / f"{name}.parquet")
        assert pq.read_table(tmp_path / f"{name}.parquet")["junk"].to_pylist() == expected
    share.write(junked, tmp_path / "model.json")
    plain = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert [passage["junk"] for passage in plain["passages"]] == told
    assert [topic["id"] for topic in plain["levels"]["fine"] if topic["junk"]] == [4]
    frame = junked.to_frame()
    assert frame["junk"].tolist() == told
    assert str(frame["junk"].dtype) == "bool"


def test_junk_is_of_the_level_that_is_shown_and_ends_with_it(junked) -> None:
    assert np.flatnonzero(junked.at("coarse").junk).tolist() == [0, 2]
    back = edit.restore(edit.move(junked, [junked.passages[0]], 1), 4)
    assert np.flatnonzero(back.junk).tolist() == [2]
    assert not edit.undo(edit.undo(junked)).junk.any()
    with pytest.raises(ValueError, match="read-only"):
        junked.junk[0] = False


def test_a_report_marks_junk(junked) -> None:
    found = page.html(junked, "Report")
    mark = '<em class="junk">junk</em>'
    assert found.count(mark) == 3, "in the table, over its passages, and among the levels"
    assert f"<bdi>Crowded classrooms</bdi></a>{mark}" in found.replace("</a> ", "</a>")
    assert "6 passages of 24 are called junk by a person." in found
    assert "3 passages, 12% · 2 of them junk" in found
    assert found.count(", junk</figcaption>") == 2
    plain = page.html(small_model(level="fine"), "Report")
    assert "junk" not in re.sub(r"<style>.*</style>", "", plain, flags=re.DOTALL)


def test_large_tables_are_written_in_parts(monkeypatch) -> None:
    model = small_model()
    whole, parted = io.BytesIO(), io.BytesIO()
    tables.write_json(model, whole, "", None)
    monkeypatch.setattr(tables, "_BATCH", 7)
    tables.write_json(model, parted, "", None)
    assert parted.getvalue() == whole.getvalue()
    assert [len(batch) for batch in tables.passage_rows(model)] == [7, 7, 7, len(model.passages) - 21]


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(model, title="Report") -> Seen:
    parser = Seen()
    parser.feed(page.html(model, title))
    return parser


def test_a_report_loads_and_runs_nothing(nasty) -> None:
    found = seen(nasty, "<img src=x onerror=alert(1)>")
    assert {"script", "img", "link", "iframe", "object", "form", "u", "i", "b"}.isdisjoint(found.tags)
    names = {name for name, _ in found.attributes}
    assert {"src", "style", "onerror", "onclick", "action"}.isdisjoint(names)
    assert all(value is not None and value.startswith("#t") for name, value in found.attributes if name == "href")
    [policy] = [value for name, value in found.attributes if name == "content" and "default-src" in str(value)]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "url(" not in page.html(nasty, "")


def test_a_report_shows_every_text_as_it_is(nasty) -> None:
    found = seen(nasty, "<img src=x onerror=alert(1)>")
    assert "<img src=x onerror=alert(1)>" in found.text
    assert "No topic matches the theme <u>Rockets</u>" in found.text
    shown = {passage.text for topic in nasty.topics for passage in nasty.representatives(topic.id, page.PASSAGES)}
    assert shown >= {NASTY[0], NASTY[5], NASTY[6]}
    assert all(text.replace("\n", "") in found.text for text in shown)
    assert "=folder/<b>0.txt, =title <i>0</i>, @paper, 2024, characters 0–" in found.text
    assert 'blockquote dir="auto"' in page.html(nasty, "")


def test_a_report_tells_what_an_analyst_asks() -> None:
    model = small_model()
    html = page.html(model, "Town")
    text = seen(model, "Town").text
    for topic in model.topics:
        assert f'<article id="t{topic.id}">' in html
        assert topic.name in text
        assert all(keyword.term in text for keyword in topic.keywords)
    for passage in model.representatives(0, 3):
        assert " ".join(passage.text.split()) in " ".join(text.split())
    assert "No topic matches the theme Space travel" in text
    assert "letters/scan.txt it holds bytes that are no text" in text
    assert f"{len(model.removed)} spans that say nothing of their own: share 2" in text
    assert model.encoder.fingerprint in text
    assert "found again 95%" in text
    assert page.html(model, "Town") == html


def test_loose_passages_have_their_place() -> None:
    model = small_model(level="fine")
    labels = model.all_labels.copy()
    labels[:, -2:] = LOOSE
    html = page.html(replace(model, all_labels=labels, _memo=None), "Town")
    assert "<h3>In no topic</h3>" in html
    assert "In no topic" not in page.html(model, "Town")


def test_keywords_are_marked_in_what_they_are_found_in() -> None:
    model = small_model()
    passage = replace(model.passages[0], text="A bus & two buses, <b>omnibus</b>\n\n学校的午餐")
    assert page.marked(passage, ["bus", "午餐", "a"]) == (
        "A <mark>bus</mark> &amp; two <mark>buses</mark>, &lt;b&gt;omnibus&lt;/b&gt;<br>学校的<mark>午餐</mark>"
    )
    assert page.marked(passage, []) == "A bus &amp; two buses, &lt;b&gt;omnibus&lt;/b&gt;<br>学校的午餐"


def test_the_map_draws_every_passage_in_its_colour() -> None:
    model = small_model(level="fine")
    drawn = chart.svg(model)
    for topic in model.topics:
        [path] = re.findall(rf'<path class="t{topic.id}" d="([^"]+)">', drawn)
        assert path.count("M") == topic.size
    assert drawn.count("<circle") == len(model.topics)
    places = [float(number) for pair in re.findall(r"M([\d.-]+) ([\d.-]+)h0", drawn) for number in pair]
    assert min(places) >= 0
    assert max(places) <= 960


def test_names_on_the_map_do_not_meet(seeds_model) -> None:
    drawn = chart.svg(seeds_model)
    assert drawn.count('class="name"') >= len(seeds_model.topics) // 2
    boxes = []
    for x, y, anchor, name in re.findall(r'class="name" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)', drawn):
        width = chart._width(name)
        left = float(x) - {"start": 0, "middle": width / 2, "end": width}[anchor]
        boxes.append(chart._Box(left, float(y) - 15, left + width, float(y) + 5))
    assert not any(one.meets(other) for at, one in enumerate(boxes) for other in boxes[:at])


def test_a_large_map_is_thinned_evenly(monkeypatch) -> None:
    assert chart.drawn(chart.MOST).tolist() == list(range(chart.MOST))
    assert len(chart.drawn(chart.MOST + 1)) <= chart.MOST
    monkeypatch.setattr(chart, "MOST", 10)
    model = small_model()
    n = len(model.passages)
    left = len(range(0, n, -(-n // 10)))
    assert f"Of {n} passages {left} are drawn" in page.html(model, "")
    assert sum(path.count("M") for path in re.findall(r' d="([^"]+)"', chart.svg(model))) == left


@pytest.mark.parametrize("n", [1, 2])
def test_the_smallest_model_has_a_report(n: int) -> None:
    model = topics.fit(["One text about a bus", "Another of a bike"][:n], embedder=FakeEmbedder())
    assert seen(model).text
    assert "nan" not in chart.svg(model)


def test_the_name_of_a_file_says_what_it_holds(tmp_path) -> None:
    assert share.what_of(Path("a/Report.HTML")) == "report"
    assert share.what_of(Path("topics-2024.csv")) == "topics"
    assert share.what_of(Path("x.csv"), "passages") == "passages"
    with pytest.raises(
        ValueError, match=r"'x.csv' does not say what it is to hold; call it topics.csv or passages.csv"
    ):
        share.what_of(Path("x.csv"))
    with pytest.raises(ValueError, match=r"'x.docx' says no format"):
        share.what_of(Path("x.docx"))
    with pytest.raises(
        ValueError, match=r"topics cannot be written as .html; name a file that ends in .csv or .parquet"
    ):
        share.what_of(Path("x.html"), "topics")
    with pytest.raises(ValueError, match="what is 'nothing'"):
        share.what_of(Path("x.html"), "nothing")  # type: ignore[arg-type]


def test_a_json_file_holds_passages_where_it_is_called_so_and_else_the_model() -> None:
    assert share.what_of(Path("passages.json")) == "passages"
    assert share.what_of(Path("anything.json")) == "model"
    assert share.what_of(Path("map.png")) == "map"
    assert share.what_of(Path("refs.bib")) == "citations"


def test_chosen_passages_alone_are_in_tables_and_their_topics() -> None:
    model = small_model()
    chosen = np.array([9, 3, 4], np.int32)
    passages = json.loads(share.made(model, "passages", ".json", chosen=chosen))
    assert [row["id"] for row in passages] == [model.passages[row].id for row in (3, 4, 9)]
    told = list(csv.DictReader(io.StringIO(share.made(model, "passages", ".csv", chosen=chosen).decode("utf-8-sig"))))
    assert [row["text"] for row in told] == [row["text"] for row in passages]
    topics_of = list(
        csv.DictReader(io.StringIO(share.made(model, "topics", ".csv", chosen=chosen).decode("utf-8-sig")))
    )
    assert [int(row["id"]) for row in topics_of] == sorted(set(model.labels[chosen].tolist()))
    assert [int(row["size"]) for row in topics_of] == [model.topic(int(row["id"])).size for row in topics_of]
    with pytest.raises(ValueError, match="a report is always of the whole model"):
        share.made(model, "report", ".html", chosen=chosen)


def test_passages_as_json_are_those_of_the_whole_model(tmp_path) -> None:
    model = small_model()
    share.write(model, tmp_path / "passages.json")
    share.write(model, tmp_path / "model.json")
    rows = json.loads((tmp_path / "passages.json").read_text(encoding="utf-8"))
    assert rows == json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["passages"]


@pytest.mark.parametrize(("what", "suffix"), share.KINDS)
def test_what_is_made_is_what_is_written_and_about_as_large_as_was_told(what, suffix, tmp_path, seeds_model) -> None:
    made = share.made(seeds_model, what, suffix, title="seeds")
    share.write(seeds_model, tmp_path / f"{what}{suffix}", title="seeds")
    assert (tmp_path / f"{what}{suffix}").read_bytes() == made
    told = share.estimate(seeds_model, what, suffix)
    assert len(made) / 2 <= told <= 2 * len(made)


def test_a_file_is_whole_or_the_one_before(tmp_path, monkeypatch) -> None:
    target = tmp_path / "new" / "report.html"
    share.write(small_model(), target)
    before = target.read_bytes()

    def broken(model: object, file: io.BufferedWriter, title: str, chosen: object) -> int:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(share._WRITERS, ("report", ".html"), broken)
    with pytest.raises(topics.TopicsError, match=r"cannot write .*report.html: No space left on device"):
        share.write(small_model(), target)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]
    with pytest.raises(topics.TopicsError, match="cannot write"):
        share.write(small_model(), target / "below.html")
