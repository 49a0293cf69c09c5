import numpy as np
import pytest

from tests.models import FakeEmbedder, small_model
from topics.errors import EncoderError
from topics.placement import checked


def test_a_passage_keeps_its_stored_vector_and_other_texts_are_embedded() -> None:
    model = small_model()
    known = model.passages[0].text
    placed = model._placement.place([known, "A text that no passage holds."])
    assert (placed[0] == model.vectors[0]).all()
    assert np.linalg.norm(placed[1]) == pytest.approx(1.0, abs=1e-5)


def test_there_is_one_language_a_text() -> None:
    with pytest.raises(ValueError, match="got 1 languages for 2 texts"):
        small_model()._placement.place(["one", "two"], ["en"])


def test_another_encoder_is_refused() -> None:
    model = small_model()
    other = FakeEmbedder(dimension=model.encoder.dimension + 1)
    with pytest.raises(EncoderError, match="but here is"):
        checked(other, model.encoder)
