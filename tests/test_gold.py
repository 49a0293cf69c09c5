"""The reader's labels of the seed articles are complete, point where they say and use only defined themes."""

import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

GOLD_PATH = Path(__file__).parent / "gold" / "seeds_gold.json"
SEEDS = Path(__file__).parent.parent / "seeds"
SEED_NAMES = sorted(path.name for path in SEEDS.glob("*.txt"))
SWEDISH = "002_02244c48692db131.txt"
KINDS = {"title", "heading", "lead", "text", "bullet"}
BODY_KINDS = {"lead", "text", "bullet"}
THEMES_IN_BOTH_LANGUAGES = ["Open source vs. proprietary", "Data privacy", "Partnership tension"]
NAMED_THEMES = [
    *THEMES_IN_BOTH_LANGUAGES,
    "Databricks on Azure",
    "OpenAI's business model",
    "AI ethics and safety",
    "How the partnership began",
    "Competition among AI providers",
]


@cache
def load_gold():
    return json.loads(GOLD_PATH.read_text(encoding="utf-8"))


@cache
def seed_text(name):
    return (SEEDS / name).read_text(encoding="utf-8")


def entries_of(name):
    gold = load_gold()
    return [entry for entry in [*gold["paragraphs"], *gold["furniture"]] if entry["document"] == name]


def body_paragraphs_led_by(theme):
    """Paragraphs of running text for which the theme is the one that fits best."""
    paragraphs = load_gold()["paragraphs"]
    return [entry for entry in paragraphs if entry["kind"] in BODY_KINDS and entry["themes"][0] == theme]


def test_gold_covers_the_seed_articles_and_nothing_else():
    gold = load_gold()
    assert len(SEED_NAMES) == 5
    assert {entry["document"] for entry in [*gold["paragraphs"], *gold["furniture"]]} == set(SEED_NAMES)


@pytest.mark.parametrize("name", SEED_NAMES)
def test_every_visible_character_is_in_exactly_one_entry(name):
    text = seed_text(name)
    times_covered = [0] * len(text)
    for entry in entries_of(name):
        assert 0 <= entry["start"] < entry["end"] <= len(text), entry
        for position in range(entry["start"], entry["end"]):
            times_covered[position] += 1
    missed = [i for i, times in enumerate(times_covered) if times == 0 and not text[i].isspace()]
    doubled = [i for i, times in enumerate(times_covered) if times > 1]
    assert (missed, doubled) == ([], [])


@pytest.mark.parametrize("name", SEED_NAMES)
def test_every_entry_is_one_whole_line(name):
    text = seed_text(name)
    spans = sorted((entry["start"], entry["end"]) for entry in entries_of(name))
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    assert [text[start:end] for start, end in spans] == lines


def test_offsets_point_to_the_first_words():
    for entry in load_gold()["paragraphs"]:
        paragraph = seed_text(entry["document"])[entry["start"] : entry["end"]]
        assert entry["first_words"] == " ".join(paragraph.split()[:6]), entry


@pytest.mark.parametrize("part", ["paragraphs", "furniture"])
def test_entries_are_in_order_of_document_then_position(part):
    places = [(entry["document"], entry["start"]) for entry in load_gold()[part]]
    assert all(earlier < later for earlier, later in pairwise(places))


def test_named_themes_come_first_and_at_most_three_more_follow():
    themes = load_gold()["themes"]
    assert list(themes)[: len(NAMED_THEMES)] == NAMED_THEMES
    assert len(themes) <= len(NAMED_THEMES) + 3
    assert all(definition.endswith(".") for definition in themes.values())


def test_paragraphs_carry_one_to_three_defined_themes_and_a_known_kind():
    defined = set(load_gold()["themes"])
    for entry in load_gold()["paragraphs"]:
        assert entry["kind"] in KINDS, entry
        assert 1 <= len(entry["themes"]) <= 3, entry
        assert len(set(entry["themes"])) == len(entry["themes"]), entry
        assert set(entry["themes"]) <= defined, entry


def test_every_defined_theme_is_used():
    used = {theme for entry in load_gold()["paragraphs"] for theme in entry["themes"]}
    assert used == set(load_gold()["themes"])


def test_furniture_has_a_reason():
    assert all(entry["reason"].strip() for entry in load_gold()["furniture"])


@pytest.mark.parametrize("theme", NAMED_THEMES)
def test_named_theme_leads_at_least_three_paragraphs(theme):
    assert len(body_paragraphs_led_by(theme)) >= 3


@pytest.mark.parametrize("theme", THEMES_IN_BOTH_LANGUAGES)
def test_theme_leads_paragraphs_in_both_languages(theme):
    is_swedish = {entry["document"] == SWEDISH for entry in body_paragraphs_led_by(theme)}
    assert is_swedish == {True, False}
