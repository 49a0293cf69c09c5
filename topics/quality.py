"""How good a model's topics are: a handful of figures, each with what it means and when not to believe it.

No single figure tracks what people think of topics (Hoyle et al. 2021, "Is Automated Topic Model Evaluation Broken?";
NPMI hardly correlates with human judgement of documents), so none is used to choose a model, and all are shown at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics import language, words
from topics.model import TopicModel
from topics.protocols import Ints
from topics.values import Topic
from topics.words import tokenise

_ENOUGH = 1000  # passages from which co-occurrence counts mean something
_SAMPLE = 5000  # passages whose silhouette is measured
_NONE = float("nan")


class Score(NamedTuple):
    """A figure, what it means, and when not to believe it; the value is ``nan`` where it cannot be measured."""

    name: str
    value: float
    meaning: str
    caveat: str


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one model at one level; ``nan`` where one cannot be measured, and then ``missing`` says why.

    Parameters
    ----------
    npmi
        How often a topic's keywords share a passage, against chance, -1 to 1; mean over topics.
    diversity
        The share of keywords that are left when each word is counted once, 0 to 1.
    coherence
        Mean cosine of a passage to the centre of its topic, -1 to 1.
    silhouette
        How much nearer passages are to their own topic than to the next one, -1 to 1.
    stability
        Mean stability of the topics, weighted by size, 0 to 1.
    share_loose
        The share of passages that belong to no topic, 0 to 1.
    language_mixing
        How far topics follow language, 0 (not at all) to 1 (each topic is a language).
    source_mixing
        How far topics follow documents, 0 to 1.
    ami, ari, v_measure, fmi
        Agreement with given labels; only with ``gold``.
    passages
        How many passages were scored.
    missing
        Why a figure is ``nan``, by its name; read-only.
    """

    npmi: float
    diversity: float
    coherence: float
    silhouette: float
    stability: float
    share_loose: float
    language_mixing: float
    source_mixing: float
    ami: float
    ari: float
    v_measure: float
    fmi: float
    passages: int
    missing: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "missing", MappingProxyType(dict(self.missing)))

    def rows(self) -> tuple[Score, ...]:
        """Return every figure with its meaning and its caveat; those against labels only where labels were given."""
        names = [entry.name for entry in fields(self) if entry.name in _TOLD]
        return tuple(
            Score(name, getattr(self, name), _TOLD[name][0], self._caveat(name))
            for name in names
            if name not in _GOLD or name not in self.missing or self.missing[name] != _NO_GOLD
        )

    def _caveat(self, name: str) -> str:
        if name in self.missing:
            return f"Not measured: {self.missing[name]}."
        if name == "npmi" and self.passages < _ENOUGH:
            return f"Unreliable here: {self.passages:,} passages are too few to count on, {_ENOUGH:,} are enough."
        return _TOLD[name][1]


_GOLD = ("ami", "ari", "v_measure", "fmi")
_NO_GOLD = "no labels were given"
_TOLD = {
    "npmi": (
        "How often the keywords of a topic share a passage, against chance; -1 to 1, higher is better.",
        "It says little of how people find the topics, and it favours frequent words.",
    ),
    "diversity": (
        "The share of keywords that are left when each word is counted once; 0 to 1, higher is better.",
        "Random words score 1: read it beside npmi. Topics that are close share words for good reason.",
    ),
    "coherence": (
        "How near passages are to the centre of their topic, as a cosine; higher is better.",
        "It rises with the number of topics, and depends on the encoder: compare only models made with the same one.",
    ),
    "silhouette": (
        "How much nearer passages are to their own topic than to the next one; -1 to 1, higher is better.",
        "Text rarely exceeds 0.2 and topics that overlap are normal; where levels are compared, few topics look best.",
    ),
    "stability": (
        "How well topics survive resampling of the corpus; 0 to 1, higher is better.",
        "A stable topic need not be a meaningful one: furniture and repeated texts are very stable.",
    ),
    "share_loose": (
        "The share of passages that belong to no topic; 0 to 1.",
        "Zero is no virtue where the corpus holds passages about nothing in particular.",
    ),
    "language_mixing": (
        "How far topics follow language; 0 is not at all, 1 is one topic a language; lower is better.",
        "With few passages in a language, or where languages write of different things, it is high for good reason.",
    ),
    "source_mixing": (
        "How far topics follow documents; 0 is not at all, 1 is one topic a document.",
        "High is right where each document is about one thing; it also rises with the number of documents and topics.",
    ),
    "ami": (
        "Agreement with the labels given, corrected for chance; 0 is chance, 1 is the same groups.",
        "Labels of another depth (5 sections, 50 stories) lower it though both are right.",
    ),
    "ari": (
        "Pairs of passages that both groupings treat alike, corrected for chance; 0 is chance, 1 is the same groups.",
        "Large topics dominate it, and finer topics than the labels are punished hard.",
    ),
    "v_measure": (
        "Harmonic mean of homogeneity (a topic holds one label) and completeness (a label is in one topic); 0 to 1.",
        "Not corrected for chance: it rises with the number of topics, most of all on small corpora.",
    ),
    "fmi": (
        "Geometric mean of precision and recall over pairs of passages in one group; 0 to 1.",
        "Not corrected for chance: a single topic that holds everything scores well where labels are few.",
    ),
}


