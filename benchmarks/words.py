"""Keywords of the same clusters by several methods: coherence, diversity, and their combination.

Usage: python benchmarks/words.py DATA [--passages 3000] [--keywords 10]

DATA is a folder of corpora (see benchmarks/corpora.py). The clusters are ours, at the finest level of at most 30
topics; every method describes those, but NMF and KeyNMF, which find as many of their own. External coherence goes by
word vectors that are trained here on all the other corpora in the folder. KeyNMF takes turftopic, and is left out
where that is not installed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import corpora
from benchmarks.word_scores import Contexts, Scores, Vectors, score, tokens_of
from topics import describe, language, words
from topics.cluster import cluster
from topics.embed import load_embedder
from topics.embed.centre import Centring, learn
from topics.settings import Settings

SCORED = ("bbc", "ag", "reddit")
LEARNT = (*SCORED, "arxiv")
ALSO_LEARNT = {  # corpora without labels
    "sotu": "sotu/sotu_passages_1945on.jsonl.gz",
    "wikinews": "wikinews_2019_2020/wikinews_2019_2020.jsonl.gz",
    "18f": "blog_18f/blog_18f.jsonl.gz",
}
MOST_TOPICS = 30
MOST_LEARNT = 8000  # texts of a corpus that word vectors are learnt from
NMF_ROUNDS = 400
_SEPARATOR = "\x1e"


@dataclass(frozen=True, slots=True)
class Case:
    """A corpus with its clusters."""

    texts: Sequence[str]
    languages: Sequence[str]
    raw: NDArray[np.float32]
    centring: Centring
    labels: NDArray[np.int32]
    topics: int
    level: str


Method = Callable[[Case, int], list[list[str]]]


def main() -> None:
    """Print one row for each corpus and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, default=3000, help="the most texts of a scored corpus, sampled")
    parser.add_argument("--keywords", type=int, default=10, help="how many keywords of a topic count")
    given = parser.parse_args()
    contexts = Contexts(learnt_from(given.data))
    print(f"{'corpus':<10} {'method':<28} {'topics':>6}   NPMI  words diverse    WEC  known      I  seconds")
    for name in SCORED:
        case = clusters(corpora.read(given.data, name, given.passages))
        passages = [tokens_of(text) for text in case.texts]
        vectors = contexts.vectors(without=name)
        for title, method in METHODS.items():
            report(name, title, method, case, passages, vectors, given.keywords)


def learnt_from(data: Path) -> dict[str, list[list[str]]]:
    """Return the tokens of every corpus that word vectors are learnt from."""
    texts: dict[str, Sequence[str]] = {name: corpora.read(data, name, MOST_LEARNT).texts for name in LEARNT}
    for name, path in ALSO_LEARNT.items():
        with gzip.open(data / path, "rt", encoding="utf-8") as file:
            texts[name] = [json.loads(line)["text"] for line in file]
    return {name: [tokens_of(text) for text in own] for name, own in texts.items()}


def clusters(corpus: corpora.Corpus) -> Case:
    """Return a corpus with our clusters at the finest level of at most 30 topics."""
    raw = load_embedder().encode(list(corpus.texts))
    centring = learn(raw, corpus.languages)
    vectors = centring.apply(raw, corpus.languages)
    found = cluster(vectors, corpus.texts, Settings())
    levels = list(zip(found.levels, found.rule.labels(vectors), strict=True))
    level, labels = next((pair for pair in reversed(levels) if pair[1].max() < MOST_TOPICS), levels[0])
    return Case(corpus.texts, corpus.languages, raw, centring, labels, int(labels.max()) + 1, level)


def report(
    name: str, title: str, method: Method, case: Case, passages: list[list[str]], vectors: Vectors, n: int
) -> None:
    """Print a row."""
    if method is keynmf and find_spec("turftopic") is None:
        print(f"{name:<10} {title:<28} left out: turftopic is not installed")
        return
    start = time.perf_counter()
    keywords = method(case, n)
    seconds = time.perf_counter() - start
    print(f"{name:<10} {title:<28} {len(keywords):6d} {_row(score(keywords, passages, vectors, n))} {seconds:8.1f}",
          flush=True)  # fmt: skip


