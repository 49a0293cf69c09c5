"""The index of words: any script, phrases, whatever a person types."""

import numpy as np
import pytest

from topics.search import WordIndex
from topics.search.ranking import ALL, SOME

TEXTS = [
    "The ferry to the island was late again.",
    "Une idée brillante, née à la crèche.",
    "Island life is slow; the late ferry is part of it.",
    "開放源碼模型很受歡迎",
    "Nothing here\x00 of note \ud800.",
    "مَرْحَبًا بالعالم, كتاب جديد",
    "हिन्दी में किताबें",
    "เรือข้ามฟากมาสาย",
    "An open-source model, OpenAI's, 🦜 and ＡＢＣ.",
]


@pytest.fixture(scope="module")
def index() -> WordIndex:
    return WordIndex(TEXTS)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("ferry island", {0, 2}),
        ('"late ferry"', {2}),
        ("IDEE CRECHE", {1}),
        ("モデル", set()),
        ("模型", {3}),
        ("型很", {3}),
        ("模很", set()),
        ("模型 ferry", {0, 2, 3}),
        ('"開放 源碼"', {3}),
        ("note", {4}),
        ("مرحبا", {5}),
        ("किताबें", {6}),
        ("किताब", set()),
        ("ข้าม", {7}),
        ("open source", {8}),
        ('"open source"', {8}),
        ("OpenAI", {8}),
        ("abc", {8}),
        ("🦜", set()),
        ("zeppelin", set()),
        ("?!", set()),
        ('"unclosed', set()),
        ('"ferry', {0, 2}),
        ('"; DROP TABLE passages; --', set()),
        ("NEAR(", set()),
        ("ferry OR zeppelin", {0, 2}),
        ("ferry*", {0, 2}),
        ("<script>alert(1)</script>", set()),
        ("x" * 10_000, set()),
    ],
)
def test_words_are_found(index: WordIndex, query: str, rows: set[int]) -> None:
    ranking = index.rank(query)
    assert set(ranking.rows.tolist()) == rows
    assert ((ranking.scores >= 0) & (ranking.scores <= 1)).all()


def test_thousands_of_words_are_searched_for(index: WordIndex) -> None:
    assert index.rank(" ".join(f"w{number}" for number in range(3000)) + " ferry").rows.tolist() == [0, 2]


def test_passages_with_all_the_words_come_before_those_with_some(index: WordIndex) -> None:
    ranking = index.rank("slow island ferry")
    assert (ranking.rows.tolist(), ranking.held.tolist()) == ([2, 0], [ALL, SOME])
    assert ranking.scores[0] == 1.0


def test_what_is_shorter_and_holds_a_word_more_often_comes_first() -> None:
    texts = ["bus and many other words around it", "bus bus", "nothing", "nothing", "nothing"]
    assert WordIndex(texts).rank("bus").rows.tolist() == [1, 0]


def test_every_passage_that_holds_a_word_is_found_not_only_the_best() -> None:
    index = WordIndex(["a ferry"] * 1500 + ["nothing"])
    assert index.rank("ferry").rows.tolist() == list(range(1500))
    assert index.rows("ferry").tolist() == list(range(1500))


def test_words_that_are_everywhere_rank_nothing_and_find_nothing_beside_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("topics.search.index._COMMON", 2)
    index = WordIndex(["the end of the the the", "the bus", "the ferry", "ferry"])
    assert index.rank("the").rows.tolist() == [0, 1, 2]
    ranking = index.rank("the ferry")
    assert (ranking.rows.tolist(), ranking.held.tolist()) == ([2, 3], [ALL, SOME])
    assert index.rank("the zeppelin").rows.tolist() == [0, 1, 2]
    assert index.rank('"the the"').rows.tolist() == [0]


def test_a_phrase_is_looked_up_without_ranking(index: WordIndex) -> None:
    assert index.rows("late ferry").tolist() == [2]
    assert index.rows("ferry").tolist() == [0, 2]
    assert index.rows("?").dtype == np.int32
    assert index.rows("?").tolist() == []


def test_no_texts_hold_nothing() -> None:
    assert WordIndex([]).rank("ferry").rows.tolist() == []
