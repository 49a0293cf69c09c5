"""Kill an executor of Spark while it works, and see that every row comes out as it would have.

    python -m tests.faults.executors [--rows 400]

Two executors of one core each, on this machine, are processes of their own. Once some rows are done, one of them is
killed as by a machine that goes down, with all that it had received; Spark starts another, which gets the model anew.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
import uuid
from functools import partial
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
_EXECUTOR = "CoarseGrainedExecutorBackend"


def main() -> None:
    """Print what was killed, and whether the rows are the same; exit 1 where they are not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=400)
    rows = parser.parse_args().rows

    if find_spec("pyspark") is None:
        print("pyspark is not installed: executors are left out")  # noqa: T201
        return

    import topics
    from tests.encoders import TEXTS, static_folder
    from topics import spark

    with tempfile.TemporaryDirectory() as scratch:
        model = topics.fit(TEXTS, embedder=str(static_folder(Path(scratch) / "tiny")))
        texts = [f"{TEXTS[row % len(TEXTS)]} Number {row}." for row in range(rows)]
        session = _session()
        frame = session.createDataFrame(list(enumerate(texts)), "id int, text string").repartition(8)
        done = Path(scratch) / "done"
        done.mkdir()
        assigned = spark.assign(model, frame)
        slow = assigned.mapInArrow(partial(_slowly, done=str(done)), assigned.schema)
        expected = [(row, one.topic, one.confidence) for row, one in enumerate(model.assign(texts))]
        executors = _executors()
        killer = threading.Thread(target=_kill, args=(executors[0], done), daemon=True)
        killer.start()
        found = slow.select("id", "topic", "confidence").toArrow().sort_by("id").to_pylist()
        killer.join()
        after = _executors()
        session.stop()
    same = [(row["id"], row["topic"], row["confidence"]) for row in found] == expected
    told = f"executors {executors}; {executors[0]} was killed, there are {after} now; {rows} rows, equal: {same}"
    print(told)  # noqa: T201
    sys.exit(not same or executors[0] in after)


def _session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = str(ROOT)
    builder = SparkSession.builder.master("local-cluster[2,1,768]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": str(ROOT),
        "spark.executor.memory": "768m",
        "spark.log.level": "OFF",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    while len(_executors()) < 2:
        time.sleep(0.2)
    return session


def _slowly(batches, done):
    """Give batches as they are, a while after they came, and leave a mark each time."""
    for batch in batches:
        Path(done, uuid.uuid4().hex).touch()
        time.sleep(1.0)
        yield batch


def _kill(pid: int, done: Path) -> None:
    """Kill a process once four of eight partitions have come so far: two are done, and two on their way."""
    while len(list(done.iterdir())) < 4:
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


def _executors() -> list[int]:
    """Return the processes that are executors of this one's session: its descendants."""
    parents, executors = {}, []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            command = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
        if _EXECUTOR in command and "java" in command.split("\0")[0]:
            executors.append(int(entry.name))
    return sorted(pid for pid in executors if _descends(pid, parents))


def _descends(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents and pid != os.getpid():
        pid = parents[pid]
    return pid == os.getpid()


if __name__ == "__main__":
    main()
