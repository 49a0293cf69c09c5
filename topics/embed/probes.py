"""How an encoder is known again: by the vectors that it gives to eight fixed texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.errors import EncoderError
from topics.protocols import Embedder
from topics.values import EncoderCard, Probe

TEXTS = (
    "The ferry was late because of fog, and the harbour stayed closed until noon.",
    "How much does a licence cost for a school with 350 pupils?",
    "Bread: flour, water, salt, yeast; 24 hours in the cold, 45 minutes at 230 °C.",
    "NOT AVAILABLE",
    "Där ån rinner ut i sjön står en gammal kvarn, som ingen har använt på länge.",
    "Les prix ont augmenté de 3,2 % en un an, surtout ceux de l'énergie.",
    "図書館は月曜日に休みです。",
    "The committee met twice in spring. It heard the engineers, who had looked at the roof and found it sound, and the "
    "neighbours, who had not slept for the noise of the works. Nobody spoke against the plan itself, but several asked "
    "who would pay for it, and whether the old trees along the road had to go. The chair promised an answer by summer.",
)
"""Texts of a few words and of many, in several languages and scripts, so that tokenizers and limits tell themselves."""

NEAREST = 0.995
"""The cosine below which two vectors of a text are not by one encoder; 8-bit ones differ between processors."""

_LENGTH = 1e-3  # how far from 1 a vector's length may be to count as normalised, and from another's to be the same


def measured(embedder: Embedder) -> tuple[Probe, ...]:
    """Return the vectors that an encoder gives to the fixed texts."""
    return tuple(map(Probe, TEXTS, embedder.encode(TEXTS).tolist()))


def normalised(probes: Sequence[Probe]) -> bool:
    """Return whether their vectors have length 1."""
    return all(abs(float(np.linalg.norm(probe.vector)) - 1.0) <= _LENGTH for probe in probes)


def check(embedder: Embedder, card: EncoderCard) -> None:
    """See to it that an encoder gives the vectors that the one on the card gave.

    An encoder with a cache is asked behind it: what another one left there says nothing.

    Raises
    ------
    EncoderError
        It gives others: it has the same weights, but another tokenizer, pooling, prefix, limit or normalisation.
    """
    if not card.probes:  # a model made without an encoder at hand
        return
    asked: Embedder = getattr(embedder, "computing", embedder)
    found = np.asarray(asked.encode([probe.text for probe in card.probes]), np.float64)
    known = np.array([probe.vector for probe in card.probes], np.float64)
    if found.shape != known.shape or not np.isfinite(found).all():
        raise EncoderError(_another(embedder, f"vectors of shape {found.shape[1:]} or of no finite numbers"))
    lengths, others = _lengths(known), _lengths(found)
    if (np.abs(lengths - others) > _LENGTH * np.maximum(lengths, 1.0)).any():
        said = "has" if card.normalised else "has not"
        raise EncoderError(_another(embedder, f"vectors of another length; that one {said} its vectors normalised"))
    cosines = (known * found).sum(axis=1) / np.maximum(lengths * others, 1e-12)
    worst = int(cosines.argmin())
    if cosines[worst] < NEAREST:
        raise EncoderError(
            _another(embedder, f"another vector to {card.probes[worst].text!r:.60} (cosine {cosines[worst]:.4f})")
        )


def _lengths(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.sqrt((vectors * vectors).sum(axis=1))
    return lengths


def _another(embedder: Embedder, what: str) -> str:
    return (
        f"the encoder {embedder.id} has the weights that this model was made with, but gives {what}; load the model "
        "with the tokenizer, pooling, prefix and settings that made it (embedder=, or --embedder), or fit again"
    )
