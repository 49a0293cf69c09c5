"""Readers that behave as badly as files can make one behave."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time

from topics.errors import ReadError
from topics.read.parsed import Columns, Parsed
from topics.values import Document


def echo(data: bytes, id: str, columns: Columns) -> Parsed:
    return Parsed((Document(id, data.decode()),))


def process(data: bytes, id: str, columns: Columns) -> Parsed:
    return Parsed((Document(id, str(os.getpid())),))


def slow(data: bytes, id: str, columns: Columns) -> Parsed:
    time.sleep(float(data.split()[-1]))
    return echo(data, id, columns)


def busy(data: bytes, id: str, columns: Columns) -> Parsed:
    while True:
        pass


def greedy(data: bytes, id: str, columns: Columns) -> Parsed:
    kept = [bytearray(1 << 26) for _ in range(1000)]
    return Parsed((Document(id, str(len(kept))),))


def hoard(data: bytes, id: str, columns: Columns) -> Parsed:
    hoard.kept = bytearray(int(data))  # type: ignore[attr-defined]
    return process(data, id, columns)


def broken(data: bytes, id: str, columns: Columns) -> Parsed:
    raise KeyError("no such thing")


def logs(data: bytes, id: str, columns: Columns) -> Parsed:
    logging.getLogger("topics.read.stub").info("%s: %s", id, data.decode())
    logging.getLogger("some.library").warning("of no use")
    return process(data, id, columns)


def refuses(data: bytes, id: str, columns: Columns) -> Parsed:
    raise ReadError("is encrypted; save it without a password")


def deep(data: bytes, id: str, columns: Columns) -> Parsed:
    return deep(data, id, columns)


def dies(data: bytes, id: str, columns: Columns) -> Parsed:
    os.kill(os.getpid(), int(data) if data.isdigit() else signal.SIGSEGV)
    time.sleep(5)
    raise AssertionError("it still lives")


def leaves(data: bytes, id: str, columns: Columns) -> Parsed:
    os._exit(3)


def babbles(data: bytes, id: str, columns: Columns) -> Parsed:
    """Write past the protocol, to every open file."""
    for number in range(3, 20):
        try:
            os.write(number, data)
        except OSError:
            continue
    return Parsed((Document(id, "Said after the nonsense."),))


def prints(data: bytes, id: str, columns: Columns) -> Parsed:
    sys.stdout.write("parsing ...")
    sys.stdout.flush()
    os.write(1, b"parsing in C ...")
    sys.stderr.write("a warning\n")
    return Parsed((Document(id, sys.stdin.read() + "Said on the right way."),), "page 2 of 2 is a picture")


def deaf(data: bytes, id: str, columns: Columns) -> Parsed:
    for number in range(3, 20):
        try:
            os.close(number)
        except OSError:
            continue
    time.sleep(30)
    raise AssertionError("it still lives")


def forges(data: bytes, id: str, columns: Columns) -> Parsed:
    return Parsed((Document("another file", "Text."),))


def lacks(data: bytes, id: str, columns: Columns) -> Parsed:
    raise ModuleNotFoundError("No module named 'docx'", name="docx")


def calls(data: bytes, id: str, columns: Columns) -> Parsed:
    done = []
    for attempt in (
        lambda: socket.create_connection(("127.0.0.1", int(data))),
        lambda: socket.getaddrinfo("localhost", 80),
        lambda: subprocess.run([sys.executable, "-c", ""]),
        lambda: os.system("true"),
    ):
        try:
            attempt()
        except PermissionError:
            done.append("refused")
    return Parsed((Document(id, " ".join(done)),))


def surroundings(data: bytes, id: str, columns: Columns) -> Parsed:
    return Parsed((Document(id, "\n".join(f"{name}={value}" for name, value in sorted(os.environ.items()))),))


def writes(data: bytes, id: str, columns: Columns) -> Parsed:
    with open(data.decode(), "wb") as file:
        for _ in range(200):
            file.write(b"x" * (1 << 20))
    raise AssertionError("it filled the disk")


def rows(data: bytes, id: str, columns: Columns) -> Parsed:
    return Parsed(
        tuple(Document(f"{id}#{row}", "Rad å", {"text": str(columns.text)}, (0, 3), row) for row in range(1, 2501))
    )


def nothing(data: bytes, id: str, columns: Columns) -> Parsed:
    return Parsed(())
