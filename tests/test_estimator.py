"""The estimator keeps scikit-learn's conventions, as far as they hold for texts."""

import numpy as np
import pytest
from sklearn.base import clone, is_clusterer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from tests.models import FakeEmbedder, small_model
from topics.estimator import TopicsEstimator

TEXTS = [passage.text for passage in small_model().passages]
NEW = ["A lane for bicycles on the bridge", "Solar panels on every roof", "?!"]


@pytest.fixture(scope="module")
def fitted():
    return TopicsEstimator("fine", embedder=FakeEmbedder(), clean=False).fit(TEXTS)


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_estimator_repr,
    ],
    ids=lambda check: check.__name__,
)
def test_the_conventions_hold(check) -> None:
    check("TopicsEstimator", TopicsEstimator())


def test_it_says_what_it_is() -> None:
    estimator = TopicsEstimator()
    assert is_clusterer(estimator)
    assert estimator.__sklearn_tags__().input_tags.string
    assert not estimator.__sklearn_tags__().input_tags.two_d_array
    copied = clone(TopicsEstimator("coarse", engine="density", keywords=3))
    assert (copied.level, copied.engine, copied.keywords) == ("coarse", "density", 3)
    assert not hasattr(copied, "model_")


def test_a_fit_labels_every_text(fitted) -> None:
    assert fitted.labels_.shape == (len(TEXTS),)
    assert fitted.labels_.tolist() == fitted.predict(TEXTS).tolist()
    again = clone(fitted).fit_predict(TEXTS)
    assert again.tolist() == fitted.labels_.tolist()
    assert fitted.model_.level == "fine"
    assert len(set(fitted.labels_.tolist())) == len(fitted.model_.topics) > 2


def test_new_texts_get_the_topics_of_assign(fitted) -> None:
    assert fitted.predict(NEW).tolist() == [found.topic for found in fitted.model_.assign(NEW)]
    assert fitted.predict(NEW)[-1] == -1


def test_transform_points_at_the_topic(fitted) -> None:
    near = fitted.transform([*TEXTS, *NEW])
    assert near.shape == (len(TEXTS) + 3, len(fitted.model_.topics))
    assert near[:-1].argmax(axis=1).tolist() == fitted.predict([*TEXTS, *NEW[:-1]]).tolist()
    assert near.max() <= 1.0 + 1e-6
    np.testing.assert_array_equal(near, fitted.transform(np.array([*TEXTS, *NEW])))
    assert list(fitted.get_feature_names_out()) == [topic.name for topic in fitted.model_.topics]


def test_it_works_in_a_pipeline_and_gives_frames(fitted) -> None:
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    answers = np.array(["sv" if row > 17 else "en" for row in range(len(TEXTS))])
    whole = make_pipeline(clone(fitted), LogisticRegression()).fit(pd.Series(TEXTS), answers)
    assert set(whole.predict(NEW)) <= {"sv", "en"}
    frame = clone(fitted).set_output(transform="pandas").fit_transform(pd.Series(TEXTS))
    assert list(frame.columns) == list(fitted.get_feature_names_out())


def test_parameters_reach_the_fit() -> None:
    own = TopicsEstimator(2, embedder=FakeEmbedder(), keywords=2, clean=False, themes=["bus lines"], random_state=3)
    model = own.fit(TEXTS).model_
    assert len(model.topics) == 2
    assert model.settings.keywords == 2
    assert model.settings.seed == 3
    assert [theme.name for theme in model.themes] == ["bus lines"]
    assert max(len(topic.keywords) for topic in model.topics) <= 2


def test_what_is_no_list_of_texts_is_refused(fitted) -> None:
    with pytest.raises(NotFittedError, match="not fitted yet"):
        TopicsEstimator().predict(TEXTS)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        TopicsEstimator().transform(TEXTS)
    with pytest.raises(ValueError, match="single string"):
        fitted.predict("a text")
    with pytest.raises(ValueError, match=r"X has shape \(2, 2\)"):
        fitted.predict(np.array([["a", "b"], ["c", "d"]]))
    with pytest.raises(ValueError, match=r"texts\[1\] is of type float"):
        fitted.transform(["a text", float("nan")])
    with pytest.raises(ValueError, match="keywords is 0"):
        TopicsEstimator(keywords=0).fit(TEXTS)
