"""What named themes do to a fit: to passages in languages that are read poorly, and to how sure topics are.

Usage: python benchmarks/guided.py DATA

Label names are the themes. A passage is right where the theme of its topic is its label; in a topic that stands for
none, where its label is the topic's most frequent one. The level is the medium one.

1. Followers: 500 English sentences of SIB-200 and 200 others in Swedish, German or Finnish, or 400 and 150 of each.
   Themes are told in English, or in every language. "Claimed" are those that stand out for a theme; "worded" are those
   of them that share words with it.
2. Confidence: what it adds to be above chance for the theme of a topic is fitted on CLINC150, Reddit and arXiv and
   checked on BBC News, AG News and SIB-200 English; a fitted corpus is judged by a fit on the others. Samples of 150
   and 400, all themes or half of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.corpora import Corpus, drawn, read
from benchmarks.themes import NAMES
from topics import language, words
from topics.cluster import Guide, cluster
from topics.cluster.confidence import BUILT_IN, SURE, belonging, confident, evidence, hearts, told_by_theme
from topics.embed import load_embedder
from topics.embed.centre import learn
from topics.embed.reading import Reading, leading
from topics.nearest import unit
from topics.settings import Settings
from topics.themes.claims import claims
from topics.themes.ruler import Ruler
from topics.themes.scale import Scale

_CODES = {"en": "eng_Latn", "sv": "swe_Latn", "de": "deu_Latn", "fi": "fin_Latn"}
_MIXES: tuple[dict[str, int], ...] = (
    {"en": 500, "sv": 200},
    {"en": 500, "de": 200},
    {"en": 500, "fi": 200},
    {"en": 400, "sv": 150, "de": 150, "fi": 150},
)
_TOLD = {
    "science/technology": "science and technology|vetenskap och teknik|Wissenschaft und Technik|tiede ja tekniikka",
    "travel": "travel and tourism|resor och turism|Reisen und Tourismus|matkailu ja matkustaminen",
    "politics": "politics and government|politik och regering|Politik und Regierung|politiikka ja hallitus",
    "sports": "sports|idrott och sport|Sport|urheilu",
    "health": "health and medicine|hälsa och medicin|Gesundheit und Medizin|terveys ja lääketiede",
    "entertainment": "entertainment, film and music|underhållning, film och musik|Unterhaltung, Film und Musik"
    "|viihde, elokuvat ja musiikki",
    "geography": "geography, places and landscapes|geografi, platser och landskap|Geografie, Orte und Landschaften"
    "|maantiede, paikat ja maisemat",
}
_DOMAINS = {
    "travel": "travel",
    "banking": "banking",
    "utility": "alarms, timers, weather and other utilities",
    "small_talk": "small talk",
    "work": "work and meetings",
    "credit_cards": "credit cards",
    "home": "smart home, music, lists and calendar",
    "auto_and_commute": "cars, traffic and commuting",
    "kitchen_and_dining": "kitchen and dining",
    "meta": "settings of the assistant",
}
_REDDIT = {
    "Anthropology": "anthropology",
    "Astronomy": "astronomy",
    "AutoDetailing": "car detailing",
    "Horses": "horses",
    "MachineLearning": "machine learning",
    "backpacking": "backpacking",
    "cordcutters": "streaming television",
    "investing": "investing",
    "whiskey": "whiskey",
    "Beekeeping": "beekeeping",
    "fantasyfootball": "fantasy football",
    "headphones": "headphones",
    "lego": "lego",
    "mycology": "mushrooms",
    "origami": "origami",
}
_ARXIV = {
    "math.NA": "numerical analysis",
    "cs.CL": "natural language processing",
    "math.GT": "geometric topology",
    "physics.flu-dyn": "fluid dynamics",
    "cs.CR": "cryptography and security",
    "quant-ph": "quantum physics",
    "physics.plasm-ph": "plasma physics",
    "cs.RO": "robotics",
    "cs.CV": "computer vision",
    "stat.ME": "statistical methods",
}
_ENGLISH = {label: told.split("|")[0] for label, told in _TOLD.items()}
_FITTED = {"domains": _DOMAINS, "reddit": _REDDIT, "arxiv": _ARXIV}
_CHECKED = {"bbc": NAMES["bbc_news"], "ag": NAMES["ag_news_test"], "sib-en": _ENGLISH}
_SAMPLES = ((150, 0, False), (400, 0, False), (150, 1, False), (400, 1, True))  # passages, seed, half of the themes


@dataclass(frozen=True, eq=False, slots=True)
class Guided:
    """A fit that themes guided.

    ``topics`` and ``right`` (n,) say which topic each passage has and whether it is the right one, ``leads`` whether it
    leads, ``claimed`` and ``worded`` whether a theme claims it, and with words; ``likely`` times ``within`` (n,) is the
    confidence without themes, and ``excess`` how far it is above chance for its topic's theme, 0 where that has none.
    """

    topics: NDArray[np.int32]
    right: NDArray[np.bool_]
    leads: NDArray[np.bool_]
    claimed: NDArray[np.bool_]
    worded: NDArray[np.bool_]
    likely: NDArray[np.float64]
    within: NDArray[np.float64]
    excess: NDArray[np.float64]


def main() -> None:
    """Print what becomes of followers, and how well confidence does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    for mix in _MIXES:
        _followers(data, mix)
    cases = {name: _cases(data, name, told) for name, told in {**_FITTED, **_CHECKED}.items()}
    weight = _weight([cases[name] for name in _FITTED])
    print(f"weight of a theme found: {weight:.2f}   built in: {BUILT_IN.theme:.2f}")
    for name, case in cases.items():
        others = [cases[other] for other in _FITTED if other != name]
        _report(f"{'left out' if name in _FITTED else 'checked'}: {name}", case, _weight(others))
    _report("checked together", _joined([cases[name] for name in _CHECKED]), weight)


