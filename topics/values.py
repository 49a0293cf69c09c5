"""The nouns: documents, passages, topics, themes and what is said of them. Frozen, without logic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

LOOSE = -1
"""The topic id of a passage that belongs to no topic."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was read, before cleaning.

    Parameters
    ----------
    id
        The path relative to the folder that was read, with ``#row`` for a row of a table; unique in a corpus.
    text
        The whole text. Offsets of passages and of removed spans are character offsets into it.
    meta
        What the source says of itself; read-only. The keys ``title``, ``author``, ``date`` (ISO 8601), ``source``,
        ``language`` (ISO 639-1) and ``label`` mean the same for every format; any other is the source's own.
    pages
        Where each page begins, as character offsets into ``text``, ascending from 0; empty where there are none.
    row
        Which record of its table it is, from 1; ``None`` where it is from no table.
    """

    id: str
    text: str
    meta: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    row: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A span of a document that is furniture or a copy, and why it was taken for that.

    ``reason`` is one of the codes in :data:`topics.clean.REASONS`; ``of`` is the id of the passage that a copy is of.
    """

    document_id: str
    start: int
    end: int
    reason: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, or a document that gave no passage, and why, in a sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Parameters
    ----------
    path
        The file's path below the folder that was read; that of a file in an archive goes on behind the archive's.
    status
        ``"read"``, ``"partly"`` (something of it is left out) or ``"refused"``.
    reason
        Why it was not read, or what of it was left out, in words that follow the file's name; empty where it was read.
    format
        What it is by its content, such as ``"pdf"``; empty where that cannot be told.
    documents, characters
        How many documents came of it, and how many characters they hold.
    language
        The language that most of its passages are in (ISO 639-1); empty before it is split.
    passages
        How many passages came of it.
    removed
        How many characters of it were taken out as furniture or copies.
    """

    path: str
    status: Literal["read", "partly", "refused"]
    reason: str = ""
    format: str = ""
    documents: int = 0
    characters: int = 0
    language: str = ""
    passages: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """One to a few sentences of a document: ``document.text[start:end] == text``.

    ``id`` is ``"<document id>:<start>-<end>"``. ``language`` is an ISO 639-1 code, or ``"und"`` where unknown.
    ``page`` is the page of the document that it begins on, from 1, and ``row`` the record of the table that it is
    from, from 1; both are ``None`` where there is no such thing.
    """

    id: str
    document_id: str
    start: int
    end: int
    text: str
    language: str
    page: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase that sets a topic apart, with its weight (0 to 1, the topic's best is 1)."""

    term: str
    weight: float
    language: str

    def __str__(self) -> str:
        return self.term


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the name of a topic.

    Parameters
    ----------
    passages
        The ids of up to five passages that hold the name or a part of it, nearest to the heart of the topic first.
    contains
        How many of the topic's passages do, forms of the words included.
    fits
        The share of the topic's passages that hold it or mean something like it, 0 to 1: their cosine to the name is
        above that of nine in ten passages elsewhere.
    """

    passages: tuple[str, ...]
    contains: int
    fits: float


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of passages about one thing, at one level of detail.

    Parameters
    ----------
    id
        Its number at its level, which no other topic ever gets; as fitted, 0 is the largest.
    name
        A readable name, unique at its level.
    keywords
        The words that set it apart, best first.
    size, share
        How many passages it holds, and which part of all passages that is (0 to 1).
    stability
        How well it survives resampling of the corpus, 0 to 1; ``nan`` where it was not measured: by some
        engines, and of topics that were edited.
    level
        The name of its level: ``"coarse"``, ``"medium"`` or ``"fine"``.
    parent
        The id of the topic at the next coarser level that holds it; ``None`` at the coarsest.
    theme
        The named theme that it matches, if any.
    languages
        How many of its passages are in each language, most first; read-only.
    evidence
        What speaks for its name; ``None`` where that was not measured, as for a name that a person gave.
    junk
        Whether a person marked it as being about nothing that matters.
    """

    id: int
    name: str
    keywords: tuple[Keyword, ...]
    size: int
    share: float
    stability: float
    level: str
    parent: int | None = None
    theme: str | None = None
    languages: Mapping[str, int] = field(default_factory=dict)
    evidence: Evidence | None = None
    junk: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "languages", MappingProxyType(dict(self.languages)))


@dataclass(frozen=True, slots=True)
class Pole:
    """One end of a contrast, with the phrases that say what it means."""

    name: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that a person named beforehand; it guides the fit and names the topic that matches it.

    ``poles`` holds the two ends where the theme is a contrast, and is empty otherwise.
    """

    name: str
    description: str = ""
    examples: tuple[str, ...] = ()
    poles: tuple[Pole, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """The topic that a text belongs to.

    Parameters
    ----------
    topic
        The topic's id, or -1 where loose.
    score
        Cosine to the nearest prototype of the topic, -1 to 1.
    runner_up
        The topic that comes second, or -1 where there is no other.
    margin
        ``score`` less the runner-up's score; 0 to 2.
    confidence
        How sure it is that the topic is the right one, 0 to 1; below a half the text is loosely attached.
    language
        The text's language, an ISO 639-1 code, or ``"und"`` where unknown.
    poorly_read
        Whether the encoder reads that language poorly, so that the answer is to be trusted less.
    """

    topic: int
    score: float
    runner_up: int
    margin: float
    confidence: float
    language: str = "und"
    poorly_read: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found: its row in the model, and its score (higher is better, 0 to 1)."""

    row: int
    passage: Passage
    topic: int
    score: float


@dataclass(frozen=True, slots=True)
class Level:
    """One level of detail: its name (``"coarse"``, ``"medium"``, ``"fine"``) and its topics, ordered by id.

    Ids are 0 to k - 1 as fitted; after edits there may be gaps.
    """

    name: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """A text, and the vector that an encoder gave it."""

    text: str
    vector: Sequence[float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "vector", tuple(self.vector))


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """Which encoder a model was made with: its name, the sha256 of its weights, the width of its vectors.

    ``poorly_read`` are the languages of the corpus that it reads poorly, as ISO 639-1 codes, sorted; ``reading`` says
    how far it reads them, 0 to 1, where that was measured (see :class:`topics.embed.reading.Reading`); read-only.
    ``probes`` are vectors that it gave to texts, by which it is known again; ``normalised`` says whether their length
    is 1.
    """

    id: str
    fingerprint: str
    dimension: int
    poorly_read: tuple[str, ...] = ()
    reading: Mapping[str, float] = field(default_factory=dict)
    probes: tuple[Probe, ...] = field(default=(), repr=False)
    normalised: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "reading", MappingProxyType(dict(self.reading)))
