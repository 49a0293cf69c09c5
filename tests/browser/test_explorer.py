"""The explorer as a person meets it: it opens, a topic is chosen, its passages are read, nothing leaves the machine."""

import time
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from tests.browser.conftest import FLAGS, serving, settle, visit
from tests.browser.test_curate import rename
from topics.ui import region, text
from topics.ui.state import from_query

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READY = 10.0  # seconds; on two idle cores it takes about one
ANSWER = 5.0


def passages_on(page):
    return page.locator(".passage-text").all_inner_texts()


def listed(page):
    """The passages on the page, which of how many they are, and the filters that are on beside the topic."""
    pager = page.locator(".st-key-pager .quiet").inner_text()
    return passages_on(page), pager, page.locator("[class*=st-key-chip_where] button p").all_inner_texts()


def drawn(page):
    """Wait until the map is drawn."""
    page.wait_for_selector(".map-view[data-ready]")
    settle(page)


def place_on_map(page, x, y):
    """Where a point of the map is on the screen."""
    return page.evaluate("([x, y]) => topicsMap.where(x, y)", [x, y])


def lonely_row(page, model):
    """The row of the passage whose dot is furthest from any other, among those that no name covers."""
    places = model.positions.astype(float)
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 9 * np.eye(len(places))
    for row in np.argsort(-apart.min(axis=1)).tolist():
        at = place_on_map(page, *places[row].tolist())
        if page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.className === 'map-canvas'", at):
            return row
    raise AssertionError("names cover every dot")


def test_the_first_page_is_usable_at_once(open_page, server, seeds_model, timings):
    began = time.monotonic()
    page = open_page(server.url)
    page.wait_for_selector(".map-view[data-ready]")
    page.wait_for_selector(".passage-text")
    took = time.monotonic() - began
    timings["server started"] = round(server.seconds, 2)
    timings["first page usable"] = round(took, 2)
    assert took < READY
    assert page.locator("h1").all_inner_texts() == ["seeds"]
    assert page.locator("[class*=st-key-topic_] .row-name").all_inner_texts() == [t.name for t in seeds_model.topics]
    assert len(seeds_model.topics) >= 5
    assert len(passages_on(page)) == len(seeds_model.topics)
    assert page.locator(".foot").inner_text() == text.FOOTER


def test_without_a_model_the_demo_opens_and_nothing_is_written(open_page, tmp_path):
    with serving(tmp_path) as running:
        page = open_page(running.url)
        drawn(page)
        page.get_by_text(text.DEMO).wait_for()
        assert page.locator("[class*=st-key-topic_] .row-name").count() >= 5
        assert passages_on(page)
        page.get_by_role("link", name=text.FIT_TITLE).click()
        page.wait_for_selector("input[type=file]", state="attached")
        settle(page)
        page.context.close()  # it would miss the server
    assert list(tmp_path.iterdir()) == []


def test_a_topic_of_the_list_shows_its_passages(open_page, server, seeds_model, timings):
    page = open_page(server.url)
    began = time.monotonic()
    page.get_by_role("button", name=text.topic_label(seeds_model.topics[1].name, seeds_model.topics[1].size)).click()
    page.wait_for_selector("h2.card-name")
    timings["topic clicked, passages shown"] = round(time.monotonic() - began, 2)
    assert time.monotonic() - began < ANSWER
    settle(page)
    assert page.locator("h2.card-name").inner_text() == seeds_model.topics[1].name
    assert "topic=t1" in page.url
    own = {seeds_model.passages[row].text for row in seeds_model.rows(1).tolist()}
    shown = passages_on(page)
    assert shown
    assert all(any(passage.split() == mine.split() for mine in own) for passage in shown)
    assert page.locator(".passage-text mark").count() > 0