def _followers(data: Path, mix: Mapping[str, int]) -> None:
    """Print how many followers have the right topic, before and after those that are worded join their theme."""
    from sklearn.metrics import normalized_mutual_info_score

    corpus, codes = _mixed(data, mix)
    for kind in ("English", "all languages"):
        told = {label: phrases.split("|")[: 1 if kind == "English" else None] for label, phrases in _TOLD.items()}
        for title, join in (("before", False), ("now", True)):
            case = _guided(corpus, codes, told, join=join)
            follow = ~case.leads
            parts = [("leading", case.leads), ("followers", follow)]
            parts += [("claimed", follow & case.claimed), ("worded", follow & case.worded)]
            shares = ", ".join(
                f"{part} {case.right[rows].mean():.2f} of {rows.sum()}" for part, rows in parts if rows.any()
            )
            nmi = normalized_mutual_info_score(codes, case.topics)
            print(f"{' '.join(mix):<12} {kind:<14} {title:<7} {shares}  NMI topic/language {nmi:.2f}", flush=True)


def _mixed(data: Path, mix: Mapping[str, int]) -> tuple[Corpus, list[str]]:
    """Return sentences of several languages, none of them twice where there are enough, and the language of each."""
    corpus = read(data, "sib-8", 0)
    rng, at = np.random.default_rng(0), 0
    rows: list[int] = []
    order = rng.permutation(1004)
    for code, n in mix.items():
        own = [row for row, name in enumerate(corpus.languages) if name == _CODES[code]]
        rows += [own[place] for place in order[at : at + n].tolist()]
        at += n
    return corpus.rows(rows), [code for code, n in mix.items() for _ in range(n)]


def _cases(data: Path, name: str, told: Mapping[str, str]) -> Guided:
    """Return the samples of a corpus, as one."""
    whole = read(data, name, 0)
    rows = [row for row, label in enumerate(whole.labels) if label in told]
    cases = []
    for n, seed, half in _SAMPLES:
        corpus = whole.rows([rows[row] for row in drawn(len(rows), n, seed)])
        kept = list(told)[seed::2] if half else list(told)
        cases.append(_guided(corpus, ["en"] * n, {label: [told[label]] for label in kept}))
    return _joined(cases)


