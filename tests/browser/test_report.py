"""The exported report in a real browser: it asks for nothing, runs nothing, fits any screen and can be read."""

import re

import pytest

import topics
from tests.models import FakeEmbedder
from topics import share
from topics.values import Document

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXTS = (
    "<script>window.pwned = 1</script> the bus of the town",
    "<img src='http://evil.example/x.png' onerror='window.pwned = 1'> the bike lane",
    "<style>body { display: none }</style> lunch for the pupils",
    "\u202ea text that turns around the bus",
    "المدرسة الجديدة في الحي القديم قريبة",
    "בית הספר החדש נמצא בשכונה הישנה",
    "学校的午餐很好吃，孩子们喜欢",
    "a" * 300 + " parking without a space",
)


@pytest.fixture(scope="module")
def reports(seeds_model, tmp_path_factory):
    """Two reports: of the seeds, and of texts that want to be markup."""
    folder = tmp_path_factory.mktemp("reports")
    share.write(seeds_model, folder / "seeds.html", title="Seeds")
    documents = [Document(f"<b>{row}", text, {"title": "<i>title</i>"}) for row, text in enumerate(TEXTS)]
    nasty = topics.fit(documents, embedder=FakeEmbedder(), clean=False, themes=["<u>space</u>"])
    share.write(nasty, folder / "nasty.html", title="<script>window.pwned = 1</script>")
    return folder


@pytest.fixture
def opened(browser, shots):
    """Open a report from disk; at the end it has asked for nothing but itself, and nothing went wrong."""
    contexts, asked, said = [], [], []

    def open_file(path, *, width=1400, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        context.on("console", lambda message: said.append(message.text))
        page = context.new_page()
        page.goto(path.as_uri())
        page.screenshot(path=shots / f"report_{path.stem}_{width}_{scheme}.png", full_page=True)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert all(url.startswith("file://") and url.endswith(".html") for url in asked)
    assert said == []


@pytest.mark.parametrize("name", ["seeds", "nasty"])
@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_fits_the_screen_and_runs_nothing(opened, reports, name, width, scheme) -> None:
    page = opened(reports / f"{name}.html", width=width, scheme=scheme)
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("h1").count() == 1
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(map(int, re.findall(r"\d+", dark)[:3])) / 3
    assert lightness < 60 if scheme == "dark" else lightness > 200


def test_texts_are_shown_in_their_direction(opened, reports) -> None:
    page = opened(reports / "nasty.html")
    for word, direction in (("المدرسة", "rtl"), ("בית", "rtl"), ("bike", "ltr"), ("学校", "ltr")):
        quote = page.locator("blockquote", has_text=word).first
        assert quote.evaluate("element => getComputedStyle(element).direction") == direction
    assert page.locator("blockquote", has_text="<script>window.pwned = 1</script>").count() == 1


def test_a_script_is_blocked_even_if_it_got_into_the_page(browser, reports, tmp_path) -> None:
    html = (reports / "seeds.html").read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    inserted = "<script>window.pwned = 1</script><img src='http://evil.example/x.png'></body>"
    broken.write_text(html.replace("</body>", inserted), encoding="utf-8")
    context = browser.new_context()
    asked: list[str] = []
    context.on("requestfinished", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(broken.as_uri())
    page.wait_for_timeout(200)
    assert page.evaluate("window.pwned") is None
    assert asked == [broken.as_uri()]
    context.close()


def test_links_lead_to_topics(opened, reports, seeds_model) -> None:
    page = opened(reports / "seeds.html")
    page.get_by_role("link", name=seeds_model.topics[2].name, exact=True).first.click()
    assert page.url.endswith("#t2")
    assert page.locator("#t2 h3").inner_text().endswith(seeds_model.topics[2].name)
    assert page.locator("#t2 blockquote").first.is_visible()
    assert page.get_by_role("img", name=re.compile("Map of 62 passages")).count() == 1
