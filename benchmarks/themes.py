"""What named themes claim: label names as themes on corpora with gold topics, and themes about nothing in them.

Usage: python benchmarks/themes.py DATA [--passages 600]

DATA is a folder of corpora, as for benchmarks/quality.py. Precision is the share of claimed passages that have the
label of their theme, recall the share of passages with a label among the themes that are claimed for it. Gold labels
only score.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from topics import language, words
from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.themes.claims import claims
from topics.themes.ruler import Ruler
from topics.themes.scale import Scale

NAMES = {
    "bbc_news": {
        "business": "business and the economy",
        "entertainment": "film, music and celebrities",
        "politics": "politics and government",
        "sport": "sport",
        "tech": "technology",
    },
    "ag_news_test": {
        "World": "world news",
        "Sports": "sports",
        "Business": "business",
        "Sci/Tech": "science and technology",
    },
    "sib200": {name: name for name in "entertainment geography health politics sports travel".split()}
    | {"science/technology": "science and technology"},
}
FOREIGN = ("gardening", "cooking", "fishing")


def main() -> None:
    """Print one row for each corpus and set of themes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, default=600, help="the most texts of a corpus (a seeded sample)")
    given = parser.parse_args()
    for corpus, names in NAMES.items():
        texts, labels = _read(given.data / corpus / f"{corpus}.jsonl.gz", given.passages)
        ruler = _ruler(texts)
        labelled = list(names)
        for title, chosen, beside in (
            ("all labels", labelled, ()),
            ("half of them, and foreign ones", labelled[: len(labelled) // 2], FOREIGN),
            ("foreign ones alone", [], FOREIGN),
        ):
            _score(f"{corpus:<14} {title:<32}", ruler, labels, [*chosen, *beside], names)


def _read(path: Path, most: int) -> tuple[list[str], list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["label"] and row.get("lang", "eng_Latn") == "eng_Latn"]
    drawn = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    return [rows[i]["text"] for i in drawn], [rows[i]["label"] for i in drawn]


def _ruler(texts: Sequence[str]) -> Ruler:
    encoder, codes = load_embedder(), ["en"] * len(texts)
    raw = encoder.encode(texts)
    centring = learn(raw, codes)
    scale = Scale(centring.apply(raw, codes), words.read(texts, codes, language.stop_words))
    return Ruler(scale, lambda told, own: centring.apply(encoder.encode(told), own), language.stop_words)


def _score(title: str, ruler: Ruler, labels: Sequence[str], themes: Sequence[str], names: dict[str, str]) -> None:
    found = claims(ruler.scale, [ruler.told([names.get(theme, theme)], ["en"]) for theme in themes], ruler.chance)
    claimed = sum(len(claim.rows) for claim in found)
    right = sum(labels[row] == theme for theme, claim in zip(themes, found, strict=True) for row in claim.rows)
    there = sum(label in themes for label in labels)
    foreign = sum(len(claim.rows) for theme, claim in zip(themes, found, strict=True) if theme not in names)
    figures = f"precision {right / max(1, claimed):.2f}  recall {right / max(1, there):.2f}" if there else " " * 29
    print(f"{title} {figures}  foreign {foreign / len(labels):.2f}", flush=True)


if __name__ == "__main__":
    main()
