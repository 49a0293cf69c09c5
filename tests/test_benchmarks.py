"""The benchmark against the peers: reading corpora, measuring, choosing rows, writing the page, a tiny whole run."""

import gzip
import importlib.util
import json
import math
import os
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import agreement, experiments, peers, record, tables, workers
from benchmarks.agreement import Row
from benchmarks.corpora import CORPORA, Corpus, drawn, read
from benchmarks.experiments import Growth, Ready, Spread
from benchmarks.peers import METHODS, Grouping, Job
from benchmarks.workers import Outcome
from tests.planted import planted

ROOT = Path(__file__).parents[1]
SUBJECTS = {
    "bread": ("The baker kneads the dough of rye bread.", "A loaf of bread rises in the warm oven."),
    "trains": ("The train to the coast leaves at nine.", "A signal failed and the trains stood still."),
    "gardens": ("Roses want sun and a deep soil.", "She waters the tomatoes in her garden at dusk."),
}


def write(folder, name, rows):
    file = folder / CORPORA[name].file
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def made_up(count):
    """Texts on three subjects, numbered so that no two are the same."""
    texts = [(label, text) for label, own in SUBJECTS.items() for text in own]
    return [{"text": f"{texts[i % 6][1]} Note {i}.", "label": texts[i % 6][0], "id": str(i)} for i in range(count)]


@pytest.fixture
def data(tmp_path):
    write(tmp_path, "bbc", made_up(60))
    write(
        tmp_path,
        "domains",
        [
            {"text": "book a table", "label": "reserve", "domain": "dining"},
            {"text": "what is love", "label": "oos", "domain": "oos"},
            {"text": "my balance", "label": "balance", "domain": "bank"},
            {"text": " ", "label": "balance", "domain": "bank"},
            {"text": "nothing said", "label": "", "domain": ""},
        ],
    )
    languages = ("eng_Latn", "swe_Latn")
    write(
        tmp_path, "sib-8", [{"text": f"{n} {c}", "label": str(n % 2), "lang": c} for n in range(4) for c in languages]
    )
    return tmp_path


def test_a_corpus_is_read_with_its_own_labels_and_without_what_has_none(data):
    assert read(data, "domains", 0) == Corpus(
        "CLINC150 domains", ("book a table", "my balance"), ("dining", "bank"), ("en", "en")
    )
    assert read(data, "intents", 0).labels == ("reserve", "balance")
    assert set(read(data, "sib-en", 0).languages) == {"eng_Latn"}
    both = read(data, "sib-8", 0)
    assert (len(both.texts), both.k, len(set(both.languages))) == (8, 2, 2)


def test_a_cap_draws_by_a_seed_and_keeps_the_order(data):
    whole, part, less = (read(data, "bbc", most).texts for most in (0, 20, 5))
    assert len(whole) == 60
    assert part == read(data, "bbc", 20).texts
    assert list(part) == sorted(part, key=whole.index)
    assert set(less) < set(part) < set(whole)
    assert drawn(60, 20, seed=1) != drawn(60, 20, seed=0)
    with pytest.raises(FileNotFoundError, match="ag_news"):
        read(data, "ag", 0)


CORPUS = Corpus("Made up", tuple("abcdef"), ("x", "x", "x", "y", "y", "y"), ("en",) * 6)


def grouping(*labels, name="", shown=False):
    return Grouping(name, np.array(labels), shown)


def test_figures_of_a_grouping():
    same = agreement.figures(CORPUS, np.array([1, 1, 1, 0, 0, 0]))
    assert (same.ami, same.ari, same.v_measure, same.fmi) == pytest.approx((1, 1, 1, 1))
    assert (same.topics, same.loose) == (2, 0)
    assert math.isnan(same.language)
    # what is unassigned is one group of its own: here it happens to be a label
    rest = agreement.figures(CORPUS, np.array([-1, -1, -1, 0, 0, 0]))
    assert (rest.ami, rest.topics, rest.loose) == pytest.approx((1, 1, 0.5))
    mixed = replace(CORPUS, languages=("en", "sv") * 3)
    assert agreement.figures(mixed, np.array([0, 1] * 3)).language == pytest.approx(1)


