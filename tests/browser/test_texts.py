"""Texts that want to be code, and texts of other scripts: both show as themselves on every page."""

from dataclasses import replace

import pytest

import topics
from tests.browser.conftest import serving, settle, visit
from tests.browser.test_explorer import drawn, lonely_row, place_on_map
from tests.models import FakeEmbedder, small_model
from topics.passages import Passages
from topics.values import Document, Keyword, Passage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = (
    "<img src=x onerror='window.pwn=1'><script>window.pwn=1</script> <b>bold</b> &amp; & "
    "![i](https://evil.example/p.png) $x$ :red[a] :material/home: https://evil.example {@x} {b}"
)
INJECTED = (
    "img[src*=evil], img[src=x], .katex, a[href^='http'][href*='evil.example'], "
    ".stMain :is(p, span, h1, h2, li, td, label) > b"
)
PAGES = {
    "/": True,
    "/?topic=t1": True,
    "/?q=evil&by=words": True,
    "/topic?topic=t1": True,
    "/topic": False,
    "/words?w=bold": True,
    "/words": False,
    "/search?q=bold&by=words": True,
    "/read?topic=t0&p=0": True,
    "/compare?a=t0&b=t1": True,
    "/compare?how=groups": False,
    "/compare?how=time": False,
    "/axis?left=topic:0&right=topic:1": True,
    "/curate?topic=t1&act=move": True,
    "/curate?topic=t1&act=merge": False,
    "/export?topic=t1": False,
    "/about": False,
    "/fit": False,
}
"""Every page, and whether it shows texts of the corpus, beside its names."""

SCRIPTS = {
    "ar": (
        "المدرسة الجديدة في الحي القديم قريبة من البيت.",
        "زار الوزير المدرسة وتحدث مع المعلمين عن المناهج.",
        "الحافلة تصل إلى المحطة كل عشر دقائق في الصباح.",
        "يشكو الركاب من تأخر الحافلة في المساء.",
    ),
    "zh": (
        "学校的午餐很好吃，孩子们都喜欢。",
        "公车每十分钟一班，早上总是很挤。",
        "新的学校今年秋天开学，学生有三百人。",
        "市政府要在河边修一条自行车道。",
    ),
    "hi": (
        "गाँव के किसान बारिश का इंतज़ार कर रहे हैं।",
        "नदी का पानी इस साल बहुत साफ है।",
        "नया स्कूल गाँव के पास बना है और बच्चे खुश हैं।",
        "बस हर दस मिनट में स्टेशन पहुँचती है।",
    ),
}
WORDS = {"ar": "المدرسة", "zh": "学校", "hi": "पानी"}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The app on two models: one whose texts want to be code, one in three scripts."""
    folder = tmp_path_factory.mktemp("texts")
    model = hostile_model()
    model.save(folder / "models" / "hostile")
    documents = [
        Document(f"{code}-{at}.txt", text, {"title": f"{WORDS[code]} {at}"})
        for code, texts in SCRIPTS.items()
        for at, text in enumerate(texts)
    ]
    topics.fit(documents, embedder=FakeEmbedder(), clean=False).save(folder / "models" / "scripts")
    with serving(folder, folder / "models") as server:
        yield server.url, model


def test_every_page_shows_hostile_names_and_texts_as_themselves(open_page, town):
    url, model = town
    page = open_page()
    for address, texts in PAGES.items():
        visit(page, f"{url}{address}{'&' if '?' in address else '?'}model=hostile")
        settle(page)
        if address == "/":
            drawn(page)
            page.mouse.move(*place_on_map(page, *model.positions[lonely_row(page, model)].tolist()))
            page.locator(".map-tip p", has_text="<img").wait_for()
        assert page.evaluate("window.pwn") is None, address
        assert page.locator(INJECTED).count() == 0, address
        seen = " ".join(page.locator("body").inner_text().split())
        assert "Traceback" not in seen
        if address not in ("/about", "/fit"):
            assert "<img src=x onerror=" in seen, address
        if texts:
            assert HOSTILE in seen, address


def test_texts_of_every_script_run_their_way_and_are_marked_and_found(open_page, town, shots):
    url, _ = town
    page = open_page()
    for code, direction in (("ar", "rtl"), ("zh", "ltr"), ("hi", "ltr")):
        word = WORDS[code]
        holding = [text for text in SCRIPTS[code] if word in text]
        for name in ("/", "/search"):
            visit(page, f"{url}{name}?model=scripts&q={word}&by=words")
            settle(page)
            found = page.locator(".passage-text")
            assert sorted(found.all_inner_texts()) == sorted(holding), (name, code)
            assert set(page.locator(".passage-text mark").all_inner_texts()) == {word}, (name, code)
            ways = found.evaluate_all("those => those.map(it => getComputedStyle(it).direction)")
            assert set(ways) == {direction}, (name, code)
            page.screenshot(path=shots / f"script-{code}{name.replace('/', '-')}.png", full_page=True)
        visit(page, f"{url}/words?model=scripts&w={word}")
        page.wait_for_selector(".kwic-line")
        settle(page)
        page.screenshot(path=shots / f"script-{code}-words.png", full_page=True)
        line = page.locator(".kwic-line").first
        assert line.evaluate("it => getComputedStyle(it).direction") == direction
        before, hit = (line.locator(part).bounding_box() for part in (".kwic-before", "mark"))
        assert (before["x"] > hit["x"]) == (direction == "rtl")
        line.click()
        page.wait_for_selector(".art-passage.is-current")
        settle(page)
        article = page.locator(".art-passage.is-current .art-text")
        assert article.evaluate("it => getComputedStyle(it).direction") == direction
        assert article.get_attribute("lang") == code
        page.screenshot(path=shots / f"script-{code}-read.png", full_page=True)


def hostile_model():
    """The small model with markup in every name, keyword and text."""
    model = small_model()
    documents, passages = [], []
    for row, document in enumerate(model.passages.documents):
        pieces = [model.passages[at].text for at in np_rows(model, row)]
        body = ""
        for piece in pieces:
            start = len(body)
            body += f"{HOSTILE} {piece}"
            passages.append(Passage("", document.id, start, len(body), body[start:], "en"))
            body += "\n\n"
        values = {"<i>kind</i>": f"<b>{row % 2}</b> $x$ :red[a] <img src=x onerror=", "date": f"202{row % 3}"}
        documents.append(Document(document.id, body, {"title": f"{HOSTILE} {row}", **values}))
    levels = tuple(
        replace(
            level,
            topics=tuple(
                replace(
                    topic,
                    name=f"{HOSTILE} {topic.id}",
                    keywords=(Keyword(HOSTILE, 1.0, "en"), Keyword("evil", 0.5, "en")),
                    theme=None,
                    languages={"en": topic.size},
                )
                for topic in level.topics
            ),
        )
        for level in model.levels
    )
    return small_model(passages=Passages.of(documents, passages), levels=levels, removed=(), themes=())


def np_rows(model, document):
    return [row for row in range(len(model.passages)) if int(model.passages.document[row]) == document]
