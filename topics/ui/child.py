"""The process that reads dropped files or fits them, as :mod:`topics.ui.orders` starts it."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topics.errors import TopicsError
from topics.settings import Settings
from topics.values import Document, Pole, Removed, Theme

if TYPE_CHECKING:
    from topics.intake import Intake
    from topics.read import Reading

_SAMPLES = 5
_SHOWN = 600  # characters of a document
_SPANS = 8  # spans that were left out of it
_SPAN = 160  # characters of each
_PAUSE = 0.1  # seconds between two reports of one stage


def main() -> None:
    """Carry out the order on standard input."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        carry_out(Path(sys.argv[1]), order, _say)
    except (TopicsError, ValueError) as error:
        _say({"failed": " ".join(str(error).split())})
    else:
        _say({"end": True})


def carry_out(folder: Path, order: Mapping[str, Any], say: Callable[[Mapping[str, Any]], None]) -> None:
    """Read the files in a folder, or fit them and save the model.

    Parameters
    ----------
    folder
        Holds the files under numbers.
    order
        Their ``names``, the ``settings``, the ``themes`` and the ``target``, ``None`` where they are only to be read.
    say
        Given each message.

    Raises
    ------
    TopicsError
        Reading, fitting or saving failed.
    ValueError
        A setting is out of range.
    """
    from topics import intake, pipeline, read, store
    from topics.read.files import Upload

    settings = Settings.from_dict(order["settings"])
    progress = _Reports(say)
    uploads = [Upload(name, (folder / str(number)).read_bytes()) for number, name in enumerate(order["names"])]
    columns = intake.columns_of(settings)
    reading = read.read_source(uploads, columns=columns, needed=False, progress=partial(progress, "read"))
    del uploads
    say({"files": [asdict(file) for file in reading.files]})
    if not reading.documents:
        say({"said": "nothing_read"})
        return
    if order["target"] is None:
        say(_looked_at(reading, settings, progress))
        return
    themes = [_theme(theme) for theme in order["themes"]]
    model = pipeline.fit(reading, themes=themes or None, settings=settings, progress=progress)
    told = intake.reported(reading.files, reading.documents, model.passages, model.removed, model.skipped)
    say({"files": [asdict(file) for file in told]})
    progress("save", 0, 1)
    store.save(model, Path(order["target"]))


class _Reports:
    """Tells of progress, a few times a second."""

    def __init__(self, say: Callable[[Mapping[str, Any]], None]) -> None:
        self._say = say
        self._stage = ""
        self._last = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and now - self._last < _PAUSE and done != total:
            return
        self._stage, self._last = stage, now
        self._say({"stage": stage, "done": done, "total": total})


def _looked_at(reading: Reading, settings: Settings, progress: _Reports) -> Mapping[str, Any]:
    """Return what the files would give: a report each, some documents, the columns of tables."""
    from topics import embed, intake

    taken = intake.take_in(reading, settings, embed.load_embedder(settings.embedder), needed=False, progress=progress)
    rows = [document for document in reading.documents if document.row is not None]
    columns = Counter(name for document in rows for name in document.meta)
    return {
        "files": [asdict(file) for file in taken.files],
        "samples": _samples(taken),
        "columns": [name for name, _ in columns.most_common()],
    }


def _samples(taken: Intake) -> Sequence[Mapping[str, Any]]:
    """Return the beginning of the first document of each file, and of further ones where there are few files."""
    from topics import intake

    parts = [(file.path, documents) for file, documents in intake.by_file(taken.files, taken.documents)]
    firsts = [(path, document) for path, documents in parts for document in documents[:1]]
    others = [(path, document) for path, documents in parts for document in documents[1:_SAMPLES]]
    rows = {document.id: row for row, document in enumerate(taken.passages.documents)}
    sizes = Counter(taken.passages.document.tolist())
    spans: dict[str, list[Removed]] = {}
    for span in taken.removed:
        spans.setdefault(span.document_id, []).append(span)
    return [
        {
            "file": path,
            "title": document.meta.get("title", ""),
            "text": document.text[:_SHOWN],
            "passages": sizes[rows[document.id]] if document.id in rows else 0,
            "removed": [_told(document, span) for span in spans.get(document.id, [])[:_SPANS]],
            "meta": dict(document.meta),
        }
        for path, document in (firsts + others)[:_SAMPLES]
    ]


def _told(document: Document, span: Removed) -> tuple[str, str]:
    return span.reason, " ".join(document.text[span.start : span.end].split())[:_SPAN]


def _theme(told: Mapping[str, Any]) -> Theme:
    poles = tuple(Pole(pole["name"], tuple(pole["phrases"])) for pole in told["poles"])
    return Theme(told["name"], told["description"], tuple(told["examples"]), poles)


def _say(message: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """End with the one who started this: then nothing holds the other end of standard input."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
