"""How texts get into the space of a corpus: by the stored vector of a passage, or by the encoder and the centring."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topics import language
from topics.cluster.confidence import Calibration, Hearts, hearts
from topics.cluster.rule import Nearest
from topics.embed import load_embedder, probes
from topics.embed.centre import Centring
from topics.embed.reading import Reading
from topics.embed.texts import as_texts
from topics.errors import EncoderError
from topics.passages import Passages
from topics.protocols import Embedder, Floats, Ints, Tick
from topics.search import TextIndex
from topics.values import LOOSE, Assignment, EncoderCard, Theme, Topic

_NOTHING = Assignment(LOOSE, 0.0, LOOSE, 0.0, 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """Texts in the space of a corpus.

    Parameters
    ----------
    vectors
        Their centred unit vectors, shape (n, d).
    rows
        Which passage of the corpus each one is, shape (n,); -1 for none.
    languages
        The language of each.
    """

    vectors: Floats
    rows: Ints
    languages: tuple[str, ...]

    def of(self, measured: Floats | None) -> Floats | None:
        """Return what is measured of the passages, shape (n, k), for these texts: 0 where one is no passage."""
        if measured is None:
            return None
        return np.where(self.rows[:, None] >= 0, measured[self.rows], np.float32(0.0))


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
    probed
        The encoders that were found to give the vectors on the card; one that is used for the first time is added.
    """

    passages: Passages
    known: TextIndex
    vectors: Floats
    centring: Centring
    card: EncoderCard
    embedder: Embedder | str
    probed: list[Embedder] = field(default_factory=list)

    def place(
        self, texts: Sequence[str], languages: Sequence[str] | None = None, *, progress: Tick | None = None
    ) -> Floats:
        """Return the centred unit vectors of texts, shape (len(texts), d); a passage of the corpus keeps its own.

        Parameters
        ----------
        texts
            Any texts.
        languages
            ISO 639-1 codes, one a text; found by default.
        progress
            Called as ``progress(done, total)`` while those that are no passages are encoded.

        Raises
        ------
        ValueError
            ``texts`` is a single string, or there is not one language a text.
        EncoderError
            The encoder is not to be had, or is another one.
        """
        return self.placed(texts, languages, progress=progress).vectors

    def placed(
        self, texts: Sequence[str], languages: Sequence[str] | None = None, *, progress: Tick | None = None
    ) -> Placed:
        """Return texts in the space of the corpus, and whether they are passages of it; see :meth:`place`."""
        texts = as_texts(texts)
        if languages is not None and len(languages) != len(texts):
            raise ValueError(f"got {len(languages)} languages for {len(texts)} texts")
        rows = self.known.rows(texts)
        vectors = np.zeros((len(texts), self.card.dimension), np.float32)
        vectors[rows >= 0] = self.vectors[rows[rows >= 0]]
        codes = [self.passages.languages[self.passages.language[row]] if row >= 0 else "" for row in rows]
        new = np.flatnonzero(rows < 0).tolist()
        if new:
            fresh = [texts[i] for i in new]
            found = [languages[i] for i in new] if languages is not None else self.languages_of(fresh)
            vectors[new] = self.centring.apply(self.encoder().encode(fresh, progress=progress), found)
            for place, code in zip(new, found, strict=True):
                codes[place] = code
        return Placed(vectors, rows, tuple(codes))

    def reading(self, texts: Sequence[str], placed: Placed) -> NDArray[np.float64]:
        """Return how far the encoder reads each text, shape (n,): below 1 where poorly, ``nan`` if it cannot be said.

        A language of the corpus was judged when the model was made; a text in another one is judged by itself.
        """
        shares = _shares(self.passages, self.card)
        found = np.array([shares.get(code, 1.0) for code in placed.languages], np.float64)
        others = [row for row, code in enumerate(placed.languages) if code not in shares]
        if others:
            judge = Reading(self.encoder(), self.passages.texts(), self.passages.language_codes())
            found[others] = [judge.share([texts[row]], placed.languages[row]) for row in others]
        return found

    def languages_of(self, texts: Sequence[str]) -> list[str]:
        """Tell the language of each text, those of the corpus being the likelier."""
        counts = Counter(self.passages.language_codes())
        return language.detect(texts, among={code: count / len(self.passages) for code, count in counts.items()})

    def encoder(self) -> Embedder:
        """Return the encoder that made the vectors.

        Raises
        ------
        EncoderError
            It is not to be had, or is another one.
        """
        found = load_embedder(self.embedder) if isinstance(self.embedder, str) else self.embedder
        checked(found, self.card)
        if all(known is not found for known in self.probed):
            probes.check(found, self.card)
            self.probed.append(found)
        return found


def assignments(
    texts: Sequence[str], placed: Placed, nearest: Nearest, reading: NDArray[np.float64]
) -> list[Assignment]:
    """Return what the rule says of texts; one without a letter or digit has no topic, unless it is a passage."""
    columns = (nearest.topic, nearest.score, nearest.runner_up, nearest.margin, nearest.confidence)
    told = zip(*(column.tolist() for column in columns), placed.languages, (reading != 1.0).tolist(), strict=True)
    silent = [row < 0 and not any(map(str.isalnum, text)) for row, text in zip(placed.rows, texts, strict=True)]
    return [_NOTHING if nothing else Assignment(*row) for nothing, row in zip(silent, told, strict=True)]


def reading_of(passages: Passages, card: EncoderCard) -> NDArray[np.float64]:
    """Return how far the encoder reads each passage of the corpus, shape (n,); see :meth:`Placement.reading`."""
    shares = _shares(passages, card)
    return np.array([shares[code] for code in passages.languages], np.float64)[passages.language]


def hearts_of(
    vectors: Floats, labels: Ints, topics: Sequence[Topic], themes: Sequence[Theme], calibration: Calibration
) -> Hearts:
    """Return the middles of the topics of a level by their ids, which ascend and may have gaps."""
    number = {theme.name: at for at, theme in enumerate(themes)}
    ids = [topic.id for topic in topics]
    stability, stand_for = np.full(max(ids, default=-1) + 1, np.nan), np.full(max(ids, default=-1) + 1, -1, np.int32)
    stability[ids] = [topic.stability for topic in topics]
    stand_for[ids] = [-1 if topic.theme is None else number[topic.theme] for topic in topics]
    return hearts(vectors, labels, stability, themes=stand_for.tolist(), calibration=calibration)


def _shares(passages: Passages, card: EncoderCard) -> dict[str, float]:
    """Return how far the encoder reads each language of the corpus; ``nan`` where poorly, and no more is known."""
    poorly = {code: card.reading.get(code, math.nan) for code in card.poorly_read}
    return {code: poorly.get(code, 1.0) for code in passages.languages}


def card_of(embedder: Embedder, poorly: Mapping[str, float]) -> EncoderCard:
    """Return the card of an encoder, with the languages that it reads poorly and how far; ``nan`` where unknown."""
    measured = {code: share for code, share in poorly.items() if not math.isnan(share)}
    told = probes.measured(embedder)
    return EncoderCard(
        embedder.id,
        embedder.fingerprint,
        embedder.dimension,
        tuple(poorly),
        measured,
        told,
        probes.normalised(told),
    )


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
