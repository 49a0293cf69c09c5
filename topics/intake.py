"""From sources to passages: read, clean, split, each with a report of what was left out and why."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from topics import clean, copies, language, split
from topics.paragraphs import paragraphs
from topics.passages import Gathered, Passages, Shelf, ids_of, lengths_of
from topics.protocols import Embedder, Progress, Tick
from topics.read import Reading, read_source
from topics.read.parsed import Columns
from topics.settings import Settings
from topics.values import Document, FileReport, Removed, Skipped

if TYPE_CHECKING:
    from topics.read import Source

T = TypeVar("T")

_TOGETHER, _CHARACTERS = 256, 1 << 20
"""The most documents of which the languages are told together, and how many characters they may hold with others."""

_TOLD = 256
"""Passages of one document after which progress is told."""

_SHORT = 8
"""The most paragraphs of a document that is read beside others."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the documents of a fit say about those that are added later.

    Parameters
    ----------
    among
        Their languages with their shares.
    repeated
        What stands on several of them, as :func:`topics.clean.find_repeated` gives it.
    """

    among: Mapping[str, float] | None
    repeated: frozenset[str]

    @classmethod
    def of(cls, documents: Sequence[Document], settings: Settings) -> Learnt:
        """Return what documents say together."""
        return cls(
            None if settings.language else language.languages_of(_Texts(documents)),
            clean.find_repeated(documents) if settings.clean else frozenset(),
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """What came out of a source: documents, their passages, and all that was left out.

    Parameters
    ----------
    documents, passages
        In the order of reading; a document may have no passage. Where the documents were set aside they are as read, a
        :class:`~topics.passages.Shelf`.
    removed
        The spans taken out of the documents, each with its reason.
    skipped
        The files that were refused and the documents that gave no passage, each with the reason.
    files
        What became of each file; empty where the source was no files.
    """

    documents: Sequence[Document]
    passages: Passages
    removed: tuple[Removed, ...]
    skipped: tuple[Skipped, ...]
    files: tuple[FileReport, ...] = ()


def take_in(
    source: Source | Reading,
    settings: Settings,
    encoder: Embedder,
    *,
    leave: Path | None = None,
    needed: bool = True,
    learnt: Learnt | None = None,
    progress: Progress | None = None,
) -> Intake:
    """Read a source, take the furniture out of its documents, and split them into passages.

    Parameters
    ----------
    source
        What :func:`topics.read.read_source` reads, or what it has read.
    settings
        What to keep, and how long passages may be.
    encoder
        Counts the tokens of passages.
    leave
        A file that is as if it were not there, such as that of the themes.
    needed
        Whether a source without a document is an error.
    learnt
        What is known of the corpus that the documents are added to; then what becomes of one does not depend on the
        others, but for copies. By default they are a corpus of their own.
    progress
        Called as ``progress(stage, done, total)`` with the stages ``"read"`` (files), ``"split"`` (characters) and,
        where passages are compared, ``"copies"`` (passages).

    Raises
    ------
    ReadError
        There is nothing to read, and ``needed`` asks for something.
    """
    reading = (
        source
        if isinstance(source, Reading)
        else read_source(
            source, columns=columns_of(settings), leave=leave, needed=needed, progress=_tick(progress, "read")
        )
    )
    cut = _cut(reading.documents, settings, encoder, learnt, progress)
    told = reported(reading.files, cut.documents, cut.passages, cut.removed, cut.skipped)
    return replace(cut, skipped=(*reading.skipped, *cut.skipped), files=told)


def by_file(files: Sequence[FileReport], documents: Iterable[T]) -> Iterator[tuple[FileReport, list[T]]]:
    """Yield each file with its documents (or what is given of each), which stand one file behind the other."""
    rest = iter(documents)
    for file in files:
        yield file, list(islice(rest, file.documents))


def reported(
    files: Sequence[FileReport],
    documents: Sequence[Document],
    passages: Passages,
    removed: Iterable[Removed],
    skipped: Iterable[Skipped],
) -> tuple[FileReport, ...]:
    """Say of each file also what became of its documents, which stand one file behind the other.

    A file that gave no passage, though it was read, has a reason: why its documents were skipped.
    """
    why = {entry.path: entry.reason for entry in skipped}
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    ids = list(ids_of(passages.documents))
    pairs = Counter(zip(passages.document.tolist(), passages.language.tolist(), strict=True))
    for (row, code), count in pairs.items():
        codes[ids[row]][passages.languages[code]] += count
    out: Counter[str] = Counter()
    for span in removed:
        out[span.document_id] += span.end - span.start
    told = []
    for file, own in by_file(files, ids_of(documents)):
        languages: Counter[str] = Counter()
        for id in own:
            languages.update(codes[id])
        told.append(
            replace(
                file,
                language=language.most_frequent(languages) if languages else "",
                passages=languages.total(),
                removed=sum(out[id] for id in own),
                reason=file.reason if languages else _why(file, {why[id] for id in own if id in why}),
            )
        )
    return tuple(told)


def _why(file: FileReport, skipped: Collection[str]) -> str:
    """Return why a file gave no passage, behind what was said of it before."""
    said = next(iter(skipped)) if len(skipped) == 1 else "repeats other files, or holds web furniture only"
    return "; ".join(filter(None, (file.reason, said if skipped else "")))


def _cut(
    documents: Sequence[Document],
    settings: Settings,
    encoder: Embedder,
    learnt: Learnt | None,
    progress: Progress | None,
) -> Intake:
    """Clean every document, tell its languages, split it into passages, and set the copies among them aside."""
    tick = _tick(progress, "split")
    told_by = learnt or Learnt.of(documents, settings)
    among, repeated = told_by.among, told_by.repeated
    keep = settings.keep if settings.clean else tuple(clean.REASONS)
    gathered = Gathered(documents)
    removed: list[Removed] = []
    skipped: list[Skipped] = []
    lengths = lengths_of(documents)
    behind, total = 0, int(lengths.sum())
    for first, last in _groups(lengths):
        told = _with_languages(documents[first:last], settings, among)
        opened = deque(_Opened(first + row, document, own, repeated, keep) for row, (document, own) in enumerate(told))
        del told
        if not settings.language:
            language.prepare(text for one in opened for text in one.few())
        while opened:
            one = opened.popleft()
            before = len(gathered)
            for start, end, code in one.cut(settings, encoder, among):
                gathered.add(one.row, start, end, code)
                if tick is not None and len(gathered) % _TOLD == 0:
                    tick(behind + end, total)
            if len(gathered) == before:
                skipped.append(Skipped(one.document.id, "holds no text apart from web furniture"))
            removed += one.cleaned.removed
            behind += len(one.document.text)
            if tick is not None:
                tick(behind, total)
        del one  # it holds its text, which another one may come beside
    kept = copies.REASON in keep
    parted = copies.part(
        documents, gathered.passages(alike=learnt is None), removed, keep=kept, progress=_tick(progress, "copies")
    )
    held = documents if isinstance(documents, Shelf) else tuple(documents)
    return Intake(held, parted.passages, parted.removed, (*skipped, *parted.skipped))


def _groups(lengths: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield from which to which row documents are opened together: several short ones, or a long one alone."""
    first, size = 0, 0
    for row, length in enumerate(lengths.tolist()):
        if row > first and (row - first == _TOGETHER or size + length > _CHARACTERS):
            yield first, row
            first, size = row, 0
        size += length
    if first < len(lengths):
        yield first, len(lengths)