def test_a_method_tells_the_rows_that_it_should():
    answers = [
        grouping(0, 1, 0, 1, 0, 1, name="coarse"),
        grouping(0, 0, 0, 1, 1, 1, name="medium", shown=True),
        grouping(0, 0, 1, 1, 2, 2, name="fine"),
    ]
    told = agreement.rows(CORPUS, METHODS["topics"], [answers], [2.0])
    assert [(row.part, row.shown, row.told) for row in told] == [
        ("coarse", False, ""),
        ("medium", True, ""),
        ("fine", False, ""),
        ("best of its levels by gold", False, "oracle"),
    ]
    assert told[1].figures == told[3].figures
    settings = {row.told: row.figures.ami for row in agreement.rows(CORPUS, METHODS["tuned"], [answers], [2.0])}
    assert settings["oracle"] == pytest.approx(1)
    assert settings["median"] == pytest.approx(told[2].figures.ami)
    layers = agreement.rows(CORPUS, METHODS["evoc"], [answers], [2.0])
    assert [row.part for row in layers] == ["its own layer", "its finest layer", "best of its layers by gold"]
    assert [row.figures.topics for row in layers] == [2, 2, 2]
    [told_k] = agreement.rows(CORPUS, METHODS["kmeans"], [answers[:1]], [2.0])
    assert (told_k.told, told_k.shown) == ("told k", False)


def test_figures_over_several_runs_are_medians():
    runs = [[grouping(0, 0, 0, 1, 1, 1)], [grouping(0, 1, 0, 1, 0, 1)], [grouping(0, 0, 0, 1, 1, 1)]]
    [row] = agreement.rows(CORPUS, METHODS["bertopic"], runs, [3.0, 1.0, 2.0])
    assert row.figures.ami == pytest.approx(1)
    assert row.seconds == 2.0


def figures(ami, topics=2.0):
    return agreement.Figures(ami, ami, ami, ami, topics, 0.0, math.nan)


def report(rows, **changes):
    base = tables.Report(
        ours="topics",
        sizes=[tables.Size("A", 100, 4), tables.Size("B", 100, 4)],
        rows=rows,
        left_out={"C": "c.gz is not in the folder"},
        spreads=[Spread("topics", "", 0.5, 0.1, 0.4, 0.6, 3.5), Spread("EVoC", "", problem="no module")],
        drawn_from="2 draws",
        growths=[Growth("A", (10, 25, 50, 100), {"coarse": (None, 2, 3, 3)})],
        facts={"numpy": "2"},
    )
    return replace(base, **changes)


def duel(corpus, ours, theirs, **peer):
    return [
        Row(corpus, "topics", "coarse", figures=figures(ours - 0.1), seconds=1.0),
        Row(corpus, "topics", "fine", shown=True, figures=figures(ours, 9.0), seconds=1.0),
        Row(corpus, "BERTopic", shown=True, figures=figures(theirs), seconds=1.0, **peer),
    ]


def test_the_page_says_where_a_peer_wins():
    page = tables.markdown(report(duel("A", 0.5, 0.4) + duel("B", 0.5, 0.6)))
    assert "| A | **0.500 topics, fine (9 topics)** | 0.400 BERTopic (2 topics) | ours |" in page
    assert "| B | 0.500 topics, fine (9 topics) | **0.600 BERTopic (2 topics)** | **a peer** |" in page
    assert "ahead on 1 of 2 corpora; a peer wins on B." in page
    assert "at the level shown first: 0.500; BERTopic's defaults: 0.500; difference +0.000." in page
    assert "topics, as shown first: number of topics within a factor of 2 of the labels on 0 of 2 corpora." in page
    assert (
        "BERTopic, as shown first: number of topics within a factor of 2 of the labels on 2 of 2 corpora (A; B)."
        in page
    )


