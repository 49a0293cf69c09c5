from dataclasses import replace

import numpy as np
import pytest

from tests.models import FakeEmbedder, small_model
from topics.errors import EncoderError
from topics.placement import checked


def test_a_passage_keeps_its_stored_vector_and_other_texts_are_embedded() -> None:
    model = small_model()
    known = model.passages[0].text
    placed = model.placement.place([known, "A text that no passage holds."])
    assert (placed[0] == model.vectors[0]).all()
    assert np.linalg.norm(placed[1]) == pytest.approx(1.0, abs=1e-5)


def test_there_is_one_language_a_text() -> None:
    with pytest.raises(ValueError, match="got 1 languages for 2 texts"):
        small_model().placement.place(["one", "two"], ["en"])


def test_another_encoder_is_refused() -> None:
    model = small_model()
    other = FakeEmbedder(dimension=model.encoder.dimension + 1)
    with pytest.raises(EncoderError, match="but here is"):
        checked(other, model.encoder)


class English(FakeEmbedder):
    """It says that it reads English, and nothing else of itself."""

    reads = ("en",)


def with_english(poorly=(), reading=()):
    model = small_model(embedder=English())
    return replace(model, encoder=replace(model.encoder, poorly_read=poorly, reading=dict(reading)))


def marks(model, texts, languages=None):
    return [(found.language, found.poorly_read) for found in model.assign(texts, languages=languages)]


def test_a_text_in_a_language_of_the_corpus_is_marked_as_its_passages_are() -> None:
    known, new = small_model().passages[20].text, "Cykelbanan vid skolan är stängd, och ingen vet varför."
    assert marks(with_english(("sv",)), [known, new]) == [("sv", True), ("sv", True)]
    assert marks(with_english(), [known, new]) == [("sv", False), ("sv", False)]
    assert marks(with_english(("sv",)), ["The bicycle lane is closed"], ["en"]) == [("en", False)]


def test_a_text_in_another_language_is_judged_by_itself() -> None:
    texts = ["Der Radweg ist gesperrt", "Where is the bus?", "..."]
    assert marks(with_english(), texts, ["de", "en", "und"]) == [("de", True), ("en", False), ("und", False)]
    assert marks(small_model(), texts, ["de", "en", "und"])[0] == ("de", False)  # nothing is known of that encoder


def test_a_text_that_is_read_poorly_is_less_sure_of_its_topic() -> None:
    model, text = with_english(("sv",), {"sv": 0.8}), "Parkering, parkering och en cykel"
    (swedish,), (english,) = (model.assign([text], languages=[code]) for code in ("sv", "en"))
    (unmeasured,) = with_english(("sv",)).assign([text], languages=["sv"])
    assert unmeasured.confidence < swedish.confidence
    assert (swedish.poorly_read, english.poorly_read) == (True, False)
    rows = [row for row, code in enumerate(model.passages.language_codes()) if code == "sv"]
    assert (model.confidence[rows] < with_english().confidence[rows]).all()
