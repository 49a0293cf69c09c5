"""The corpora that quality is measured on, read from a folder and capped by a seeded sample."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Source:
    """Where a corpus lies: its title, its file below the folder, the column of its labels, and the rows it takes.

    ``only`` keeps the rows whose column has that value; ``never`` leaves out a label that stands for none.
    """

    title: str
    file: str
    label: str = "label"
    only: tuple[str, str] | None = None
    never: str = ""


CORPORA = {
    "bbc": Source("BBC News", "bbc_news/bbc_news.jsonl.gz"),
    "ag": Source("AG News", "ag_news_test/ag_news_test.jsonl.gz"),
    "arxiv": Source("arXiv", "arxiv_20k/arxiv_20k.jsonl.gz"),
    "reddit": Source("Reddit titles", "reddit_titles/reddit_topical.jsonl.gz"),
    "domains": Source("CLINC150 domains", "clinc150/clinc150.jsonl.gz", label="domain", never="oos"),
    "intents": Source("CLINC150 intents", "clinc150/clinc150.jsonl.gz", never="oos"),
    "sib-en": Source("SIB-200 English", "sib200/sib200.jsonl.gz", only=("lang", "eng_Latn")),
    "sib-8": Source("SIB-200, 8 languages", "sib200/sib200.jsonl.gz"),
}
"""The corpora by the short names that ``--corpora`` takes."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts with their gold labels and languages, one of each a text."""

    title: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def k(self) -> int:
        """How many labels there are."""
        return len(set(self.labels))

    def rows(self, rows: Sequence[int]) -> Corpus:
        """Return these rows, in this order."""
        columns = ([column[row] for row in rows] for column in (self.texts, self.labels, self.languages))
        texts, labels, languages = map(tuple, columns)
        return Corpus(self.title, texts, labels, languages)


def read(data: Path, name: str, most: int) -> Corpus:
    """Read a corpus, at most ``most`` texts of it in a seeded sample that keeps their order; 0 takes all.

    Parameters
    ----------
    data
        The folder of corpora; each is a JSONL.gz with ``text``, a column of labels and, where there are several
        languages, ``lang``. Rows without text or label are left out.
    name
        A key of :data:`CORPORA`.
    most
        How many texts at most; 0 for all.

    Raises
    ------
    FileNotFoundError
        The corpus is not in the folder.
    """
    source = CORPORA[name]
    with gzip.open(data / source.file, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if _taken(row, source)]
    corpus = Corpus(
        title=source.title,
        texts=tuple(row["text"] for row in rows),
        labels=tuple(row[source.label] for row in rows),
        languages=tuple(row.get("lang", "en") for row in rows),
    )
    return corpus.rows(drawn(len(rows), most or len(rows)))


def drawn(total: int, count: int, seed: int = 0) -> list[int]:
    """Return ``count`` of ``total`` rows by chance, in order; with one seed, a smaller draw is part of a larger."""
    return sorted(np.random.default_rng(seed).permutation(total)[:count].tolist())


def _taken(row: dict[str, str], source: Source) -> bool:
    label = row.get(source.label, "")
    if not label or label == source.never or not row["text"].strip():
        return False
    return source.only is None or row.get(source.only[0]) == source.only[1]
