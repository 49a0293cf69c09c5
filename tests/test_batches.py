"""Parquet files and tables in memory: the same documents whatever library holds them."""

import io
import random
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from topics.errors import ReadError
from topics.read import batches, read_source
from topics.read.batches import read_parquet
from topics.read.parsed import Columns

TABLE = {
    "nr": ["a", "b", "c"],
    "body": ["The park is dark.", None, "NA"],
    "when": [date(2020, 5, 1), None, date(2021, 5, 1)],
    "year": [2020.0, float("nan"), 2021.5],
    "tags": [["x", "y"], None, ["z"]],
    "ok": [True, False, None],
}
FIRST = {"when": "2020-05-01", "date": "2020-05-01", "year": "2020", "tags": "x, y", "ok": "true"}
THIRD = {"when": "2021-05-01", "date": "2021-05-01", "year": "2021.5", "tags": "z"}
DICTS = [dict(zip(TABLE, row, strict=True)) for row in zip(*TABLE.values(), strict=True)]


def written(table, **options):
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: pd.DataFrame(TABLE),
        lambda: pd.DataFrame(TABLE).convert_dtypes(),
        lambda: pl.DataFrame(TABLE),
        lambda: pa.table(TABLE),
        lambda: pa.table(TABLE).to_batches()[0],
        lambda: pa.table(TABLE).to_reader(),
        lambda: DICTS,
        lambda: (record for record in DICTS),
    ],
    ids=["pandas", "pandas-nullable", "polars", "table", "batch", "reader", "dicts", "generator"],
)
def test_every_library_gives_the_same_documents(make):
    reading = read_source(make())
    assert [(d.id, d.row, d.text, dict(d.meta)) for d in reading.documents] == [
        ("a", 1, "The park is dark.", FIRST),
        ("c", 3, "NA", THIRD),
    ]
    assert [(entry.path, entry.reason) for entry in reading.skipped] == [
        ("the table", "1 record without text left out (record 2)")
    ]


def test_a_frame_that_only_exchanges_itself_is_read():
    class Other:
        def __dataframe__(self, nan_as_null=False, allow_copy=True):
            return pa.table({"body": TABLE["body"]}).__dataframe__(nan_as_null, allow_copy)

    assert [document.text for document in read_source(Other()).documents] == ["The park is dark.", "NA"]


@pytest.mark.parametrize("column", [pd.Series(["One.", None, "Two."]), pl.Series(["One.", None, "Two."])])
def test_one_column_is_a_list_of_texts(column):
    assert [document.text for document in read_source(column).documents] == ["One.", "Two."]


def test_named_columns_of_a_frame():
    columns = Columns(text="ok", date="")
    assert "date" not in read_source(pd.DataFrame(TABLE), columns=columns).documents[0].meta
    with pytest.raises(ReadError, match="The table has no column 'x'; its columns are 'nr', 'body'"):
        read_source(pl.DataFrame(TABLE), columns=Columns(text="x"))


def test_a_lazy_frame_is_no_table_yet():
    with pytest.raises(ValueError, match="cannot read documents from LazyFrame"):
        read_source(pl.LazyFrame(TABLE))


def test_parquet_is_read_with_nested_fields_and_without_vectors():
    table = pa.table(
        {
            "text": ["The park is dark.", "The bus is late."],
            "about": [{"place": {"town": "A"}, "n": 1}, {"place": {"town": "B"}, "n": 2}],
            "embedding": [np.arange(32, dtype=np.float32).tolist()] * 2,
            "section": pa.array(["x", "y"]).dictionary_encode(),
        }
    )
    parsed = read_parquet(written(table), "t.parquet", Columns())
    assert [(d.id, d.text) for d in parsed.documents] == [
        ("t.parquet#1", "The park is dark."),
        ("t.parquet#2", "The bus is late."),
    ]
    assert dict(parsed.documents[1].meta) == {"about.place.town": "B", "about.n": "2", "section": "y", "label": "y"}
    assert parsed.problem == "has columns of vectors, which are left out ('embedding')"


@pytest.mark.parametrize(
    "column",
    [
        lambda: pa.array(["A" * 10_000] * 2000),
        lambda: pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), pa.array(["A" * 10_000])),
    ],
)
def test_a_small_file_that_unfolds_to_much_is_stopped(column, monkeypatch):
    monkeypatch.setattr(batches, "BUDGET", 10_000_000)
    data = written(pa.table({"text": column()}), compression="zstd")
    assert len(data) < 100_000
    with pytest.raises(ReadError, match="unfolds to more than"):
        read_parquet(data, "t", Columns())


def test_texts_that_are_said_by_number_count_in_full_before_any_is_taken(monkeypatch):
    monkeypatch.setattr(batches, "parsed_from", None)
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(3_000_000, np.int8)), ["bee " * 50])
    with pytest.raises(ReadError, match=r"^unfolds to more than 512 MB; split it into smaller files$"):
        read_parquet(written(pa.table({"text": column})), "t.parquet", Columns())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is no Parquet file that can be read"),
        (b"PAR1" * 10, "is no Parquet file that can be read"),
        (written(pa.table({"text": pa.array([], pa.string())})), "has no records"),
        (written(pa.table({"n": [1, 2]})), "no column that looks like text; its columns are 'n'"),
    ],
)
def test_what_is_no_table_of_texts_is_refused_with_the_reason(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_parquet(data, "t", Columns())


def test_damaged_files_are_read_or_refused():
    good = written(pa.table({"n": list(range(50)), "text": [f"The bus of {n} is late." for n in range(50)]}))
    kinds = set()
    for seed in range(300):
        chance, data = random.Random(seed), bytearray(good)
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            read_parquet(bytes(data), "t", Columns())
        except ReadError:
            kinds.add("refused")
        else:
            kinds.add("read")
    assert kinds == {"read", "refused"}
