"""A file that breaks its parser is named, and the others are read; the processes keep their limits."""

import io
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from topics.errors import ReadError
from topics.read.parsed import Columns, Parsed
from topics.read.pool import Pool, Task, default_workers, environment
from topics.values import Document

posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX systems")


def task(reader: str, data: bytes = b"", id: str = "a.bin", **more: object) -> Task:
    return Task(f"tests.stub_readers:{reader}", id, Columns(), data=data, **more)  # type: ignore[arg-type]


def refusal(pool: Pool, reader: str, data: bytes = b"") -> str:
    with pytest.raises(ReadError, match=r"\w") as refused:
        pool.submit(task(reader, data)).result(30)
    return str(refused.value)


@pytest.fixture(scope="module")
def pool():
    with Pool(1, seconds=3, memory=1 << 28) as one:
        yield one


def text(parsed: Parsed) -> str:
    return parsed.documents[0].text


@posix
@pytest.mark.parametrize(
    ("reader", "data", "said"),
    [
        ("slow", b"60", "needs more than 3 s; split it into smaller files"),
        ("busy", b"", "needs more than 3 s; split it into smaller files"),
        ("greedy", b"", "needs more than 0.25 GB of memory; split it into smaller files"),
        ("broken", b"", "made its parser fail (KeyError)"),
        ("deep", b"", "made its parser fail (RecursionError)"),
        ("refuses", b"", "is encrypted; save it without a password"),
        ("dies", b"11", "made its parser fail (SIGSEGV)"),
        ("dies", b"6", "made its parser fail (SIGABRT)"),
        ("dies", b"9", "needs more memory than there is; split it into smaller files"),
        ("leaves", b"", "made its parser fail (its process ended with code 3)"),
        ("babbles", b"x" * 100, "made its parser fail: what it answered makes no sense"),
        ("babbles", b"\0\0\0\x02[]", "made its parser fail: what it answered makes no sense"),
        ("babbles", b"\0\0\0\x02{}", "made its parser fail: what it answered makes no sense"),
        ("babbles", b"\0\0\0\x04\xff\xfe\xff\xfe", "made its parser fail: what it answered makes no sense"),
        ("babbles", b"\0\1\0\0" + b"[" * 65536, "made its parser fail: what it answered makes no sense"),
        ("babbles", b"\0\0\0\x11" + b'{"documents":[5]}', "made its parser fail: what it answered makes no sense"),
        ("deaf", b"", "made its parser fail: it stopped to answer"),
        ("forges", b"", "made its parser fail: what it answered makes no sense"),
        ("lacks", b"", "needs docx; install it with: pip install docx"),
        ("absent", b"", "made its parser fail (AttributeError)"),
    ],
)
def test_what_ruins_a_reader_is_said_and_the_next_file_is_read(pool, reader, data, said):
    first = pool.submit(task(reader, data))
    second = pool.submit(task("echo", b"The next."))
    with pytest.raises(ReadError, match=r"\w") as refused:
        first.result(30)
    assert str(refused.value) == said
    assert text(second.result(30)) == "The next."


def test_what_a_parser_prints_is_no_answer(pool):
    parsed = pool.submit(task("prints")).result(30)
    assert text(parsed) == "Said on the right way."
    assert parsed.problem == "page 2 of 2 is a picture"


def test_documents_come_over_whole(pool):
    task = Task("tests.stub_readers:rows", "t.csv", Columns(text="body"), data=b"x")
    documents = pool.submit(task).result(30).documents
    assert len(documents) == 2500
    assert (documents[7].id, documents[7].text, documents[7].pages, documents[7].row) == ("t.csv#8", "Rad å", (0, 3), 8)
    assert dict(documents[7].meta) == {"text": "body"}


def test_a_file_is_read_by_the_process_itself(pool, tmp_path):
    path = tmp_path / "två ord\n.bin"
    path.write_bytes(b"On disk.")
    assert text(pool.submit(task("echo", path=path)).result(30)) == "On disk."
    with pytest.raises(ReadError, match="cannot be opened: no such file"):
        pool.submit(task("echo", path=tmp_path / "gone")).result(30)


def test_a_process_serves_many_files_and_a_worn_one_is_replaced(pool):
    first = text(pool.submit(task("process")).result(30))
    assert text(pool.submit(task("process")).result(30)) == first
    assert text(pool.submit(task("hoard", b"180000000")).result(30)) == first
    assert text(pool.submit(task("process")).result(30)) != first


def test_processes_start_as_they_are_needed():
    with Pool(3) as pool:
        assert len(pool._all) == 0
        for _ in range(3):
            pool.submit(task("echo", b"x")).result(30)
        assert len(pool._all) == 1
        futures = [pool.submit(task("slow", b"0.4")) for _ in range(3)]
        assert [text(future.result(30)) for future in futures] == ["0.4"] * 3
        assert len(pool._all) == 3
        running = [child._process for child in pool._all]
    assert all(process.poll() is not None for process in running)


