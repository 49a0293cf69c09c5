"""Spark says row by row what this process says, on any partitions, and also after workers have died."""

import logging
import os
import sys
from dataclasses import astuple, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import topics
from tests.encoders import TEXTS, static_folder
from tools import java
from topics import spark, store, update
from topics.cluster.confidence import SURE
from topics.errors import EncoderError, ReadError, TopicsError
from topics.read.parsed import Columns
from topics.spark import frames, rows
from topics.spark.spread import SpreadEmbedder
from topics.update.incoming import cut
from topics.values import Document

try:
    import pyspark
except ImportError:
    pyspark = None

MISSING = (
    "pyspark is not installed (make spark does it where Java 17 or newer is)"
    if pyspark is None
    else f"there is no Java {java.NEEDED} or newer (Debian: openjdk-17-jre-headless)"
    if java.found() < java.NEEDED
    else ""
)
on_spark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
pytestmark = pytest.mark.spark

FURNITURE = "Share this page\n\n"
ODD = ["", "   ", "?!", "12 %", "Bread\x00 and water", "日本語の文章です。", "A sourdough loaf. " * 400]
ROWS = [
    {"id": f"row-{number:03}", "text": text, "year": 2000 + number % 3, "place": {"town": "Åbo", "no": number}}
    for number, text in enumerate([*TEXTS, *ODD, None, *(f"{text} Once more, number {at}." for at, text in
                                   enumerate(TEXTS))])
]  # fmt: skip


