"""Measure the map in a real headless browser, on models made up for it.

    python tools/measure_map.py 200000 1000000
    python tools/measure_map.py --saved models/seeds

For each: seconds from opening the page to the map drawn, bytes over the WebSocket for the first view and for a click on
a topic (mean and most of 20, or of 5 from 500,000 passages on), seconds until the passages of a clicked topic stand
there, a lasso's count against numpy, and milliseconds of a frame while the map moves.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Page, WebSocket, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.conftest import FLAGS, serving
from topics.cluster.rule import Rule
from topics.embed.centre import learn
from topics.model import TopicModel
from topics.passages import Passages
from topics.settings import Settings
from topics.store import load
from topics.ui import region
from topics.ui.state import from_query
from topics.values import Document, EncoderCard, Keyword, Level, Topic

CLICKS, WIDTH, PER_DOCUMENT = 20, 16, 20
KINDS = {"coarse": 8, "medium": 40, "fine": 160}
LASSO = [(-0.5, -0.4), (0.55, -0.45), (0.3, 0.6), (-0.45, 0.5)]


def made_up(n: int) -> TopicModel:
    """Return a model of ``n`` passages in 160 fine topics that join to 40 and 8, with dates and two languages."""
    rng = np.random.default_rng(0)
    fine_count = KINDS["fine"]
    weights = 1 / np.arange(1, fine_count + 1) ** 0.7
    fine = rng.choice(fine_count, n, p=weights / weights.sum()).astype(np.int32)
    labels = np.stack([fine % KINDS["coarse"], fine % KINDS["medium"], fine]).astype(np.int32)
    hearts = rng.normal(size=(fine_count, WIDTH))
    raw = hearts[fine] + 0.7 * rng.normal(size=(n, WIDTH))
    raw = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    middles = rng.uniform(-0.85, 0.85, (fine_count, 2))
    places = np.clip(middles[fine] + rng.normal(0, 0.05, (n, 2)), -1, 1).astype(np.float32)
    passages = _passages(n, fine)
    codes = passages.language_codes()
    centring = learn(raw, codes)
    hearts_unit = (hearts / np.linalg.norm(hearts, axis=1, keepdims=True)).astype(np.float32)
    of_fine = np.arange(fine_count, dtype=np.int32)
    rule = Rule(hearts_unit, np.stack([of_fine % KINDS["coarse"], of_fine % KINDS["medium"], of_fine]))
    return TopicModel(
        passages=passages,
        vectors=centring.apply(raw, codes),
        centring=centring,
        rule=rule,
        levels=tuple(_level(name, own) for name, own in zip(KINDS, labels, strict=True)),
        all_labels=labels,
        positions=places,
        encoder=EncoderCard("made-up", "0" * 64, WIDTH),
        settings=Settings(),
        level="medium",
    )


def _passages(n: int, fine: np.ndarray) -> Passages:
    documents, starts, ends = [], [], []
    for first in range(0, n, PER_DOCUMENT):
        body = ""
        for row in range(first, min(n, first + PER_DOCUMENT)):
            starts.append(len(body))
            body += f"Passage {row} tells something of subject {fine[row]}, in a sentence or two as passages are."
            ends.append(len(body))
            body += "\n\n"
        day = first // PER_DOCUMENT
        documents.append(Document(f"{first}.txt", body, {"date": f"{2000 + day % 20}-{1 + day % 12:02d}-01"}))
    row = np.arange(n, dtype=np.int32)
    columns = (np.array(starts, np.int32), np.array(ends, np.int32), (row % 7 == 0).astype(np.int32))
    return Passages(documents, row // PER_DOCUMENT, *columns, ("en", "sv"))


def _level(name: str, labels: np.ndarray) -> Level:
    sizes = np.bincount(labels, minlength=KINDS[name])
    above = {"medium": "coarse", "fine": "medium"}.get(name)
    topics = [
        Topic(
            id=at,
            name=f"Subject {at} of {name}",
            keywords=(Keyword(f"subject {at}", 1.0, "en"),),
            size=int(size),
            share=float(size / len(labels)),
            stability=0.8,
            level=name,
            parent=None if above is None else at % KINDS[above],
            languages={"en": int(size)},
        )
        for at, size in enumerate(sizes.tolist())
    ]
    return Level(name, tuple(topics))


class Wire:
    """What goes over the WebSocket, in bytes."""

    def __init__(self, page: Page) -> None:
        self.down = self.up = 0
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)
        socket.on("framesent", self._sent)

    def _received(self, payload: str | bytes) -> None:
        self.down += len(payload)

    def _sent(self, payload: str | bytes) -> None:
        self.up += len(payload)

    def since(self, before: tuple[int, int]) -> tuple[int, int]:
        """Return how many bytes came and went after :meth:`now` was asked."""
        return self.down - before[0], self.up - before[1]

    def now(self) -> tuple[int, int]:
        """Return how many bytes came and went until now."""
        return self.down, self.up


def measured(saved: Path, shots: Path | None) -> dict[str, object]:
    """Return the figures of a saved model."""
    model = load(saved)
    with (
        tempfile.TemporaryDirectory() as elsewhere,
        serving(Path(elsewhere), saved) as server,
        sync_playwright() as own,
    ):
        browser = own.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        told: dict[str, object] = {"passages": len(model.passages)}
        for visit in ("first open", "cold open"):  # the first one also loads the model into the server
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(180_000)
            wire, began = Wire(page), time.monotonic()
            page.goto(server.url)
            page.wait_for_selector(".map-view[data-ready]")
            told[f"{visit}, s"] = round(time.monotonic() - began, 2)
            print(json.dumps(told), file=sys.stderr, flush=True)
            _calm(page)
            if visit == "first open":
                page.close()
        told["first view, kB"] = round(wire.down / 1000)
        if shots:
            page.screenshot(path=shots / f"map-{len(model.passages)}.png")
        told |= _clicks(page, wire, len(model.passages)) | _moves(page) | _lasso(page, wire, model)
        if shots:
            page.screenshot(path=shots / f"map-{len(model.passages)}-lasso.png")
        browser.close()
    return told


def _clicks(page: Page, wire: Wire, dots: int) -> dict[str, object]:
    sizes, seconds = [], []
    rows = page.locator("[class*=st-key-choose_] button")
    names = page.locator("[class*=st-key-topic_] .row-name").all_inner_texts()
    for click in range(CLICKS if dots < 500_000 else 5):
        at = click % len(names)
        before, began = wire.now(), time.monotonic()
        rows.nth(at).click()
        page.wait_for_function("name => document.querySelector('h2.card-name')?.innerText === name", arg=names[at])
        seconds.append(time.monotonic() - began)
        _calm(page)
        sizes.append(sum(wire.since(before)) / 1000)
    return {
        "click, kB": round(statistics.mean(sizes), 1),
        "most of a click, kB": round(max(sizes), 1),
        "click to passages, s": round(statistics.median(seconds), 2),
    }


def _moves(page: Page) -> dict[str, object]:
    took = page.evaluate(
        """async () => {
          const view = document.querySelector(".map-view")
          view.focus()
          const frame = () => new Promise(requestAnimationFrame)
          await frame()
          const began = performance.now()
          for (let at = 0; at < 20; at++) {
            const key = at % 2 ? "ArrowLeft" : "ArrowRight"
            view.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
            await frame()
            await frame()
          }
          return (performance.now() - began) / 40
        }"""
    )
    page.keyboard.press("0")
    page.wait_for_timeout(1000)
    return {"frame while moving, ms": round(took)}


def _lasso(page: Page, wire: Wire, model: TopicModel) -> dict[str, object]:
    page.locator(".st-key-chip_topic button").click()
    page.wait_for_selector("h2.card-name", state="detached")
    _calm(page)
    where = [page.evaluate("([x, y]) => topicsMap.where(x, y)", list(corner)) for corner in LASSO]
    before = wire.now()
    page.keyboard.down("Shift")
    page.mouse.move(*where[0])
    page.mouse.down()
    for corner in [*where[1:], where[0]]:
        page.mouse.move(*corner, steps=40)
    page.mouse.up()
    page.keyboard.up("Shift")
    began = time.monotonic()
    page.wait_for_selector(".st-key-chip_area")
    page.wait_for_selector("h2.plain")
    took = time.monotonic() - began
    _calm(page)
    down, up = wire.since(before)
    query = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    inside = int(region.inside(model.positions, from_query(query)[0].area).sum())
    said = page.locator("h2.plain").inner_text()
    return {
        "lasso, s": round(took, 2),
        "lasso up, kB": round(up / 1000, 1),
        "lasso down, kB": round(down / 1000, 1),
        "lasso said": said,
        "numpy": inside,
        "equal": said.startswith(f"{inside:,} "),
    }


def _calm(page: Page) -> None:
    page.wait_for_timeout(200)
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(400)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, help="passages of a made-up model")
    parser.add_argument("--saved", type=Path, help="a saved model")
    parser.add_argument("--shots", type=Path, help="a folder for screenshots")
    asked = parser.parse_args()
    if asked.saved:
        print(json.dumps(measured(asked.saved.resolve(), asked.shots), indent=2), flush=True)
    for n in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            saved = made_up(n).save(Path(folder) / f"made-up-{n}")
            print(json.dumps(measured(saved, asked.shots), indent=2), flush=True)


if __name__ == "__main__":
    main()
