"""The reader's sides for the contrast of the seed articles point where they say and leave no passage out."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

GOLD_PATH = Path(__file__).parent / "gold" / "axis_gold.json"
SEEDS = Path(__file__).parent.parent / "seeds"
GOLD = json.loads(GOLD_PATH.read_text(encoding="utf-8"))


def test_at_least_sixty_passages_of_every_article_have_a_side_or_none():
    assert len(GOLD["passages"]) >= 60
    assert {entry["document"] for entry in GOLD["passages"]} == {path.name for path in SEEDS.glob("*.txt")}
    sides = Counter(entry["side"] for entry in GOLD["passages"])
    assert set(sides) == set(GOLD["sides"]) == {"a", "b", "neither"}


def test_both_sides_are_met_in_both_languages():
    for swedish in (True, False):
        of_language = [entry for entry in GOLD["passages"] if entry["document"].startswith("002") == swedish]
        assert {entry["side"] for entry in of_language} == {"a", "b", "neither"}


def test_offsets_point_to_the_first_words_and_do_not_overlap():
    for entry in GOLD["passages"]:
        text = (SEEDS / entry["document"]).read_text(encoding="utf-8")
        passage = text[entry["start"] : entry["end"]]
        assert entry["first_words"] == " ".join(passage.split()[:6]), entry
    for earlier, later in pairwise(GOLD["passages"]):
        assert earlier["document"] < later["document"] or earlier["end"] <= later["start"]