@pytest.fixture(scope="module")
def session():
    """Return one session for all tests: two workers, and up to four attempts a task."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.execution.arrow.maxRecordsPerBatch": "16",  # several batches a partition
            "spark.log.level": "OFF",
        }
        builder = SparkSession.builder.master("local[2,4]").appName("topics")
        for name, value in settings.items():
            builder = builder.config(name, value)
        made = builder.getOrCreate()
        yield made
        made.stop()


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """Return the folder of a tiny encoder."""
    return str(static_folder(tmp_path_factory.mktemp("encoders") / "tiny"))


@pytest.fixture(scope="module")
def model(encoder):
    """Return a model of a few texts by the tiny encoder."""
    return topics.fit(TEXTS, embedder=encoder)


@pytest.fixture(scope="module")
def frame(session):
    """Return the rows as a data frame."""
    kept = "id string, text string, year int, place struct<town:string,no:int>"
    return session.createDataFrame(ROWS, kept)


def told(frame):
    """Return the rows of a data frame, by id."""
    return sorted(frame.toArrow().to_pylist(), key=lambda row: (row["id"], row.get("start") or 0))


def expected(model, texts, languages=None):
    """Return what a model says of texts in the columns that Spark adds."""
    names = [name for name, _ in frames.ASSIGNED]
    return [
        dict(
            zip(
                names,
                (
                    one.topic,
                    model.topic(one.topic).name if one.topic >= 0 else None,
                    *astuple(one)[1:5],
                    one.topic < 0 or one.confidence < SURE,
                    one.language,
                    one.poorly_read,
                ),
                strict=True,
            )
        )
        for one in model.assign(texts, languages=languages)
    ]


@on_spark
@pytest.mark.parametrize("partitions", [1, 2, 7])
def test_topics_are_those_of_the_model_row_by_row(session, model, frame, partitions):
    found = told(spark.assign(model, frame.repartition(partitions)))
    known = [row for row in ROWS if row["text"] is not None]
    answers = dict(zip([row["id"] for row in known], expected(model, [row["text"] for row in known]), strict=True))
    nothing = dict.fromkeys(name for name, _ in frames.ASSIGNED)
    assert found == [{**row, **answers.get(row["id"], nothing)} for row in ROWS]


@on_spark
def test_a_worker_that_is_killed_changes_nothing(session, model, frame, monkeypatch, tmp_path):
    mapped, killed = frames.mapped, str(tmp_path)

    def deadly(frame, work, added, *, only=False):
        def dying(batches):
            from pyspark import TaskContext

            task = TaskContext.get()
            for batch in work(batches):
                yield batch
                if task.partitionId() == 1 and task.attemptNumber() < 2:
                    open(f"{killed}/{task.attemptNumber()}", "w").close()
                    os.kill(os.getpid(), 9)

        return mapped(frame, dying, added, only=only)

    whole = told(spark.assign(model, frame.repartition(3)))
    monkeypatch.setattr(rows, "mapped", deadly)
    assert told(spark.assign(model, frame.repartition(3))) == whole
    assert sorted(os.listdir(killed)) == ["0", "1"]


@on_spark
def test_a_view_at_another_level_and_edits_travel_with_the_model(session, model, frame):
    from topics import edit

    few = frame.limit(12)
    texts = [row["text"] for row in told(few)]
    edited = edit.rename(model, model.topics[0].id, "Something else")
    assert edited.origin is None
    for seen in (model.at("coarse"), model.at(2), edited):
        found = told(spark.assign(seen, few))
        assert [{name: row[name] for name, _ in frames.ASSIGNED} for row in found] == expected(seen, texts)
    assert edited.origin is None


@on_spark
def test_languages_may_be_told_by_a_column(session, model):
    given = [("a", TEXTS[0], "de"), ("b", TEXTS[1], None), ("c", "Bröd och smör", "sv"), ("d", None, "en")]
    frame = session.createDataFrame(given, "id string, text string, code string")
    found = told(spark.assign(model, frame, languages="code", prefix="own_"))
    own = [{name.removeprefix("own_"): row[name] for name in row if name.startswith("own_")} for row in found]
    codes = ["de", model.placement.languages_of([TEXTS[1]])[0], "sv"]
    assert own[:3] == expected(model, [text for _, text, _ in given[:3]], codes)
    assert own[3]["topic"] is None


@on_spark
def test_vectors_are_those_of_encode_bit_for_bit(session):
    texts = ["The railway station", "Ett bröd med råg", "", "word " * 600, "Fresh tomatoes grow in the garden"]
    frame = session.createDataFrame(list(enumerate([*texts, None])), "id int, text string")
    for partitions in (1, 3):
        found = told(spark.embed(frame.repartition(partitions), into="v"))
        assert found[-1]["v"] is None
        vectors = np.array([row["v"] for row in found[:-1]], np.float32)
        assert vectors.tobytes() == topics.encode(texts).tobytes()


@on_spark
def test_an_encoder_from_a_folder_is_sent_to_the_workers(session, frame, encoder):
    found = told(spark.embed(frame, embedder=encoder))
    vectors = topics.embed.load_embedder(encoder).encode([row["text"] for row in ROWS if row["text"] is not None])
    own = [row["vector"] for row in found if row["vector"] is not None]
    assert np.array(own, np.float32).tobytes() == vectors.tobytes()


@on_spark
def test_many_texts_of_a_fit_are_embedded_by_the_workers(session, encoder):
    from topics.spark.parcel import send

    own = topics.embed.load_embedder(encoder)
    spread = SpreadEmbedder(own, session, send(session.sparkContext, own), least=10)
    texts = [*TEXTS, *TEXTS[:3], ""]
    ticks = []
    assert spread.encode(texts, progress=lambda *at: ticks.append(at)).tobytes() == own.encode(texts).tobytes()
    assert ticks == [(len(texts), len(texts))]
    assert spread.encode(TEXTS[:2]).tobytes() == own.encode(TEXTS[:2]).tobytes()
    assert (spread.id, spread.reads, spread.computing) == (own.id, own.reads, own.computing)
    assert spread.count_tokens(TEXTS[:2]).tolist() == own.count_tokens(TEXTS[:2]).tolist()


@on_spark
@pytest.mark.parametrize("partitions", [1, 7])
def test_a_fit_of_no_more_than_the_sample_is_the_local_fit(session, frame, encoder, partitions, monkeypatch):
    monkeypatch.setattr("topics.spark.fitting.SpreadEmbedder", partial(SpreadEmbedder, least=10))
    fitted = spark.fit(frame.repartition(partitions), embedder=encoder)
    table = pa.Table.from_pylist(ROWS, schema=frame.toArrow().schema)
    local = topics.fit(table, text="text", id="id", embedder=encoder)
    assert store.fingerprint(fitted.model) == store.fingerprint(local)
    assert fitted.model.embedder is None
    found = {row["passage"]: row for row in told(fitted.passages) if row["passage"]}
    assert {passage.id for passage in local.passages} <= set(found)
    for passage, label, sure in zip(local.passages, local.labels, local.confidence, strict=True):
        row = found[passage.id]
        assert (row["topic"], row["text"], row["start"], row["language"]) == (
            label, passage.text, passage.start, passage.language,
        )  # fmt: skip
        assert row["confidence"] == sure
    assert {row["id"] for row in told(fitted.passages)} == {row["id"] for row in ROWS}


@on_spark
def test_a_larger_fit_draws_by_id_from_each_stratum(session, frame, encoder):
    first = spark.fit(frame.repartition(1), embedder=encoder, sample=40, strata="year")
    again = spark.fit(frame.repartition(7), embedder=encoder, sample=40, strata="year")
    assert store.fingerprint(first.model) == store.fingerprint(again.model)
    assert {name: taken for name, (taken, _) in first.strata.items()} == {"2000": 14, "2001": 13, "2002": 13}
    assert len(first.model.passages.documents) == 40
    assert told(first.passages) == told(again.passages)
    other = spark.fit(frame, embedder=encoder, sample=40, seed=1)
    documents = [{one.id for one in made.model.passages.documents} for made in (first, other)]
    assert documents[0] != documents[1]
    assert {row["id"] for row in told(first.passages)} == {row["id"] for row in ROWS}


@on_spark
def test_passages_are_those_that_adding_would_make(session, model, encoder):
    texts = [f"{FURNITURE}{TEXTS[at]}\n\n{TEXTS[at + 6]}\n\nAll rights reserved." for at in range(5)]
    given = [(str(at), text, f"Title {at}") for at, text in enumerate([*texts, "", None])]
    frame = session.createDataFrame(given, "id string, text string, title string")
    for partitions in (1, 4):
        found = told(
            spark.assign_passages(model, frame.repartition(partitions), columns=Columns(title="title"), prefix="p_")
        )
        own = topics.embed.load_embedder(encoder)
        settings = replace(model.settings, keep=("copy",))
        local = []
        for id, text, title in given:
            document = Document(id, f"{title}\n\n{text}" if text else title, {"title": title}, row=1)
            local += cut(model, [document], len(model.passages.documents), settings, own).passages
        assert [(row["p_passage"], row["text"]) for row in found if row["p_passage"]] == [
            (passage.id, passage.text) for passage in local
        ]
        answers = expected(model, [passage.text for passage in local], [passage.language for passage in local])
        own = [{name: row[f"p_{name}"] for name, _ in frames.ASSIGNED} for row in found if row["p_passage"]]
        assert own == answers
        assert all(row["title"] for row in found)


@on_spark
def test_documents_are_added_as_update_adds_them(session, model, encoder):
    new = [{"id": f"new-{at}", "text": f"{text} {at} pounds of rye."} for at, text in enumerate(TEXTS)]
    frame = session.createDataFrame(new, "id string, text string")
    by = {"author": "Ann", "time": datetime(2026, 1, 1, tzinfo=UTC)}
    grown = spark.add(model, frame.repartition(3), **by)
    settings = replace(model.settings, text="text", id="id")
    local = update.add(model, pa.Table.from_pylist(new).sort_by("id"), settings=settings, **by)
    assert store.fingerprint(grown.model) == store.fingerprint(local.model)
    asked = [[dict(edit.asked) for edit in made.model.history.edits] for made in (grown, local)]
    assert asked[0] == asked[1] != []
    assert grown.added.topics.tolist() == local.topics.tolist()
    assert {row["id"] for row in told(grown.passages)} == {row["id"] for row in new}
    few = spark.add(model, frame, sample=10)
    assert len(few.added.documents) == 10
    assert {row["id"] for row in told(few.passages)} == {row["id"] for row in new}


@on_spark
def test_files_are_read_as_here(session, tmp_path, encoder):
    folder = tmp_path / "några filer"
    (folder / "sub").mkdir(parents=True)
    for at, text in enumerate(TEXTS):
        (folder / "sub" / f"{at:02}.txt").write_text(text, encoding="utf-8")
    (folder / "page.html").write_text(f"<html><title>T</title><body><p>{TEXTS[0]} Said twice.</p></body></html>")
    (folder / "table.csv").write_text("text,nr\nBread is baked,7\nRye flour,8\n")
    (folder / "blank.txt").write_text(" \n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    found = told(spark.read(session, folder))
    local = topics.read.read_source(folder)
    there = [
        Document(row["id"], row["text"], dict(row["meta"]), tuple(row["pages"]), row["row"])
        for row in found
        if row["text"]
    ]
    documents = sorted(local.documents, key=lambda one: one.id)
    assert there == documents
    refused = {row["id"]: row["problem"] for row in found if row["text"] is None}
    assert refused == {one.path: one.reason for one in local.skipped}
    fitted = spark.fit(spark.read(session, str(folder)), embedder=encoder)
    same = topics.fit(documents, embedder=encoder, text="text", id="id")
    assert fitted.model.passages == same.passages
    assert fitted.model.labels.tolist() == same.labels.tolist()
    assert {one.path: one.reason for one in fitted.model.skipped} == refused
    placed = {row["passage"]: row["topic"] for row in told(fitted.passages) if row["passage"]}
    assert [placed[passage.id] for passage in same.passages] == same.labels.tolist()
    assert {row["id"]: row["skipped"] for row in told(fitted.passages) if row["skipped"]} == refused


@on_spark
def test_parquet_in_and_out(session, model, frame, tmp_path):
    frame.write.parquet(str(tmp_path / "in"))
    read = session.read.parquet(str(tmp_path / "in"))
    spark.assign(model, read).write.parquet(str(tmp_path / "out"))
    spark.embed(read, embedder=model.settings.embedder).write.parquet(str(tmp_path / "vectors"))
    assert told(session.read.parquet(str(tmp_path / "out"))) == told(spark.assign(model, frame))
    assert told(session.read.parquet(str(tmp_path / "vectors"))) == told(
        spark.embed(frame, embedder=model.settings.embedder)
    )


@on_spark
def test_another_encoder_is_refused_before_the_work_begins(session, model, frame, tmp_path):
    with pytest.raises(EncoderError, match="this model was made with the encoder tiny"):
        spark.assign(model, frame, embedder="minilm")

    class Own:
        id, fingerprint, dimension = "own", model.encoder.fingerprint, model.encoder.dimension

    with pytest.raises(EncoderError, match="the encoder own is an object in this process"):
        spark.assign(model, frame, embedder=Own())


@on_spark
def test_wrong_data_is_named_in_one_sentence(session, model, frame, tmp_path):
    with pytest.raises(ReadError, match=r"no column 'body'; its columns are 'id', 'text', 'year', 'place': .*text="):
        spark.assign(model, frame, text="body")
    with pytest.raises(ReadError, match="column 'year' of the data frame holds int, but must hold text"):
        spark.embed(frame, text="year")
    with pytest.raises(ReadError, match=r"column 'place' .* must hold text or whole numbers"):
        spark.fit(frame, id="place")
    with pytest.raises(ReadError, match="has a column 'Topic' already"):
        spark.assign(model, frame.withColumnRenamed("year", "Topic"))
    with pytest.raises(ReadError, match="has a column 'language' already"):
        spark.fit(frame.withColumnRenamed("year", "language"))
    with pytest.raises(ReadError, match="has 2 columns 'text'"):
        spark.embed(frame.select("text", "text"))
    with pytest.raises(ValueError, match="the data is a list, but must be a pyspark DataFrame"):
        spark.assign(model, ["a text"])
    with pytest.raises(ValueError, match="must be a pyspark SparkSession"):
        spark.read("/data", "/data")
    with pytest.raises(ValueError, match="sample is 0, but must be a whole number"):
        spark.fit(frame, sample=0)
    with pytest.raises(ReadError, match="Spark finds no file or folder at"):
        spark.read(session, tmp_path / "nothing")
    nameless = session.createDataFrame([(None, "a"), ("b", "b")], "id string, text string")
    with pytest.raises(ReadError, match="Of the rows of the data frame 1 have no 'id'"):
        spark.fit(nameless)
    with pytest.raises(ReadError, match="has no text in its column 'text'"):
        spark.fit(session.createDataFrame([("a", None), ("b", " ")], "id string, text string"))
    with pytest.raises(ReadError, match="'a'"):
        spark.fit(session.createDataFrame([("a", "One text"), ("a", "Another text")], "id string, text string"))


@on_spark
def test_a_model_is_sent_once_however_often_it_is_used(session, model, frame):
    spark.assign(model, frame)
    sent = len(session.sparkContext.listArchives)
    spark.assign(model, frame)
    spark.assign_passages(model, frame)
    assert len(session.sparkContext.listArchives) == sent


@on_spark
def test_another_python_for_the_workers_is_told(session, model, frame, monkeypatch, caplog):
    monkeypatch.setattr(session.sparkContext, "pythonExec", "/usr/bin/python3-elsewhere")
    with caplog.at_level(logging.WARNING):
        spark.assign(model, frame)
    assert "set PYSPARK_PYTHON" in caplog.text


@on_spark
def test_spark_connect_is_refused(session):
    from pyspark.sql import DataFrame

    remote = type("SparkSession", (), {"__module__": "pyspark.sql.connect.session"})()
    with pytest.raises(TopicsError, match="which a session of Spark Connect does not have"):
        spark.read(remote, "/data")
    frame = object.__new__(type("DataFrame", (DataFrame,), {"__new__": object.__new__}))
    with pytest.raises(TopicsError, match="which a session of Spark Connect does not have"):
        spark.embed(frame)


def test_without_pyspark_the_command_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(TopicsError, match=r'install it with: pip install "pyspark>=4.0,<5"'):
        spark.embed([])


def test_continuous_integration_has_spark():
    assert not (os.environ.get("CI") and MISSING), MISSING
