"""The corpora that the benchmarks read: texts with their gold labels and languages, by name."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PATHS = {
    "BBC News": "bbc_news/bbc_news.jsonl.gz",
    "AG News": "ag_news_test/ag_news_test.jsonl.gz",
    "arXiv": "arxiv_20k/arxiv_20k.jsonl.gz",
    "Reddit": "reddit_titles/reddit_topical.jsonl.gz",
    "SIB-200, 8 languages": "sib200/sib200.jsonl.gz",
    "State of the Union": "sotu/sotu_passages_1945on.jsonl.gz",
    "Wikinews": "wikinews_2019_2020/wikinews_2019_2020.jsonl.gz",
    "18F": "blog_18f/blog_18f.jsonl.gz",
}
"""Where each corpus lies in the folder of corpora: a JSONL.gz with ``text`` and, where there is one, ``label``, ``lang``."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts with their gold labels ("" where there is none) and languages."""

    texts: list[str]
    labels: list[str]
    languages: list[str]


def read(data: Path, name: str, most: int) -> Corpus:
    """Return a corpus, a seeded sample of ``most`` texts where it has more.

    Where some texts have a gold label, those without one are left out.

    Raises
    ------
    FileNotFoundError
        The folder does not hold the corpus.
    """
    with gzip.open(data / PATHS[name], "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    labelled = [row for row in rows if row.get("label")]
    rows = labelled or rows
    drawn = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    chosen = [rows[row] for row in drawn]
    return Corpus(
        [row["text"] for row in chosen],
        [row.get("label") or "" for row in chosen],
        [row.get("lang", "en") for row in chosen],
    )
