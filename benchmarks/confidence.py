"""Whether a passage's confidence tells that it is misplaced: fitted on some corpora, checked on others.

Usage: python benchmarks/confidence.py DATA

A passage is misplaced where its label is not the most frequent one of its topic, at the coarsest level that has as many
topics as there are labels: where there are fewer, two labels share a topic by right. AUROC is how often a misplaced
passage has the lower confidence of two, the mean over the samples of a line; ECE is how far confidence is from the
share that is right, over ten bins of the passages of a line.

1. The weights of log-odds and stability are fitted on CLINC150, Reddit and arXiv, in samples that differ by draw and
   size, each corpus weighing the same. They are checked on BBC News, AG News and SIB-200, which the fit never sees;
   for the fitted corpora, the line says what weights fitted on the other two corpora do.
2. What a language that the encoder reads poorly takes from that is fitted on five languages of SIB-200, alone and mixed
   with those that it reads, each language weighing the same; each line says what a fit on the other four does.

Every line is made with what the fits find in this run. Where the way topics are found has changed, that goes into
``topics/cluster/confidence.py``, in place of what is built in.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.corpora import Corpus, drawn, read
from topics import language
from topics.cluster import cluster
from topics.cluster.confidence import UNREAD, WEIGHTS, belonging, evidence, hearts
from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.embed.reading import Reading, leading
from topics.settings import Settings

Numbers = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FEW = ((100, 0), (150, 1), (150, 2), (200, 3))  # passages of a small sample, and its seed
_FEW_NAME = "100 to 200"
_LARGE = (("intents", 20, 1500), ("domains", 0, 2500), ("reddit", 15, 2000), ("arxiv", 8, 2000))
_DRAWS = 2  # of each of these
_SMALL = (("domains", 0), ("reddit", 15), ("arxiv", 8))
_CHECKED = (("bbc", 2225), ("bbc", 300), ("ag", 3000), ("ag", 500), ("sib-en", 1004))
_SAME = {"intents": "clinc150", "domains": "clinc150"}  # the texts of one corpus
_CODES = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "sv": "swe", "fi": "fin", "ar": "arb", "zh": "zho"}
_WELL, _POORLY = ("en", "fr", "es"), ("de", "sv", "fi", "zh", "ar")
_MIXED = ((8032, 0), (2400, 1), (2400, 2), (800, 3), (800, 4))
_SIZES = ((2, 4), (5, 7), (8, 12), (13, 20), (21, 200))  # passages of a topic
_COMMON = 40  # texts of a label, for it to be drawn


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """The passages of a sample, and what tells how sure their topics are.

    ``told`` (n, 2) is the evidence, ``within`` how far a passage lies within its topic, ``reading`` how far the encoder
    reads its language, ``right`` whether the topic is the right one; ``sizes`` is how many passages its topic has, and
    ``by_others`` whether the topic is the right one if the passage's own label does not count for it, a tie in parts.
    """

    corpus: str
    name: str
    told: Numbers
    within: Numbers
    reading: Numbers
    languages: NDArray[np.str_]
    right: Bools
    sizes: NDArray[np.int64]
    by_others: Numbers

    @property
    def parts(self) -> tuple[NDArray[Any], ...]:
        """The columns, in order."""
        return self.told, self.within, self.reading, self.languages, self.right, self.sizes, self.by_others

    def only(self, language: str) -> Case:
        """Return the passages in a language."""
        rows = self.languages == language
        return Case(f"sib-{language}", self.name, *(part[rows] for part in self.parts))

    def sure(self, weights: Sequence[float], unread: Sequence[float]) -> Numbers:
        """Return the confidence of each passage, with these weights."""
        read, odds = self.reading ** unread[0], weights[0] + self.told @ np.array(weights[1:])
        return (read / (1 + np.exp(-odds)) + (1 - read) * unread[1]) * self.within


def main() -> None:
    """Print what the fits find, and how well confidence does where they did not look."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    fitted = [_case(data, *what, seed) for what in _LARGE for seed in range(_DRAWS)]
    fitted += [_case(data, *what, n, seed) for what in _SMALL for n, seed in _FEW]
    checked = [_case(data, name, 0, n, 0) for name, n in _CHECKED]
    few = [_case(data, name, 0, n, seed) for name in ("bbc", "ag") for n, seed in _FEW]
    few += [_language(data, (code,), n, seed) for code in (*_WELL, *_POORLY) for n, seed in _FEW]
    mixed = [_language(data, (*_WELL, *_POORLY), n, seed) for n, seed in _MIXED]

    weights = _weights(fitted)
    rows = {code: [c.only(code) for c in mixed] + [c for c in few if c.corpus == f"sib-{code}"] for code in _POORLY}
    unread = _unread([case for cases in rows.values() for case in cases], weights)
    print(f"weights found: {_shown(weights)}   built in: {_shown(WEIGHTS)}")
    print(f"unread found: {_shown(unread)}   built in: {_shown(UNREAD)}")
    print(f"{'':<60} {'right':>6} {'AUROC':>6} {'ECE':>6}")
    for corpus in dict.fromkeys(case.corpus for case in fitted):
        others = _weights([case for case in fitted if case.corpus != corpus])
        for size, own in _by_size([case for case in fitted if case.corpus == corpus]).items():
            _report(f"left out: {corpus}, {size}", own, others, unread)
    for case in checked:
        _report(f"checked: {case.name}", [case], weights, unread)
    _report("checked: BBC News and AG News together", [_joined(checked[:4])], weights, unread)
    for corpus in dict.fromkeys(case.corpus for case in few):
        if not corpus.endswith(_POORLY):
            _report(f"checked: {corpus}, {_FEW_NAME}", [c for c in few if c.corpus == corpus], weights, unread)
    small = _joined([c for c in (*fitted, *few) if len(c.right) <= _FEW[-1][0] and not c.corpus.endswith(_POORLY)])
    for low, high in _SIZES:
        _report_size(small, low, high, small.sure(weights, unread))
    for code in _POORLY:
        others = _unread([case for other in _POORLY if other != code for case in rows[other]], weights)
        _report(f"left out: SIB-200 {code}, mixed", rows[code][: len(mixed)], weights, others)
        _report(f"left out: SIB-200 {code}, {_FEW_NAME}", rows[code][len(mixed) :], weights, others)
    for code in _WELL:
        _report(f"checked: SIB-200 {code}, mixed", [case.only(code) for case in mixed], weights, unread)
    for case in mixed:
        _report(f"all languages: {case.name}", [case], weights, unread)


