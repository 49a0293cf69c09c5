"""Read thousands of damaged files of every format and tell what became of them.

``python tools/mutate_files.py [--files 5000] [--seed 0] [--formats pdf,docx]``

Exit code 1 where one vanished without a report, took more than a minute, or where a file beside them was lost. Parsers
that failed are counted by what they raised: each was held in its process and said of its file, and is a weakness of a
reader all the same.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.mutants import BEES, SAMPLES, mutants
from topics.read.batch import read_files
from topics.read.files import Upload
from topics.read.parsed import Columns
from topics.values import FileReport

_AT_ONCE = 100


def main() -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5000, help="how many, over all formats")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formats", default=",".join(SAMPLES), help="separated by commas")
    told = parser.parse_args()
    formats = told.formats.split(",")
    wrong: list[str] = []
    start = time.monotonic()
    for format in formats:
        wrong += _of_format(format, -(-told.files // len(formats)), told.seed)
    print(f"{told.files:,} files in {time.monotonic() - start:.0f} s; {len(wrong)} faults")
    print("\n".join(wrong[:50]))
    return 1 if wrong else 0


def _of_format(format: str, count: int, seed: int) -> list[str]:
    files = [Upload(f"{number}.{format}", data) for number, data in enumerate(mutants(format, count, seed))]
    wrong: list[str] = []
    statuses, failed, refused = Counter[str](), Counter[str](), Counter[str]()
    start = time.monotonic()
    for at in range(0, len(files), _AT_ONCE):
        batch = [*files[at : at + _AT_ONCE], Upload("good.txt", BEES.encode())]
        documents, reports = read_files(batch, Columns())
        wrong += faults(batch, reports)
        if not documents or documents[-1].text != BEES:
            wrong.append(f"{format}: the file beside them was lost")
        statuses.update(report.status for report in reports if report.path != "good.txt")
        failed.update(report.reason for report in reports if "parser fail" in report.reason)
        refused.update(report.reason for report in reports if report.status == "refused")
    seconds = time.monotonic() - start
    print(f"{format:<8} {count:>5} in {seconds:6.1f} s  {dict(sorted(statuses.items()))}")
    for reason, number in [*failed.most_common(), *refused.most_common(3)]:
        print(f"         {number:>5} {reason[:100]}")
    return wrong


def faults(files: list[Upload], reports: list[FileReport]) -> list[str]:
    """Return what broke the promise that each file has a report, in time."""
    paths = Counter(report.path for report in reports)
    wrong = [f"{path} has {number} reports" for path, number in paths.items() if number > 1]
    for file in files:
        if not any(path == file.name or path.startswith(f"{file.name}/") for path in paths):
            wrong.append(f"{file.name} has no report")
    for report in reports:
        if report.status != "read" and not report.reason:
            wrong.append(f"{report.path} is {report.status} without a reason")
        if "needs more than" in report.reason:
            wrong.append(f"{report.path} {report.reason}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