def test_a_draw_is_no_win_and_who_is_told_k_stands_apart():
    tie = tables.markdown(report(duel("A", 0.5, 0.5)))
    assert "a peer wins on A." in tie
    told = [*duel("A", 0.5, 0.4), Row("A", "k-means", told="told k", figures=figures(0.9), seconds=1.0)]
    page = tables.markdown(report(told))
    assert "| ours | 0.900 k-means (2 topics, told k) |" in page
    oracle = [*duel("A", 0.5, 0.4), Row("A", "EVoC", "best", told="oracle", figures=figures(0.7), seconds=1.0)]
    page = tables.markdown(report(oracle))
    assert "own choice: ahead on 1 of 1 corpus." in page
    assert "at its best by gold: ahead on 0 of 1 corpus; a peer wins on A." in page


def test_what_did_not_run_or_is_not_there_is_told():
    page = tables.markdown(report([*duel("A", 0.5, 0.4), Row("A", "EVoC", problem="No module named 'evoc' | x")]))
    assert "| EVoC | not run: No module named 'evoc' \\| x |" in page
    assert "| EVoC |  | not run |" in page
    assert "- C: c.gz is not in the folder" in page
    assert "| EVoC | not run: no module |" in page
    assert "| topics |  | 0.500 ± 0.100 | 0.400 to 0.600 | 3.5 |" in page
    assert "|  | coarse |  | 2 | 3 | 3 |" in page
    assert all(line.count("|") == page_line_width(page, line) for line in page.splitlines() if line.startswith("|"))
    assert "not run: gone" in tables.line(Row("A", "EVoC", problem="gone"))


def page_line_width(page, line):
    """The number of bars in the head of the table that a line belongs to, escaped ones counted in the line."""
    lines = page.splitlines()
    at = lines.index(line)
    while lines[at - 1].startswith("|"):
        at -= 1
    return lines[at].count("|") + line.count("\\|")


