"""From raw short texts to a saved model, stage by stage: processor seconds, rate, memory, and share of the limit.

Usage: python benchmarks/speed.py DATA [--passages 1000 10000 100000] [--embedder static] [--vectors] [--json FILE]

The texts are the 200,000 titles of ``reddit_scale_200k``; where more are asked for they come again with one word in six
replaced by another of the corpus. Every size runs in a process of its own. ``--vectors`` measures the fit alone, on
synthetic vectors with planted topics. Processor seconds add up those of all threads, and are what to compare by on a
machine that does other things as well; ``peak`` is the most memory that the process held during the stage, pages of
mapped files included; ``silent`` the longest time without a word of progress, in processor seconds. The limit of the
machine is measured on the spot: a product of matrices in single and in double precision, and a copy of memory.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.meter import Meter, Stage

TITLES = "reddit_titles/reddit_scale_200k.jsonl.gz"
WIDTH, PLANTED, SPREAD = 384, 60, 0.9
NOISE = 6
"""One word in so many is replaced where a title comes again."""
LARGE = 2048
"""The side of the matrices that measure the limit."""
ASSIGNED = 1_000_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every size in a process of its own, and print what each stage took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--embedder", default="static")
    parser.add_argument("--vectors", action="store_true", help="measure the fit alone, on synthetic vectors")
    parser.add_argument("--json", type=Path, help="add what was measured to a file of JSON lines")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        print(json.dumps(_measured(asked)), flush=True)
        return
    for n in asked.passages:
        command = [sys.executable, __file__, *(arguments or sys.argv[1:]), "--one", str(n)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        line = done.stdout.splitlines()[-1]
        if asked.json:
            with asked.json.open("a") as file:
                file.write(line + "\n")
        print(_table(json.loads(line)), flush=True)


def _measured(asked: argparse.Namespace) -> dict[str, object]:
    found = _fitted_to_vectors(asked.one) if asked.vectors else _from_raw(asked.data, asked.one, asked.embedder)
    return {"passages": asked.one, "embedder": "given" if asked.vectors else asked.embedder, **found}


def _from_raw(data: Path, n: int, embedder: str) -> dict[str, object]:
    """Fit, save and open a model of ``n`` raw texts."""
    texts = list(itertools.islice(titles(data), n))
    import topics
    from topics import copies, intake, pipeline, store
    from topics.cluster import graph
    from topics.cluster.rule import Rule
    from topics.embed import load_embedder
    from topics.embed.centre import Centring

    encoder = load_embedder(embedder)
    encoder.encode(["ready"])
    meter = Meter()
    meter.wrap(intake, "read_source", "read")
    meter.wrap(pipeline, "take_in", "clean, split, language")
    meter.wrap(copies, "part", "copies")
    meter.wrap(type(encoder), "encode", "embed")
    meter.wrap(pipeline, "learn", "centre")
    meter.wrap(Centring, "apply", "centre")
    meter.wrap(pipeline.words, "read", "words")
    _wrap_fit(meter, pipeline, graph, Rule)
    with tempfile.TemporaryDirectory() as scratch:
        model = topics.fit(texts, embedder=encoder, progress=meter.progress)
        folder = Path(scratch) / "model"
        with meter.stage("save"):
            model.save(folder)
        sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        counts = [len(level.topics) for level in model.levels]
        rule, width = model.rule, model.vectors.shape[1]
        del model
        with meter.stage("open, show"):
            opened = store.load(folder)
            [topic.name for topic in opened.topics]
        beside = sum(size for name, size in sizes.items() if not name.startswith("documents"))
    return {**_told(meter), "limits": _limits(rule.prototypes, width), "bytes": beside / n, "topics": counts}


def _fitted_to_vectors(n: int) -> dict[str, object]:
    """Fit, assign and lay out ``n`` synthetic vectors."""
    from topics import pipeline
    from topics.cluster import graph
    from topics.cluster.rule import Rule
    from topics.settings import Settings

    vectors = planted(n)
    meter = Meter()
    _wrap_fit(meter, pipeline, graph, Rule)
    found = pipeline.cluster(vectors, [""] * n, Settings(), progress=lambda *told: meter.progress("", *told))
    labels = found.rule.labels(vectors)
    pipeline.layout.layout(vectors, labels=labels[found.levels.index(found.shown)])
    counts = [int(own.max()) + 1 for own in labels]
    return {**_told(meter), "limits": _limits(found.rule.prototypes, WIDTH), "topics": counts}


def _wrap_fit(meter: Meter, pipeline: object, graph: object, rule: type) -> None:
    meter.wrap(graph, "distinct", "cluster: distinct")
    meter.wrap(graph, "_look", "cluster: halves")
    meter.wrap(graph, "_units", "cluster: units")
    meter.wrap(pipeline, "cluster", "cluster: rest")
    meter.wrap(rule, "labels", "assign")
    if hasattr(pipeline, "outline"):
        meter.wrap(pipeline, "outline", "describe, name")
    meter.wrap(pipeline.layout, "layout", "map")  # type: ignore[attr-defined]


def titles(data: Path) -> Iterator[str]:
    """Yield the titles, and then the same again and again with noise in their words."""
    with gzip.open(data / TITLES, "rt", encoding="utf-8") as file:
        own = [json.loads(line)["text"] for line in file]
    yield from own
    words = [word for text in own[::10] for word in text.split()]
    for again in itertools.count(1):
        rng = np.random.default_rng(again)
        for text in own:
            parts = text.split()
            for at in rng.integers(len(parts), size=-(-len(parts) // NOISE)) if parts else ():
                parts[at] = words[int(rng.integers(len(words)))]
            yield " ".join(parts)


def planted(n: int) -> NDArray[np.float32]:
    """Return unit vectors around ``PLANTED`` directions that are drawn at random, of sizes that fall off."""
    rng = np.random.default_rng(0)
    hearts = rng.normal(size=(PLANTED, WIDTH)).astype(np.float32)
    hearts /= np.linalg.norm(hearts, axis=1, keepdims=True)
    shares = 1 / np.arange(1, PLANTED + 1)
    which = rng.choice(PLANTED, n, p=shares / shares.sum())
    found = np.empty((n, WIDTH), np.float32)
    for start in range(0, n, LARGE):
        own = hearts[which[start : start + LARGE]]
        own = own + SPREAD / np.sqrt(WIDTH) * rng.standard_normal(own.shape, np.float32)
        found[start : start + LARGE] = own / np.linalg.norm(own, axis=1, keepdims=True)
    return found


def _told(meter: Meter) -> dict[str, object]:
    return {"stages": {name: asdict(stage) for name, stage in meter.stages.items()}}


def _limits(prototypes: NDArray[np.float32], width: int) -> dict[str, float]:
    """Return what the machine can do, and the share of it that assigning vectors reaches."""
    from topics.cluster.rule import one_each

    rng = np.random.default_rng(0)
    single = rng.standard_normal((LARGE, LARGE), np.float32)
    double = single.astype(np.float64)
    whole = np.zeros(1 << 25, np.float64)
    flops = 2.0 * LARGE**3
    limits = {
        "float32 GFLOP/s": flops / _seconds(lambda: single @ single) / 1e9,
        "float64 GFLOP/s": flops / _seconds(lambda: double @ double) / 1e9,
        "copy GB/s": 2 * whole.nbytes / _seconds(whole.copy) / 1e9,
    }
    some = rng.standard_normal((100_000, width), np.float32)
    some /= np.linalg.norm(some, axis=1, keepdims=True)
    rule = one_each(prototypes)
    seconds = _seconds(lambda: rule.labels(some), rounds=1)
    product = 2.0 * len(some) * len(prototypes) * width / seconds / 1e9
    limits |= {
        "assign 1,000,000, s": seconds * ASSIGNED / len(some),
        "assign GFLOP/s": product,
        "assign GB/s": some.nbytes / seconds / 1e9,
        "units": len(prototypes),
    }
    return limits


def _seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the fewest processor seconds of a few rounds, those of all threads together."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return max(min(took), 1e-9)


def _table(found: dict[str, object]) -> str:
    n = int(str(found["passages"]))
    stages = {name: Stage(**own) for name, own in dict(found["stages"]).items()}  # type: ignore[call-overload]
    total = Stage(
        sum(own.cpu for own in stages.values()),
        sum(own.wall for own in stages.values()),
        max(own.peak for own in stages.values()),
        max(own.silence for own in stages.values()),
    )
    lines = [
        f"\n{n:,} passages, vectors: {found['embedder']}; topics at each level: {found['topics']}",
        "",
        "| stage | processor s | s | passages/s | peak MB | silent s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, own in [*stages.items(), ("**all**", total)]:
        rate = n / max(own.cpu, 1e-9)
        row = (name, f"{own.cpu:.2f}", f"{own.wall:.2f}", f"{rate:,.0f}", f"{own.peak:,.0f}", f"{own.silence:.1f}")
        lines.append(f"| {' | '.join(row)} |")
    if "bytes" in found:
        lines.append(f"\nSaved: {float(str(found['bytes'])):,.0f} bytes a passage beside the documents.")
    limits: dict[str, float] = found["limits"]  # type: ignore[assignment]
    lines.append("Limits, per core: " + ", ".join(f"{name} {value:,.1f}" for name, value in limits.items()) + ".")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