def _by_size(cases: Sequence[Case]) -> dict[str, list[Case]]:
    large = [case for case in cases if len(case.right) > _FEW[-1][0]]
    return {"large": large, _FEW_NAME: [case for case in cases if case not in large]}


def _case(data: Path, name: str, labels: int, most: int, seed: int) -> Case:
    corpus = _few_labels(read(data, name, 0), labels, most, seed)
    return replace(_measured(corpus), corpus=_SAME.get(name, name))


def _language(data: Path, codes: Sequence[str], most: int, seed: int) -> Case:
    corpus = read(data, "sib-8", 0)
    wanted = tuple(_CODES[code] for code in codes)
    rows = [row for row, code in enumerate(corpus.languages) if code.startswith(wanted)]
    corpus = corpus.rows([rows[row] for row in drawn(len(rows), most, seed)])
    return replace(_measured(corpus), corpus=f"sib-{codes[0]}" if len(codes) == 1 else "sib-8")


def _measured(corpus: Corpus) -> Case:
    """Embed and cluster a sample as a fit does, and say what tells that its passages are right."""
    encoder, texts = load_embedder(), corpus.texts
    codes = language.detect(texts, among=language.languages_of(texts))
    raw = encoder.encode(texts)
    vectors = learn(raw, codes).apply(raw, codes)
    poor = Reading(encoder, texts, codes).poor()
    found = cluster(vectors, texts, Settings(), leading=leading(codes, tuple(poor)))
    levels = found.rule.labels(vectors)
    enough = [row for row, level in enumerate(levels) if int(level.max()) + 1 >= corpus.k]
    row = enough[0] if enough else len(levels) - 1
    topics = levels[row]
    middle, members = hearts(vectors, topics, found.stability[row].astype(np.float64)), np.ones(len(texts), bool)
    within = belonging(middle.nearness(vectors, topics, members), topics, middle)
    gold = np.unique(np.array(corpus.labels), return_inverse=True)[1]
    counts = np.zeros((int(topics.max()) + 1, int(gold.max()) + 1))
    np.add.at(counts, (topics, gold), 1.0)
    right = counts.argmax(axis=1)[topics] == gold
    others = counts[topics]
    others[np.arange(len(gold)), gold] -= 1
    own = others[np.arange(len(gold)), gold]
    best = others.max(axis=1)
    by_others = ((own > 0) & (own == best)) / (others == best[:, None]).sum(axis=1)
    name = f"{corpus.title}, {len(texts)} in {len(counts)} topics"
    reading = np.array([poor.get(code, 1.0) for code in codes])
    shown = np.array([code[:2] if code in _CODES else "" for code in codes])
    sizes = counts.sum(axis=1).astype(np.int64)[topics]
    return Case("", name, evidence(vectors, topics, middle, members), within, reading, shown, right, sizes, by_others)