class InProcess:
    """Runs methods here, and none of the missing ones."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def run(self, name, job):
        self.asked.append((name, len(job.texts), job.seed))
        return self.answers.get(name, Outcome(problem="not there"))


def ready(corpus=CORPUS):
    vectors = np.eye(6, dtype=np.float32)
    return Ready(corpus, vectors, vectors, 0.0)


HALVES = Outcome((grouping(0, 0, 0, 1, 1, 1, name="coarse", shown=True), grouping(0, 1, 2, 3, 4, 5, name="fine")), 1.0)


def test_runs_take_turns_each_with_its_seed_and_a_failure_is_a_row():
    here = InProcess(topics=HALVES)
    rows = list(experiments.compare(ready(), ("topics", "evoc"), 2, here))
    assert here.asked[2:] == [("topics", 6, 0), ("evoc", 6, 0), ("topics", 6, 1), ("evoc", 6, 1)]
    assert [row.problem for row in rows] == ["", "", "", "not there"]


def test_peers_get_centred_vectors_too_where_there_are_several_languages():
    both = ready(replace(CORPUS, languages=("en", "sv") * 3))
    here = InProcess(topics=HALVES, kmeans=HALVES, bertopic=HALVES)
    rows = list(experiments.compare(both, ("topics", "bertopic", "kmeans", "keynmf"), 1, here))
    told = {row.method: (row.told, row.shown) for row in rows if row.method != "topics"}
    assert told == {
        "BERTopic": ("", True),
        "k-means": ("told k", False),
        "KeyNMF": ("", False),
        "BERTopic on centred vectors": ("centred", False),
        "k-means on centred vectors": ("told k", False),
    }


def test_small_draws_and_growing_samples():
    six = Ready(CORPUS, np.eye(6, dtype=np.float32), np.eye(6, dtype=np.float32), 0.0)
    spreads = {one.title: one for one in experiments.small_draws(six, 3, 6, InProcess(topics=HALVES))}
    assert spreads["topics, the level shown"].ami == pytest.approx(1)
    assert spreads["topics, the level shown"].low == pytest.approx(1)
    assert spreads["topics, the best level by gold"].told == "oracle"
    assert spreads["UMAP+HDBSCAN, 100 settings"].problem == "not there"
    grown = experiments.growth(six, InProcess(topics=HALVES))
    assert grown.texts == (1, 2, 3, 6)
    assert grown.counts == {"coarse": (2, 2, 2, 2), "fine": (6, 6, 6, 6)}
    assert experiments.growth(six, InProcess()).problem == "not there"


def test_a_hundred_settings_are_a_hundred():
    assert math.prod(map(len, peers.TUNED_SMALL.values())) == 100
    assert math.prod(map(len, peers.TUNED.values())) >= 16


@pytest.mark.parametrize("name", ["topics", "umap", "bertopic", "top2vec", "kmeans"])
def test_every_method_that_is_at_hand_finds_what_was_planted(name):
    vectors, labels = planted(3, 40, noise=0.3)
    texts = tuple(f"{('bread', 'trains', 'gardens')[label]} number {row}" for row, label in enumerate(labels))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries, which this project does not answer for
        found = METHODS[name].fit(Job(texts, vectors, 3))
    corpus = Corpus("planted", texts, tuple(map(str, labels)), ("en",) * len(labels))
    assert max(agreement.figures(corpus, one.labels).ami for one in found) > 0.9
    assert sum(one.shown for one in found) == 1


def test_a_problem_of_a_method_is_told_and_ends_nothing():
    with workers.Workers() as pool:
        first = pool.run("kmeans", Job(("a", "b"), np.eye(2, dtype=np.float32), 5))
        assert first.problem.startswith("ValueError: n_samples=2 should be >= n_clusters=5")
        second = pool.run("kmeans", Job(("a", "b"), np.eye(2, dtype=np.float32), 2))
        assert sorted(second.groupings[0].labels.tolist()) == [0, 1]


def test_a_tiny_run_with_a_peer_that_is_not_installed_writes_the_page(data, tmp_path):
    page = tmp_path / "page.md"
    command = [sys.executable, "benchmarks/quality.py", str(data), "--corpora", "bbc,ag", "--peers", "kmeans,evoc"]
    done = subprocess.run(
        [*command, "--draws", "0", "--write", "--page", str(page)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    assert "- AG News: ag_news_test/ag_news_test.jsonl.gz is not in the folder" in written
    assert "## BBC News: 60 texts, 3 labels" in written
    assert "| k-means | told k | " in written
    assert str(ROOT) not in written and str(data) not in written
    if importlib.util.find_spec("evoc") is None:
        assert "| EVoC | not run: ModuleNotFoundError: No module named 'evoc' |" in written
        assert "not run: ModuleNotFoundError" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no folder nowhere"),
        ([".", "--peers", "lda"], "unknown 'lda'; known are bertopic"),
        ([".", "--corpora", "x"], "unknown 'x'; known are bbc"),
        ([".", "--runs", "0"], "--runs 1 or more"),
    ],
)
def test_bad_arguments_are_told(arguments, message, capsys):
    from benchmarks import quality

    with pytest.raises(SystemExit, match="2"):
        quality.main(arguments)
    assert message in capsys.readouterr().err


def test_the_peers_of_the_last_run_are_kept_as_long_as_nothing_they_depend_on_changed(tmp_path):
    spreads = [Spread("topics, the level shown", "", 0.5), Spread("EVoC", "", problem="no module")]
    facts = {"numpy": "2", "topics": "0.1", "command": "python a"}
    record.write(tmp_path / "kept.json", record.Record(duel("A", 0.5, 0.4), spreads, facts))
    kept = record.read(tmp_path / "kept.json")
    assert [(row.title, row.figures.ami) for row in kept.rows] == [
        ("topics, coarse", 0.4),
        ("topics, fine", 0.5),
        ("BERTopic", 0.4),
    ]
    assert math.isnan(kept.rows[0].figures.language)
    peers = kept.of_peers("topics", {**facts, "topics": "0.2"})
    assert [row.title for row in peers.rows] == ["BERTopic"]
    assert [spread.title for spread in peers.spreads] == ["EVoC"]
    with pytest.raises(ValueError, match="measured with numpy 2, and here it is 3"):
        kept.of_peers("topics", {**facts, "numpy": "3"})
    with pytest.raises(ValueError, match="no record"):
        record.read(tmp_path / "none.json")
