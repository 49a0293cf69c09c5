"""Random valid actions for as long as TOPICS_SOAK says, in seconds: no exception, and the server does not grow."""

import os
import random
import re
import shutil
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.conftest import serving, settle, visit
from topics.ui import text
from topics.ui.state import PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.browser_long,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc"),
]

SECONDS = float(os.environ.get("TOPICS_SOAK", "1800"))
WARM = 0.2  # of the time, in which every page is seen and what is kept is filled
GROWTH = 0.15
SEED = 6


def addresses(chance, model):
    """Return a link to any page with any of what it can hold."""
    page = chance.choice(list(PAGES))
    topic = f"t{chance.choice(model.topics).id}"
    word = chance.choice(chance.choice(model.topics).keywords).term
    passage = model.passages[chance.randrange(len(model.passages))]
    known = {
        "level": chance.choice([level.name for level in model.levels]),
        "topic": topic,
        "q": word,
        "w": word,
        "by": chance.choice(["words", "meaning", "both"]),
        "doc": passage.document_id,
        "p": str(passage.start),
        "how": chance.choice(["topics", "groups", "time"]),
        "act": chance.choice(["rename", "merge", "split", "move"]),
        "left": word,
        "right": f"topic:{topic[1:]}",
        "area": "-0.5,-0.5,0.5,-0.5,0.5,0.5",
    }
    kept = {name: known[name] for name in PAGES[page] if name in known and chance.random() < 0.5}
    return f"/{'' if page == 'explore' else page}?{urlencode(kept)}"


def press(chance, page):
    """Press a button, a radio or a link of the page that is in sight, if there is one."""
    found = page.locator(
        ".stMain :is(.stButton button, [role=radio], a[data-testid=stPageLink-NavLink], .map-name, .stHtml a)"
    ).all()
    found = [one for one in chance.sample(found, min(8, len(found))) if one.is_visible() and one.is_enabled()]
    try:
        if found:
            found[0].click(timeout=3000, force=True)
    except TimeoutError:  # of Playwright
        pass  # the page has changed meanwhile


def edit(chance, page, url, topic):
    """Rename a topic, or undo what was done last."""
    visit(page, f"{url}/curate?topic=t{topic}&act=rename")
    settle(page)
    undo = page.get_by_role("button", name=text.UNDO, exact=True)
    if chance.random() < 0.5 and undo.count() and undo.is_enabled():
        undo.click()
    elif page.get_by_label(text.RENAME_NAME).count():
        page.get_by_label(text.RENAME_NAME).fill(f"Name {chance.randrange(10_000)}")
        page.get_by_role("button", name=text.PREVIEW).click()
        page.wait_for_selector("section.preview")
        page.get_by_role("button", name=text.APPLY).click()
    settle(page)


def memory(url):
    """Return the bytes that the server holds, which listens at ``url``."""
    flag = f"--server.port={url.rpartition(':')[2]}".encode()
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if flag in told.read_bytes().split(b"\0"):
                return int(re.search(r"VmRSS:\s+(\d+) kB", told.with_name("status").read_text()).group(1)) << 10
        except OSError:
            continue  # it has just ended
    raise AssertionError(f"no server has {flag!r}")


def test_random_actions_break_nothing_and_leave_nothing_behind(
    open_page, saved_seeds, seeds_model, tmp_path, timings, capfd
):
    folder = shutil.copytree(saved_seeds, tmp_path / "models" / "town")
    chance, done, held = random.Random(SEED), 0, []
    with serving(tmp_path, folder) as server:
        page, began = open_page(), time.monotonic()
        visit(page, server.url)
        while (now := time.monotonic() - began) < SECONDS:
            draw = chance.random()
            if draw < 0.45:
                visit(page, server.url + addresses(chance, seeds_model))
            elif draw < 0.85:
                press(chance, page)
            elif draw < 0.95:
                page.go_back()
            else:
                edit(chance, page, server.url, chance.choice(seeds_model.topics).id)
            settle(page)
            done += 1
            told = page.locator(".stMain").inner_text()
            assert page.locator("[data-testid=stException]").count() == 0, (done, page.url, told)
            if now > WARM * SECONDS:
                held.append(memory(server.url))
        page.context.close()
    timings["soak"] = {"actions": done, "first, MB": held[0] >> 20, "last, MB": held[-1] >> 20}
    errors = capfd.readouterr().err
    assert not re.search(r"Traceback|Exception", errors), errors[-3000:]
    tail = sorted(held[-len(held) // 5 :])
    assert tail[len(tail) // 2] < (1 + GROWTH) * held[0], timings["soak"]
