"""New documents for a model: which of them it has already, what they are called, and their passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from topics import copies
from topics.intake import Learnt, columns_of, take_in
from topics.model import TopicModel
from topics.protocols import Embedder, Progress
from topics.read import Reading, read_source
from topics.settings import Settings
from topics.values import Document, Passage, Removed, Skipped

if TYPE_CHECKING:
    from topics.read import Source


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a source holds that a model does not.

    Parameters
    ----------
    documents
        The new documents, under the ids that they get.
    known
        The ids of documents that the model has already, with the same text.
    renamed
        The ids of new documents whose own id another document of the model has: their id -> the one that they get.
    skipped
        The files and texts that were not read.
    """

    documents: tuple[Document, ...]
    known: tuple[str, ...]
    renamed: dict[str, str]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """New documents as passages.

    Parameters
    ----------
    passages
        Those that are no copies.
    removed
        The spans of the new documents that are left out: furniture and copies.
    skipped
        The documents that gave no passage.
    """

    passages: tuple[Passage, ...]
    removed: tuple[Removed, ...]
    skipped: tuple[Skipped, ...]


def incoming(
    model: TopicModel, source: Source | Reading, settings: Settings, progress: Progress | None = None
) -> Incoming:
    """Read a source, and find what is new in it.

    Raises
    ------
    ReadError
        There is nothing to read.
    """
    if isinstance(source, Reading):
        reading = source
    else:
        tick = None if progress is None else lambda done, total: progress("read", done, total)
        reading = read_source(source, columns=columns_of(settings), progress=tick)
    there = {document.id: document.text for document in model.passages.documents}
    fresh, known, renamed = list[Document](), list[str](), dict[str, str]()
    for document in reading.documents:
        name, number = document.id, 1
        while name in there and there[name] != document.text:
            number += 1
            name = f"{document.id} ({number})"
        if name in there:
            known.append(name)
            continue
        there[name] = document.text
        fresh.append(document if name == document.id else replace(document, id=name))
        if name != document.id:
            renamed[document.id] = name
    return Incoming(tuple(fresh), tuple(known), renamed, reading.skipped)


def cut(
    model: TopicModel,
    documents: Sequence[Document],
    fitted: int,
    settings: Settings,
    encoder: Embedder,
    progress: Progress | None = None,
) -> Cut:
    """Clean new documents and split them into passages, without those that say again what a model's passages say.

    What the documents of the fit, the first ``fitted`` of the model, have in common tells furniture and languages, so
    that it does not matter what is added together.
    """
    if not documents:
        return Cut((), (), ())
    aside = settings.clean and copies.REASON not in settings.keep
    plain = replace(settings, keep=(*settings.keep, copies.REASON)) if aside else settings
    learnt = Learnt.of(model.passages.documents[:fitted], settings)
    taken = take_in(Reading(tuple(documents), ()), plain, encoder, needed=False, learnt=learnt, progress=progress)
    passages = _in_one_language(model, taken.passages)
    if not aside:
        return Cut(tuple(passages), taken.removed, taken.skipped)
    tick = None if progress is None else lambda done, total: progress("copies", done, total)
    before = len(model.passages)
    both = [*model.passages, *passages]
    original = {row: of for row, of in copies.find(both, progress=tick).items() if row >= before}
    place = {document.id: row for row, document in enumerate(documents)}
    removed = sorted(
        (*taken.removed, *copies.spans_of(both, original)),
        key=lambda span: (place[span.document_id], span.start, span.end),
    )
    kept = tuple(both[row] for row in range(before, len(both)) if row not in original)
    return Cut(kept, tuple(removed), (*taken.skipped, *copies.without_rest(both, original)))


def _in_one_language(model: TopicModel, passages: Sequence[Passage]) -> list[Passage]:
    """Give passages the language of the first passage of the same text: identical texts never part."""
    known = model.memo.known.rows([passage.text for passage in passages])
    codes: dict[str, str] = {}
    for passage, row in zip(passages, known.tolist(), strict=True):
        own = passage.language if row < 0 else model.passages.languages[model.passages.language[row]]
        codes.setdefault(passage.text, own)
    return [replace(passage, language=codes[passage.text]) for passage in passages]
