"""What became of each file that was read, as plain values and in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from topics import present
from topics.intake import Intake, by_file
from topics.passages import ids_of
from topics.values import FileReport

_STATUS = {"read": "read", "partly": "read in part", "refused": "refused"}


def of_files(taken: Intake, *, removed: bool = False) -> present.Plain:
    """Return what became of each file: of what was removed the characters, or with ``removed`` each span."""
    spans = present.spans_of(taken.removed, taken.documents) if removed else []
    by_document: dict[object, list[present.Plain]] = {}
    for span in spans:
        by_document.setdefault(span["document"], []).append(span)
    return {
        "files": [
            {
                "path": file.path,
                "status": file.status,
                "reason": file.reason,
                "format": file.format,
                "language": file.language,
                "passages": file.passages,
                "removed": [span for id in ids for span in by_document.get(id, [])] if removed else file.removed,
            }
            for file, ids in by_file(taken.files, ids_of(taken.documents))
        ]
    }


def total_of_files(files: Sequence[FileReport]) -> str:
    """Return in a sentence how many files became what."""
    by_status: Counter[str] = Counter(file.status for file in files)
    parts = [f"{by_status[status]:,} {said}" for status, said in _STATUS.items() if by_status[status]]
    sums = (sum(file.characters for file in files), sum(file.passages for file in files))
    held = f"{present.count(sums[0], 'character')} in {present.count(sums[1], 'passage')}"
    return f"{present.count(len(files), 'file')}: {', '.join(parts) or 'none read'}; {held}"


def partly_read(files: Sequence[FileReport]) -> list[dict[str, str]]:
    """Return the files of which something is left out, each with what."""
    return [{"path": file.path, "reason": file.reason} for file in files if file.status == "partly"]


def sentences_of_partly(files: Sequence[FileReport]) -> list[str]:
    """Return of each file that was read in part what is left out, a sentence each."""
    pairs = ((present.printable(file["path"]), present.printable(file["reason"])) for file in partly_read(files))
    return [f"Read in part: {path}: {reason}." for path, reason in pairs]
