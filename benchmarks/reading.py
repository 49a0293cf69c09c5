"""How fast sources become passages, stage by stage, and how much memory that takes beside the text.

    python -m benchmarks.reading rows [COUNT]          a CSV of short rows, 200,000 by default
    python -m benchmarks.reading long [MEGABYTES ...]  one text of so many megabytes each, 5, 20 and 50 by default
    python -m benchmarks.reading shuffled [MEGABYTES]  one text whose sentences all occur ten times, in another order
    python -m benchmarks.reading file PATH ...         files as they are, each from its bytes to its passages
    python -m benchmarks.reading against DATA [MB]     the pages of DATA/html_articles, and a made CSV of so many
                                                       megabytes (100 by default), against the encoder that follows

Texts are made up, by a seed, of words that follow Zipf's law. Seconds are of the clock and, in brackets, of the
processor. Against the encoder only the time of all processors counts, that of processes that parse included, since
both use every core; of the CSV the passages of 100 rows are encoded, and the rest reckoned from them. Memory is the
high-water mark of resident memory beside the text, in a process of its own (Linux).
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from topics import clean, copies, embed, intake, language, split
from topics.passages import Gathered
from topics.read import read_source
from topics.settings import Settings
from topics.values import Document

_VOCABULARY = 30_000
_SYLLABLES = "ba de ki lo mu na per ri sol ta ven wi xo ya zer con tra ing ment ly er ist al ous".split()
_SENTENCE, _PARAGRAPH = (6, 18), (1, 8)  # words, sentences
_DRAWN = 100  # documents whose passages are encoded


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("rows", "long", "shuffled", "one", "file", "against"))
    parser.add_argument("sizes", nargs="*", metavar="SIZE|PATH")
    args = parser.parse_args()
    if args.what == "file":
        for path in args.sizes:
            of_file(Path(path))
        return
    if args.what == "against":
        if not args.sizes:
            parser.error("against needs DATA, the folder with html_articles")
        against(Path(args.sizes[0]), float(args.sizes[1]) if len(args.sizes) > 1 else 100)
        return
    args.sizes = list(map(float, args.sizes))
    if args.what == "rows":
        of_rows(int(args.sizes[0]) if args.sizes else 200_000)
    elif args.what == "one":  # what "long" starts for each text, so that none inherits another's memory
        of_text(made(args.sizes[0]))
    elif args.what == "shuffled":
        of_text(made(args.sizes[0] if args.sizes else 50, times=10))
    else:
        for size in args.sizes or (5, 20, 50):
            subprocess.run([sys.executable, "-m", "benchmarks.reading", "one", str(size)], check=True)


def of_rows(count: int) -> None:
    """Time a table from file to passages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        sentences = _sentences(np.random.default_rng(0))
        lengths = np.random.default_rng(1).choice((1, 1, 2, 3), count).tolist()
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("nr", "text", "department"))
            writer.writerows((row, " ".join(_some(sentences, n)), "abcde"[row % 5]) for row, n in enumerate(lengths))
        encoder = _encoder()
        reading = _timed("read", lambda: read_source(path), lambda found: len(found.documents), "documents")
        _timed("passages", lambda: intake.take_in(reading, Settings(), encoder), lambda t: len(t.passages), "passages")


def against(data: Path, megabytes: float) -> None:
    """Print how much of the time that the encoder takes for what was read it took to read it: pages, and a CSV."""
    pages = sorted((data / "html_articles").rglob("*.html*"))
    if not pages:
        sys.exit(f"{data / 'html_articles'} holds no pages")
    encoder = _encoder()
    encoder.encode(["A first text, so that all is loaded."])
    _compare("pages", pages, encoder)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        sentences = _sentences(np.random.default_rng(0))
        size = row = 0
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("nr", "text", "department"))
            while size < megabytes * 1e6:
                text = " ".join(_some(sentences, 20))
                size += len(text) + 8
                row += writer.writerow((row, text, "abcde"[row % 5])) > 0
        _compare(f"CSV of {path.stat().st_size / 1e6:.0f} MB", [path], encoder)


def _compare(what: str, paths: list[Path], encoder: embed.MiniLMEncoder) -> None:
    before = _processor()
    reading = read_source(paths, aside=True)
    read = _processor() - before
    passages = [
        passage.text
        for row in range(min(len(reading.documents), _DRAWN))
        for passage in intake.take_in([reading.documents[row]], Settings(), encoder).passages
    ]
    drawn = min(len(reading.documents), _DRAWN) / len(reading.documents)
    before = _processor()
    encoder.encode(passages)
    encoded = (_processor() - before) / drawn
    print(
        f"{what}: {len(reading.documents):,} documents read in {read:.1f} s of the "
        f"processor, {len(passages) / drawn:,.0f} passages encoded in {encoded:,.0f} s"
        f"{'' if drawn == 1 else f' (by {len(passages):,} of them)'}: {read / encoded:.4f}",
        flush=True,
    )


