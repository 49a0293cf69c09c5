"""From sources to passages: read, clean, split, each with a report of what was left out and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from topics import clean, copies, language, split
from topics.protocols import Embedder, Progress, Tick
from topics.read import Reading, read_source
from topics.read.parsed import Columns
from topics.settings import Settings
from topics.values import Document, FileReport, Passage, Removed, Skipped

if TYPE_CHECKING:
    from topics.read import Source


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
            None if settings.language else language.languages_of([document.text for document in documents]),
            clean.find_repeated(documents) if settings.clean else frozenset(),
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """What came out of a source: documents, their passages, and all that was left out.

    Parameters
    ----------
    documents, passages
        In the order of reading; a document may have no passage.
    removed
        The spans taken out of the documents, each with its reason.
    skipped
        The files that were refused and the documents that gave no passage, each with the reason.
    files
        What became of each file; empty where the source was no files.
    """

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
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
        Called as ``progress(stage, done, total)`` with the stages ``"read"``, ``"split"`` and, where passages are
        compared, ``"copies"``.

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


def by_file(files: Sequence[FileReport], documents: Sequence[Document]) -> Iterator[tuple[FileReport, list[Document]]]:
    """Yield each file with its documents, which stand one file behind the other."""
    rest = iter(documents)
    for file in files:
        yield file, list(islice(rest, file.documents))


def reported(
    files: Sequence[FileReport],
    documents: Sequence[Document],
    passages: Iterable[Passage],
    removed: Iterable[Removed],
    skipped: Iterable[Skipped],
) -> tuple[FileReport, ...]:
    """Say of each file also what became of its documents, which stand one file behind the other.

    A file that gave no passage, though it was read, has a reason: why its documents were skipped.
    """
    why = {entry.path: entry.reason for entry in skipped}
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        codes[passage.document_id][passage.language] += 1
    out: Counter[str] = Counter()
    for span in removed:
        out[span.document_id] += span.end - span.start
    told = []
    for file, own in by_file(files, documents):
        languages: Counter[str] = Counter()
        for document in own:
            languages.update(codes[document.id])
        told.append(
            replace(
                file,
                language=language.most_frequent(languages) if languages else "",
                passages=languages.total(),
                removed=sum(out[document.id] for document in own),
                reason=file.reason if languages else _why(file, {why[d.id] for d in own if d.id in why}),
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
    passages: list[Passage] = []
    removed: list[Removed] = []
    skipped: list[Skipped] = []
    for done, document in enumerate(documents, start=1):
        told = document.meta.get("language")
        own = settings.language or language.detect([document.text], expected=told, among=among)[0]
        cleaned = clean.clean(
            document,
            stop_words=language.stop_words(own),
            repeated=repeated,
            keep=keep,
        )
        found = split.split(
            document,
            cleaned.kept,
            language=settings.language or partial(language.detect, expected=own, among=among),
            count_tokens=encoder.count_tokens,
            max_tokens=encoder.max_tokens,
            max_sentences=settings.max_sentences,
        )
        if not found:
            skipped.append(Skipped(document.id, "holds no text apart from web furniture"))
        passages += found
        removed += cleaned.removed
        if tick is not None:
            tick(done, len(documents))
    kept = copies.REASON in keep
    agreed = _agreed(passages) if learnt is None else passages
    parted = copies.part(documents, agreed, removed, keep=kept, progress=_tick(progress, "copies"))
    return Intake(tuple(documents), parted.passages, parted.removed, (*skipped, *parted.skipped))


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


def _agreed(passages: Sequence[Passage]) -> list[Passage]:
    """Give passages of the same text the same language, the most frequent: identical texts never part."""
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        codes[passage.text][passage.language] += 1
    return [replace(passage, language=language.most_frequent(codes[passage.text])) for passage in passages]


def _tick(progress: Progress | None, stage: str) -> Tick | None:
    return None if progress is None else partial(progress, stage)
