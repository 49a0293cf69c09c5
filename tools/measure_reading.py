"""Measure which languages an encoder reads: how well passages are told apart, and how its tokenizer cuts them.

    python tools/measure_reading.py DATA [ENCODER]

DATA is a folder with ``sib200/sib200.jsonl.gz``: the same sentences in several languages, with their topics and an id
each. A sentence is given the topic whose English centroid is nearest, after centring each language, where neither it
nor its translations took part in the centroids (ten folds). ``letters`` is what a token stands for, against English;
``marked`` is what a corpus of these sentences would be told.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import numpy as np

from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.embed.reading import letters_a_token, poorly_read

CODES = {"eng": "en", "swe": "sv", "fra": "fr", "deu": "de", "spa": "es", "fin": "fi", "zho": "zh", "arb": "ar"}
FOLDS = 10


def main() -> None:
    """Print a line a language."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with sib200/sib200.jsonl.gz")
    parser.add_argument("encoder", nargs="?", default="minilm", help="as for topics fit --embedder")
    args = parser.parse_args()
    with gzip.open(args.data / "sib200" / "sib200.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    texts = [row["text"] for row in rows]
    codes = np.array([CODES[row["lang"].split("_")[0]] for row in rows])
    gold = np.array([row["label"] for row in rows])
    encoder = load_embedder(args.encoder)
    raw = encoder.encode(texts)
    vectors = learn(raw, codes.tolist()).apply(raw, codes.tolist())
    found = nearest_topics(vectors, codes, gold, [row["id"] for row in rows])
    full = letters_a_token(encoder)
    marked = poorly_read(encoder, texts, codes.tolist())
    print("language  accuracy  balanced  letters  marked")
    for code in dict.fromkeys(codes.tolist()):
        own = codes == code
        right = found[own] == gold[own]
        balanced = np.mean([right[gold[own] == topic].mean() for topic in sorted(set(gold))])
        letters = letters_a_token(encoder, [texts[row] for row in np.flatnonzero(own)]) / full
        print(f"{code:<9} {right.mean():8.3f}  {balanced:8.3f}  {letters:7.2f}  {'yes' if code in marked else 'no'}")


def nearest_topics(vectors: np.ndarray, codes: np.ndarray, gold: np.ndarray, ids: list[object]) -> np.ndarray:
    """Return for each sentence the topic of the nearest English centroid, of which it was no part in any language."""
    names = sorted(set(gold))
    distinct = sorted(set(map(str, ids)))
    fold_of = dict(zip(distinct, np.random.default_rng(0).permutation(len(distinct)) % FOLDS, strict=True))
    fold = np.array([fold_of[str(id)] for id in ids])
    found = np.empty(len(gold), dtype=gold.dtype)
    for held_out in range(FOLDS):
        learnt = (fold != held_out) & (codes == "en")
        centroids = np.stack([vectors[learnt & (gold == name)].mean(axis=0) for name in names])
        centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
        rows = np.flatnonzero(fold == held_out)
        found[rows] = np.array(names)[(vectors[rows] @ centroids.T).argmax(axis=1)]
    return found


if __name__ == "__main__":
    main()