def _row(found: Scores) -> str:
    combined = "     -" if math.isnan(found.combined) else f"{found.combined:6.3f}"
    return (
        f"{found.npmi:6.3f} {found.npmi_words:6.3f} {found.diversity:7.2f} {found.external:6.3f} {found.covered:6.2f} "
        f"{combined}"
    )


def ours(case: Case, n: int) -> list[list[str]]:
    """Return the keywords of this package."""
    read = words.read(case.texts, case.languages, language.stop_words)
    vectors = case.centring.apply(case.raw, case.languages)

    def encode(terms: Sequence[str], languages: Sequence[str]) -> NDArray[np.float32]:
        return case.centring.apply(load_embedder().encode(list(terms)), languages)

    found = describe.keywords(read, case.labels, case.topics, n=n, vectors=vectors, encode=encode)
    return [[str(word) for word in own] for own in found]


def bertopic(case: Case, n: int) -> list[list[str]]:
    """Return BERTopic's c-TF-IDF with its default vectoriser, which keeps stop words."""
    from sklearn.feature_extraction.text import CountVectorizer

    return _class_based(case, n, CountVectorizer())


def bertopic_without_stop_words(case: Case, n: int) -> list[list[str]]:
    """Return BERTopic's c-TF-IDF with scikit-learn's English stop words taken out."""
    from sklearn.feature_extraction.text import CountVectorizer

    return _class_based(case, n, CountVectorizer(stop_words="english"))


def plain(case: Case, n: int) -> list[list[str]]:
    """Return c-TF-IDF on the words of this package: its reading without its weighting."""
    from sklearn.feature_extraction.text import CountVectorizer

    (read,) = words.read(case.texts, case.languages, language.stop_words)
    held = {text: [key for key in read.terms(row) if " " not in key] for row, text in enumerate(case.texts)}
    separator = "\x1e"
    vectorizer = CountVectorizer(
        analyzer=lambda joined: [key for text in joined.split(separator) for key in held[text]]
    )
    return _class_based(case, n, vectorizer, separator)


def _class_based(case: Case, n: int, vectorizer: object, separator: str = " ") -> list[list[str]]:
    from bertopic.vectorizers import ClassTfidfTransformer

    joined = [
        separator.join(text for text, label in zip(case.texts, case.labels, strict=True) if label == topic)
        for topic in range(case.topics)
    ]
    weights = ClassTfidfTransformer().fit_transform(vectorizer.fit_transform(joined)).toarray()
    return _best(weights, vectorizer.get_feature_names_out(), n)


def nmf(case: Case, n: int) -> list[list[str]]:
    """Return non-negative matrix factorisation of TF-IDF without stop words, told the number of topics."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(stop_words="english", min_df=2)
    model = NMF(case.topics, init="nndsvda", max_iter=NMF_ROUNDS, random_state=0)
    model.fit(vectorizer.fit_transform(case.texts))
    return _best(model.components_, vectorizer.get_feature_names_out(), n)


class _Encoder:
    """Our encoder with the one method that turftopic calls."""

    def encode(self, texts: Sequence[str], **_: object) -> NDArray[np.float32]:
        return load_embedder().encode(list(texts))


def keynmf(case: Case, n: int) -> list[list[str]]:
    """Return turftopic's KeyNMF with its defaults on the same vectors, told the number of topics."""
    from turftopic import KeyNMF

    model = KeyNMF(case.topics, encoder=_Encoder(), random_state=0)
    model.fit(case.texts, embeddings=case.raw)
    return [[str(word) for word, _ in own] for _, own in model.get_topics(top_k=n)]


def _best(weights: NDArray[np.float64], names: Sequence[str], n: int) -> list[list[str]]:
    return [[names[at] for at in np.argsort(-row, kind="stable")[:n] if row[at] > 0] for row in weights]


METHODS: dict[str, Method] = {
    "ours": ours,
    "c-TF-IDF on our words": plain,
    "BERTopic, stop words out": bertopic_without_stop_words,
    "BERTopic, as it comes": bertopic,
    "NMF": nmf,
    "KeyNMF": keynmf,
}

if __name__ == "__main__":
    main()
