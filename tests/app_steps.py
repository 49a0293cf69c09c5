"""What every test of the app does: start it on a folder of models, open a page, read what it shows."""

import html
import re
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
ENTRY = ROOT / "topics" / "ui" / "main.py"


def started(folder, monkeypatch, *arguments):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["main.py", *map(str, arguments)])
    return AppTest.from_file(ENTRY, default_timeout=30)


def html_of(app):
    assert not app.exception, app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def passages_in(app):
    """The text of every passage on the page, without its markup."""
    found = re.findall(r'<p class="passage-text"[^>]*>(.*?)</p>', html_of(app), re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", passage)) for passage in found]


def open_page(app, page, **query):
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"views/{page}.py").run()


def keyed(app, name):
    """The key of a list of topics, which has the version of the model in it."""
    return f"{name}_{app.session_state['_version']}"


def url(app):
    """The parameters in the app's URL; those that a test has set are lists."""
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


# Explore
