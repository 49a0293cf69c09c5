"""How well a grouping agrees with gold labels, and the rows of the table that a method's groupings give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.corpora import Corpus
from benchmarks.peers import Grouping, Labels, Method


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of one grouping; what it leaves unassigned counts as one group of its own.

    Parameters
    ----------
    ami, ari, v_measure, fmi
        Agreement with the gold labels.
    topics
        How many groups it found, the unassigned not counted.
    loose
        The share of texts that it leaves unassigned.
    language
        Normalised mutual information of group and language; ``nan`` where there is one language.
    """

    ami: float
    ari: float
    v_measure: float
    fmi: float
    topics: float
    loose: float
    language: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Parameters
    ----------
    corpus
        The title of the corpus.
    method, part
        The title of the method and the part of its answer that this is, such as a level.
    told
        What the method, or the choice of this part, owes to the gold labels; empty where nothing.
    shown
        Whether this is what a user of the method is shown first.
    figures
        What was measured, the median over runs; ``None`` where the method did not run.
    seconds
        How long one run took, the median over runs.
    problem
        Why the method did not run.
    """

    corpus: str
    method: str
    part: str = ""
    told: str = ""
    shown: bool = False
    figures: Figures | None = None
    seconds: float = math.nan
    problem: str = ""

    @property
    def title(self) -> str:
        """The method with its part, in words."""
        return ", ".join(part for part in (self.method, self.part) if part)


def figures(corpus: Corpus, labels: Labels) -> Figures:
    """Measure one grouping of a corpus."""
    from sklearn import metrics

    several = len(set(corpus.languages)) > 1
    return Figures(
        ami=float(metrics.adjusted_mutual_info_score(corpus.labels, labels)),
        ari=float(metrics.adjusted_rand_score(corpus.labels, labels)),
        v_measure=float(metrics.v_measure_score(corpus.labels, labels)),
        fmi=float(metrics.fowlkes_mallows_score(corpus.labels, labels)),
        topics=len(np.unique(labels[labels >= 0])),
        loose=float((labels < 0).mean()),
        language=float(metrics.normalized_mutual_info_score(corpus.languages, labels)) if several else math.nan,
    )


def rows(corpus: Corpus, method: Method, runs: Sequence[Sequence[Grouping]], seconds: Sequence[float]) -> list[Row]:
    """Return the rows that a method tells of itself, each figure the median over its runs.

    A row that is chosen by gold is chosen in each run anew; the level shown first is that of the first run.
    """
    parts = [_parts(corpus, method, groupings) for groupings in runs]
    return [
        Row(
            corpus=corpus.title,
            method=method.title,
            part=name,
            told=part.told or method.told,
            shown=part.shown and not method.told,
            figures=_median([other[name].figures for other in parts if name in other]),
            seconds=median(seconds),
        )
        for name, part in parts[0].items()
    ]


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the answers that a method's row is made of."""

    figures: Figures
    told: str = ""
    shown: bool = False


def _parts(corpus: Corpus, method: Method, groupings: Sequence[Grouping]) -> dict[str, _Part]:
    """Return what each row of a method says, by the name of the part."""
    measured = [figures(corpus, grouping.labels) for grouping in groupings]
    order = sorted(range(len(groupings)), key=lambda i: (-measured[i].ami, i))
    shown = next((i for i, grouping in enumerate(groupings) if grouping.shown), 0)
    layers = {"each": "its levels", "shown": "its layers"}.get(method.tells[0], f"{len(groupings)} settings")
    found: dict[str, _Part] = {}
    for tell in method.tells:
        if tell == "each":
            found |= {one.name: _Part(measured[i], shown=i == shown) for i, one in enumerate(groupings)}
        elif tell == "shown":
            found["its own layer"] = _Part(measured[shown], shown=True)
        elif tell == "finest":
            found["its finest layer"] = _Part(measured[0])
        elif tell == "best":
            found[f"best of {layers} by gold"] = _Part(measured[order[0]], "oracle")
        elif tell == "median":
            found[f"median of {layers}"] = _Part(measured[order[len(order) // 2]], "median")
        else:
            found[""] = _Part(measured[0], shown=True)
    return found


def _median(found: Sequence[Figures]) -> Figures:
    columns = {name: [getattr(one, name) for one in found] for name in Figures.__slots__}
    return Figures(**{name: float(median(values)) for name, values in columns.items()})
