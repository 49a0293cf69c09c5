"""The map as a picture: it opens, is not blank, and says what it shows."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import topics
from tests.models import FakeEmbedder, small_model
from topics import share
from topics.share import chart, figure, page
from topics.values import Level

SVG = "{http://www.w3.org/2000/svg}"


def pixels(made: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(made)).convert("RGB")).reshape(-1, 3)


def has(colour: str, found: np.ndarray) -> int:
    """How many pixels are of a colour, about."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return int((np.abs(found.astype(int) - wanted).max(axis=1) <= 4).sum())


def test_the_colours_are_those_of_the_report():
    style = (Path(page.__file__).parent / "page.css").read_text(encoding="utf-8")
    told = re.findall(r"^\.t\d { --fill: light-dark\((#\w+), .*--on: light-dark\((#\w+),", style, re.MULTILINE)
    assert [fill for fill, _ in told] == list(figure.FILLS)
    assert [on for _, on in told] == list(figure.ON)


def test_the_png_is_large_and_shows_every_topic():
    model = small_model()
    made = share.made(model, "map", ".png", title="town")
    image = Image.open(io.BytesIO(made))
    assert image.format == "PNG"
    assert image.width == figure.PIXELS >= 1600
    found = pixels(made)
    assert all(has(figure.FILLS[topic.id], found) > 300 for topic in model.topics)
    assert made == share.made(model, "map", ".png", title="town")


def test_the_svg_is_xml_that_asks_for_nothing():
    model = small_model(level="fine")
    made = share.made(model, "map", ".svg", title='A <b> & "town"').decode()
    root = ET.fromstring(made)
    assert root.tag == f"{SVG}svg"
    assert int(root.attrib["width"]) >= 1600
    assert root.find(f"{SVG}title").text == 'A <b> & "town"'
    assert not re.findall(r"href|url\(|<script|@import|<image", made)
    dots = sum(path.attrib["d"].count("M") for path in root.iter(f"{SVG}path"))
    assert dots == len(model.passages)
    told = [text.text for text in root.iter(f"{SVG}text")]
    for topic in model.topics:
        assert f"{topic.id}  {topic.name}  ({topic.size})" in told


def test_passages_that_are_not_chosen_are_grey():
    model = small_model()
    chosen = model.rows(1)
    made = share.made(model, "map", ".svg", chosen=chosen).decode()
    paths = dict(re.findall(r'<path stroke="(#\w+)" d="([^"]+)"', made))
    assert paths[figure.FILLS[1]].count("M") == len(chosen)
    assert paths[figure._REST].count("M") == len(model.passages) - len(chosen)
    assert "8 passages in colour" in made


def named(name: str) -> topics.TopicModel:
    model = small_model()
    levels = tuple(
        Level(level.name, (replace(level.topics[0], name=name), *level.topics[1:])) for level in model.levels
    )
    return small_model(levels=levels)


@pytest.mark.parametrize("name", ["学校的午餐", "مدرسة", "Åäö €", "🚲 lane", "<b>&\"'", "x" * 300, "\ud800 lone"])
@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_names_in_any_script_are_drawn_or_left_out(name, suffix):
    assert len(share.made(named(name), "map", suffix, title=name)) > 1000


def test_a_font_tells_which_letters_it_has():
    font = figure._fonts(20)[0]
    assert figure._has(font, "å")
    assert not figure._has(font, "学")
    assert figure._font_for("Skola på ön", 20) is figure._fonts(20, bold=False)[0]


@pytest.mark.parametrize("n", [1, 2])
def test_the_smallest_model_has_a_picture(n):
    model = topics.fit(["One text about a bus", "Another of a bike"][:n], embedder=FakeEmbedder())
    assert b"nan" not in share.made(model, "map", ".svg")
    assert share.made(model, "map", ".png")


def test_a_large_map_says_how_much_of_it_is_drawn(monkeypatch):
    monkeypatch.setattr(chart, "MOST", 10)
    made = share.made(small_model(), "map", ".svg").decode()
    assert "8 are drawn" in made
