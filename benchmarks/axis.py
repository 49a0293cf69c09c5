"""The sides of a contrast against a reader's labels: ours, zero-shot as BERTopic does it, and plain cosine.

Usage: python benchmarks/axis.py [DATA] [--passages 400]

On the seeds, the poles of seeds/themes.toml against tests/gold/axis_gold.json. With DATA, a folder of corpora, also
politics against business on a seeded sample of BBC News, whose other sections are about neither; there a passage has
the label of its article. Gold labels only score, and a side that is unclear counts as neither. Zero-shot gives a
passage the pole of its nearest phrase if their cosine, both as the encoder has them, is at least .7 (BERTopic's
``zeroshot_min_similarity``); plain cosine always does.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

import topics
from benchmarks.gold import ROOT
from topics.embed import load_embedder
from topics.model import TopicModel
from topics.values import Document, Pole

GOLD = ROOT / "tests" / "gold" / "axis_gold.json"
SIDES = ("a", "b", "neither")
OURS = {"left": "a", "right": "b", "unclear": "neither", "neither": "neither"}
ZERO_SHOT = 0.7
BBC = {
    "one phrase a pole": (Pole("government and politics"), Pole("business and companies")),
    "three phrases a pole": (
        Pole("government and politics", ("elections, parties and parliament", "ministers and their policies")),
        Pole("business and companies", ("profits, shares and markets", "the economy and trade")),
    ),
}
SECTIONS = {"politics": "a", "business": "b"}


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two poles by their phrases, and a reader's side for each passage of a model; ``None`` where there is none."""

    name: str
    left: Pole
    right: Pole
    gold: list[str | None]


def main() -> None:
    """Print macro-F1 of each method and a table of what was taken for what."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--passages", type=int, default=400, help="articles of BBC News (a seeded sample)")
    given = parser.parse_args()
    model = topics.fit(ROOT / "seeds", themes=ROOT / "seeds" / "themes.toml")
    left, right = next(theme.poles for theme in model.themes if theme.poles)
    _score(model, Contrast("seeds", left, right, gold_of(model)))
    if given.data is not None:
        model, section = _bbc(given.data / "bbc_news" / "bbc_news.jsonl.gz", given.passages)
        gold = [section[passage.document_id] for passage in model.passages]
        articles = [section[document.id] for document in model.passages.documents]
        for name, (left, right) in BBC.items():
            contrast = Contrast(f"BBC News, {name}", left, right, list(gold))
            _score(model, contrast)
            side = model.axis(left, right).documents.side
            _report(replace(contrast, gold=list(articles)), "topics, articles", np.array([OURS[one] for one in side]))


def gold_of(model: TopicModel) -> list[str | None]:
    """Return the reader's side of each passage of a model of the seeds: of the labelled passage it shares most with."""
    entries = json.loads(GOLD.read_text(encoding="utf-8"))["passages"]
    sides = []
    for passage in model.passages:
        shared = [
            max(0, min(passage.end, entry["end"]) - max(passage.start, entry["start"]))
            if entry["document"] == passage.document_id
            else 0
            for entry in entries
        ]
        best = int(np.argmax(shared))
        sides.append(str(entries[best]["side"]) if shared[best] else None)
    return sides


def _bbc(path: Path, most: int) -> tuple[TopicModel, dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    drawn = [rows[i] for i in np.sort(np.random.default_rng(0).permutation(len(rows))[:most])]
    documents = [Document(f"{number:04d}", row["text"]) for number, row in enumerate(drawn)]
    model = topics.fit(documents, layout="pca")
    named = zip(documents, drawn, strict=True)
    return model, {document.id: SECTIONS.get(row["label"], "neither") for document, row in named}


def _score(model: TopicModel, contrast: Contrast) -> None:
    placed = model.axis(contrast.left, contrast.right)
    texts = model.passages.texts()
    encoder = load_embedder()
    raw = encoder.encode(texts)
    poles = [[pole.name, *pole.phrases] for pole in (contrast.left, contrast.right)]
    near = [(raw @ encoder.encode(phrases).T).max(axis=1) for phrases in poles]
    nearer = np.where(near[0] >= near[1], "a", "b")
    _report(contrast, "topics", np.array([OURS[side] for side in placed.side]))
    _report(contrast, "topics, the unclear by direction", _forced(placed.direction, placed.relevant))
    _report(contrast, f"zero-shot at {ZERO_SHOT}", np.where(np.maximum(*near) >= ZERO_SHOT, nearer, "neither"))
    _report(contrast, "plain cosine", nearer)


def _forced(direction: NDArray[np.float64], relevant: NDArray[np.bool_]) -> NDArray[np.str_]:
    return np.where(relevant, np.where(direction < 0, "a", "b"), "neither")


def _report(contrast: Contrast, method: str, found: NDArray[np.str_]) -> None:
    from sklearn.metrics import confusion_matrix, f1_score

    known = [row for row, side in enumerate(contrast.gold) if side is not None]
    gold = [str(contrast.gold[row]) for row in known]
    score = f1_score(gold, found[known], labels=SIDES, average="macro", zero_division=0.0)
    table = confusion_matrix(gold, found[known], labels=SIDES).tolist()
    print(f"{contrast.name:<32} {method:<40} macro-F1 {score:.2f}  {dict(zip(SIDES, table, strict=True))}", flush=True)


if __name__ == "__main__":
    main()
