"""Open and save a model of a million passages, made of synthetic vectors: seconds and memory, each step in a process.

    python benchmarks/store.py [FOLDER] [--passages N]

The model is kept in FOLDER (by default one that is removed at the end). ``peak`` is the most memory that the process
ever held, pages of mapped files included; ``before`` is what it held after its imports. Pages are in the system's
cache, unless it is told to drop them: ``--cold`` asks it to (Linux, as root).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEPS = ("make", "open", "hash", "text", "assign", "edit", "edits", "reopen", "one", "copy", "damaged")
WIDTH = 384
UNITS = 400
TOPICS = (8, 40, 160)


def main() -> None:
    """Run every step in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--cold", action="store_true", help="drop the pages of files before each step")
    asked = parser.parse_args()
    if asked.step:
        globals()[f"_{asked.step}"](asked.folder, asked.passages)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch) / "million"
        for step in STEPS:
            if asked.cold:
                os.sync()
                Path("/proc/sys/vm/drop_caches").write_text("1")
            command = [sys.executable, __file__, str(folder), "--passages", str(asked.passages), "--step", step]
            subprocess.run(command, check=True)


def _say(step: str, seconds: float, before: float, note: str = "") -> None:
    print(f"{step:<8} {seconds:7.2f} s   before {before:6.0f} MB   peak {_peak():6.0f} MB   {note}", flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _make(folder: Path, n: int) -> None:
    """Make a model of one to four passages a document, and save it for the first time."""
    model = _synthetic(n)
    before, began = _peak(), time.perf_counter()
    model.save(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    _say("save", time.perf_counter() - began, before, f"{n:,} passages, {size:,.0f} MB")


def _open(folder: Path, _: int) -> None:
    from topics import store

    store.list_models(folder.parent)
    before, began = _peak(), time.perf_counter()
    model = store.load(folder)
    _say("open", time.perf_counter() - began, before, repr(model))


def _hash(folder: Path, _: int) -> None:
    from topics import store

    model = store.load(folder)
    before, began = _peak(), time.perf_counter()
    rows = len(model.vectors)
    _say("vectors", time.perf_counter() - began, before, f"first touch, {rows:,} rows checked")


def _text(folder: Path, n: int) -> None:
    from topics import store

    model = store.load(folder)
    before, began = _peak(), time.perf_counter()
    shown = [model.passages[row] for row in range(0, n, n // 1000)]
    _say("texts", time.perf_counter() - began, before, f"first touch, {len(shown):,} passages at even distances")


def _assign(folder: Path, _: int) -> None:
    from topics import store

    model = store.load(folder)
    before, began = _peak(), time.perf_counter()
    model.rule.nearest(model.vectors[:1000], 2)
    _say("assign", time.perf_counter() - began, before, "1,000 vectors by the rule, hearts not counted")


def _edit(folder: Path, _: int) -> None:
    from topics import store
    from topics.deferred import changed
    from topics.values import Skipped

    model = changed(store.load(folder), skipped=(Skipped("a", str(time.time())),))
    before, began = _peak(), time.perf_counter()
    model.save(folder)
    _say("edit", time.perf_counter() - began, before, "saved again with another list of skipped files")


def _edits(folder: Path, n: int) -> None:
    """Make 50 edits whose words are given, as describing a million passages would take most of the time."""
    import numpy as np

    from topics import store
    from topics.cluster.rule import Parts
    from topics.history import Edit
    from topics.history.effects import Divided, Joined, Made, Told
    from topics.revision import edited, state_of

    model = store.load(folder)
    before, began = _peak(), time.perf_counter()
    for number in range(1, 51):
        state, draw = state_of(model), np.random.default_rng(number)
        fine = [topic for topic in model.levels[-1].topics if topic.size]
        topic = fine[int(draw.integers(len(fine)))]
        kind = ("rename", "merge", "split")[number % 3]
        if kind == "rename":
            effects = [Told("fine", topic.id, name=f"name {number}")]
        elif kind == "merge":
            effects = [Joined("fine", topic.id, (next(other.id for other in fine if other.id != topic.id),))]
        else:
            new = TOPICS[-1] + number
            columns = np.flatnonzero(state.rule.topics[-1] == topic.id)
            chain = state.chain("fine", topic.id)
            ids = np.stack([chain, [*chain[:-1], new]], axis=1).astype(np.int32)
            hearts = state.rule.prototypes[:2] + 0
            part = (draw.random(topic.size) < 0.3).astype(np.int32)  # of vectors without form, any will do
            made = Made((_renamed(topic, new, f"part {number}"),))
            effects = [
                made,
                Divided(Parts((tuple(columns.tolist()),), hearts, np.array([0, 1], np.int32)), ids, part),
            ]
        entry = Edit(number, kind, "fine", "2026-01-02T03:04:05+00:00", effects=tuple(effects))
        model = edited(model.at("fine"), entry)
    made_in = time.perf_counter() - began
    began = time.perf_counter()
    model.save(folder)
    size = (folder / (folder / "CURRENT").read_text().strip() / "edits.jsonl").stat().st_size / 1e6
    _say("edits", made_in, before, f"50 edits; saved in {time.perf_counter() - began:.2f} s, the log has {size:.2f} MB")


def _renamed(topic, new: int, name: str):  # noqa: ANN001, ANN202  # topics.values.Topic
    from dataclasses import replace

    return replace(topic, id=new, name=name)


def _reopen(folder: Path, n: int) -> None:
    """Open the model with its 50 edits."""
    _open(folder, n)


def _one(folder: Path, _: int) -> None:
    """Make one edit more, and save it."""
    from topics import edit, store

    model = store.load(folder).at("fine")
    before, began = _peak(), time.perf_counter()
    model = edit.rename(model, model.topics[0].id, "one more name")
    made_in = time.perf_counter() - began
    began = time.perf_counter()
    model.save(folder)
    _say("one", made_in, before, f"a rename; saved in {time.perf_counter() - began:.2f} s")


def _copy(folder: Path, _: int) -> None:
    from topics import store
    from topics.store import atomic

    model = store.load(folder)
    atomic._link = lambda *_: False  # as on another disk
    before, began = _peak(), time.perf_counter()
    model.save(folder.with_name("copy"))
    _say("copy", time.perf_counter() - began, before, "saved elsewhere, every byte written")
    store.delete(folder.with_name("copy"))


def _damaged(folder: Path, _: int) -> None:
    from topics import store
    from topics.errors import ModelError
    from topics.store.folder import VECTORS, current

    path = folder / current(folder) / VECTORS
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    model = store.load(folder)
    before, began = _peak(), time.perf_counter()
    try:
        print(model.rows(model.topics[0].id)[:1])
    except ModelError as error:
        _say("damaged", time.perf_counter() - began, before, str(error)[-160:])


def _synthetic(n: int):  # noqa: ANN202  # topics.model.TopicModel, imported when it is needed
    """Return a model of random unit vectors around a few hundred centres, with texts of 25 words."""
    import numpy as np

    from topics.cluster.rule import Rule
    from topics.embed.centre import Centring
    from topics.model import TopicModel
    from topics.passages import Passages
    from topics.settings import Settings
    from topics.values import Document, EncoderCard, Level, Topic

    draw = np.random.default_rng(0)
    centres = draw.normal(size=(UNITS, WIDTH)).astype(np.float32)
    unit = draw.integers(0, UNITS, n, dtype=np.int32)
    vectors = np.empty((n, WIDTH), np.float32)
    for start in range(0, n, 50_000):
        rows = centres[unit[start : start + 50_000]]
        rows = rows + draw.normal(size=rows.shape).astype(np.float32)
        vectors[start : start + 50_000] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    topic_of = np.stack([np.arange(UNITS, dtype=np.int32) * k // UNITS for k in TOPICS]).astype(np.int32)
    labels = topic_of[:, unit]
    words = np.array([f"word{number}" for number in range(3000)])
    columns, documents, row = [], [], 0
    while row < n:
        own = min(int(draw.integers(1, 5)), n - row)
        parts = [" ".join(words[draw.integers(0, 3000, 25)]) for _ in range(own)]
        at = 0
        for part in parts:
            columns.append((len(documents), at, at + len(part)))
            at += len(part) + 1
        documents.append(Document(f"folder/file-{len(documents)}.txt", "\n".join(parts), {"date": "2024-05-01"}))
        row += own
    document, start, end = np.array(columns, np.int32).T
    passages = Passages(documents, document, start, end, np.zeros(n, np.int32), ("en",))
    levels = []
    for name, own, k in zip(("coarse", "medium", "fine"), labels, TOPICS, strict=True):
        sizes = np.bincount(own, minlength=k).tolist()
        parent = {} if not levels else dict(zip(own.tolist(), labels[len(levels) - 1].tolist(), strict=True))
        topics = (Topic(t, f"{name} {t}", (), sizes[t], sizes[t] / n, 0.9, name, parent.get(t)) for t in range(k))
        levels.append(Level(name, tuple(topics)))
    zero = np.zeros(WIDTH, np.float32)
    unit_centres = (centres / np.linalg.norm(centres, axis=1, keepdims=True)).astype(np.float32)
    return TopicModel(
        passages=passages,
        vectors=vectors,
        centring=Centring((), zero[None, :][:0], zero),
        rule=Rule(unit_centres, topic_of),
        levels=tuple(levels),
        all_labels=labels,
        positions=draw.uniform(-1, 1, (n, 2)).astype(np.float32),
        encoder=EncoderCard("synthetic", "0" * 64, WIDTH),
        settings=Settings(),
        level="medium",
    )


if __name__ == "__main__":
    main()