def test_dots_and_names_on_the_map_choose_topics(open_page, server, seeds_model):
    page = open_page(server.url)
    drawn(page)
    alone = lonely_row(page, seeds_model)
    at = place_on_map(page, *seeds_model.positions[alone].tolist())
    page.mouse.move(*at)
    page.locator(".map-tip p").wait_for()  # the text that the server tells
    assert page.locator(".map-tip p").inner_text().removesuffix(" …") in " ".join(
        seeds_model.passages[alone].text.split()
    )
    page.mouse.click(*at)
    page.wait_for_function(f"location.search.includes('topic=t{seeds_model.labels[alone]}')")
    page.wait_for_selector("h2.card-name")
    settle(page)
    other = next(topic for topic in seeds_model.topics if topic.id != seeds_model.labels[alone])
    page.locator(".map-name", has_text=other.name).click()
    page.wait_for_function(f"location.search.includes('topic=t{other.id}')")
    page.locator(".map-view").press("Escape")
    page.wait_for_selector("h2.card-name", state="detached")


def test_a_lasso_on_the_map_shows_what_lies_in_it(open_page, server, seeds_model):
    page = open_page(server.url)
    drawn(page)
    page.get_by_role("button", name=text.LASSO).click()
    corners = [(-0.9, -0.3), (0.6, -0.3), (0.6, 0.9), (-0.9, 0.9), (-0.9, -0.3)]
    page.mouse.move(*place_on_map(page, *corners[0]))
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*place_on_map(page, *corner), steps=12)
    page.mouse.up()
    page.wait_for_selector(".st-key-chip_area")
    settle(page)
    view, _ = from_query({name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()})
    xs, ys = zip(*view.area, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((-0.9, 0.6, -0.3, 0.9), abs=0.03)
    inside = int(region.inside(seeds_model.positions, view.area).sum())
    assert page.locator("h2.plain").inner_text() == text.in_region(inside)
    page.locator(".st-key-chip_area button").click()
    page.wait_for_selector(".st-key-chip_area", state="detached")
    settle(page)
    assert "area=" not in page.url
    page.keyboard.down("Shift")
    page.mouse.move(*place_on_map(page, *corners[0]))
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*place_on_map(page, *corner), steps=12)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.wait_for_selector(".st-key-chip_area")
    settle(page)
    page.locator(".map-view").press("Escape")
    page.wait_for_selector(".st-key-chip_area", state="detached")


def test_the_map_is_moved_and_its_names_chosen_by_keyboard(open_page, server, seeds_model):
    page = open_page(server.url)
    drawn(page)
    before, middle = place_on_map(page, 0.5, 0), place_on_map(page, 0, 0)
    page.locator(".map-view").focus()
    page.keyboard.press("+")
    assert place_on_map(page, 0.5, 0)[0] - place_on_map(page, 0, 0)[0] == pytest.approx(1.4 * (before[0] - middle[0]))
    page.keyboard.press("ArrowRight")
    assert place_on_map(page, 0, 0)[0] == pytest.approx(middle[0] - 60)
    page.keyboard.press("0")
    assert place_on_map(page, 0.5, 0) == pytest.approx(before)
    page.locator(".map-name").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h2.card-name")
    assert page.locator("h2.card-name").inner_text() == seeds_model.topics[0].name


def test_the_map_is_not_drawn_anew_for_what_does_not_concern_it(open_page, server):
    page = open_page(server.url)
    drawn(page)
    page.evaluate("() => { window.before = document.querySelector('.map-canvas') }")
    page.locator(".st-key-choose_1 button").click()
    page.wait_for_selector("h2.card-name")
    drawn(page)
    page.set_viewport_size({"width": 1200, "height": 800})
    page.wait_for_timeout(400)
    assert page.evaluate("() => window.before === document.querySelector('.map-canvas')")
    box = page.locator(".map-view").bounding_box()
    size = page.evaluate("() => [window.before.width, window.before.height]")
    assert size == [round(box["width"]), round(box["height"])]


def test_the_map_is_drawn_again_after_another_page_and_in_another_theme(open_page, server):
    page = open_page(server.url)
    drawn(page)
    bright = brightness(page)
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert brightness(page) < bright / 3
    page.get_by_role("link", name="About").click()
    page.wait_for_selector(".map-view", state="detached")
    settle(page)
    assert page.evaluate("[topicsMap.views.size, topicsMap.shelf.size]") == [0, 0]  # nothing is left behind
    page.get_by_role("link", name="Explore").click()
    drawn(page)
    assert page.locator(".map-name:visible").count() > 0
    dark = brightness(page)
    assert 0 < dark < bright / 3


