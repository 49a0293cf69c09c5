"""Topics against the peers on corpora with gold topics: agreement, number of topics, share unassigned, seconds.

Usage: python benchmarks/quality.py DATA [--passages 2500] [--corpora bbc,ag] [--peers bertopic,evoc] [--write] [--ours]

DATA is a folder of corpora, each a JSONL.gz with ``text``, a label and, where there are several languages, ``lang``.
All methods get the vectors of the same encoder, each text whole; gold labels only score. ``--write`` writes
docs/benchmarks.md. A peer that is not installed is told as such; ``make bench`` installs them all. ``--ours`` measures
our method alone and takes the peers' figures from the last run that was written, if nothing they depend on has changed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import experiments, record, tables
from benchmarks.corpora import CORPORA, read
from benchmarks.experiments import Ready
from benchmarks.peers import METHODS, OURS, PEERS, TUNED, TUNED_SMALL
from benchmarks.workers import Workers
from topics import __version__

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
KEPT = "kept from the last run of all, with the same versions, samples and seeds"
DRAWN = "sib-en"
"""The corpus of the small draws."""
GROWN = ("bbc", "ag", "arxiv", "reddit")
"""The corpora on whose growing samples topics are counted."""
DRAW_SIZE = 100
PASSAGES, RUNS, DRAWS = 2500, 1, 20  # of a plain run: about half an hour on two cores

_PACKAGES = (
    "bertopic", "umap-learn", "hdbscan", "evoc", "turftopic", "scikit-learn", "scikit-network", "numba", "numpy",
    "scipy", "onnxruntime", "torch",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the page where asked."""
    given = _given(arguments)
    facts = _facts(given)
    kept = record.read(given.page.with_suffix(".json")).of_peers(METHODS[OURS].title, facts) if given.ours else None
    methods = (OURS,) if kept else (OURS, *given.peers)
    rows, sizes, left_out, growths, spreads = [], [], {}, [], []
    print(tables.header())
    with Workers() as workers:
        for name, ready in _corpora(given, left_out):
            sizes.append(tables.Size(ready.corpus.title, len(ready.corpus.texts), ready.corpus.k))
            for row in experiments.compare(ready, methods, given.runs, workers):
                rows.append(row)
                print(tables.line(row), flush=True)
            rows += [row for row in kept.rows if row.corpus == ready.corpus.title] if kept else []
            if name in GROWN:
                growths.append(experiments.growth(ready, workers))
            if name == DRAWN and given.draws:
                spreads = experiments.small_draws(ready, given.draws, DRAW_SIZE, workers, peers=kept is None)
                spreads += kept.spreads if kept else []
    for title, reason in left_out.items():
        print(f"{title:<20} left out: {reason}")
    report = tables.Report(
        ours=METHODS[OURS].title,
        sizes=sizes,
        rows=rows,
        left_out=left_out,
        spreads=spreads,
        drawn_from=f"{given.draws} draws of {DRAW_SIZE} sentences of {CORPORA[DRAWN].title}",
        growths=growths,
        facts={**facts, "rows of the peers": KEPT} if kept else facts,
    )
    page = tables.markdown(report)
    print(f"\n{page[page.index('## At a glance') :]}" if not given.write else f"\n{tables.summary(report)}")
    if given.write:
        given.page.write_text(page, encoding="utf-8", newline="\n")
        record.write(given.page.with_suffix(".json"), record.Record(rows, spreads, facts))
        print(f"\nWritten to {given.page}")


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--passages", type=int, default=PASSAGES, help="the most texts of a corpus, by a seeded sample; 0: all"
    )
    parser.add_argument("--corpora", type=_list(CORPORA), default=tuple(CORPORA), help=f"of {', '.join(CORPORA)}")
    parser.add_argument("--peers", type=_list(PEERS), default=PEERS, help=f"of {', '.join(PEERS)}")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each method, each with a seed of its own")
    parser.add_argument("--draws", type=int, default=DRAWS, help="small draws of SIB-200 English; 0: none")
    parser.add_argument("--write", action="store_true", help="write the page")
    parser.add_argument("--ours", action="store_true", help="measure ours alone; the peers as last written")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write it (docs/benchmarks.md)")
    given = parser.parse_args(arguments)
    if given.passages < 0 or given.draws < 0 or given.runs < 1:
        parser.error("--passages and --draws must be 0 or more, --runs 1 or more")
    if not given.data.is_dir():
        parser.error(f"there is no folder {given.data}; name the folder that holds the corpora")
    return given


def _list(known: Sequence[str] | dict[str, object]) -> object:
    """Return a reader of names separated by commas, in the order known."""

    def names(text: str) -> tuple[str, ...]:
        wanted = {name.strip() for name in text.split(",") if name.strip()}
        unknown = sorted(wanted - set(known))
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown {unknown[0]!r}; known are {', '.join(known)}")
        return tuple(name for name in known if name in wanted)

    return names


def _corpora(given: argparse.Namespace, left_out: dict[str, str]) -> Iterator[tuple[str, Ready]]:
    """Yield the corpora that are there, ready; note the others."""
    for name in given.corpora:
        try:
            corpus = read(given.data, name, given.passages)
        except FileNotFoundError:
            left_out[CORPORA[name].title] = f"{CORPORA[name].file} is not in the folder"
            continue
        if len(set(corpus.labels)) < 2:
            left_out[corpus.title] = (
                f"it has {len(corpus.texts)} texts of {corpus.k} labels; agreement takes two labels"
            )
            continue
        yield name, experiments.prepare(corpus)


def _facts(given: argparse.Namespace) -> dict[str, str]:
    """Return what a reader needs to run it again; nothing that names a machine or a day."""
    options = [f"--passages {given.passages}", f"--runs {given.runs}", f"--draws {given.draws}"]
    options += [f"--corpora {','.join(given.corpora)}"] if given.corpora != tuple(CORPORA) else []
    options += [f"--peers {','.join(given.peers)}"] if given.peers != PEERS else []
    plain = (given.passages, given.runs, given.draws, given.corpora, given.peers) == (
        PASSAGES,
        RUNS,
        DRAWS,
        tuple(CORPORA),
        PEERS,
    )
    whole = ", or `make bench DATA=folder`" if plain else ""
    seeds = "0" if given.runs == 1 else f"0 to {given.runs - 1}, one a run; figures are medians over runs"
    return {
        "command": f"`python benchmarks/quality.py DATA {' '.join(options)} --write`{whole}",
        "topics": __version__,
        **{name: _version(name) for name in _PACKAGES},
        "Python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "encoder": "all-MiniLM-L6-v2, 8-bit, bundled",
        "seeds of the methods": seeds,
        "seed of the samples": f"0; draws 1 to {given.draws}" if given.draws else "0",
        "UMAP+HDBSCAN tuned over": _settings(TUNED),
        "... on small samples": _settings(TUNED_SMALL),
    }


def _settings(grid: dict[str, tuple[object, ...]]) -> str:
    return "; ".join(f"{name} {', '.join(map(str, values))}" for name, values in grid.items())


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
