"""How long until something is there: import, help, a saved model shown, against loading a BERTopic of the same texts.

Usage: python benchmarks/start.py [--runs 5]

Both hold the seed corpus, ours as ``models/seeds``, BERTopic's saved as safetensors with its c-TF-IDF and without an
embedding model, so that nothing is downloaded. Each run is a process of its own, in the order A B A B. Processor
seconds are what to compare by on a machine that does other things as well.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAVE = """
import json, sys
from bertopic import BERTopic
from topics.embed import load_embedder
texts = json.load(open(sys.argv[1]))
model = BERTopic()
model.fit(texts, embeddings=load_embedder(cache=False).encode(texts))
model.save(sys.argv[2], serialization="safetensors", save_ctfidf=True)
"""
LOAD = "import sys; from bertopic import BERTopic; print(BERTopic.load(sys.argv[1]).get_topic_info())"


def main() -> None:
    """Run all in turn and print medians and the ratio of the last two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    sys.path.insert(0, str(ROOT))
    import topics

    with tempfile.TemporaryDirectory() as folder:
        texts, theirs = Path(folder, "texts.json"), Path(folder, "bertopic")
        texts.write_text(json.dumps(topics.load(ROOT / "models" / "seeds").passages.texts()), encoding="utf-8")
        _run([sys.executable, "-c", SAVE, str(texts), str(theirs)])
        steps = {
            "python alone": [sys.executable, "-c", "pass"],
            "import topics": [sys.executable, "-c", "import topics"],
            "topics --help": [sys.executable, "-m", "topics.cli", "--help"],
            "topics show models/seeds": [sys.executable, "-m", "topics.cli", "show", str(ROOT / "models" / "seeds")],
            "BERTopic.load, its topics": [sys.executable, "-c", LOAD, str(theirs)],
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in steps}
        for turn in range(runs + 1):
            for name, command in steps.items():
                found = _run(command)
                if turn:  # the first one warms the file cache
                    taken[name].append(found)
    print("| step | seconds | processor seconds |\n| --- | --- | --- |")
    for name, runs_of in taken.items():
        seconds, work = (statistics.median(column) for column in zip(*runs_of, strict=True))
        print(f"| {name} | {seconds:.2f} | {work:.2f} |")
    *_, ours, theirs_taken = taken.values()
    for column, what in enumerate(("seconds", "processor seconds")):
        ratios = [b[column] / a[column] for a, b in zip(ours, theirs_taken, strict=True)]
        print(f"BERTopic.load to topics show, {what}: {statistics.median(ratios):.1f} times")


def _run(command: list[str]) -> tuple[float, float]:
    """Return the seconds and the processor seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, work


if __name__ == "__main__":
    main()