def brightness(page):
    """How bright the map is on the screen, from 0 to 255; 0 only if nothing at all is drawn."""
    from io import BytesIO

    from PIL import Image

    shot = Image.open(BytesIO(page.locator(".map-view").screenshot())).convert("L")
    values = np.asarray(shot)
    assert len(np.unique(values)) > 20  # dots, not one flat colour
    return values.mean()


def test_without_webgl_a_simpler_map_says_so_and_works(browser, chromium, server, witness):
    flags = [flag for flag in FLAGS if "swiftshader" not in flag]
    plain = browser.browser_type.launch(executable_path=chromium, args=[*flags, "--disable-3d-apis"])
    page = plain.new_page(viewport={"width": 1400, "height": 900})
    witness.watch(page.context)
    visit(page, server.url)
    page.get_by_text(text.MAP_FLAT).wait_for()
    page.wait_for_selector(".st-key-map_pane [class*=st-key-map_] canvas")
    page.locator(".st-key-choose_1 button").click()
    page.wait_for_selector("h2.card-name")
    settle(page)
    assert page.get_by_text(text.MAP_FLAT).is_visible()
    plain.close()
    assert (witness.strangers, witness.complaints) == ([], [])


def test_a_passage_opens_in_its_article_and_back_returns(open_page, server, seeds_model):
    page = open_page(f"{server.url}/?topic=t0")
    settle(page)
    passage = passages_on(page)[0]
    page.get_by_text(text.READ_LINK).first.click()
    page.wait_for_selector(".art-passage.is-current")
    settle(page)
    current = page.locator(".art-passage.is-current .art-text")
    assert current.inner_text().split() == passage.split()
    top = current.bounding_box()["y"]
    assert 0 < top < 900
    document, start = (dict(part.split("=") for part in page.url.split("?")[1].split("&"))[key] for key in ("doc", "p"))
    source = next(d.text for d in seeds_model.passages.documents if d.id == document)
    assert source[int(start) :].startswith(passage.split()[0])
    page.go_back()
    page.wait_for_selector("h2.card-name")
    settle(page)
    assert passages_on(page)[0] == passage


def test_back_and_forward_restore_each_view(open_page, server, seeds_model):
    page = open_page(server.url)
    names = []
    for topic in (0, 2, 4):
        page.locator(f".st-key-choose_{topic} button").click()
        page.wait_for_function(f"location.search.includes('topic=t{topic}')")
        settle(page)
        names.append(page.locator("h2.card-name").inner_text())
    for expected in (names[1], names[0]):
        page.go_back()
        page.wait_for_function(f"document.querySelector('h2.card-name')?.innerText === {expected!r}")
    page.go_forward()
    page.wait_for_function(f"document.querySelector('h2.card-name')?.innerText === {names[1]!r}")
    page.go_back()
    page.go_back()
    page.wait_for_selector("h2.card-name", state="detached")
    settle(page)
    page.locator(".st-key-choose_1 button").click()
    page.wait_for_function("location.search.includes('topic=t1')")
    page.go_back()  # on the heels of the click
    page.wait_for_selector("h2.card-name", state="detached")


def test_a_copied_link_shows_the_same_in_a_fresh_profile(open_page, server):
    first = open_page(f"{server.url}/?level=fine&topic=t2&q=data&by=words")
    settle(first)
    second = open_page(first.url)
    settle(second)
    assert passages_on(first) == passages_on(second)
    assert second.locator("[data-testid=stTextInput] input").first.input_value() == "data"


