"""A real server and a real headless Chromium; what the browser asks for and complains of is recorded and judged."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.models import PIECES, small_model
from topics.ui.launch import free_port

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
)
HARMLESS = (
    "/_stcore/health",
    "/_stcore/host-config",
)  # Streamlit asks below a page's own address first, and gets a 404


@dataclass
class Server:
    """A running app: its address, and the seconds from its start until it answered."""

    url: str
    seconds: float


@dataclass
class Witness:
    """What a browser did while a test ran."""

    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, context):
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, request):
        where = urlsplit(request.url)
        if where.scheme not in ("data", "blob") and where.hostname != "127.0.0.1":
            self.strangers.append(request.url)

    def _console(self, message):
        if message.type == "error" and not message.location.get("url", "").endswith(HARMLESS):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="session")
def chromium():
    """The path of Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing = "no chromium on this machine; 'apt install chromium' brings one"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return path


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield running
        running.close()


def visit(page, url):
    """Load an address, and wait for the end of its page."""
    page.goto(url)
    page.wait_for_selector("footer.foot")


def settle(page):
    """Wait until the script has run and the page stands still."""
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(400)


def fits(page):
    """Tell whether nothing on a page has to be scrolled to sideways."""
    return page.evaluate(
        "[document.scrollingElement, document.querySelector('.stMain')]"
        ".every(part => part.scrollWidth <= Math.min(part.clientWidth, innerWidth))"
    )


@contextmanager
def serving(folder, *model):
    """Run ``topics app`` in ``folder``, on a port of its own: other tests run beside this one."""
    began = time.monotonic()
    launcher = subprocess.Popen(
        [sys.executable, "-m", "topics.cli", "app", *map(str, model), "--no-browser", "--port", str(free_port(0))],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        said = launcher.stdout.readline()
        told = re.match(r"The explorer is at (http://127\.0\.0\.1:\d+) ", said)
        assert told, said
        yield Server(told[1], time.monotonic() - began)
    finally:
        launcher.send_signal(signal.SIGTERM)
        launcher.wait(15)
        launcher.stdout.close()


@pytest.fixture(scope="session")
def server(saved_seeds, tmp_path_factory):
    """The app on the seed corpus, started from another folder."""
    with serving(tmp_path_factory.mktemp("elsewhere"), saved_seeds) as running:
        yield running


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    """The app in a folder with one saved model: its server, the folder, and files of the model's texts."""
    folder = tmp_path_factory.mktemp("workshop")
    small_model().save(folder / "models" / "town")
    files = []
    for name, pieces in PIECES.items():
        path = folder / Path(name).name
        path.write_text("\n\n".join(piece for _, piece in pieces), encoding="utf-8")
        files.append(path)
    with serving(folder, folder / "models" / "town") as server:
        yield server, folder, files


@pytest.fixture
def witness():
    return Witness()


@pytest.fixture
def open_page(browser, witness):
    """Open an address, or nothing, in a fresh profile; at the end nothing may have left this computer or gone wrong."""
    contexts = []

    def open_in(url=None, *, width=1400, height=900, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        witness.watch(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # on a busy machine; no test waits for it in vain
        if url is not None:
            visit(page, url)
        return page

    yield open_in
    for context in contexts:
        context.close()
    assert witness.strangers == []
    assert witness.complaints == []


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    """Where screenshots go: the folder that TOPICS_SHOTS names, or a temporary one."""
    named = os.environ.get("TOPICS_SHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def timings(shots):
    """Seconds by name, written beside the screenshots."""
    measured = {}
    yield measured
    (shots / "timings.json").write_text(json.dumps(measured, indent=2) + "\n")
