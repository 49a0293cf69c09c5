"""A saved model that was forged, with hashes that are right, is refused with one sentence that names what is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import save

from tests.forge import FILES, forge, forge_json, version_of
from tests.models import small_model
from topics import store
from topics.errors import ModelError
from topics.model import TopicModel
from topics.store import codec, columns
from topics.store.strict import Damage, Record, dump, parse


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- hostile models whose hashes are right ----------------------------------------------------------------------------


def topic(**fields: Any) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["levels"][1]["topics"][2].update(fields)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (topic(id=7), "topic 2 of level 'medium' has the id 7"),
        (topic(id=True), r"levels\[1\]\.topics\[2\]\.id is True, but must be a whole number"),
        (topic(id=-1), r"\.id is -1"),
        (topic(parent=2), r"\.parent is 2, but must be a whole number from 0 to 1"),
        (topic(size=5), "says 5 passages, not 4"),
        (topic(share=1e400), r"\.share is inf|valid JSON"),
        (topic(share=2), r"\.share is 2, but must be a number from"),
        (topic(share=10**400), r"\.share is 1000"),
        (topic(stability="high"), r"\.stability is 'high'"),
        (topic(name=["a"]), r"\.name is \['a'\], but must be a text"),
        (topic(name="x" * 10**6, id="y"), r"\.id is 'y'"),
        (topic(theme="Unheard of"), "matches a theme that is not listed"),
        (topic(keywords={}), r"\.keywords is {}, but must be a list"),
        (topic(keywords=[{"term": "a", "weight": 1}]), r"\.keywords\[0\]\.language is missing"),
        (topic(languages={"en": 1.5}), r"\.languages .* must be an object of int values"),
        (topic(__class__="os.system"), r"\.'__class__' is not known here"),
        (lambda content: content["levels"].pop(), "its levels are not those of the manifest"),
        (lambda content: content["levels"][0].update(name="fine"), "two have one name"),
        (lambda content: content["levels"][0]["topics"].pop(), r"levels\[1\].*parent is 1, but must be"),
        (lambda content: content["levels"][2]["topics"].pop(), "labels has a topic that level 'fine' does not have"),
        (lambda content: content.update(languages=["en"]), "in the language 'sv', which is not listed"),
        (lambda content: content.update(languages=["en", "en"]), "languages are not distinct"),
        (lambda content: content.update(themes=[1]), r"themes\[0\] is 1, but must be an object"),
        (lambda content: content["themes"][0]["poles"][0].update(phrases="a"), r"poles\[0\]\.phrases is 'a'"),
        (lambda content: content.pop("skipped"), "skipped is missing"),
    ],
)
def test_every_field_of_the_topics_is_checked(saved: Path, change: Callable[[Any], object], match: str) -> None:
    forge_json(saved, change)
    with pytest.raises(ModelError, match=match):
        store.load(saved)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda m: m["settings"].update(token_pattern="(a+)+$"), "unknown setting 'token_pattern'"),
        (lambda m: m["settings"].update(engine="pickle"), r"Settings\.engine is 'pickle'"),
        (lambda m: m["settings"].update(clean="yes"), r"settings\.clean is of the wrong type"),
        (lambda m: m["settings"].update(keep="share"), r"settings\.keep is of the wrong type"),
        (lambda m: m["settings"].update(language=5), r"settings\.language is of the wrong type"),
        (lambda m: m["settings"].update(seed=-1), r"Settings\.seed is -1"),
        (lambda m: m.update(settings=[]), r"settings is \[\], but must be an object"),
        (lambda m: m["encoder"].update(dimension=2**40), r"encoder\.dimension is 1099511627776"),
        (
            lambda m: m["encoder"].update(dimension=8),
            r"vectors is F32 of shape \(24, 16\), but must be F32 of shape \(24, 8\)",
        ),
        (lambda m: m["encoder"].update(module="evil"), r"encoder\.'module' is not known"),
        (lambda m: m["encoder"].update(poorly_read="sv"), r"encoder\.poorly_read is 'sv', but must be a list"),
        (
            lambda m: m["encoder"].update(poorly_read=["sv", "fi"]),
            r"encoder\.poorly_read is no sorted list of distinct",
        ),
        (lambda m: m["encoder"].update(reading={"sv": 0.5}), r"encoder\.reading does not give languages of"),
        (
            lambda m: m["encoder"].update(poorly_read=["sv"], reading={"sv": 1.5}),
            r"encoder\.reading does not .* numbers from 0 to 1",
        ),
        (lambda m: m["encoder"].update(reading={"sv": "1"}), r"encoder\.reading is .* object of float values"),
        (lambda m: m.update(centring=["en"]), r"offsets is F32 of shape \(2, 16\)"),
        (lambda m: m.update(levels=["coarse", "medium"]), "its levels are not those of the manifest"),
        (lambda m: m.update(levels=["../../x", "medium", "fine"]), "levels is no list of distinct names"),
        (lambda m: m.update(level="x"), "level is none of its levels"),
        (lambda m: m["counts"].update(passages=10**9), r"counts\.passages is not 24"),
        (lambda m: m.update(packages={"topics": 1}), "packages is .* must be an object of str"),
        (lambda m: m.update(format_version=0), "format_version is missing, or no whole number above 0"),
        (lambda m: m.update(format_version="1"), "format_version is missing"),
        (lambda m: m["files"].update({"../x": {"bytes": 1, "sha256": ""}}), r"files\.'\.\./x' is not known"),
        (lambda m: m["files"].pop("edits.jsonl"), r"files\.edits\.jsonl is missing"),
        (
            lambda m: m["files"]["topics.json"].update(bytes=10**12),
            r"topics\.json is damaged: it has [\d,]+ bytes instead",
        ),
        (lambda m: m["files"]["topics.json"].update(sha256=None), r"sha256 is None, but must be a text"),
        (lambda m: m.pop("level"), "level is missing"),
    ],
)
def test_every_field_of_the_manifest_is_checked(saved: Path, change: Callable[[Any], object], match: str) -> None:
    forge(saved, change=change)
    with pytest.raises(ModelError, match=match):
        store.load(saved)


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b'{"format_version": 1, "format_version": 1}', "the key 'format_version' is there twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no valid JSON"),
        (b"\xff", "no valid JSON"),
        (b"[]", "format_version is missing"),
        (b"{} {}", "no valid JSON"),
        (b" " * ((1 << 20) + 1), "may have at most 1,048,576"),
    ],
)
def test_a_manifest_that_is_no_plain_json_is_refused(saved: Path, data: bytes, match: str) -> None:
    forge(saved, manifest=lambda _: data)
    with pytest.raises(ModelError, match=rf"manifest\.json is damaged: .*{match}"):
        store.load(saved)


def test_json_that_costs_more_memory_than_it_looks_is_refused(saved: Path) -> None:
    forge(saved, {"topics.json": b"[" + b"[]," * 2_000_000 + b"[]]"})
    with pytest.raises(ModelError, match="more than 3,000,000 values"):
        store.load(saved)
    forge(saved, {"topics.json": b" " * (33 << 20)})
    with pytest.raises(ModelError, match=r"topics\.json is damaged: it has 34,603,008 bytes, but may have at most"):
        store.load(saved)


# --- forged tables and arrays ---------------------------------------------------------------------------------------


def forge_table(folder: Path, name: str, change: Callable[[Any], Any], **options: Any) -> None:
    """Rewrite a table of a saved model, by default packed as ours are."""
    table = change(pq.read_table(version_of(folder) / name))
    sink = pa.BufferOutputStream()
    plain = {"compression": "none", "use_dictionary": False, "write_statistics": False, "store_schema": False}
    pq.write_table(table, sink, **(plain | options))
    forge(folder, {name: sink.getvalue().to_pybytes()})


def column(name: str, row: int, value: Any) -> Callable[[Any], Any]:
    """Return a change of one value of a table."""

    def change(table: Any) -> Any:
        field = table.schema.field(name)
        values = table[name].to_pylist()
        values[row] = value
        return table.set_column(table.schema.get_field_index(name), field, pa.array(values, field.type))

    return change


@pytest.mark.parametrize(
    ("name", "change", "match"),
    [
        ("documents.parquet", column("id", 1, "report.md"), "two documents have the same id"),
        ("documents.parquet", column("meta", 1, "[1]"), "the meta of document 1 is no JSON object of texts"),
        ("documents.parquet", column("meta", 1, '{"a": 1}'), "the meta of document 1 is no JSON object of texts"),
        ("documents.parquet", column("meta", 1, '{"a": "", "a": ""}'), "the key 'a' is there twice"),
        ("documents.parquet", column("meta", 1, "[" * 100_000), "nested too deeply"),
        ("documents.parquet", column("place", 1, "[]"), "the pages or the row of document 1 are none"),
        ("documents.parquet", column("place", 1, '{"pages": [9, 0]}'), "the pages or the row of document 1 are none"),
        ("documents.parquet", column("place", 1, '{"pages": [99999]}'), "the pages or the row of document 1 are none"),
        ("documents.parquet", column("place", 1, '{"row": 0}'), "the pages or the row of document 1 are none"),
        ("documents.parquet", column("removed", 1, "{}"), "removed from document 1 is no JSON list"),
        ("documents.parquet", column("removed", 1, '[[0, 9999, "x"]]'), "removed from document 1 is no place in it"),
        ("documents.parquet", column("removed", 1, '[[0, 1, "x", 2]]'), "removed from document 1 is no place in it"),
        (
            "documents.parquet",
            lambda table: table.drop_columns(["meta"]),
            "its columns are not id, text, meta, place, removed",
        ),
        ("documents.parquet", lambda table: table.append_column("x", table["id"]), "its columns are not"),
        ("documents.parquet", lambda table: table.slice(0, 3), "passage column 'document' points outside"),
        ("passages.parquet", column("end", 2, 99_999), "passage 2 has offsets .*-99999, outside its document"),
        ("passages.parquet", column("document", 0, -1), "passage column 'document' points outside"),
        ("passages.parquet", column("language", 0, "xx"), "in the language 'xx', which is not listed"),
        ("passages.parquet", column("topic_fine", 0, 5), "its topics are not the labels of the model"),
        (
            "passages.parquet",
            lambda table: table.slice(1),
            r"vectors is F32 of shape \(24, 16\), but must be .*\(23, 16",
        ),
    ],
)
def test_every_column_is_checked(saved: Path, name: str, change: Callable[[Any], Any], match: str) -> None:
    forge_table(saved, name, change)
    with pytest.raises(ModelError, match=f"is damaged: .*{match}"):
        store.load(saved)


FOLDED = {
    "compressed": {"compression": "zstd"},
    "dictionary": {"use_dictionary": True},
    "delta": {"column_encoding": dict.fromkeys(("id", "text", "meta", "place", "removed"), "DELTA_BYTE_ARRAY")},
}


def forge_bomb(folder: Path, how: str) -> None:
    """Make the documents a table of 80 MB in a file of a fraction of one."""
    rows = pa.array(["x" * 20_000] * 1_000)
    forge_table(folder, "documents.parquet", lambda table: pa.table([rows] * 5, schema=table.schema), **FOLDED[how])
    assert (version_of(folder) / "documents.parquet").stat().st_size < 500_000


@pytest.mark.parametrize("how", FOLDED)
def test_a_table_that_unfolds_is_refused_unopened(saved: Path, how: str) -> None:
    forge_bomb(saved, how)
    with pytest.raises(ModelError, match=r"documents\.parquet is damaged: it is compressed or folded"):
        store.load(saved)


@pytest.mark.parametrize("how", FOLDED)
def test_a_table_that_hides_how_it_unfolds_is_stopped_on_the_way(
    saved: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge_bomb(saved, how)
    monkeypatch.setattr(columns, "check_plain", lambda *_: None)
    with pytest.raises(ModelError, match=r"documents\.parquet is damaged: it unfolds to more than its own size"):
        store.load(saved)


@pytest.mark.parametrize(
    "tail", [b"", b"PAR1", b"\xff\xff\xff\x7fPAR1", b"\x00\x00\x00\x00PAR1", b"\x04\x00\x00\x00PARE"]
)
def test_a_table_without_a_footer_is_refused(saved: Path, tail: bytes) -> None:
    forge(saved, {"passages.parquet": b"PAR1" + b"\x99" * 40 + tail})
    with pytest.raises(ModelError, match=r"passages\.parquet is damaged: it(s footer is no| does not end as| is no) "):
        store.load(saved)


def test_a_table_with_a_schema_of_arrows_own_is_refused(saved: Path) -> None:
    forge_table(saved, "documents.parquet", lambda table: table, store_schema=True)
    with pytest.raises(ModelError, match="its columns are not id, text, meta, place, removed, of the types"):
        store.load(saved)


def tensors(model: TopicModel) -> dict[str, Any]:
    return {
        "vectors": model.vectors,
        "prototypes": model.rule.prototypes,
        "prototype_topics": model.rule.topics,
        "offsets": model.centring.offsets,
        "fallback": model.centring.fallback,
        "labels": model.all_labels,
        "positions": model.positions,
    }


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda t: {"fallback": np.full(16, np.inf, np.float32)}, "fallback has a value in row 0 that is not finite"),
        (lambda t: {"vectors": t["vectors"].astype(np.float16)}, "vectors is F16 of shape"),
        (lambda t: {"labels": t["labels"].astype(np.int64)}, "labels is I64 of shape"),
        (lambda t: {"prototype_topics": t["prototype_topics"] + 9}, "prototype_topics has a topic that level 'coarse'"),
        (lambda t: {"prototype_topics": t["prototype_topics"] - 9}, "prototype_topics has a topic that level 'coarse'"),
        (lambda t: {"prototypes": t["prototypes"][:3].copy()}, r"topics have shape \(3, 6\), but must be"),
        (
            lambda t: {"prototypes": t["prototypes"][:0], "prototype_topics": t["prototype_topics"][:, :0]},
            "p at least 1",
        ),
        (lambda t: {"word_model": t["fallback"]}, "the array 'word_model' is not known here"),
        (lambda t: {f"{n:01500}": t["fallback"] for n in range(50)}, "its header is missing, or longer than 65,536"),
    ],
)
def test_every_array_is_checked(saved: Path, change: Callable[[Any], dict[str, Any]], match: str) -> None:
    arrays = tensors(small_model())
    forge(saved, {"arrays.safetensors": save(arrays | change(arrays))})
    with pytest.raises(ModelError, match=rf"arrays\.safetensors is damaged: .*{match}"):
        store.load(saved)


def test_a_missing_array_and_what_is_no_safetensors_are_refused(saved: Path) -> None:
    arrays = tensors(small_model())
    forge(saved, {"arrays.safetensors": save({name: array for name, array in arrays.items() if name != "offsets"})})
    with pytest.raises(ModelError, match="the array 'offsets' is missing"):
        store.load(saved)
    forge(saved, {"arrays.safetensors": b"\x08" + bytes(7) + b"{}      " + b"pickled?"})
    with pytest.raises(ModelError, match=r"arrays\.safetensors is damaged: it is no safetensors file"):
        store.load(saved)


def test_whatever_the_bytes_there_is_a_model_or_one_clear_error() -> None:
    about, files = codec.pack(small_model())
    manifest = Record("manifest.json", "", parse("manifest.json", dump(about)), codec.KEYS)
    draw = random.Random(4)
    refused = 0
    for _ in range(1500):
        name = draw.choice(FILES[:4])
        data = bytearray(files[name])
        for _ in range(draw.choice([1, 1, 2, 8])):
            at = draw.randrange(len(data))
            data[at : at + draw.choice([0, 1, 1, 1, 9])] = draw.choice([b"", b"\xff", b"\x00", b'"', b"[", b"\x80\x80"])
        try:
            codec.unpack(manifest, files | {name: bytes(data)})
        except Damage as damage:
            refused += 1
            assert damage.what
    assert refused > 1000


def test_edits_are_not_ignored(saved: Path) -> None:
    forge(saved, {"edits.jsonl": b'{"do": "merge"}\n'})
    with pytest.raises(ModelError, match=r"edits\.jsonl is damaged: it holds edits"):
        store.load(saved)