@pytest.mark.parametrize(
    ("query", "answer", "words"),
    [
        ("vantan", "Parkeringen vid torget är full redan klockan åtta.", {"väntan"}),
        ('"electric bus"', "The bus depot needs chargers before the first electric bus arrives.", {"electric", "bus"}),
    ],
)
def test_words_with_accents_and_phrases_are_found_and_they_alone_are_marked(open_page, workshop, query, answer, words):
    server, _, _ = workshop
    page = open_page(f"{server.url}/?model=town&by=words")
    settle(page)
    page.locator(".st-key-search input").fill(query)
    page.locator(".st-key-search input").press("Enter")
    page.wait_for_selector("h2.plain")
    settle(page)
    found = passages_on(page)
    assert any(answer in passage for passage in found[:5])
    marks = page.locator(".passage-text mark").all_inner_texts()
    assert {word for mark in marks for word in mark.casefold().split()} == words
    assert len(marks) >= len(found) == 1


def test_a_link_from_before_a_renaming_shows_the_same_in_a_fresh_profile(open_page, workshop):
    server, _, _ = workshop
    page = open_page(f"{server.url}/?model=town&level=coarse&topic=t0&where=language%3Den%26language%3Dsv")
    settle(page)
    page.get_by_role("button", name=text.NEXT).click()
    page.get_by_text(text.showing(11, 13, 13)).wait_for()
    settle(page)
    link, shown = page.url, listed(page)
    assert shown[1:] == (text.showing(11, 13, 13), ["Language: English, Swedish"])
    visit(page, f"{server.url}/curate?model=town&level=coarse&topic=t0&act=rename")
    settle(page)
    rename(page, "How people get about")
    page.get_by_role("button", name=text.APPLY).click()
    page.wait_for_selector(".ledger tr.is-in-force")
    settle(page)
    later = open_page(link)
    later.locator(".st-key-chip_topic", has_text="How people get about").wait_for()
    later.get_by_text(text.showing(11, 13, 13)).wait_for()
    settle(later)
    assert (listed(later), later.url) == (shown, link)


def test_searching_by_meaning_answers_a_paraphrase(open_page, server):
    page = open_page(server.url)
    box = page.locator(".st-key-search input")
    box.fill("being sued for taking people's private information")
    box.press("Enter")
    page.wait_for_selector("h2.plain")
    settle(page)
    assert any("lawsuit" in passage or "accused" in passage for passage in passages_on(page)[:5])


def test_it_can_be_used_by_keyboard_alone(open_page, server):
    page = open_page(server.url)
    settle(page)
    row = page.locator(".st-key-choose_2 button")
    for _ in range(60):
        page.keyboard.press("Tab")
        if row.evaluate("button => button === document.activeElement"):
            break
    else:
        raise AssertionError("the third topic cannot be reached with Tab")
    outline = page.locator(".st-key-topic_2 .row").evaluate("row => getComputedStyle(row).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("h2.card-name")


def test_at_full_width_list_map_and_passages_stand_together(open_page, server):
    page = open_page(f"{server.url}/?topic=t0")
    settle(page)
    for selector in (".st-key-topic_0 .row", ".st-key-map_pane canvas", ".passage-text"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + min(box["height"], 60) < 900, selector


def test_the_app_speaks_swedish_when_told_so(open_page, server):
    page = open_page(server.url)
    page.locator(".st-key-spoken").get_by_text("Svenska").click()
    page.get_by_role("heading", name="Karta över styckena").wait_for()
    assert "lang=sv" in page.url
    page.wait_for_function("document.documentElement.lang === 'sv'")
    page.get_by_role("link", name="Om modellen").click()
    page.get_by_text("Vad den här modellen gjordes av, och hur.").wait_for()
    page.reload()
    page.get_by_text("Vad den här modellen gjordes av, och hur.").wait_for()
    page.get_by_role("button", name="Huvudmeny").wait_for()
    page.get_by_role("link", name="Dina texter").click()
    page.get_by_role("button", name="Välj filer").wait_for()
    page.get_by_text("200MB per fil").wait_for()
    page.locator(".st-key-spoken").get_by_text("English").click()
    page.get_by_text("200MB per file").wait_for()
    page.get_by_role("button", name="Main menu").wait_for()
    assert page.get_by_role("button", name="Välj filer").count() == 0
