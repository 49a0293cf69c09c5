"""Topic, Words and Search as a person walks through them: every noun leads on, Back comes back, nothing loads anew."""

import pytest

from tests.browser.conftest import fits, settle, visit
from tests.browser.test_explorer import passages_on
from topics import portrait
from topics.ui import text

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def heading(page):
    return page.locator("h1").inner_text()


def test_from_a_topic_to_a_word_to_its_place_and_back(open_page, server, seeds_model, shots):
    page = open_page(f"{server.url}/?topic=t0")
    settle(page)
    loaded = []
    page.on("request", lambda request: request.is_navigation_request() and loaded.append(request.url))
    page.get_by_text(text.ALL_ON_THIS_TOPIC).click()
    page.wait_for_selector("table.of-words")
    settle(page)
    assert heading(page) == seeds_model.topic(0).name
    page.screenshot(path=shots / "topic.png")
    word = portrait.words(seeds_model, 0)[0].keyword.term
    page.locator("table.of-words a").first.click()
    page.wait_for_selector(".kwic-line")
    settle(page)
    assert heading(page) == f"“{word}”"
    page.screenshot(path=shots / "words.png")
    hit = page.locator(".kwic-line mark").first.inner_text()
    page.locator(".kwic-line").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".art-passage.is-current")
    settle(page)
    assert hit in page.locator(".art-passage.is-current .art-text").inner_text()
    page.go_back()
    page.wait_for_selector(".kwic-line")
    page.go_back()
    page.wait_for_selector("table.of-words")
    page.go_forward()
    page.wait_for_selector(".kwic-line")
    settle(page)
    assert heading(page) == f"“{word}”"
    assert loaded == []
    page.reload()
    page.wait_for_selector(".kwic-line")
    assert heading(page) == f"“{word}”"


def test_a_search_is_narrowed_shown_on_the_map_and_linked(open_page, server, shots):
    page = open_page(f"{server.url}/search?q=data&by=words")
    settle(page)
    found = page.locator("h2.plain").inner_text()
    page.screenshot(path=shots / "search.png")
    page.locator("[class*=st-key-narrow_topic] button").first.click()
    page.wait_for_function("location.search.includes('topic=t')")
    settle(page)
    narrowed = page.locator("h2.plain").inner_text()
    assert narrowed != found
    mine = passages_on(page)
    visit(page, page.url)
    settle(page)
    assert passages_on(page) == mine
    page.get_by_text(text.SHOW_ON_MAP).click()
    page.wait_for_selector(".st-key-map_pane canvas")
    settle(page)
    assert sorted(passages_on(page)) == sorted(mine)
    page.go_back()
    page.wait_for_selector(".st-key-narrow_pane")
    settle(page)
    assert page.locator("h2.plain").inner_text() == narrowed


def test_scripts_in_links_are_harmless_and_a_telephone_shows_which_page_is_open(open_page, server):
    page = open_page(width=390, scheme="dark")
    script = "%3Cscript%3Ewindow.pwn=1%3C/script%3E"
    for address in (
        f"words?w={script}",
        f"search?q={script}",
        f"topic?topic={script}",
        f"topic?topic=t1&side={script}",
    ):
        visit(page, f"{server.url}/{address}")
        settle(page)
        assert fits(page), address
        assert page.evaluate("window.pwn") is None
        assert page.locator("h1").count() == 1
    visit(page, f"{server.url}/curate")
    page.wait_for_selector(".st-key-nav a[aria-current=page]")
    settle(page)
    box = page.locator(".st-key-nav a[aria-current=page]").bounding_box()
    assert 0 <= box["x"] and box["x"] + box["width"] <= 390
