"""A saved model that was forged, with hashes that are right, is refused with one sentence that names what is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.forge import FILES, arrays_of, forge, forge_arrays, forge_json, forge_texts, version_of
from tests.models import small_model
from topics import store
from topics.errors import ModelError
from topics.model import TopicModel
from topics.store import blocks


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
        (lambda content: content.update(languages=["en"]), "'language' points outside its table of 1 entries"),
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
            r"prototypes is F32 of shape \(6, 16\), but must be F32 of shape \(any, 8\)",
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
        (
            lambda m: m["counts"].update(passages=10**9),
            r"I32 of shape \(24,\), but must be I32 of shape \(1000000000\)",
        ),
        (lambda m: m.update(packages={"topics": 1}), "packages is .* must be an object of str"),
        (lambda m: m.update(format_version=0), "format_version is missing, or no whole number above 0"),
        (lambda m: m.update(format_version="1"), "format_version is missing"),
        (lambda m: m["files"].update({"../x": {"bytes": 1, "sha256": ""}}), r"files\.'\.\./x' is not known"),
        (lambda m: m["files"].pop("edits.jsonl"), r"files\.edits\.jsonl is missing"),
        (
            lambda m: m["files"]["topics.json"].update(bytes=10**12),
            r"topics\.json is damaged: the manifest gives 1 hashes for its 1,000,000,000,000 bytes",
        ),
        (
            lambda m: m["files"]["topics.json"].update(bytes=10**5),
            r"topics\.json is damaged: it has [\d,]+ bytes instead of 100,000",
        ),
        (lambda m: m["files"]["topics.json"].update(sha256=None), r"sha256 is None, but must be a list"),
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
        (b" " * ((32 << 20) + 1), "may have at most 33,554,432"),
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


@pytest.mark.parametrize(
    ("name", "row", "value", "match"),
    [
        ("ids", 1, b"report.md", "documents.*two documents have the same id"),
        ("ids", 1, b"\xff", "documents.*ids holds in row 1 what is no UTF-8"),
        ("texts", 1, b"", "texts.*document 1 has 0 characters, but says another number"),
        ("texts", 1, b"\xff", "texts.*document 1 holds what is no UTF-8"),
        ("metas", 1, b"[1]", "texts.*the meta of document 1 is no JSON object of texts"),
        ("metas", 1, b'{"a": 1}', "texts.*the meta of document 1 is no JSON object of texts"),
        ("metas", 1, b'{"a": "", "a": ""}', "texts.*the key 'a' is there twice"),
        ("metas", 1, b"[" * 100_000, "texts.*nested too deeply"),
        ("metas", 1, b"", "texts.*no valid JSON"),
    ],
)
def test_every_text_is_checked(saved: Path, name: str, row: int, value: bytes, match: str) -> None:
    forge_texts(saved, name, row, value)
    with pytest.raises(ModelError, match=f"is damaged: .*{match.partition('.*')[2]}") as error:
        store.load(saved)
    assert match.partition(".*")[0] in str(error.value)


def at(array: Any, place: Any, value: int) -> Any:
    """Return an array with another value in one place."""
    changed = array.copy()
    changed[place] = value
    return changed


@pytest.mark.parametrize(
    ("name", "change", "match"),
    [
        ("documents", lambda t: {"pages": np.array([9, 0], np.int32)}, "the parts of pages do not follow one another"),
        (
            "documents",
            lambda t: {"pages": np.array([9, 0], np.int32), "page_ends": np.array([0, 2, 2, 2, 2])},
            "the pages of document 0 do not begin in it, one after another",
        ),
        (
            "documents",
            lambda t: {"pages": np.array([99_999], np.int32), "page_ends": np.array([0, 0, 1, 1, 1])},
            "the pages of document 1 do not begin in it",
        ),
        ("documents", lambda t: {"rows": at(t["rows"], 1, -1)}, "the row of document 1 is -1"),
        ("documents", lambda t: {"id_ends": at(t["id_ends"], 1, 10**6)}, "the parts of ids do not follow one another"),
        ("documents", lambda t: {"id_ends": at(t["id_ends"], 0, -1)}, "the parts of ids do not follow one another"),
        ("documents", lambda t: {"text_ends": at(t["text_ends"], -1, 2**60)}, "the parts of texts do not follow"),
        ("documents", lambda t: {"meta_ends": t["meta_ends"][::-1]}, "the parts of metas do not follow"),
        ("documents", lambda t: {"reason_ends": t["reason_ends"][:0]}, "the parts of reasons do not follow"),
        ("documents", lambda t: {"copied_ends": t["copied_ends"][:-1]}, r"copied has 4 rows instead of 5"),
        ("documents", lambda t: {"characters": t["characters"] + 1}, "document 0 has .* but says another number"),
        ("documents", lambda t: {"characters": t["characters"][:3]}, r"characters is I32 of shape \(3,\), but must be"),
        ("documents", lambda t: {"removed": at(t["removed"], (2, 0), 9_999)}, "removed from document 0 is no place in"),
        ("documents", lambda t: {"removed": at(t["removed"], (1, 0), -1)}, "removed from document 0 is no place in it"),
        ("documents", lambda t: {"removed": at(t["removed"], (0, 0), 4)}, "a removed span has a document that is not"),
        ("documents", lambda t: {"removed": at(t["removed"], (3, 0), -1)}, "a removed span has a reason that is not"),
        ("documents", lambda t: {"x": t["rows"]}, "the array 'x' is not known here"),
        ("documents", lambda t: {"rows": None}, "the array 'rows' is missing"),
        ("texts", lambda t: {"texts": t["texts"].view(np.int8)}, "texts is I8 of shape"),
        (
            "passages",
            lambda t: {"end": at(t["end"], 2, 99_999)},
            "passage 2 has offsets .*-99999, outside its document",
        ),
        ("passages", lambda t: {"document": at(t["document"], 0, -1)}, "passage column 'document' points outside"),
        ("passages", lambda t: {"language": at(t["language"], 0, 2)}, "passage column 'language' points outside"),
        (
            "passages",
            lambda t: {"labels": at(t["labels"], (2, 0), 5)},
            "topic 0 of level 'fine' says 5 passages, not 4",
        ),
        ("passages", lambda t: {"labels": at(t["labels"], (2, 0), 6)}, "labels has a topic that level 'fine' does not"),
        ("passages", lambda t: {"labels": t["labels"].astype(np.int64)}, "labels is I64 of shape"),
        (
            "passages",
            lambda t: {"start": t["start"][1:]},
            r"start is I32 of shape \(23,\), but must be I32 of shape \(24",
        ),
        (
            "passages",
            lambda _: {"positions": np.full((24, 2), np.inf, np.float32)},
            "positions has a value in row 0 that is not fin",
        ),
        ("vectors", lambda t: {"vectors": t["vectors"].astype(np.float16)}, "vectors is F16 of shape"),
        ("vectors", lambda t: {"vectors": t["vectors"][1:]}, r"of shape \(23, 16\), but must be .*\(24, 16"),
        (
            "vectors",
            lambda t: {"vectors": t["vectors"] * np.float32("nan")},
            "vectors has a value in row 0 that is not",
        ),
        (
            "rule",
            lambda t: {"fallback": np.full(16, np.inf, np.float32)},
            "fallback has a value in row 0 that is not f",
        ),
        ("rule", lambda t: {"prototype_topics": t["prototype_topics"] + 9}, "has a topic that level 'coarse'"),
        ("rule", lambda t: {"prototype_topics": t["prototype_topics"] - 9}, "has a topic that level 'coarse'"),
        ("rule", lambda t: {"prototypes": t["prototypes"][:3]}, r"topics have shape \(3, 6\), but must be"),
        (
            "rule",
            lambda t: {"prototypes": t["prototypes"][:0], "prototype_topics": t["prototype_topics"][:, :0]},
            "p at least 1",
        ),
        ("rule", lambda t: {"offsets": None}, "the array 'offsets' is missing"),
        ("rule", lambda t: {"probes": t["prototypes"]}, r"probes is F32 of shape \(6, 16\), but must be .*\(0, 16\)"),
        (
            "rule",
            lambda t: {f"{n:01500}": t["fallback"] for n in range(50)},
            "its header is missing, or longer than 65,",
        ),
    ],
)
def test_every_array_is_checked(
    saved: Path, name: str, change: Callable[[Any], dict[str, Any]], match: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = f"{name}.safetensors"
    forge_arrays(saved, file, **change(arrays_of(saved, file)))
    with pytest.raises(ModelError, match=rf"\.(safetensors|json) is damaged: .*{match}"):
        store.load(saved)
    monkeypatch.setattr(blocks, "MAPPED_ABOVE", 100)
    with pytest.raises(ModelError, match=rf"\.(safetensors|json) is damaged: .*{match}"):
        touch(store.load(saved))


def touch(model: TopicModel) -> None:
    """Read everything that a large model reads when it is asked for."""
    assert len(model.vectors) == len(model.passages)
    assert [document.id for document in model.passages.documents]
    assert len(model.removed) >= 0


def head(told: str, data: bytes = b"") -> bytes:
    """Return a safetensors file with any header."""
    return len(told).to_bytes(8, "little") + told.encode() + data


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "its header is missing"),
        (b"\x08" + bytes(7), "its header is missing"),
        (b"\xff" * 8 + bytes(100), "its header is missing, or longer"),
        (head("pickled?"), "no valid JSON"),
        (head("[]"), "must be an object"),
        (head('{"vectors":1}'), "vectors is 1, but must be an object"),
        (head('{"vectors":{"dtype":"F32","shape":[24,16]}}'), r"vectors\.data_offsets is missing"),
        (head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[0,1536]},"vectors":{}}'), "is there twice"),
        (head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[0,1536,9]}}', bytes(1536)), "does not take"),
        (head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[]}}', bytes(1536)), "does not take"),
        (head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[0,1535]}}', bytes(1535)), "does not take the"),
        (
            head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[4,1540]}}', bytes(1540)),
            "does not begin where",
        ),
        (head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[0,1536]}}', bytes(1535)), "goes on behind"),
        (head('{"vectors":{"dtype":"F32","shape":[24,16],"data_offsets":[0,1536]}}', bytes(1537)), "goes on behind"),
        (head('{"vectors":{"dtype":"F32","shape":[-24,-16],"data_offsets":[0,1536]}}', bytes(1536)), "a list of whole"),
        (head('{"vectors":{"dtype":"F32","shape":[24.0,16],"data_offsets":[0,1536]}}', bytes(1536)), "a list of whole"),
        (head('{"vectors":{"dtype":["F32"],"shape":[24,16],"data_offsets":[0,1536]}}', bytes(1536)), "must be a text"),
        (head('{"__metadata__":{},"vectors":{}}'), "the array '__metadata__' is not known"),
    ],
)
def test_a_header_that_is_not_what_it_must_be_is_refused(saved: Path, data: bytes, match: str) -> None:
    forge(saved, {"vectors.safetensors": data})
    with pytest.raises(ModelError, match=rf"vectors\.safetensors is damaged: .*{match}"):
        store.load(saved)


def test_hashes_that_are_too_few_for_a_file_are_refused(saved: Path) -> None:
    forge(saved, change=lambda manifest: manifest["files"]["vectors.safetensors"].update(sha256=[]))
    with pytest.raises(ModelError, match=r"vectors\.safetensors is damaged: the manifest gives 0 hashes for its 1,616"):
        store.load(saved)


def test_whatever_the_bytes_there_is_a_model_or_one_clear_error(saved: Path) -> None:
    original = {name: (version_of(saved) / name).read_bytes() for name in FILES}
    draw = random.Random(4)
    refused, last = 0, FILES[0]
    for _ in range(600):
        name = draw.choice(FILES[:6])
        data = bytearray(original[name])
        for _ in range(draw.choice([1, 1, 2, 8])):
            place = draw.randrange(len(data))
            data[place : place + draw.choice([0, 1, 1, 1, 9])] = draw.choice(
                [b"", b"\xff", b"\x00", b'"', b"[", b"\x80"]
            )
        forge(saved, {last: original[last], name: bytes(data)})
        last = name
        try:
            store.load(saved)
        except ModelError as error:
            refused += 1
            assert "is damaged: " in str(error)
    assert refused > 400


def test_edits_are_not_ignored(saved: Path) -> None:
    forge(saved, {"edits.jsonl": b'{"do": "merge"}\n'})
    with pytest.raises(ModelError, match=r"edits\.jsonl is damaged"):
        store.load(saved)
