import numpy as np

from tests.models import small_model
from topics.compare.groups import by_value
from topics.facets import facets
from topics.share import write
from topics.values import LOOSE


def of_language(model):
    return next(facet for facet in facets(model.passages) if facet.name == "language")


def test_counts_and_shares_are_those_of_a_pandas_groupby_on_the_exported_file(tmp_path):
    import pandas as pd

    model = small_model(level="fine")
    told = by_value(model, of_language(model))
    write(model, tmp_path / "passages.csv")
    counted = pd.read_csv(tmp_path / "passages.csv").groupby(["topic", "language"]).size().unstack(fill_value=0)
    assert told.counts.tolist() == counted.loc[list(told.topics), list(told.columns)].to_numpy().tolist()
    shares = counted / counted.sum()
    np.testing.assert_allclose(told.shares, shares.loc[list(told.topics), list(told.columns)])
    assert told.totals.tolist() == [18, 6]
    assert told.few.tolist() == [False, True]


def test_intervals_hold_the_shares():
    model = small_model()
    told = by_value(model, of_language(model))
    low, high = told.bounds
    assert (low <= told.shares).all()
    assert (told.shares <= high).all()


def test_loose_passages_are_the_last_row_and_passages_without_a_value_are_told():
    labels = small_model().all_labels.copy()
    labels[1, :3] = LOOSE
    model = small_model(all_labels=labels)
    facet = of_language(model)
    codes = facet.codes.copy()
    codes[-2:] = -1
    told = by_value(model, type(facet)(facet.name, facet.values, facet.counts, codes))
    assert told.topics[-1] == LOOSE
    assert told.counts[-1].tolist() == [3, 0]
    assert told.unknown == 2
    assert told.counts.sum() == 22


def test_topics_are_rows_by_size_whatever_their_ids():
    from tests.models import gapped_model

    model = gapped_model()
    told = by_value(model, of_language(model))
    assert told.topics == tuple(topic.id for topic in model.topics)
    assert told.counts.sum(axis=1).tolist() == [topic.size for topic in model.topics]
