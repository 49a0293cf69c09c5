"""How texts get into the space of a corpus: by the stored vector of a passage, or by the encoder and the centring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topics import language
from topics.embed import load_embedder
from topics.embed.centre import Centring
from topics.embed.texts import as_texts
from topics.errors import EncoderError
from topics.passages import Passages
from topics.protocols import Embedder, Floats
from topics.search import TextIndex
from topics.values import EncoderCard


@dataclass(frozen=True, eq=False, slots=True)
class Placement:
    """What it takes to bring texts into the space of a corpus.

    Parameters
    ----------
    passages
        The passages of the corpus.
    known
        Finds them by their text.
    vectors
        Their centred unit vectors, shape (n, d).
    centring
        How a raw vector gets into that space.
    card
        Which encoder made the vectors.
    embedder
        That encoder, or the name to load it by at the first text that is not a passage.
    """

    passages: Passages
    known: TextIndex
    vectors: Floats
    centring: Centring
    card: EncoderCard
    embedder: Embedder | str

    def place(self, texts: Sequence[str], languages: Sequence[str] | None = None) -> Floats:
        """Return the centred unit vectors of texts, shape (len(texts), d); a passage of the corpus keeps its own.

        Parameters
        ----------
        texts
            Any texts.
        languages
            ISO 639-1 codes, one a text; found by default.

        Raises
        ------
        ValueError
            ``texts`` is a single string, or there is not one language a text.
        EncoderError
            The encoder is not to be had, or is another one.
        """
        texts = as_texts(texts)
        if languages is not None and len(languages) != len(texts):
            raise ValueError(f"got {len(languages)} languages for {len(texts)} texts")
        rows = self.known.rows(texts)
        placed = np.zeros((len(texts), self.card.dimension), np.float32)
        placed[rows >= 0] = self.vectors[rows[rows >= 0]]
        new = np.flatnonzero(rows < 0).tolist()
        if new:
            fresh = [texts[i] for i in new]
            codes = [languages[i] for i in new] if languages is not None else self.languages_of(fresh)
            encoder = load_embedder(self.embedder) if isinstance(self.embedder, str) else self.embedder
            placed[new] = self.centring.apply(checked(encoder, self.card).encode(fresh), codes)
        return placed

    def languages_of(self, texts: Sequence[str]) -> list[str]:
        """Tell the language of each text, those of the corpus being the likelier."""
        counts = Counter(self.passages.language_codes())
        return language.detect(texts, among={code: count / len(self.passages) for code, count in counts.items()})


def checked(embedder: Embedder, card: EncoderCard) -> Embedder:
    """Return the encoder if it is the one on the card.

    Raises
    ------
    EncoderError
        It is another one.
    """
    if embedder.fingerprint != card.fingerprint or embedder.dimension != card.dimension:
        raise EncoderError(
            f"this model was made with the encoder {card.id} ({card.fingerprint[:12]}), but here "
            f"is {embedder.id} ({embedder.fingerprint[:12]}); load the model with the encoder that made it "
            "(embedder=, or --embedder), or fit again"
        )
    return embedder
