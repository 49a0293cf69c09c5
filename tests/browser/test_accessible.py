"""Every page, in both themes, under the rules of axe-core: names for screen readers, contrast, headings, landmarks."""

from importlib.resources import files

import pytest

from tests.browser.conftest import serving, settle, visit
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


@pytest.fixture(scope="module")
def judged(browser, saved_seeds, tmp_path_factory):
    """A function that opens an address in a theme and returns the faults that axe-core finds there."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    with serving(tmp_path_factory.mktemp("accessible"), saved_seeds) as server:
        pages = {}

        def judge(address, scheme, before="1"):
            if scheme not in pages:
                pages[scheme] = browser.new_context(
                    viewport={"width": 1400, "height": 900}, color_scheme=scheme, bypass_csp=True
                ).new_page()
                pages[scheme].set_default_timeout(60_000)
            page = pages[scheme]
            visit(page, server.url + address)
            settle(page)
            page.evaluate(before)
            page.evaluate(axe)
            found = page.evaluate("axe.run(document)")
            assert len(found["passes"]) > 20, "axe-core saw no page"
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
def test_axe_finds_nothing(judged, address, scheme):
    assert judged(address, scheme) == []


def test_axe_would_find_a_nameless_button_and_faint_text(judged):
    spoiled = (
        "document.querySelector('h1').insertAdjacentHTML('afterend',"
        " '<button></button><p style=\"color:#777;background:#888\">faint</p>')"
    )
    found = " ".join(judged("/about", "dark", spoiled))
    assert "button-name" in found
    assert "color-contrast" in found