def test_closing_ends_processes_that_are_busy():
    with Pool(1) as pool:
        future = pool.submit(task("slow", b"60"))
        while not pool._all:
            time.sleep(0.01)
        time.sleep(0.3)
        start = time.monotonic()
    assert time.monotonic() - start < 3
    with pytest.raises(ReadError, match=r"parser fail|memory"):
        future.result(1)


def test_parsers_reach_neither_the_network_nor_other_programs(pool):
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = text(pool.submit(task("calls", str(server.getsockname()[1]).encode())).result(30))
    assert said == "refused refused refused refused"


def test_secrets_do_not_reach_a_parser(pool, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-CANARY")
    monkeypatch.setenv("LD_PRELOAD_NOT", "x")
    assert "sk-CANARY" not in str(environment())
    with Pool(1) as fresh:
        told = text(fresh.submit(task("surroundings")).result(30))
    assert "CANARY" not in told
    assert "PYTHONHASHSEED=0" in told


@posix
def test_a_parser_cannot_fill_the_disk(pool, tmp_path):
    assert "OSError" in refusal(pool, "writes", str(tmp_path / "big").encode())
    assert (tmp_path / "big").stat().st_size <= 64 << 20


def test_a_pool_that_cannot_start_says_so():
    with Pool(1, command=("/nonexistent/python",)) as pool:
        assert "no process could be started" in refusal(pool, "echo")
    with Pool(1, command=(sys.executable, "-c", "raise SystemExit(7)")) as pool:
        assert "ended with code 7" in refusal(pool, "echo")


def test_the_number_of_processes_follows_the_machine():
    assert 1 <= default_workers() <= 8


@posix
def test_a_script_that_reads_is_not_run_again_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom topics.read.parsed import Columns\nfrom topics.read.pool import Pool, Task\n"
        "print('run', flush=True)\n"
        "with Pool(1) as pool:\n"
        "    future = pool.submit(Task('tests.stub_readers:slow', 'a', Columns(), data=b'60'))\n"
        "    while not pool._all: pass\n"
        "    print(next(iter(pool._all))._process.pid, flush=True)\n"
        "    future.result()\n",
        encoding="utf-8",
    )
    root = str(Path(__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    killer = threading.Timer(20, process.kill)
    killer.start()
    assert process.stdout.readline() == "run\n"
    worker = int(process.stdout.readline())
    time.sleep(0.3)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate()
    killer.cancel()
    assert time.monotonic() - start < 5
    assert rest == "" and "KeyboardInterrupt" in errors
    with pytest.raises(ProcessLookupError, match="No such process"):
        os.kill(worker, 0)


def test_starting_takes_less_than_half_a_second():
    start = time.monotonic()
    with Pool(1) as pool:
        pool.submit(task("echo", b"x")).result(30)
    assert time.monotonic() - start < 2  # 0.2 s on a machine that is not busy


def test_what_readers_log_is_logged_here(pool, caplog):
    with caplog.at_level(logging.INFO):
        pool.submit(task("logs", b"text from 'body'")).result(30)
        pool.submit(task("logs", b"again")).result(30)
    said = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [
        ("topics.read.pool", "INFO", "a.bin: text from 'body'"),
        ("topics.read.pool", "INFO", "a.bin: again"),
    ]


def test_a_process_that_read_parquet_has_room_for_the_next_file():
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["Bees fly out at dawn, and the hive hums."]}), out)
    with Pool(1) as one:
        first = text(one.submit(task("process")).result(30))
        one.submit(Task("topics.read.batches:read_parquet", "a.parquet", Columns(), data=out.getvalue())).result(30)
        assert text(one.submit(task("process")).result(30)) == first


def test_a_long_text_comes_over_in_pieces_and_is_held_once(tmp_path):
    text = "".join(f"{number}: bees fly out at dawn, och så hem igen \U0001f41d. " for number in range(100_000))
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    with Pool(1) as pool:
        tracemalloc.start()
        parsed = pool.submit(Task("topics.read.text:read_text", "long.txt", Columns(), tmp_path / "long.txt")).result()
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert parsed.documents[0].text == text
    assert sys.getsizeof(text) < held < 1.1 * sys.getsizeof(text)
    assert peak < 1.5 * sys.getsizeof(text)  # a piece of the answer, not all of it, is held beside it


def test_a_long_text_is_set_aside_as_it_comes(tmp_path):
    text = "".join(f"{number}: bees fly out at dawn, och så hem igen \U0001f41d. " for number in range(100_000))
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    with Pool(1, aside=True) as pool:
        tracemalloc.start()
        parsed = pool.submit(Task("topics.read.text:read_text", "long.txt", Columns(), tmp_path / "long.txt")).result()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert parsed.documents[0] == Document("long.txt", text)
    assert peak < 0.7 * sys.getsizeof(text)  # two pieces of a million characters, of 4 bytes each
