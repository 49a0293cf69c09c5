"""Starts the explorer: a Streamlit server on this computer only, and the browser on it."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import URLError

from topics.errors import ModelError, TopicsError
from topics.ui import catalog, refusals

HOST = "127.0.0.1"
PORT = 8501

_PATIENCE = 60.0  # seconds until a server that says nothing is given up
_GRACE = 5.0  # seconds that it has to stop

_log = logging.getLogger(__name__)

_FLAGS = {
    # What must hold whatever a configuration file of the user's says; the rest is in .streamlit/config.toml.
    "server.address": HOST,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "type",
}


def launch(
    model: Path | None = None,
    *,
    port: int | None = None,
    browser: bool = True,
    announce: Callable[[str], None] | None = None,
) -> int:
    """Run the explorer until it is stopped.

    Parameters
    ----------
    model
        A saved model, or a folder of them; by default ``models`` in the working directory, and without any the demo.
    port
        The port wanted; another one that is free where it is taken.
    browser
        Whether to open the browser.
    announce
        Called with the URL once the app answers there.

    Returns
    -------
    int
        The server's exit code; 0 after Ctrl-C.

    Raises
    ------
    ModelError
        ``model`` is given, and neither is a saved model nor holds one.
    TopicsError
        The server does not come up.
    """
    if model is not None and not catalog.find(model, model):
        raise ModelError(refusals.not_a_model(str(model)))
    chosen = free_port(port or PORT)
    if port is not None and chosen != port:
        _log.warning("port %d is taken, so the explorer is on port %d", port, chosen)
    url = f"http://{HOST}:{chosen}"
    try:
        with _server(command(model, chosen)) as server:
            if not _is_up(server, url):
                raise TopicsError(f"the explorer did not start on {url}; what it wrote above says why")
            if announce is not None:
                announce(url)
            if browser:
                webbrowser.open(url)
            return server.wait()
    except KeyboardInterrupt:
        return 0


def command(model: Path | None, port: int) -> list[str]:
    """Return the command that runs the server."""
    flags = [f"--{name}={value}" for name, value in {**_FLAGS, "server.port": str(port)}.items()]
    flags += [f"--server.allowedHosts={host}" for host in ("localhost", HOST)]
    entry = Path(__file__).with_name("main.py")
    rest = [] if model is None else ["--", str(model.resolve())]
    return [sys.executable, "-m", "topics.ui.server", "run", str(entry), *flags, *rest]


def free_port(wanted: int) -> int:
    """Return ``wanted`` if nothing listens there, else a port that the system gives."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if sys.platform != "win32":  # there, this flag would let two servers share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise TopicsError(f"no port on {HOST} is free; close a program that listens, and try again")


@contextmanager
def _server(arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server as a child that does not outlive this process, whether it ends by itself or by a signal."""
    server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)  # greetings; what goes wrong is on stderr

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    main = threading.current_thread() is threading.main_thread()  # only there can signals be handled
    before = signal.signal(signal.SIGTERM, leave) if main else None
    try:
        yield server
    finally:
        if main:
            signal.signal(signal.SIGTERM, before)
        if server.poll() is None:
            server.terminate()
            try:
                server.wait(_GRACE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _is_up(server: subprocess.Popen[bytes], url: str) -> bool:
    """Wait until the server answers, has ended, or patience has."""
    end = time.monotonic() + _PATIENCE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({})
    )  # no proxy stands between a computer and itself
    while server.poll() is None and time.monotonic() < end:
        try:
            with opener.open(f"{url}/_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            time.sleep(0.05)
    return False
