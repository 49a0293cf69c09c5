"""The figures of a model, each with what it means and when not to believe it.

No single figure tracks what people think of topics (Hoyle et al. 2021, "Is Automated Topic Model Evaluation Broken?";
NPMI hardly correlates with human judgement of documents), so none is used to choose a model, and all are shown at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import NamedTuple

ENOUGH = 1000
"""Passages from which co-occurrence counts mean something."""


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
    embedding_coherence
        Mean cosine of the keywords of a topic to each other by the model's encoder, -1 to 1; mean over topics.
    intrusion
        How often the encoder finds a passage from outside among five of a topic, 0 to 1; mean over topics.
    cohesion
        Mean cosine of a passage to the centre of its topic, -1 to 1.
    silhouette
        How much nearer passages are to their own topic than to the next one, -1 to 1.
    stability
        Mean stability of the topics, weighted by size, 0 to 1.
    share_loose
        The share of passages that sit loosely in their topic (confidence below .5) or in none, 0 to 1.
    language_mixing
        How far topics follow language, 0 (not at all) to 1 (each topic is a language).
    source_mixing
        How far topics follow documents, 0 to 1.
    ami, ari, v_measure, fmi
        Agreement with given labels; only with ``gold``.
    passages
        How many passages were scored.
    labelled
        How many of them have a label; agreement is measured on these.
    keywords_apart
        The mean cosine of keywords of different topics, which ``embedding_coherence`` is to be read against.
    missing
        Why a figure is ``nan``, by its name; read-only.
    """

    npmi: float
    diversity: float
    embedding_coherence: float
    intrusion: float
    cohesion: float
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
    labelled: int = 0
    keywords_apart: float = math.nan
    missing: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "missing", MappingProxyType(dict(self.missing)))

    def rows(self) -> tuple[Score, ...]:
        """Return every figure with its meaning and its caveat; those against labels only where labels were given."""
        names = [entry.name for entry in fields(self) if entry.name in _TOLD]
        return tuple(
            Score(name, getattr(self, name), _TOLD[name][0], self._caveat(name))
            for name in names
            if name not in GOLD or name not in self.missing or self.missing[name] != NO_GOLD
        )

    def _caveat(self, name: str) -> str:
        if name in self.missing:
            return f"Not measured: {self.missing[name]}."
        if name == "npmi" and self.passages < ENOUGH:
            return f"Unreliable here: {self.passages:,} passages are too few to count on, {ENOUGH:,} are enough."
        if name == "embedding_coherence" and not math.isnan(self.keywords_apart):
            apart = f"Keywords of different topics have {self.keywords_apart:.2f} here: only what is above that tells."
            return f"{apart} {_TOLD[name][1]}"
        if name in GOLD and self.labelled < self.passages:
            return (
                f"Measured on the {self.labelled:,} of {self.passages:,} passages that have a label. {_TOLD[name][1]}"
            )
        return _TOLD[name][1]


GOLD = ("ami", "ari", "v_measure", "fmi")
NO_GOLD = "no labels were given"
_TOLD = {
    "npmi": (
        "How often the keywords of a topic share a passage, against chance; -1 to 1, higher is better.",
        "It says little of how people find the topics, and it favours frequent words.",
    ),
    "diversity": (
        "The share of keywords that are left when each word is counted once; 0 to 1, higher is better.",
        "Random words score 1: read it beside npmi. Topics that are close share words for good reason.",
    ),
    "embedding_coherence": (
        "How near the keywords of a topic are to each other by the encoder, as a cosine; higher is better.",
        "It depends on the encoder: compare only models made with the same one.",
    ),
    "intrusion": (
        "How often the encoder spots a passage from elsewhere hidden among five of a topic; 0 to 1, chance is 0.17.",
        "The judge also made the topics: it tells how far apart they lie, not what a reader sees. More topics, higher.",
    ),
    "cohesion": (
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
        "The share of passages that are more likely in the wrong topic than in the right one, or in none; 0 to 1.",
        "Confidence is calibrated on English corpora with labels; more and finer topics make more passages loose.",
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
