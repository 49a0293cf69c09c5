"""Scores a model of the seeds against a reader's gold: labels that score, and never choose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from topics.passages import Passages

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "tests" / "gold" / "seeds_gold.json"
BODY = ("text", "lead", "bullet")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well topics agree with the gold; every figure is from 0 to 1.

    Parameters
    ----------
    paragraphs
        How many paragraphs of the body were scored.
    v_measure
        Between the topic of a paragraph and its first gold theme (Rosenberg and Hirschberg 2007).
    theme_hits
        The share of passages whose named theme is among those the reader gave; a passage without one is a miss.
    theme_hits_swedish
        The same over the Swedish passages.
    language_nmi
        Normalised mutual information between topic and language of the passages.
    furniture
        How many spans of furniture lie in a passage.
    lost
        How many paragraphs of the body lie in no passage.
    """

    paragraphs: int
    v_measure: float
    theme_hits: float
    theme_hits_swedish: float
    language_nmi: float
    furniture: int
    lost: int


def agreement(passages: Passages, labels: NDArray[np.int32], themes: Mapping[int, str | None]) -> Agreement:
    """Score the topics of passages; ``themes`` gives the named theme of each topic id."""
    from sklearn.metrics import normalized_mutual_info_score, v_measure_score

    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    body = [entry for entry in gold["paragraphs"] if entry["kind"] in BODY]
    rows = [_covering(passages, entry) for entry in body]
    found = [(entry, row) for entry, row in zip(body, rows, strict=True) if row is not None]
    languages = passages.language_codes()
    hits = [_hit(passages, row, body, themes.get(int(labels[row]))) for row in range(len(passages))]
    scored = [(hit, language) for hit, language in zip(hits, languages, strict=True) if hit is not None]
    return Agreement(
        paragraphs=len(found),
        v_measure=float(v_measure_score([e["themes"][0] for e, _ in found], [int(labels[row]) for _, row in found])),
        theme_hits=float(np.mean([hit for hit, _ in scored])),
        theme_hits_swedish=float(np.mean([hit for hit, language in scored if language == "sv"] or [0.0])),
        language_nmi=float(normalized_mutual_info_score(languages, labels)),
        furniture=sum(_covering(passages, entry) is not None for entry in gold["furniture"]),
        lost=sum(row is None for row in rows),
    )


def _overlap(passages: Passages, row: int, entry: Mapping[str, object]) -> int:
    passage = passages[row]
    if passage.document_id != entry["document"]:
        return 0
    return max(0, min(passage.end, int(str(entry["end"]))) - max(passage.start, int(str(entry["start"]))))


def _covering(passages: Passages, entry: Mapping[str, object]) -> int | None:
    """Return the passage that holds most of an entry of the gold, if any holds some of it."""
    overlaps = [_overlap(passages, row, entry) for row in range(len(passages))]
    best = int(np.argmax(overlaps))
    return best if overlaps[best] else None


def _hit(passages: Passages, row: int, body: Sequence[Mapping[str, object]], theme: str | None) -> bool | None:
    """Tell whether the theme of a passage is among the reader's for the paragraph it shares most with."""
    overlaps = [_overlap(passages, row, entry) for entry in body]
    best = int(np.argmax(overlaps))
    given = body[best]["themes"]
    return theme in given if overlaps[best] and isinstance(given, list) else None
