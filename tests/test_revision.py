from tests.edit_steps import planted_model
from topics import edit
from topics.revision import fitted


def test_a_model_keeps_the_fit_beneath_its_edits() -> None:
    model = planted_model()
    renamed = edit.rename(model, model.topics[0].id, "Another name")
    assert fitted(renamed).levels == fitted(model).levels
