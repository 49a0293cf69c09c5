"""Every page, in both themes and at every width, under the rules of axe-core: names, contrast, headings, landmarks."""

from importlib.resources import files

import pytest

from tests.browser.conftest import fits, serving, settle, visit
from topics.ui.state import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESSES = (
    "/",
    "/?topic=t2&q=users",
    "/topic?topic=t2",
    "/words?w=data",
    "/search?q=privacy",
    "/read?topic=t2&doc=003_b347f73474599f56.txt&p=500",
    "/compare?a=t0&b=t1",
    "/compare?how=groups&column=language",
    "/compare?how=time",
    "/axis",
    "/curate?topic=t0&act=merge",
    "/curate?topic=t0&act=rename",
    "/fit",
    "/export",
    "/about",
)

WIDE = {"width": 1400, "height": 900}
NARROW = (768, 700, 390)  # a tablet, the first screen at 200 %, a telephone


@pytest.fixture(scope="module")
def judged(browser, saved_seeds, tmp_path_factory):
    """A function that opens an address in a theme and returns the faults that axe-core finds there."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    with serving(tmp_path_factory.mktemp("accessible"), saved_seeds) as server:
        pages = {}

        def judge(address, scheme, before="1", after=lambda page: None):
            if scheme not in pages:
                pages[scheme] = browser.new_context(viewport=WIDE, color_scheme=scheme, bypass_csp=True).new_page()
                pages[scheme].set_default_timeout(60_000)
            page = pages[scheme]
            page.set_viewport_size(WIDE)
            visit(page, server.url + address)
            settle(page)
            page.evaluate(before)
            page.evaluate(axe)
            found = page.evaluate("axe.run(document)")
            assert len(found["passes"]) > 20, "axe-core saw no page"
            after(page)
            return [
                f"{rule['id']} ({rule['impact']}): {rule['nodes'][0]['html'][:200]}"
                for rule in found["violations"]
                if rule["impact"] in ("moderate", "serious", "critical")
            ]

        yield judge
        for page in pages.values():
            page.context.close()


def test_no_page_is_forgotten():
    assert {address.split("?")[0].strip("/") or "explore" for address in ADDRESSES} == set(PAGES)


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.browser_long)])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_and_no_width_scrolls_sideways(judged, address, scheme):
    assert judged(address, scheme, after=narrowed) == []


def narrowed(page):
    """Look at a page that is open at one width after the other."""
    assert page.locator("h1").count() == 1
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(150)
        assert fits(page), width


def test_axe_would_find_a_nameless_button_and_faint_text(judged):
    spoiled = (
        "document.querySelector('h1').insertAdjacentHTML('afterend',"
        " '<button></button><p style=\"color:#777;background:#888\">faint</p>')"
    )
    found = " ".join(judged("/about", "dark", spoiled))
    assert "button-name" in found
    assert "color-contrast" in found
