"""Whether a passage's confidence tells that it is misplaced: fitted on some corpora, checked on others.

Usage: python benchmarks/confidence.py DATA

A passage is misplaced where its label is not the most frequent one of its topic, at the coarsest level that has as many
topics as there are labels: where there are fewer, two labels share a topic by right. The weights are fitted on samples
of CLINC150, Reddit, arXiv and SIB-200 that have few labels, each corpus weighing the same, and checked on BBC News and
AG News, which the fit never sees. AUROC is how often a misplaced passage has the lower confidence of two; ECE is how
far confidence is from the share that is right, over ten bins.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.corpora import Corpus, drawn, read
from topics.cluster import cluster
from topics.cluster.confidence import WEIGHTS, confidence, evidence, hearts
from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.settings import Settings

Numbers = NDArray[np.float64]

_FITTED = (("intents", 20, 1500), ("domains", 0, 2500), ("reddit", 15, 2000), ("arxiv", 8, 2000), ("sib-en", 0, 1004))
_CHECKED = (("bbc", 0, 2225), ("bbc", 0, 300), ("ag", 0, 3000), ("ag", 0, 500))
_DRAWS = 3  # of each corpus that the weights are fitted on
_COMMON = 40  # texts of a label, for it to be drawn


@dataclass(frozen=True, slots=True)
class Case:
    """The passages of a sample: what tells how sure their topics are, shape (n, 2), how sure, and whether rightly."""

    name: str
    topics: int
    told: Numbers
    sure: Numbers
    right: NDArray[np.bool_]


def main() -> None:
    """Print the weights that the fit finds, and how the built-in ones do on both sides."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    fitted = [_case(data, *what, seed) for what in _FITTED for seed in range(_DRAWS)]
    checked = [_case(data, *what, 0) for what in _CHECKED]
    weights = _weights(fitted)
    print(
        f"weights found: {', '.join(f'{w:.2f}' for w in weights)}   built in: {', '.join(f'{w:.2f}' for w in WEIGHTS)}"
    )
    print(f"{'corpus':<40} {'topics':>6} {'right':>6} {'AUROC':>6} {'ECE':>6}")
    for side, cases in (("fitted", fitted), ("checked", checked)):
        for case in cases:
            _report(f"{side}: {case.name}", f"{case.topics:6d}", case.sure, case.right)
        sure, right = np.concatenate([c.sure for c in cases]), np.concatenate([c.right for c in cases])
        _report(f"{side}: all", " " * 6, sure, right)


def _case(data: Path, name: str, labels: int, most: int, seed: int) -> Case:
    corpus = _few_labels(read(data, name, 0), labels, most, seed)
    raw = load_embedder().encode(corpus.texts)
    vectors = learn(raw, corpus.languages).apply(raw, corpus.languages)
    found = cluster(vectors, corpus.texts, Settings())
    levels = found.rule.labels(vectors)
    enough = [row for row, level in enumerate(levels) if int(level.max()) + 1 >= corpus.k]
    row = enough[0] if enough else len(levels) - 1
    topics = levels[row]
    middle = hearts(vectors, topics, found.stability[row].astype(np.float64))
    told, sure = evidence(vectors, topics, middle), confidence(vectors, topics, middle).astype(np.float64)
    gold = np.unique(np.array(corpus.labels), return_inverse=True)[1]
    counts = np.zeros((int(topics.max()) + 1, int(gold.max()) + 1))
    np.add.at(counts, (topics, gold), 1.0)
    right = counts.argmax(axis=1)[topics] == gold
    return Case(f"{corpus.title}, {corpus.k} labels", len(counts), told, sure, right)


def _few_labels(corpus: Corpus, labels: int, most: int, seed: int) -> Corpus:
    """Return a sample of a corpus, of some of its common labels only; 0 labels for all."""
    names, counts = np.unique(np.array(corpus.labels), return_counts=True)
    chosen = names[counts >= _COMMON]
    if labels:
        chosen = np.random.default_rng(seed).choice(chosen, labels, replace=False)
    rows = np.flatnonzero(np.isin(np.array(corpus.labels), chosen)).tolist()
    return corpus.rows([rows[row] for row in drawn(len(rows), most, seed)])


def _weights(cases: list[Case]) -> Numbers:
    """Fit a logistic regression in which every corpus weighs the same."""
    from sklearn.linear_model import LogisticRegression

    share = np.concatenate([np.full(len(case.right), 1000 / len(case.right)) for case in cases])
    told, right = np.concatenate([case.told for case in cases]), np.concatenate([case.right for case in cases])
    found = LogisticRegression(C=1e6).fit(told, right, sample_weight=share)
    return np.concatenate([found.intercept_, found.coef_[0]])


def _report(name: str, topics: str, sure: Numbers, right: NDArray[np.bool_]) -> None:
    from sklearn.metrics import roc_auc_score

    bins = np.minimum((sure * 10).astype(int), 9)
    off = sum((bins == b).mean() * abs(sure[bins == b].mean() - right[bins == b].mean()) for b in np.unique(bins))
    print(f"{name:<40} {topics} {right.mean():6.2f} {roc_auc_score(right, sure):6.2f} {off:6.3f}", flush=True)


if __name__ == "__main__":
    main()
