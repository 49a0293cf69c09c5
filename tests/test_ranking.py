"""Rankings: by cosine, joined, narrowed and cut."""

import numpy as np
import pytest

from topics.passages import Passages
from topics.search.ranking import NONE, Ranking, by_vector, fuse
from topics.values import Document, Passage


def ranking(*rows: int) -> Ranking:
    n = len(rows)
    return Ranking(np.array(rows, np.int32), np.linspace(1, 0.5, n), np.full(n, NONE, np.int8), np.full(n, np.nan))


def test_meaning_ranks_by_cosine() -> None:
    found = by_vector(np.eye(3, dtype=np.float32), np.array([0.6, 0.8, 0], np.float32))
    assert found.rows.tolist() == [1, 0, 2]
    assert found.scores[0] == pytest.approx(0.8)


def test_a_negative_cosine_scores_nothing_and_stays_what_it_is() -> None:
    found = by_vector(-np.eye(2, dtype=np.float32), np.array([1, 0], np.float32))
    assert (found.rows.tolist(), found.scores.tolist(), found.cosines.tolist()) == ([1, 0], [0, 0], [0, -1])


def test_many_rows_are_ranked_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    whole = by_vector(vectors, vectors[7])
    monkeypatch.setattr("topics.search.ranking._BLOCK", 12)
    assert by_vector(vectors, vectors[7]).rows.tolist() == whole.rows.tolist()


def test_fusion_rewards_what_both_rankings_like() -> None:
    assert fuse([ranking(1, 2), ranking(2, 3)]).rows.tolist() == [2, 1, 3]
    assert fuse([ranking(5), ranking(5)]).scores.tolist() == [pytest.approx(1.0)]
    assert len(fuse([ranking(), ranking()])) == 0


def test_a_ranking_is_narrowed_and_cut_in_its_order() -> None:
    found = ranking(4, 0, 3)
    assert found.within(np.array([True, True, True, True, False])).rows.tolist() == [0, 3]
    assert found.part(1, 9).rows.tolist() == [0, 3]
    assert found.part(5, 9).rows.tolist() == []


def test_hits_are_passages_with_their_topics() -> None:
    document = Document("a.txt", "One. Two.")
    passages = Passages.of(
        [document], [Passage("", "a.txt", 0, 4, "One.", "en"), Passage("", "a.txt", 5, 9, "Two.", "en")]
    )
    first, second = ranking(1, 0).hits(passages, np.array([3, -1], np.int32))
    assert (first.row, first.passage.text, first.topic, first.score) == (1, "Two.", -1, 1.0)
    assert (second.passage.text, second.topic) == ("One.", 3)
