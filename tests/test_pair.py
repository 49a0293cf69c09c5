import numpy as np
import pytest

from tests.models import gapped_model, small_model
from topics.compare.pair import pair


def test_keywords_are_parted_into_those_of_one_and_of_both():
    told = pair(small_model(level="fine"), 3, 4)
    assert told.only_a == ("lunch", "meal", "skollunchen")
    assert told.both == ()
    model = small_model()
    both = pair(model, 0, 1)
    assert set(both.only_a) | set(both.both) == {word.term for word in model.topic(0).keywords}


def test_similarity_is_the_cosine_of_means_and_has_its_rank():
    model = small_model()
    told = pair(model, 0, 2)
    means = [model.vectors[model.labels == topic].mean(axis=0) for topic in (0, 2)]
    wanted = float(means[0] @ means[1] / np.linalg.norm(means[0]) / np.linalg.norm(means[1]))
    assert told.similarity == pytest.approx(wanted, abs=1e-5)
    assert told.pairs == 6
    ranks = [pair(model, a, b).rank for a in range(4) for b in range(a)]
    assert sorted(ranks) == [1, 2, 3, 4, 5, 6]
    assert pair(model, 2, 0).similarity == told.similarity


def test_passages_between_are_of_either_topic_with_the_closest_call_first():
    model = small_model()
    told = pair(model, 0, 1, n=4)
    assert 0 < len(told.between) <= 4
    assert set(model.labels[told.between].tolist()) <= {0, 1}
    means = np.stack([model.vectors[model.labels == topic].mean(axis=0) for topic in (0, 1)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    gaps = np.abs(np.subtract(*(model.vectors[told.between] @ means.T).T))
    assert (np.diff(gaps) >= -1e-5).all()


def test_ids_with_gaps_are_compared_alike():
    assert pair(gapped_model(), 2, 9).similarity == pair(small_model(), 1, 3).similarity


def test_a_topic_and_itself_or_one_that_there_is_not_are_refused():
    with pytest.raises(ValueError, match="with itself"):
        pair(small_model(), 1, 1)
    with pytest.raises(ValueError, match="no topic 9"):
        pair(small_model(), 1, 9)
