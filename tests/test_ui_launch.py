"""Starting the explorer: on this computer only, on a free port, and gone when its launcher goes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.models import small_model
from topics.errors import ModelError
from topics.ui import launch

ROOT = Path(__file__).parents[1]


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def start(folder, *arguments):
    code = (
        "import logging, sys; from pathlib import Path; from topics.ui.launch import launch\n"
        "logging.basicConfig(level='WARNING')\n"
        "port = int(sys.argv[2]) if len(sys.argv) > 2 else None\n"
        "say = lambda url: print(url, flush=True)\n"
        "sys.exit(launch(Path(sys.argv[1]), port=port, browser=False, announce=say))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_what_must_hold_goes_before_any_configuration_of_the_users():
    command = launch.command(Path("models/news"), 8765)
    for flag in (
        "--server.address=127.0.0.1",
        "--server.port=8765",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--server.enableXsrfProtection=true",
        "--server.allowedHosts=127.0.0.1",
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=type",
    ):
        assert flag in command
    assert command[-2:] == ["--", str(Path("models/news").resolve())]
    assert Path(command[command.index("run") + 1]).is_file()


def test_a_port_that_is_taken_gives_way_to_a_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = launch.free_port(port)
        assert other != port
    assert launch.free_port(other) == other


def test_a_folder_that_is_no_model_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(ModelError, match="no saved model at"):
        launch.launch(tmp_path)


def test_it_serves_this_computer_only_and_stops_with_its_launcher(tmp_path):
    model = small_model().save(tmp_path / "town")
    (tmp_path / "elsewhere").mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        launcher = start(tmp_path / "elsewhere", model, wanted)
        try:
            url = launcher.stdout.readline().strip()
            assert answers(url)
            assert not url.endswith(f":{wanted}")
            listening = [
                line for line in Path("/proc/net/tcp").read_text().splitlines() if f":{port_of(url):04X} " in line
            ]
            assert all(line.split()[1].startswith("0100007F:") for line in listening if line.split()[3] == "0A")
        finally:
            launcher.send_signal(signal.SIGTERM)
            output, errors = launcher.communicate(timeout=20)
    assert launcher.returncode == 128 + signal.SIGTERM
    assert f"port {wanted} is taken" in errors
    end = time.monotonic() + 5
    while answers(url) and time.monotonic() < end:
        time.sleep(0.1)
    assert not answers(url)
    assert output == ""


def test_a_server_that_does_not_come_up_is_an_error_not_a_wait(tmp_path, monkeypatch):
    model = small_model().save(tmp_path / "town")
    monkeypatch.setattr(launch, "command", lambda model, port: [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(launch.TopicsError, match="did not start"):
        launch.launch(model, browser=False)


def test_the_browser_is_opened_once_the_app_answers(tmp_path, monkeypatch):
    model = small_model().save(tmp_path / "town")
    opened = []
    monkeypatch.setattr(launch.webbrowser, "open", opened.append)
    monkeypatch.setattr(launch, "command", lambda model, port: [sys.executable, "-c", "import time; time.sleep(1)"])
    monkeypatch.setattr(launch, "_is_up", lambda server, url: True)
    said = []
    assert launch.launch(model, announce=said.append) == 0
    assert opened == said
    assert said[0].startswith("http://127.0.0.1:")


def test_ctrl_c_is_no_error(tmp_path, monkeypatch):
    model = small_model().save(tmp_path / "town")
    monkeypatch.setattr(launch, "command", lambda model, port: [sys.executable, "-c", "import time; time.sleep(30)"])
    monkeypatch.setattr(launch, "_is_up", lambda server, url: True)

    def interrupt(url):
        raise KeyboardInterrupt

    assert launch.launch(model, browser=False, announce=interrupt) == 0


def port_of(url):
    return int(url.rsplit(":", 1)[1])
