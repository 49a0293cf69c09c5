"""Axis, Compare and Export as a person meets them: links restore them, dots open articles, files come whole."""

import csv
import io
import json

import pytest
from PIL import Image

from tests.browser.conftest import fits, settle, visit
from topics.contrast import shown, written
from topics.ui import text

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_axis_of_the_seeds_shows_both_ends_in_both_languages(open_page, server, seeds_model, shots):
    page = open_page(f"{server.url}/axis")
    page.wait_for_selector(".ax-dot")
    settle(page)
    axis = seeds_model.axis(*seeds_model.themes[0].poles)
    parts = shown(seeds_model, axis)
    assert page.locator(".ax-dot").count() == int(axis.relevant.sum())
    for at, rows in enumerate((parts.left, parts.middle, parts.right)):
        told = page.locator(f".st-key-axis_end_{at} .passage-text")
        assert [words.split() for words in told.all_inner_texts()] == [
            seeds_model.passages[row].text.split() for row in rows.tolist()
        ]
        assert page.locator(f".st-key-axis_end_{at} [lang=sv]").count() >= 1
    lefts = page.locator(".ax-dot").evaluate_all("dots => dots.map(dot => dot.getBoundingClientRect().left)")
    assert lefts == sorted(lefts)
    assert page.locator("h1").count() == 1
    page.screenshot(path=shots / "axis-light.png", full_page=True)
    page.locator(".ax-dot").first.click()
    page.wait_for_selector(".art-passage.is-current")
    current = page.locator(".art-passage.is-current .art-text").inner_text()
    assert current.split() == seeds_model.passages[int(parts.left[0])].text.split()
    page.go_back()
    page.wait_for_selector(".ax-dot")


def test_links_of_axis_and_compare_come_back_on_reload_and_back(open_page, server, seeds_model, shots):
    page = open_page(f"{server.url}/axis?left=open+source&right=topic:1&rows=language", scheme="dark", width=390)
    page.wait_for_selector(".ax-dot")
    settle(page)
    dots = page.locator(".ax-dot").count()
    assert page.get_by_label(text.AXIS_RIGHT, exact=True).first.input_value() == "topic:1"
    assert fits(page)
    visit(page, page.url)
    page.wait_for_selector(".ax-dot")
    assert page.locator(".ax-dot").count() == dots
    visit(page, f"{server.url}/compare?how=groups")
    page.wait_for_selector("table.heat")
    settle(page)
    assert fits(page)
    page.screenshot(path=shots / "compare-groups-dark-390.png", full_page=True)
    page.get_by_role("radio", name=text.table("hows")["topics"]).click()
    page.wait_for_selector(".pair-words")
    settle(page)
    assert "how=" not in page.url
    page.go_back()
    page.wait_for_selector("table.heat")
    cell = page.locator("table.heat td a").first
    count = cell.locator("b").inner_text()
    cell.click()
    page.wait_for_selector(".st-key-chip_where_0")
    settle(page)
    assert text.under_filters(int(count)) in page.locator("h2.plain").all_inner_texts()
    assert written(seeds_model.themes[0].poles[0]).startswith("Open source")


def test_files_are_made_on_the_click_and_open_again(open_page, server, seeds_model, shots):
    page = open_page(f"{server.url}/export?topic=t1&scope=view")
    page.wait_for_selector(".st-key-export_model button")
    settle(page)
    page.screenshot(path=shots / "export-light.png", full_page=True)

    def made(name):
        with page.expect_download() as found:
            page.locator(f".st-key-export_{name.partition('.')[0]} button", has_text=name).click()
        return found.value.path().read_bytes()

    own = sorted(seeds_model.passages[row].id for row in seeds_model.rows(1).tolist())
    assert sorted(row["id"] for row in csv.DictReader(io.StringIO(made("passages.csv").decode("utf-8-sig")))) == own
    assert sorted(row["id"] for row in json.loads(made("passages.json"))) == own
    picture = Image.open(io.BytesIO(made("map.png")))
    assert picture.width >= 1600
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 50
    assert made("map.svg").startswith(b"<svg ")
    report = made("report.html")
    assert report.startswith(b"<!doctype html>")
    assert made("citations.txt").decode().count("\n") == len(own)
