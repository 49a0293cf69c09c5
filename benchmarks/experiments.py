"""What is measured: every method on every corpus, small draws of one corpus, and growing samples of some."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

import numpy as np

from benchmarks import agreement
from benchmarks.agreement import Row
from benchmarks.corpora import Corpus, drawn
from benchmarks.peers import METHODS, OURS, Bools, Floats, Grouping, Job, Method
from benchmarks.workers import Outcome, Workers
from topics import language
from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.embed.reading import leading, poorly_read

WARM = 200
"""Texts of the run that is not counted, which imports libraries and compiles what they compile."""


@dataclass(frozen=True, eq=False, slots=True)
class Ready:
    """A corpus with its vectors, raw and centred, and how long they took."""

    corpus: Corpus
    raw: Floats
    centred: Floats
    seconds: float
    leading: Bools | None = None

    def rows(self, rows: Sequence[int]) -> Ready:
        """Return these rows, centred among themselves."""
        corpus, raw = self.corpus.rows(rows), self.raw[list(rows)]
        return _ready(corpus, raw, 0.0)


def prepare(corpus: Corpus) -> Ready:
    """Embed a corpus, or take its vectors from the disk cache, and centre a copy of them by language."""
    start = time.perf_counter()
    raw = load_embedder().encode(corpus.texts)
    return _ready(corpus, raw, time.perf_counter() - start)


def _ready(corpus: Corpus, raw: Floats, seconds: float) -> Ready:
    """Centre as a fit does: by the languages that it finds, not by those that the corpus knows."""
    codes = language.detect(corpus.texts, among=language.languages_of(corpus.texts))
    led = leading(codes, poorly_read(load_embedder(), corpus.texts, codes))
    return Ready(corpus, raw, learn(raw, codes).apply(raw, codes), seconds, led)


def compare(ready: Ready, names: Sequence[str], runs: int, workers: Workers) -> Iterator[Row]:
    """Yield the rows of every method on one corpus; runs take turns, A B C A B C, each with a seed of its own.

    Where there are several languages, peers that group vectors alone get the centred vectors as well.
    """
    turns = [(name, False) for name in names]
    if len(set(ready.corpus.languages)) > 1:
        turns += [(name, True) for name in names if name != OURS and not METHODS[name].words]
    warm = ready.rows(range(min(WARM, len(ready.raw))))
    for name in names:
        workers.run(name, _job(warm, name, False, 0))
    outcomes: dict[tuple[str, bool], list[Outcome]] = {turn: [] for turn in turns}
    for seed in range(runs):
        for turn in turns:
            outcomes[turn].append(workers.run(turn[0], _job(ready, *turn, seed)))
    for (name, centred), found in outcomes.items():
        yield from _rows(ready.corpus, METHODS[name], found, centred)


def _job(ready: Ready, name: str, centred: bool, seed: int) -> Job:
    vectors = ready.centred if centred or name == OURS else ready.raw
    return Job(ready.corpus.texts, vectors, ready.corpus.k, seed, ready.leading)


def _rows(corpus: Corpus, method: Method, outcomes: Sequence[Outcome], centred: bool) -> list[Row]:
    failed = [outcome.problem for outcome in outcomes if outcome.problem]
    title = f"{method.title} on centred vectors" if centred else method.title
    if failed:
        return [Row(corpus.title, title, problem=failed[0])]
    named = replace(method, title=title, told=method.told or ("centred" if centred else ""))
    seconds = [outcome.seconds for outcome in outcomes]
    return agreement.rows(corpus, named, [outcome.groupings for outcome in outcomes], seconds)


@dataclass(frozen=True, slots=True)
class Spread:
    """Agreement over many small draws.

    Parameters
    ----------
    title, told
        A method, and what it owes to the gold labels.
    ami, deviation, low, high
        The mean of its AMI, the standard deviation, and its range.
    topics
        How many it found, the mean.
    problem
        Why it did not run.
    """

    title: str
    told: str
    ami: float = 0.0
    deviation: float = 0.0
    low: float = 0.0
    high: float = 0.0
    topics: float = 0.0
    problem: str = ""

    @classmethod
    def of(cls, title: str, told: str, measured: Sequence[agreement.Figures]) -> Spread:
        """Return the spread of what was measured in each draw, one or more."""
        ami = [one.ami for one in measured]
        topics = fmean(one.topics for one in measured)
        return cls(title, told, fmean(ami), pstdev(ami), min(ami), max(ami), topics)


_SMALL = (("umap", False), ("umap", True), ("small", False), ("small", True))  # the peers of small draws


def small_draws(ready: Ready, draws: int, size: int, workers: Workers, *, peers: bool = True) -> list[Spread]:
    """Compare ours, BERTopic's grouping and the best of 100 settings by gold on ``draws`` samples of ``size`` texts."""
    found: dict[tuple[str, str], list[agreement.Figures]] = {}
    problems: dict[str, str] = {}
    for seed in range(draws):
        draw = ready.rows(drawn(len(ready.raw), size, seed + 1))
        for name, centred in ((OURS, True), *(_SMALL if peers else ())):
            title = f"{METHODS[name].title}{' on centred vectors' if centred and name != OURS else ''}"
            outcome = workers.run(name, _job(draw, name, centred, 0))
            if outcome.problem:
                problems[title] = outcome.problem
                continue
            for (part, told), measured in _small(draw.corpus, name, outcome.groupings):
                found.setdefault((f"{title}, {part}" if part else title, told), []).append(measured)
    spreads = [Spread.of(title, told, own) for (title, told), own in found.items()]
    return spreads + [Spread(title, "", problem=problem) for title, problem in problems.items()]


def _small(corpus: Corpus, name: str, groupings: Sequence[Grouping]) -> list[tuple[tuple[str, str], agreement.Figures]]:
    measured = [agreement.figures(corpus, grouping.labels) for grouping in groupings]
    best = max(measured, key=lambda one: one.ami)
    if len(groupings) == 1:
        return [(("", ""), measured[0])]
    if name == OURS:
        shown = next(i for i, grouping in enumerate(groupings) if grouping.shown)
        return [(("the level shown", ""), measured[shown]), (("the best level by gold", "oracle"), best)]
    return [(("the best by gold", "oracle"), best)]


PARTS = (0.1, 0.25, 0.5, 1.0)
"""The shares of a corpus at which topics are counted."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How many topics each level has on a growing sample.

    ``texts`` holds the size of each sample, ``counts`` of each level the topics in each; ``None`` where a small sample
    does not have that level.
    """

    corpus: str
    texts: tuple[int, ...]
    counts: dict[str, tuple[int | None, ...]]
    problem: str = ""


def growth(ready: Ready, workers: Workers) -> Growth:
    """Count the topics of every level on growing samples, each within the next."""
    total = len(ready.raw)
    sizes = tuple(max(1, round(total * part)) for part in PARTS)
    found: list[dict[str, int]] = []
    for size in sizes:
        outcome = workers.run(OURS, _job(ready.rows(drawn(total, size, 1)), OURS, True, 0))
        if outcome.problem:
            return Growth(ready.corpus.title, sizes, {}, outcome.problem)
        found.append({one.name: len(np.unique(one.labels[one.labels >= 0])) for one in outcome.groupings})
    levels = dict.fromkeys(level for counts in found for level in counts)
    return Growth(ready.corpus.title, sizes, {level: tuple(counts.get(level) for counts in found) for level in levels})
