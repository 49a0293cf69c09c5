"""Topics against BERTopic's defaults on the seed corpus: time from a cold start, and agreement with a reader.

Usage: python benchmarks/seeds.py [--runs 3] [--model FOLDER]

Both read the same texts, nothing cached, each in a fresh process, in the order A B A B. BERTopic gets the vectors of
our encoder, or, with --model, embeds by itself with the sentence-transformers model in FOLDER, as its defaults do.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import topics
from benchmarks.gold import ROOT, Agreement, agreement
from topics.passages import Passages


def main() -> None:
    """Run both in turn and print medians, the ratio, and the agreement of both with the gold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--model", help="a folder with a sentence-transformers model for BERTopic to embed with")
    given = parser.parse_args()
    runs = given.runs
    with tempfile.TemporaryDirectory() as folder:
        target, texts = Path(folder, "model"), Path(folder, "texts.json")
        ours = [sys.executable, "-m", "topics.cli", "fit", str(ROOT / "seeds"), "--themes"]
        ours += [str(ROOT / "seeds" / "themes.toml"), "-o", str(target)]
        theirs = [sys.executable, str(ROOT / "benchmarks" / "bertopic_defaults.py"), str(texts)]
        theirs += [given.model] if given.model else []
        _run(ours)  # not counted: gives the passages, and warms the file cache for both
        model = topics.load(target)
        texts.write_text(json.dumps(model.passages.texts()), encoding="utf-8")
        _run(theirs)
        times: dict[str, list[float]] = {"topics": [], "BERTopic": []}
        for _ in range(runs):
            times["topics"].append(_run(ours)[0])
            seconds, output = _run(theirs)
            times["BERTopic"].append(seconds)
    for name, taken in times.items():
        print(f"{name:<10} median {statistics.median(taken):6.2f} s   runs {', '.join(f'{t:.2f}' for t in taken)}")
    ratios = [a / b for a, b in zip(times["topics"], times["BERTopic"], strict=True)]
    print(f"ratio      median {statistics.median(ratios):6.3f}\n")
    for level in model.level_names:
        seen = model.at(level)
        _report(f"topics, {level}", model.passages, seen.labels, {topic.id: topic.theme for topic in seen.topics})
    answer = json.loads(output)
    _report("BERTopic", model.passages, np.array(answer["labels"], np.int32), {})
    print("           its topics:", "; ".join(answer["names"].values()))


def _run(command: list[str]) -> tuple[float, str]:
    environment = {**os.environ, "TOPICS_CACHE": "off", "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return time.perf_counter() - start, done.stdout


def _report(name: str, passages: Passages, labels: np.ndarray, themes: dict[int, str | None]) -> None:
    found: Agreement = agreement(passages, labels, themes)
    print(
        f"{name:<16} topics {len(np.unique(labels)):2d}  v-measure {found.v_measure:.2f}  theme hits "
        f"{found.theme_hits:.2f} (Swedish {found.theme_hits_swedish:.2f})  language NMI {found.language_nmi:.3f}  "
        f"furniture {found.furniture}  paragraphs lost {found.lost} of {found.paragraphs + found.lost}"
    )


if __name__ == "__main__":
    main()
