import random

from tests.edit_steps import check, edited, planted_model
from topics import edit


def test_random_edits_keep_what_holds() -> None:
    for seed in range(3):
        check(edited(planted_model(seed=seed), random.Random(seed), 8))


def test_undo_takes_a_merge_back() -> None:
    model = planted_model()
    merged = edit.merge(model, [topic.id for topic in model.topics[:2]])
    assert len(merged.topics) == len(model.topics) - 1
    assert edit.undo(merged).topics == model.topics
