"""Every page as it opens at every width and at 200 %, in both themes: nothing is out of reach; with screenshots."""

import pytest

from tests.browser.conftest import fits, settle, visit
from tests.browser.test_accessible import ADDRESSES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.browser_long]


def name_of(address):
    return "".join(letter if letter.isalnum() else "-" for letter in address.strip("/")) or "explore"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "zoom"), [(1400, 900, 1), (768, 1024, 1), (390, 844, 1), (700, 450, 2)])
def test_every_page_fits_every_width(browser, witness, server, shots, width, height, zoom, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=zoom, color_scheme=scheme
    )
    witness.watch(context)
    page = context.new_page()
    page.set_default_timeout(60_000)
    for address in ADDRESSES:
        visit(page, f"{server.url}{address}")
        settle(page)
        page.screenshot(path=shots / f"{name_of(address)}-{width}-{scheme}.png", full_page=True)
        assert fits(page), address
        assert page.locator("h1").count() == 1
    visit(page, f"{server.url}/?topic=t0")
    settle(page)
    for part in (".st-key-choose_0 button", ".map-view canvas", ".passage-text"):
        page.locator(part).first.scroll_into_view_if_needed()
        box = page.locator(part).first.bounding_box()
        assert box["width"] > 200, part
        assert 0 <= box["x"] and box["x"] + box["width"] <= width, part
    context.close()
    assert (witness.strangers, witness.complaints) == ([], [])