def _guided(corpus: Corpus, codes: Sequence[str], told: Mapping[str, Sequence[str]], *, join: bool = True) -> Guided:
    """Fit a corpus as the pipeline does, each theme told by phrases."""
    encoder, texts = load_embedder(), corpus.texts
    raw = encoder.encode(texts)
    centring = learn(raw, codes)
    vectors = centring.apply(raw, codes)
    corpora = words.read(texts, codes, language.stop_words)
    ruler = Ruler(
        Scale(vectors, corpora), lambda told, own: centring.apply(encoder.encode(told), own), language.stop_words
    )
    themes = [ruler.told([label, *phrases], language.detect([label, *phrases])) for label, phrases in told.items()]
    found = claims(ruler.scale, themes, ruler.chance)
    guides = [
        Guide(label, unit(theme.vectors.mean(axis=0, keepdims=True))[0].astype(np.float32), own.rows, own.worded)
        for label, theme, own in zip(told, themes, found, strict=True)
    ]
    poor = Reading(encoder, texts, codes).poor()
    leads = leading(codes, tuple(poor))
    given = guides if join else [replace(guide, worded=guide.worded[:0]) for guide in guides]
    grouped = cluster(vectors, texts, Settings(), guides=given, leading=leads)
    row = grouped.levels.index("medium")
    topics = grouped.rule.labels(vectors)[row]
    names = grouped.themes[row]
    gold = np.array(corpus.labels)
    most = {topic: _most_frequent(gold[topics == topic]) for topic in set(topics.tolist())}
    numbers = [list(told).index(names[t]) if t in names else -1 for t in range(len(grouped.stability[row]))]
    middle, members = hearts(vectors, topics, grouped.stability[row].astype(np.float64)), np.ones(len(texts), bool)
    own = np.array(numbers)[topics]
    excess = np.stack([one.excess for one in found], axis=1)
    return Guided(
        topics=topics,
        right=np.array([names.get(t, most[t]) == label for t, label in zip(topics.tolist(), gold, strict=True)]),
        leads=leads,
        claimed=np.isin(np.arange(len(texts)), np.concatenate([one.rows for one in found])),
        worded=np.isin(np.arange(len(texts)), np.concatenate([one.worded for one in found])),
        likely=confident(evidence(vectors, topics, middle, members)),
        within=belonging(middle.nearness(vectors, topics, members), topics, middle),
        excess=np.where(own >= 0, excess[np.arange(len(texts)), own], 0.0).astype(np.float64),
    )


def _most_frequent(labels: NDArray[np.str_]) -> str:
    names, counts = np.unique(labels, return_counts=True)
    return str(names[counts.argmax()])


def _joined(cases: Sequence[Guided]) -> Guided:
    columns = ([getattr(case, one.name) for case in cases] for one in fields(Guided))
    return Guided(*map(np.concatenate, columns))


def _weight(cases: Sequence[Guided]) -> float:
    """Return the likeliest weight of being above chance for the theme of a topic, every corpus weighing the same."""
    from scipy.optimize import minimize_scalar

    def unlikeliness(weight: float) -> float:
        sure = [np.clip(told_by_theme(case.likely, weight * case.excess), 1e-6, 1 - 1e-6) for case in cases]
        return -sum(float(np.log(np.where(c.right, p, 1 - p)).mean()) for c, p in zip(cases, sure, strict=True))

    return float(minimize_scalar(unlikeliness, bounds=(0.0, 20.0), method="bounded").x)


def _report(name: str, case: Guided, weight: float) -> None:
    from sklearn.metrics import roc_auc_score

    for title, used in (("before", 0.0), ("now", weight)):
        sure, right = told_by_theme(case.likely, used * case.excess) * case.within, case.right
        bins = np.minimum((sure * 10).astype(int), 9)
        off = sum((bins == b).mean() * abs(sure[bins == b].mean() - right[bins == b].mean()) for b in np.unique(bins))
        print(
            f"{name:<20} {title:<7} right {right.mean():.2f}  confidence {sure.mean():.2f}  AUROC "
            f"{roc_auc_score(right, sure):.3f}  ECE {off:.3f}  loose {(sure < SURE).mean():.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
