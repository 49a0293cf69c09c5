"""The main text of web pages: ours next to trafilatura alone in its settings, jusText, a readability and plain text.

Usage: python benchmarks/extraction.py DATA [--rounds 3] [--speed]

DATA holds ``html_articles`` (pages with their main text) and ``html_multilingual`` (pages with phrases that must and
that must not be in it). F1 by tokens (runs of word characters, counted) and by 4-gram shingles of them, as the article
extraction benchmark has it: precision and recall are means over pages. Phrases are looked for after NFC and with white
space made one space. The pages are split by a hash into a half in which errors were looked at while the rules were
written and one in which they were not; both are printed. The systems run in turn, ``--rounds`` times; seconds are
medians of processor time. ``--speed`` compares reading the articles with encoding the passages that come of them.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from topics import clean
from topics.errors import ReadError
from topics.language import detect, stop_words
from topics.read.parsed import Columns
from topics.read.web import read_html

ARTICLES, PHRASES = "html_articles", "html_multilingual"
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page with its gold: the main text, or the phrases that must and must not be in it."""

    id: str
    data: bytes
    text: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def was_seen(self) -> bool:
        """Whether it is in the half in which errors were looked at."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 2 == 0


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pages(data: Path, name: str) -> list[WebPage]:
    """Read the pages of a folder and their gold.

    Raises
    ------
    FileNotFoundError
        The folder is not there.
    """
    found = []
    with gzip.open(data / name / "gold.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            raw = gzip.decompress((data / name / row["file"]).read_bytes())
            must, must_not = (tuple(row.get(key, ())) for key in ("must_contain", "must_not_contain"))
            found.append(WebPage(row["id"], raw, row.get("text", ""), must, must_not))
    return found


def shingles(text: str, size: int) -> Counter[tuple[str, ...]]:
    """Count the runs of ``size`` tokens of a text; a shorter text is one run."""
    tokens = _TOKEN.findall(text)
    return (
        Counter(tuple(tokens[at : at + size]) for at in range(max(1, len(tokens) - size + 1))) if tokens else Counter()
    )


def against(pairs: Iterable[tuple[str, str]], size: int) -> Scores:
    """Score texts against their gold, given as (found, gold), by shingles of ``size`` tokens."""
    precisions, recalls = [], []
    for found, gold in pairs:
        ours, theirs = shingles(found, size), shingles(gold, size)
        common = sum((ours & theirs).values())
        if ours:
            precisions.append(common / sum(ours.values()))
        if theirs:
            recalls.append(common / sum(theirs.values()))
    return Scores(statistics.mean(precisions or [0.0]), statistics.mean(recalls or [0.0]))


def phrases(found: Sequence[tuple[WebPage, str]]) -> tuple[float, float]:
    """Return the share of must-phrases that are there, and the share of must-not-phrases that are not."""
    kept = [_flat(phrase) in _flat(text) for page, text in found for phrase in page.must]
    absent = [_flat(phrase) not in _flat(text) for page, text in found for phrase in page.must_not]
    return statistics.mean(kept or [0]), statistics.mean(absent or [0])


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _trafilatura(**options: bool) -> Callable[[bytes], str]:
    def run(data: bytes) -> str:
        from trafilatura import extract

        return extract(data, **options) or ""

    return run


def _justext(data: bytes) -> str:
    """Run jusText with the stop words of all its languages, as its language is not told."""
    from justext import get_stoplist, get_stoplists, justext

    words = frozenset(word for name in get_stoplists() for word in get_stoplist(name))
    return "\n".join(paragraph.text for paragraph in justext(data, words) if not paragraph.is_boilerplate)


def _readability(data: bytes) -> str:
    """Run the readability-lxml that comes with trafilatura."""
    from lxml.html import fromstring
    from trafilatura.readability_lxml import Document
    from trafilatura.utils import load_html

    summary = Document(load_html(data), min_text_length=25).summary()
    return "\n".join(fromstring(summary).itertext()) if summary.strip() else ""


def _everything(data: bytes) -> str:
    from trafilatura import html2txt

    return html2txt(data, clean=False)


def _ours(data: bytes) -> str:
    try:
        return read_html(data, "page", Columns()).documents[0].text
    except ReadError:
        return ""


def _ours_cleaned(data: bytes) -> str:
    try:
        document = read_html(data, "page", Columns()).documents[0]
    except ReadError:
        return ""
    kept = clean.clean(document, stop_words=stop_words(detect([document.text])[0])).kept
    return "\n\n".join(document.text[span.start : span.end] for span in kept)


SYSTEMS: dict[str, Callable[[bytes], str]] = {
    "topics": _ours,
    "topics, read and cleaned": _ours_cleaned,
    "trafilatura": _trafilatura(),
    "trafilatura without comments": _trafilatura(include_comments=False),
    "trafilatura, precision": _trafilatura(include_comments=False, favor_precision=True),
    "trafilatura, recall": _trafilatura(include_comments=False, favor_recall=True),
    "trafilatura, fast": _trafilatura(include_comments=False, fast=True),
    "readability (trafilatura's fork)": _readability,
    "jusText, all stop words": _justext,
    "all text of the page": _everything,
}


def table(articles: Sequence[WebPage], multilingual: Sequence[WebPage], rounds: int) -> str:
    """Run every system in turn and return the table, in Markdown."""
    texts: dict[str, list[str]] = {}
    seconds: dict[str, list[float]] = {name: [] for name in SYSTEMS}
    for _ in range(rounds):
        for name, run in SYSTEMS.items():
            start = time.process_time()
            texts[name] = [run(page.data) for page in (*articles, *multilingual)]
            seconds[name].append(time.process_time() - start)
    halves = {"all": lambda page: True, "seen": lambda page: page.was_seen, "unseen": lambda page: not page.was_seen}
    lines = [
        "| system | pages | token P | token R | token F1 | 4-gram F1 | must kept | must-not absent | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in SYSTEMS:
        for title, takes in halves.items():
            first = [(text, page.text) for page, text in zip(articles, texts[name], strict=False) if takes(page)]
            behind = zip(multilingual, texts[name][len(articles) :], strict=True)
            kept, absent = phrases([(page, text) for page, text in behind if takes(page)])
            tokens, grams = against(first, 1), against(first, 4)
            figures = [tokens.precision, tokens.recall, tokens.f1, grams.f1, kept, absent]
            took = f"{statistics.median(seconds[name]):.1f}" if title == "all" else ""
            lines.append(f"| {name} | {title} | {' | '.join(f'{figure:.3f}' for figure in figures)} | {took} |")
    return "\n".join(lines)


def speed(articles: Sequence[WebPage], rounds: int) -> str:
    """Return what it takes to read the articles, and to encode their passages, both in seconds of the processor."""
    from topics.embed import load_embedder
    from topics.split import split

    encoder = load_embedder(cache=False)
    encoder.encode(["warm"])
    reading, encoding, texts = [], [], []
    for _ in range(rounds):
        start = time.process_time()
        documents = [document for page in articles for document in read_html(page.data, page.id, Columns()).documents]
        reading.append(time.process_time() - start)
        texts = [
            passage.text
            for document in documents
            for passage in split(
                document,
                clean.clean(document).kept,
                language="en",
                count_tokens=encoder.count_tokens,
                max_tokens=encoder.max_tokens,
                max_sentences=4,
            )
        ]
        start = time.process_time()
        encoder.encode(texts)
        encoding.append(time.process_time() - start)
    read, encoded = statistics.median(reading), statistics.median(encoding)
    return (
        f"{len(articles)} pages: read in {read:.1f} s of processor time; their {len(texts):,} passages encoded in "
        f"{encoded:.1f} s of it; both use all cores, so reading takes {read / encoded:.2f} of encoding"
    )


def main() -> None:
    """Print the table, and with ``--speed`` how reading compares with encoding."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--speed", action="store_true")
    chosen = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    articles, multilingual = (pages(chosen.data, name) for name in (ARTICLES, PHRASES))
    if chosen.speed:
        print(speed(articles, chosen.rounds))
    else:
        print(table(articles, multilingual, chosen.rounds))


if __name__ == "__main__":
    main()
