import numpy as np
import pytest

from topics.search import TextIndex, WordIndex, fuse, rank_by_vector

TEXTS = [
    "The ferry to the island was late again.",
    "Une idée brillante, née à la crèche.",
    "Island life is slow; the late ferry is part of it.",
    "開放源碼模型很受歡迎",
    "Nothing here\x00 of note \ud800.",
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
        ("模型", {3}),
        ("note", {4}),
        ("zeppelin", set()),
        ("?!", set()),
        ('"; DROP TABLE passages; --', set()),
        ("NEAR(", set()),
    ],
)
def test_words_are_found(index: WordIndex, query: str, rows: set[int]) -> None:
    ranking = index.rank(query)
    assert {row for row, _ in ranking} == rows
    assert all(0 <= score <= 1 for _, score in ranking)


def test_passages_with_all_the_words_come_before_those_with_some(index: WordIndex) -> None:
    assert [row for row, _ in index.rank("slow island ferry")] == [2, 0]


def test_meaning_ranks_by_cosine() -> None:
    vectors = np.eye(3, dtype=np.float32)
    ranking = rank_by_vector(vectors, np.array([0.6, 0.8, 0], np.float32))
    assert [row for row, _ in ranking] == [1, 0, 2]
    assert ranking[0][1] == pytest.approx(0.8)


def test_fusion_rewards_what_both_rankings_like() -> None:
    fused = fuse([[(1, 0.9), (2, 0.8)], [(2, 0.7), (3, 0.6)]])
    assert [row for row, _ in fused] == [2, 1, 3]
    assert fuse([[(5, 0.1)], [(5, 0.2)]]) == [(5, pytest.approx(1.0))]


def test_a_text_is_found_again_exactly() -> None:
    index = TextIndex([*TEXTS, TEXTS[0]])
    assert index.rows([TEXTS[2], TEXTS[0], "the ferry", TEXTS[4]]).tolist() == [2, 0, -1, 4]
    assert index.rows([]).shape == (0,)