def _processor() -> float:
    """Return the seconds of the processor so far, those of processes that have ended included."""
    return sum(os.times()[:4])


def of_file(path: Path) -> None:
    """Time a file from its bytes to its passages; what a process that parses it holds is not counted."""
    encoder = _encoder()
    print(f"{path.name}, {path.stat().st_size / 1e6:.1f} MB")
    reading = _timed("read", lambda: read_source(path), lambda found: len(found.documents), "documents")
    sizes = [sys.getsizeof(document.text) for document in reading.documents]
    pages = sum(len(document.pages) for document in reading.documents)
    print(f"          text {sum(sizes) / 1e6:.1f} MB, {pages:,} pages")
    _timed("passages", lambda: intake.take_in(reading, Settings(), encoder), lambda taken: len(taken.passages))


def of_text(text: str) -> None:
    """Time one document, stage by stage, and tell what each takes beside the text and the passages' columns."""
    document, encoder = Document("made", text), _encoder()
    print(f"{len(text) / 1e6:.0f} MB, {text.count(chr(10)) // 2:,} paragraphs")
    cleaned = _timed("clean", lambda: clean.clean(document, stop_words=language.stop_words("en")))
    gathered = Gathered((document,))

    def cut() -> int:
        for start, end, code in split.cut(
            document,
            cleaned.kept,
            language=language.detect,
            count_tokens=encoder.count_tokens,
            max_tokens=encoder.max_tokens,
        ):
            gathered.add(0, start, end, code)
        return len(gathered)

    count = _timed("split", cut, lambda n: n)
    passages = _timed("agree", gathered.passages, len)
    _timed("copies", lambda: copies.part((document,), passages), lambda _: count)


def made(megabytes: float, times: int = 1) -> str:
    """Return a text of paragraphs, English in its short words; each sentence occurs ``times`` times, shuffled."""
    rng = np.random.default_rng(0)
    sentences = _sentences(rng)
    some: list[str] = []
    left = megabytes * 1e6 / times
    while left > 0:
        some.append(next(sentences))
        left -= len(some[-1]) + 1
    order = np.concatenate([rng.permutation(len(some)) for _ in range(times)]) if times > 1 else np.arange(len(some))
    cuts = np.cumsum(rng.integers(*_PARAGRAPH, len(order)))
    parts = np.split(order, cuts[cuts < len(order)])
    return "\n\n".join(" ".join(some[row] for row in part) for part in parts)


def _sentences(rng: np.random.Generator) -> Iterator[str]:
    words = [*"the of and to in is that for it as was with on by are this be at from or an which".split()]
    words += ["".join(rng.choice(_SYLLABLES, rng.integers(2, 5))) for _ in range(_VOCABULARY)]
    weights = 1 / np.arange(3, len(words) + 3)
    weights /= weights.sum()
    while True:
        drawn = iter(rng.choice(len(words), 200_000, p=weights).tolist())
        for length in rng.integers(*_SENTENCE, 10_000).tolist():
            sentence = " ".join(words[word] for word in _some(drawn, length))
            yield f"{sentence.capitalize()}."


def _some(items: Iterator[object], count: int) -> list:
    return [item for _, item in zip(range(count), items, strict=False)]


def _encoder() -> embed.MiniLMEncoder:
    """Return an encoder that counts, with all that is loaded once loaded."""
    encoder = embed.load_embedder("minilm")
    intake.take_in(["A first text, so that all is loaded.", "En text till, på svenska."] * 30, Settings(), encoder)
    return encoder


def _timed(stage: str, run: Callable, count: Callable | None = None, what: str = "passages"):  # noqa: ANN202
    _mark()
    before, clock, cpu = _resident("VmRSS"), time.perf_counter(), time.process_time()
    found = run()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    more = (_resident("VmHWM") - before) / 1e3
    told = f"{count(found):,} {what}, {count(found) / clock:,.0f}/s" if count else ""
    print(f"{stage:<9} {clock:7.1f} s ({cpu:.1f})  {more:6.0f} MB  {told}", flush=True)
    return found


def _mark() -> None:
    """Forget the high-water mark."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        print("the high-water mark of memory cannot be set back here", file=sys.stderr)


def _resident(name: str) -> int:
    """Return a line of ``/proc/self/status``, in kilobytes; 0 where there is none."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


if __name__ == "__main__":
    main()
