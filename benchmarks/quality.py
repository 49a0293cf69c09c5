"""Topics against BERTopic's defaults on corpora with gold topics: agreement, number of topics, seconds.

Usage: python benchmarks/quality.py DATA [--passages 1500]

DATA is a folder of corpora, each a JSONL.gz with ``text``, ``label`` and, where there is one, ``lang``. Both get the
vectors of the same encoder, each text whole, in the order A B for every corpus. Gold labels only score. What BERTopic
leaves unassigned counts as one group of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from topics.cluster import cluster
from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.settings import Settings

CORPORA = {
    "BBC News": "bbc_news/bbc_news.jsonl.gz",
    "AG News": "ag_news_test/ag_news_test.jsonl.gz",
    "arXiv": "arxiv_20k/arxiv_20k.jsonl.gz",
    "SIB-200, 8 languages": "sib200/sib200.jsonl.gz",
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts with their gold labels and languages."""

    texts: list[str]
    labels: list[str]
    languages: list[str]


def main() -> None:
    """Print one row for each corpus and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, default=1500, help="the most texts of a corpus (a seeded sample)")
    given = parser.parse_args()
    print(f"{'corpus':<22} {'method':<18} {'topics':>6} {'AMI':>6} {'language NMI':>12} {'loose':>6} {'seconds':>8}")
    for name, path in CORPORA.items():
        if not (given.data / path).exists():
            print(f"{name:<22} left out: {given.data / path} is not there")
            continue
        corpus = _read(given.data / path, given.passages)
        raw = load_embedder().encode(corpus.texts)
        _ours(name, corpus, raw)
        _bertopic(name, corpus, raw)


def _read(path: Path, most: int) -> Corpus:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row.get("label")]
    drawn = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    chosen = [rows[i] for i in drawn]
    return Corpus([r["text"] for r in chosen], [r["label"] for r in chosen], [r.get("lang", "en") for r in chosen])


def _ours(name: str, corpus: Corpus, raw: NDArray[np.float32]) -> None:
    start = time.perf_counter()
    vectors = learn(raw, corpus.languages).apply(raw, corpus.languages)
    found = cluster(vectors, corpus.texts, Settings())
    seconds = time.perf_counter() - start
    for level, labels in zip(found.levels, found.rule.labels(vectors), strict=True):
        shown = " (shown)" if level == found.shown else ""
        _row(name, f"{level}{shown}", corpus, labels, seconds)


def _bertopic(name: str, corpus: Corpus, raw: NDArray[np.float32]) -> None:
    from bertopic import BERTopic

    start = time.perf_counter()
    labels, _ = BERTopic().fit_transform(corpus.texts, embeddings=raw)
    _row(name, "BERTopic defaults", corpus, np.array(labels), time.perf_counter() - start)


def _row(name: str, method: str, corpus: Corpus, labels: NDArray[np.int32], seconds: float) -> None:
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    topics = len(set(labels.tolist()) - {-1})
    agreement = adjusted_mutual_info_score(corpus.labels, labels)
    language = normalized_mutual_info_score(corpus.languages, labels)
    loose = float((labels < 0).mean())
    print(
        f"{name:<22} {method:<18} {topics:6d} {agreement:6.3f} {language:12.3f} {loose:6.2f} {seconds:8.1f}", flush=True
    )


if __name__ == "__main__":
    main()
