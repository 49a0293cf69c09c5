"""The Curate page as a person meets it: a topic is renamed, the map and the list follow, another browser sees it."""

import shutil

import pytest

from tests.browser.conftest import serving, settle, visit
from topics import store
from topics.ui import text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAVED = 180_000  # milliseconds; on two idle cores under one second


@pytest.fixture
def folder(saved_seeds, tmp_path):
    """A copy of the seeds that may be edited."""
    return shutil.copytree(saved_seeds, tmp_path / "models" / "town")


def rename(page, name):
    page.get_by_label(text.RENAME_NAME).fill(name)
    page.get_by_role("button", name=text.PREVIEW).click()
    page.wait_for_selector("section.preview")
    settle(page)


def test_an_edit_is_seen_by_all_and_a_second_one_at_once_is_told(open_page, folder, tmp_path, shots):
    old = store.load(folder).topic(1).name
    with serving(tmp_path, folder) as server:
        page = open_page(f"{server.url}/?topic=t1")
        page.get_by_role("link", name=text.CURATE_LINK).click()
        page.wait_for_selector(".st-key-curate")
        settle(page)
        assert "topic=t1" in page.url
        other = open_page(f"{server.url}/curate", scheme="dark")
        settle(other)
        topic = store.load(folder).topic(2)
        other.get_by_role("button", name=text.topic_label(topic.name, topic.size)).click()
        other.wait_for_selector(".card-name")
        settle(other)
        assert "topic=t2" in other.url
        rename(other, "Bosses at odds")
        rename(page, "Who reads my data")
        page.get_by_label(text.AUTHOR).fill("Ann")
        page.get_by_role("button", name=text.APPLY).click()
        page.wait_for_selector(".ledger tr.is-in-force")
        settle(page)
        page.screenshot(path=shots / "curate-light.png", full_page=True)
        assert store.load(folder).topic(1).name == "Who reads my data"
        visit(page, f"{server.url}/?topic=t1")
        settle(page)
        assert page.locator("h2.card-name").inner_text() == "Who reads my data"
        other.get_by_role("button", name=text.APPLY).click()  # on the version from before
        other.get_by_text(text.CONFLICT).wait_for()
        settle(other)
        assert other.get_by_label(text.RENAME_NAME).input_value() == "Bosses at odds"
        assert store.load(folder).topic(2).name != "Bosses at odds"
        other.get_by_role("button", name=text.APPLY).click()
        other.wait_for_function("document.querySelectorAll('.ledger tr.is-in-force').length === 2")
        settle(other)
        other.screenshot(path=shots / "curate-dark.png", full_page=True)
        rows_in_force = "document.querySelectorAll('.ledger tr.is-in-force').length"
        for left in (1, 0):
            other.get_by_role("button", name=text.UNDO, exact=True).click()
            other.wait_for_function(f"{rows_in_force} === {left}", timeout=SAVED)
            settle(other)
        assert store.load(folder).topic(1).name == old
        for left_open in (page, other):
            left_open.context.close()  # they would miss the server