def _few_labels(corpus: Corpus, labels: int, most: int, seed: int) -> Corpus:
    """Return a sample of a corpus, of some of its common labels only; 0 labels for all."""
    names, counts = np.unique(np.array(corpus.labels), return_counts=True)
    chosen = names[counts >= _COMMON]
    if labels:
        chosen = np.random.default_rng(seed).choice(chosen, labels, replace=False)
    rows = np.flatnonzero(np.isin(np.array(corpus.labels), chosen)).tolist()
    return corpus.rows([rows[row] for row in drawn(len(rows), most, seed)])


def _shares(cases: Sequence[Case]) -> Numbers:
    """Return how much each passage weighs, so that every corpus weighs the same, a language being one."""
    sizes: dict[str, int] = {}
    for case in cases:
        sizes[case.corpus] = sizes.get(case.corpus, 0) + len(case.right)
    return np.concatenate([np.full(len(case.right), 1000 / sizes[case.corpus]) for case in cases])


def _weights(cases: Sequence[Case]) -> list[float]:
    """Fit a logistic regression in which every corpus weighs the same."""
    from sklearn.linear_model import LogisticRegression

    told, right = np.concatenate([case.told for case in cases]), np.concatenate([case.right for case in cases])
    found = LogisticRegression(C=1e6).fit(told, right, sample_weight=_shares(cases))
    return [*found.intercept_.tolist(), *found.coef_[0].tolist()]


def _unread(cases: Sequence[Case], weights: Sequence[float]) -> list[float]:
    """Find the likeliest exponent and chance, every language weighing the same."""
    from scipy.optimize import minimize

    right = np.concatenate([case.right for case in cases])
    shares = _shares(cases)

    def unlikeliness(unread: Numbers) -> float:
        kept = [replace(case, within=np.ones(len(case.right))) for case in cases]
        sure = np.clip(np.concatenate([case.sure(weights, unread.tolist()) for case in kept]), 1e-6, 1 - 1e-6)
        return -float((shares * np.log(np.where(right, sure, 1 - sure))).sum())

    bounds = [(0.0, 10.0), (0.01, 0.99)]
    found: list[float] = minimize(unlikeliness, UNREAD, method="Nelder-Mead", bounds=bounds).x.tolist()
    return found


def _joined(cases: Sequence[Case]) -> Case:
    return Case("", "", *map(np.concatenate, zip(*(case.parts for case in cases), strict=True)))


def _shown(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:.2f}" for number in numbers)


def _report(name: str, cases: Sequence[Case], weights: Sequence[float], unread: Sequence[float]) -> None:
    from sklearn.metrics import roc_auc_score

    told = [case.sure(weights, unread) for case in cases]
    areas = [roc_auc_score(c.right, own) for c, own in zip(cases, told, strict=True) if 0 < c.right.mean() < 1]
    sure, right = np.concatenate(told), np.concatenate([case.right for case in cases])
    bins = np.minimum((sure * 10).astype(int), 9)
    off = sum((bins == b).mean() * abs(sure[bins == b].mean() - right[bins == b].mean()) for b in np.unique(bins))
    print(f"{name:<60} {right.mean():6.2f} {np.mean(areas):6.2f} {off:6.3f}", flush=True)


def _report_size(case: Case, low: int, high: int, sure: Numbers) -> None:
    rows = (case.sizes >= low) & (case.sizes <= high)
    shares = f"right {case.right[rows].mean():.2f}, by the others {case.by_others[rows].mean():.2f}"
    print(f"{_FEW_NAME}: topics of {low} to {high} passages: confidence {sure[rows].mean():.2f}, {shares}", flush=True)


if __name__ == "__main__":
    main()
