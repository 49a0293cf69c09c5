"""The way through the app without a mouse: choose, search, read, rename, export; where one is can always be seen."""

import shutil
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import serving, settle
from topics import store
from topics.ui import text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STEPS = 120  # of Tab, after which something is out of reach


@pytest.fixture(scope="module")
def copy(saved_seeds, tmp_path_factory):
    """The app on a copy of the seeds that may be edited, and its folder."""
    folder = shutil.copytree(saved_seeds, tmp_path_factory.mktemp("keyboard") / "models" / "town")
    with serving(folder.parent, folder) as server:
        yield server.url, folder


def tab_to(page, wanted):
    """Press Tab until a control has the focus."""
    wanted = wanted.first
    wanted.wait_for()
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def shot(page, clip):
    taken = page.screenshot(clip=clip, animations="disabled", caret="hide")
    return np.asarray(Image.open(BytesIO(taken)).convert("RGB")).astype(int)


def is_seen(page):
    """Tell whether the control that has the focus looks other than without it."""
    left, top, right, bottom = page.evaluate(
        "() => { window.focused = document.activeElement; const it = focused.getBoundingClientRect();"
        " return [it.left - 12, it.top - 12, it.right + 12, it.bottom + 12] }"
    )
    left, top = max(0, left), max(0, top)
    clip = {"x": left, "y": top, "width": max(8, min(1400, right) - left), "height": max(8, min(900, bottom) - top)}
    focused = shot(page, clip)
    page.evaluate("() => focused.blur()")
    page.wait_for_timeout(60)
    without = shot(page, clip)
    page.evaluate("() => focused.focus({ preventScroll: true })")
    return int((np.abs(focused - without).max(axis=2) > 24).sum()) > 20


def test_a_topic_is_chosen_searched_and_read_by_keyboard(open_page, copy):
    url, folder = copy
    page = open_page(url)
    page.wait_for_selector(".map-view[data-ready]")
    settle(page)
    tab_to(page, page.locator(".st-key-choose_2 button"))
    page.keyboard.press("Enter")
    page.wait_for_selector("h2.card-name")
    settle(page)
    assert page.locator("h2.card-name").inner_text() == store.load(folder).topic(2).name
    tab_to(page, page.locator(".st-key-search input"))
    page.keyboard.type("users data")
    page.keyboard.press("Enter")
    page.wait_for_selector(".passage-text mark")
    settle(page)
    tab_to(page, page.get_by_role("link", name=text.READ_LINK))
    page.keyboard.press("Enter")
    page.wait_for_selector(".art-passage.is-current")


def test_a_topic_is_renamed_and_files_are_made_by_keyboard(open_page, copy):
    url, folder = copy
    page = open_page(f"{url}/?topic=t1")
    settle(page)
    tab_to(page, page.get_by_role("link", name=text.CURATE_LINK))
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-curate")
    settle(page)
    tab_to(page, page.get_by_label(text.RENAME_NAME))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Named by hand")
    assert page.get_by_label(text.RENAME_NAME).input_value() == "Named by hand"
    settle(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("section.preview")
    settle(page)
    tab_to(page, page.get_by_role("button", name=text.APPLY))
    page.keyboard.press("Enter")
    page.wait_for_selector(".ledger tr.is-in-force")
    settle(page)
    assert store.load(folder).topic(1).name == "Named by hand"
    tab_to(page, page.locator(".st-key-nav").get_by_role("link", name=text.pages()["export"]))
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-export_topics button")
    settle(page)
    tab_to(page, page.locator(".st-key-export_topics button", has_text="topics.csv"))
    with page.expect_download() as made:
        page.keyboard.press("Enter")
    assert b"Named by hand" in made.value.path().read_bytes()


@pytest.mark.browser_long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        "/?topic=t2",
        "/topic?topic=t2",
        "/words?w=data",
        "/search?q=data&by=words",
        "/read?topic=t2",
        "/compare?how=groups",
        "/axis",
        "/curate?topic=t1&act=move",
        "/fit",
        "/export",
        "/about",
    ],
)
def test_where_the_focus_is_can_be_seen(open_page, copy, address, scheme):
    page = open_page(copy[0] + address, scheme=scheme)
    settle(page)
    unseen, before = [], None
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        page.wait_for_timeout(60)
        name = page.evaluate("() => document.activeElement.outerHTML.slice(0, 160)")
        if name.startswith("<body") and before:
            break
        before = name
        if not name.startswith("<body") and not is_seen(page):
            unseen.append(name)
    assert before
    assert unseen == []