def score(model: TopicModel, *, gold: Sequence[object] | None = None) -> Scores:
    """Score the topics of a model at the level shown.

    Parameters
    ----------
    model
        The model.
    gold
        The true label of each passage, of any kind that can be compared for equality; ``None`` leaves a passage out.
        Loose passages count as one group of their own.

    Raises
    ------
    ValueError
        There is not one label a passage.
    """
    n = len(model.passages)
    if gold is not None and len(gold) != n:
        raise ValueError(f"got {len(gold)} gold labels for {n} passages; give one a passage, None where there is none")
    measured = {
        "npmi": _npmi(model),
        "diversity": _diversity(model.topics),
        "coherence": _coherence(model),
        "silhouette": _silhouette(model),
        "stability": _stability(model.topics),
        "share_loose": float((model.labels < 0).mean()) if n else "there are no passages",
        "language_mixing": _mixing(model.labels, model.passages.language, "language"),
        "source_mixing": _mixing(model.labels, model.passages.document, "document"),
        **_agreement(model.labels, gold),
    }
    values = {name: value if isinstance(value, float) else _NONE for name, value in measured.items()}
    missing = {name: value for name, value in measured.items() if isinstance(value, str)}
    return Scores(**values, passages=n, missing=missing)


def _npmi(model: TopicModel) -> float | str:
    """Return the mean over topics of the mean over pairs of keywords in one language, or why there is none.

    Normalised pointwise mutual information (Bouma 2009) counted over the model's own passages; a pair that never shares
    one counts -1.
    """
    corpora = words.read(model.passages.texts(), model.passages.language_codes(), language.stop_words)
    of_topic: list[list[float]] = [[] for _ in model.topics]
    for corpus in corpora:
        keys = [
            sorted({_key(keyword.term) for keyword in topic.keywords if keyword.language == corpus.language})
            for topic in model.topics
        ]
        holders = _holders(corpus, {key for own in keys for key in own})
        for found, own in zip(of_topic, keys, strict=True):
            present = [holders[key] for key in own if holders[key]]
            found += [_pair_npmi(one, other, len(corpus.passages)) for one, other in combinations(present, 2)]
    means = [float(np.mean(found)) for found in of_topic if found]
    return float(np.mean(means)) if means else "no topic has two keywords in one language"


def _key(term: str) -> str:
    return " ".join(tokenise.key_of(word) for word in term.split(" "))


def _holders(corpus: words.Corpus, wanted: set[str]) -> dict[str, set[int]]:
    """Return which passages hold each wanted term."""
    holders: dict[str, set[int]] = {key: set() for key in wanted}
    for passage in range(len(corpus.passages)):
        for key in wanted.intersection(corpus.terms(passage)):
            holders[key].add(passage)
    return holders


def _pair_npmi(one: set[int], other: set[int], total: int) -> float:
    together = len(one & other)
    if not together:
        return -1.0
    if together == total:
        return 1.0
    return math.log(together * total / (len(one) * len(other))) / math.log(total / together)


def _diversity(topics: Sequence[Topic]) -> float | str:
    """Return the share of keywords that are different words (Dieng et al. 2020), or why there is none."""
    terms = [_key(keyword.term) for topic in topics for keyword in topic.keywords]
    return len(set(terms)) / len(terms) if terms else "there are no keywords"


def _coherence(model: TopicModel) -> float | str:
    cosines: list[NDArray[np.float64]] = []
    for topic in model.topics:
        own = model.vectors[model.labels == topic.id].astype(np.float64)
        if len(own):
            centre = own.mean(axis=0)
            cosines.append(own @ (centre / max(float(np.linalg.norm(centre)), 1e-12)))
    return float(np.concatenate(cosines).mean()) if cosines else "no passage belongs to a topic"


def _silhouette(model: TopicModel) -> float | str:
    """Return the mean silhouette by cosine (Rousseeuw 1987), of a fixed sample where there are many passages."""
    from sklearn.metrics import silhouette_score

    rows = np.flatnonzero(model.labels >= 0)
    if len(rows) > _SAMPLE:
        rows = np.sort(np.random.default_rng(0).choice(rows, _SAMPLE, replace=False))
    found = len(np.unique(model.labels[rows]))
    if found < 2:
        return "it takes two topics to compare"
    if found == len(rows):
        return "every topic is a single passage"
    return float(silhouette_score(model.vectors[rows], model.labels[rows], metric="cosine"))


def _stability(topics: Sequence[Topic]) -> float | str:
    known = [topic for topic in topics if not math.isnan(topic.stability) and topic.size]
    if not known:
        return "the engine does not measure it"
    return sum(topic.stability * topic.size for topic in known) / sum(topic.size for topic in known)


def _mixing(labels: Ints, groups: Ints, noun: str) -> float | str:
    """Return the normalised mutual information of topics and groups, or why there is none."""
    from sklearn.metrics import normalized_mutual_info_score

    placed = labels >= 0
    if len(np.unique(groups[placed])) < 2:
        return f"all passages are of one {noun}"
    if len(np.unique(labels[placed])) < 2:
        return "there is only one topic"
    return float(normalized_mutual_info_score(groups[placed], labels[placed]))


def _agreement(labels: Ints, gold: Sequence[object] | None) -> dict[str, float | str]:
    """Return the four measures of agreement with given labels."""
    from sklearn import metrics

    if gold is None:
        return dict.fromkeys(_GOLD, _NO_GOLD)
    rows = [row for row, label in enumerate(gold) if label is not None]
    if not rows:
        return dict.fromkeys(_GOLD, "no passage has a label")
    codes: dict[object, int] = {}
    truth = [codes.setdefault(gold[row], len(codes)) for row in rows]
    found = labels[rows]
    return {
        "ami": float(metrics.adjusted_mutual_info_score(truth, found)),
        "ari": float(metrics.adjusted_rand_score(truth, found)),
        "v_measure": float(metrics.v_measure_score(truth, found)),
        "fmi": float(metrics.fowlkes_mallows_score(truth, found)),
    }
