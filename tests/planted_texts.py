"""Documents about six planted things, in words whose meaning tests.models.FakeEmbedder knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from topics.values import Document

WORDS = {
    "bike": "cyclists ride bicycles along bike lanes where cycling families cycle past bikers",
    "park": "drivers park cars on parking spaces while parked carparks drive drivers mad",
    "bus": "buses run as busy bus lines whose busmen drive buses to bus stops",
    "lunch": "lunches and meals with soup that pupils eat when lunchtime brings meal tickets",
    "class": "classrooms full of pupils whose teachers teach classes in class for classmates",
    "solar": "solar panels on roofs where panelled rooftops give solar power to solar grids",
}
FOREIGN = "gluons quarks lattice spin hadron muon boson vacuum gauge photon neutrino quench matrix lepton"
_BESIDE = (
    "today often nearby slowly together again quietly tomorrow gladly northern southern older younger third fourth"
)


def planted_documents(
    n: int, *, seed: int = 0, first: int = 0, about: Sequence[str] = tuple(WORDS), text: str | None = None
) -> list[Document]:
    """Return documents of three paragraphs, each about one thing drawn at random, or made of the words of ``text``."""
    rng = np.random.default_rng(seed)
    documents = []
    for number in range(first, first + n):
        paragraphs = []
        for _ in range(3):
            words = (text or WORDS[about[rng.integers(len(about))]]).split()
            sentences = []
            for _ in range(3):
                drawn = [*rng.choice(words, 4), *rng.choice(_BESIDE.split(), 3)]
                rng.shuffle(drawn)
                sentences.append(" ".join(drawn).capitalize() + ".")
            paragraphs.append(" ".join(sentences))
        documents.append(Document(f"doc{number:03}.txt", "\n\n".join(paragraphs)))
    return documents
