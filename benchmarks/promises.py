"""Check that answers are the same before saving and after loading in another process, on real corpora.

    python benchmarks/promises.py DATA [--corpora bbc,ag] [--texts 500] [--new 300]

A model of each corpus is saved as it was fitted, and again after a rename, a merge, a split, a move and an undo. Each
is loaded in a process of its own, which assigns the texts of the corpus and as many new ones: whole, in halves, one
by one and shuffled. Told is the share of answers that are the same in every field, bit for bit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

import topics
from benchmarks.corpora import read
from topics import edit, store
from topics.model import TopicModel

CORPORA = ("bbc", "ag", "arxiv", "reddit", "intents", "sib-8")
WAYS = ("whole", "halves", "one by one", "shuffled")


def main() -> None:
    """Check every corpus and print a table."""
    if sys.argv[1:2] == ["--in"]:
        _answer(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpora", default=",".join(CORPORA))
    parser.add_argument("--texts", type=int, default=500, help="texts that the model is fitted on")
    parser.add_argument("--new", type=int, default=300, help="texts that are new to it")
    asked = parser.parse_args()
    worst = 100.0
    for name in asked.corpora.split(","):
        corpus = read(asked.data, name, asked.texts + asked.new)
        order = np.random.default_rng(1).permutation(len(corpus.texts))
        known, new = (corpus.rows(sorted(part.tolist())) for part in (order[: asked.texts], order[asked.texts :]))
        began = time.perf_counter()
        model = topics.fit(list(known.texts))
        texts = [*known.texts, *new.texts]
        for state, shown in (("as fitted", model), ("edited", edited(model))):
            shares = _shares(shown, texts)
            worst = min(worst, *shares.values())
            told = "  ".join(f"{way} {share:.1f}" for way, share in shares.items())
            print(f"{corpus.title:<22} {state:<10} {len(texts)} texts, {len(shown.topics)} topics: {told}", flush=True)
        print(f"{'':<22} {time.perf_counter() - began:.0f} s", flush=True)
    print(f"the worst: {worst:.1f} %")


def edited(model: TopicModel) -> TopicModel:
    """Return a model after a few edits, at the same level."""
    level, fine = model.level, model.at("fine")
    ids = [topic.id for topic in fine.topics]
    fine = edit.rename(fine, ids[0], "A name that a person gave")
    if len(ids) > 2:
        fine = edit.merge(fine, ids[1:3])
    largest = max(fine.topics, key=lambda topic: topic.size)
    if len(np.unique(fine.vectors[fine.labels == largest.id], axis=0)) > 2:
        fine = edit.split(fine, largest.id, k=2)
    rows = [0, len(fine.passages) // 2]
    fine = edit.move(fine, [fine.passages[row] for row in rows], fine.topics[-1].id)
    fine = edit.junk(fine, passages=[fine.passages[1]])
    return edit.undo(edit.junk(fine, fine.topics[0].id)).at(level)


def _shares(model: TopicModel, texts: Sequence[str]) -> dict[str, float]:
    """Return the share of answers of another process that are those of this one, in per cent, for each way to ask."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = store.save(model, Path(scratch) / "model")
        asked = Path(scratch) / "texts.json"
        asked.write_text(json.dumps(list(texts)), encoding="utf-8")
        told: dict[str, list[str]] = {}
        mine = {level: _hashes(model.at(level), texts, [range(len(texts))]) for level in model.level_names}
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.promises", "--in", str(folder), str(asked)]
        done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
        told = json.loads(done.stdout)
    found = {}
    for way in WAYS:
        pairs = [
            (one, other) for level, own in mine.items() for one, other in zip(own, told[f"{level}/{way}"], strict=True)
        ]
        found[way] = 100 * sum(one == other for one, other in pairs) / len(pairs)
    return found


def _answer(folder: Path, asked: Path) -> None:
    """Assign texts in every way, and write a hash of each answer."""
    model, texts = store.load(folder), json.loads(asked.read_text(encoding="utf-8"))
    n = len(texts)
    order = np.random.default_rng(2).permutation(n).tolist()
    batches: dict[str, list[Sequence[int]]] = {
        "whole": [range(n)],
        "halves": [range(n // 2), range(n // 2, n)],
        "one by one": [[row] for row in range(n)],
        "shuffled": [order],
    }
    told = {
        f"{level}/{way}": _hashes(model.at(level), texts, rows)
        for level in model.level_names
        for way, rows in batches.items()
    }
    print(json.dumps(told))


def _hashes(model: TopicModel, texts: Sequence[str], batches: Sequence[Sequence[int]]) -> list[str]:
    """Return a hash of each answer, in the order of the texts; they are asked for in batches."""
    found: dict[int, str] = {}
    for rows in batches:
        for row, answer in zip(rows, model.assign([texts[row] for row in rows]), strict=True):
            told = {key: value.hex() if isinstance(value, float) else value for key, value in asdict(answer).items()}
            found[row] = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    return [found[row] for row in range(len(texts))]


if __name__ == "__main__":
    main()
