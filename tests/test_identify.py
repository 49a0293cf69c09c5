"""How well texts fit each language hangs on the text alone, and is what py3langid says of it."""

import numpy as np
import pytest

from topics.identify import codes, likelihoods

TEXTS = [
    "The ferry was cancelled on Friday after a crack had been found in its hull.",
    "Färjan ställdes in på fredagen efter att en spricka hittats i skrovet.",
    "Le bac a été annulé vendredi à cause d'une fissure dans la coque.",
    "Паром отменили в пятницу из-за трещины в корпусе.",
    "金曜日にフェリーは欠航した。",
    "周五的渡轮因船体裂缝而取消。",
    "เรือข้ามฟากถูกยกเลิกเมื่อวันศุกร์",
    "ALL IN CAPITALS",
    "a",
    "12345",
    "",
]


def told(values):
    return None if values is None else codes()[int(values.argmax())]


def test_each_language_fits_its_text_best():
    assert [told(values) for values in likelihoods(TEXTS[:7])] == ["en", "sv", "fr", "ru", "ja", "zh", "th"]


def test_a_text_without_letters_has_no_language():
    assert likelihoods(["12345", "", "?!"]) == [None, None, None]


def test_what_a_text_is_told_to_be_hangs_on_it_alone():
    many = [f"{text} ({number})" for number in range(40) for text in TEXTS]
    together = likelihoods(many)
    for row in (0, 1, 3, 4, 8, 120, 300):
        alone = likelihoods([f"{many[row]}"])[0]
        assert np.array_equal(together[row], alone)
    backwards = likelihoods([f"{text} !" for text in reversed(many)])
    forwards = likelihoods([f"{text} !" for text in many])
    assert all(np.array_equal(one, other) for one, other in zip(forwards, reversed(backwards), strict=True))


@pytest.mark.parametrize("text", TEXTS[:4])
def test_it_is_what_py3langid_says(text):
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    ranked = dict(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).rank(text))
    own = likelihoods([text])[0]
    best = max(ranked, key=ranked.get)
    assert own[codes().index(best)] == pytest.approx(ranked[best], rel=1e-4)


def test_walking_together_meets_what_walking_alone_meets():
    from topics.identify import _identifier

    encoded = [f"{text} {number}".encode() for number in range(20) for text in TEXTS]
    owners, features = _identifier()._visits(encoded)
    for row, text in enumerate(encoded):
        assert sorted(features[owners == row].tolist()) == sorted(_identifier()._walked(text, 0))