class _Texts(Sequence[str]):
    """The texts of documents, one at a time."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def __len__(self) -> int:
        return len(self._documents)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        return self._documents[index].text


def _with_languages(
    documents: Sequence[Document], settings: Settings, among: Mapping[str, float] | None
) -> list[tuple[Document, str]]:
    """Return documents with the main language of each, told for all of them together."""
    if settings.language:
        return [(document, settings.language) for document in documents]
    own: dict[int, str] = {}
    by_told: dict[str | None, list[int]] = defaultdict(list)
    for row, document in enumerate(documents):
        by_told[document.meta.get("language")].append(row)
    for told, rows in by_told.items():
        codes = language.detect([documents[row].text for row in rows], expected=told, among=among)
        own.update(zip(rows, codes, strict=True))
    return [(document, own[row]) for row, document in enumerate(documents)]


class _Opened:
    """A document on its way: cleaned, and not yet split."""

    def __init__(
        self, row: int, document: Document, own: str, repeated: Collection[str], keep: Collection[str]
    ) -> None:
        self.row, self.document, self.language = row, document, own
        self._found = paragraphs(document.text)
        self.cleaned = clean.clean(
            document, stop_words=language.stop_words(own), repeated=repeated, keep=keep, found=self._found
        )

    def few(self) -> list[str]:
        """Return the paragraphs of a short document, of which the language may be told beside those of others."""
        groups = (
            split.kept_paragraphs(self.document, self.cleaned.kept, self._found) if len(self._found) <= _SHORT else ()
        )
        return [self.document.text[span.start : span.end] for group in groups for span in group]

    def cut(
        self, settings: Settings, encoder: Embedder, among: Mapping[str, float] | None
    ) -> Iterator[tuple[int, int, str]]:
        """Yield where each passage is, with its language."""
        return split.cut(
            self.document,
            self.cleaned.kept,
            language=settings.language or partial(language.detect, expected=self.language, among=among),
            count_tokens=encoder.count_tokens,
            max_tokens=encoder.max_tokens,
            max_sentences=settings.max_sentences,
            found=self._found,
        )


def columns_of(settings: Settings) -> Columns:
    """Return which columns of tables are named."""
    return Columns(
        text=settings.text,
        title=settings.title,
        date=settings.date,
        label=settings.label,
        language=settings.language_column,
        id=settings.id,
    )


def _tick(progress: Progress | None, stage: str) -> Tick | None:
    return None if progress is None else partial(progress, stage)
