"""Texts a second from raw text to topic: this process against Spark with as many workers, in turns A B A B.

    TOPICS_CACHE=off python benchmarks/spark.py DATA [--texts 1000] [--turns 4] [--workers 2] [--partitions 4]

A model is fitted on texts of the corpus; every turn assigns others, the same ones by both. A first turn does not count:
it starts Spark, opens the model on its workers, and lets Java compile what it runs. A turn is from texts here to rows
here, by way of a data frame. Asked is that Spark does at least 85 % of what this process does with as many threads.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ASKED = 0.85
FITTED = 600


def main() -> None:
    """Measure in turns, and print each (0 does not count), the medians and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", default="ag")
    parser.add_argument("--texts", type=int, default=1000, help="texts a turn")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partitions", type=int, default=4, help="partitions a worker")
    asked = parser.parse_args()
    os.environ["TOPICS_CACHE"] = "off"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if hasattr(os, "sched_setaffinity"):  # this process reads texts on as many threads as it may use
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.workers])

    if find_spec("pyspark") is None:
        print("pyspark is not installed (make spark): Spark is left out")
    else:
        _measure(asked)


def _measure(asked: argparse.Namespace) -> None:
    import topics
    from benchmarks import corpora
    from topics import spark

    texts = corpora.read(asked.data, asked.corpus, FITTED + asked.texts * (asked.turns + 1)).texts
    if len(texts) < FITTED + asked.texts * (asked.turns + 1):
        sys.exit(f"{asked.corpus} has {len(texts):,} texts, too few for so many turns; lower --texts or --turns")
    model = topics.fit(list(texts[:FITTED]))
    session = _session(asked.workers)
    partitions = asked.partitions * asked.workers

    def there(own: list[str]) -> list[int]:
        frame = session.createDataFrame([(text,) for text in own], "text string").repartition(partitions)
        table = spark.assign(model, frame).toArrow()
        found = dict(zip(table["text"].to_pylist(), table["topic"].to_pylist(), strict=True))
        return [found[text] for text in own]

    def here(own: list[str]) -> list[int]:
        return [one.topic for one in model.assign(own)]

    rates: dict[str, list[float]] = {"local": [], "spark": []}
    for turn in range(asked.turns + 1):
        own = list(texts[FITTED:][turn * asked.texts : (turn + 1) * asked.texts])
        answers = []
        for name, work in (("local", here), ("spark", there)):
            rate, found = _timed(work, own)
            if turn:
                rates[name].append(rate)
            answers.append(found)
            print(f"turn {turn}  {name:<6} {rate:7.1f} texts/s", flush=True)
        if answers[0] != answers[1]:
            sys.exit("the topics differ")
    session.stop()
    medians = {name: statistics.median(own) for name, own in rates.items()}
    ratio = statistics.median(b / a for a, b in zip(*rates.values(), strict=True))
    print(
        f"{asked.workers} workers, {asked.texts:,} texts a turn: local {medians['local']:.1f} texts/s, Spark "
        f"{medians['spark']:.1f}; ratio by turns {ratio:.2f} (asked {ASKED:.2f})"
    )


def _session(workers: int):  # noqa: ANN202 - pyspark need not be there
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{workers}]").appName("topics")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "OFF",
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _timed(work: Callable[[list[str]], list[int]], texts: list[str]) -> tuple[float, list[int]]:
    began = time.perf_counter()
    found = work(texts)
    return len(texts) / (time.perf_counter() - began), found


if __name__ == "__main__":
    main()
