"""Languages that an encoder reads poorly: told from what it says, and from how its tokenizer cuts their words."""

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

import topics
from tests.corpus_texts import ARABIC, CHINESE, ENGLISH, GARTEN, ICELANDIC, JAPANESE, NACHTZUG, NATTAG, TRADGARD
from tests.forge import forge
from tests.models import FakeEmbedder, small_model
from topics.embed.minilm_encoder import MiniLMEncoder
from topics.embed.reading import _YARDSTICK, Reading, leading, letters_a_token, poorly_read

OWN = {
    "en": ENGLISH,
    "de": [*GARTEN, *NACHTZUG],
    "sv": [*TRADGARD, *NATTAG],
    "zh": CHINESE,
    "ja": JAPANESE,
    "ar": ARABIC,
    "is": ICELANDIC,
}


class Encoder(FakeEmbedder):
    """An encoder that says what it is told to say."""

    def __init__(self, reads=None, tokenizer=None):
        super().__init__()
        self.reads = reads
        self.tokenizer = tokenizer


def trained(kind, *codes):
    """Return a tokenizer that learnt the words of some languages, the yardstick's among them for English."""
    texts = [text for code in codes for text in OWN[code]] + [_YARDSTICK] * ("en" in codes)
    if kind == "pieces":
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=4000, special_tokens=["[UNK]"], show_progress=False)
    else:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=4000, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def marked(encoder, codes=tuple(OWN)):
    """Return what is marked of a corpus in these languages."""
    rows = [(text, code) for code in codes for text in OWN[code]]
    return poorly_read(encoder, *zip(*rows, strict=True))


def test_the_bundled_encoder_reads_english_and_scraps_of_others():
    assert marked(MiniLMEncoder()) == ("ar", "de", "is", "ja", "sv", "zh")
    french = ["Le train de nuit est de retour, avec une voiture-lits.", "Les tomates mûrissent dans la serre."]
    assert poorly_read(MiniLMEncoder(), french, ["fr", "fr"]) == ()


def test_english_taken_for_another_language_is_not_marked():
    assert poorly_read(MiniLMEncoder(), ENGLISH, ["nl"] * len(ENGLISH)) == ()


@pytest.mark.parametrize("kind", ["pieces", "bytes"])
def test_a_tokenizer_tells_which_languages_it_was_made_for(kind):
    assert marked(Encoder(tokenizer=trained(kind, "en"))) == ("ar", "de", "is", "ja", "sv", "zh")
    assert marked(Encoder(tokenizer=trained(kind, *OWN))) == ()
    assert marked(Encoder(tokenizer=trained(kind, "en", "sv"))) == ("ar", "de", "is", "ja", "zh")


def test_an_encoder_of_another_language_reads_english_poorly():
    assert marked(Encoder(("sv",), trained("pieces", "sv")), ("en", "sv")) == ("en",)
    assert marked(Encoder(("sv",), trained("pieces", "sv")), ("en",)) == ()  # nothing to measure by


def test_what_an_encoder_says_it_reads_is_not_marked():
    tokenizer = trained("pieces", "en")
    assert marked(Encoder(("de", "en", "sv", "zh"), tokenizer)) == ("ar", "is", "ja")
    assert marked(Encoder(("mul",), tokenizer)) == ()


def test_without_a_tokenizer_it_goes_by_what_is_said():
    assert marked(Encoder(("en",))) == ("ar", "de", "is", "ja", "sv", "zh")
    assert marked(Encoder()) == ()
    assert marked(FakeEmbedder()) == ()


def test_an_unknown_language_is_never_marked():
    assert poorly_read(MiniLMEncoder(), ["?!", "12", TRADGARD[0]], ["und", "und", "sv"]) == ("sv",)
    assert poorly_read(MiniLMEncoder(), [], []) == ()


def test_a_corpus_says_which_of_its_languages_are_read_poorly(tmp_path):
    model = topics.fit([*ENGLISH, *TRADGARD, *NATTAG])
    assert model.poorly_read == ("sv",)
    frame = model.to_frame()
    assert (frame["poorly_read"] == (frame["language"] == "sv")).all()
    assert 0 < frame["poorly_read"].sum() < len(frame)
    loaded = topics.load(model.save(tmp_path / "model"))
    assert loaded.poorly_read == ("sv",)
    assert loaded.encoder == model.encoder
    assert 0.5 < loaded.encoder.reading["sv"] < 1
    assert loaded.confidence.tolist() == model.confidence.tolist()
    texts = [TRADGARD[0], "Ny bro över ån", "The new bridge", ARABIC[0]]
    assert loaded.assign(texts) == model.assign(texts)
    assert [found.poorly_read for found in model.assign(texts)] == [True, True, False, True]
    assert topics.fit(ENGLISH).poorly_read == ()


def test_letters_a_token_are_those_of_the_words_that_are_known():
    known = trained("pieces", "en")
    assert letters_a_token(Encoder(tokenizer=known), ["The council met, 1999!"]) == pytest.approx((3 + 7 + 3) / 3)
    assert letters_a_token(Encoder(tokenizer=known), ["の"]) == 0  # unknown
    assert np.isnan(letters_a_token(FakeEmbedder()))


def test_very_many_passages_are_sampled_at_even_distances():
    seen = []
    tokenizer = trained("pieces", "en")

    class Watched:
        def to_str(self):
            return tokenizer.to_str()

        def token_to_id(self, token):
            return tokenizer.token_to_id(token)

        def encode(self, text, **options):
            seen.append(text)
            return tokenizer.encode(text, **options)

    texts = [f"{TRADGARD[row % 3]} {row}" for row in range(1001)]
    assert poorly_read(Encoder(tokenizer=Watched()), texts, ["sv"] * 1001) == ("sv",)
    assert len(seen) <= 201
    assert np.diff([texts.index(text) for text in seen if text in texts]).tolist() == [6] * (len(seen) - 2)


def test_a_model_saved_without_the_marks_has_none(tmp_path):
    saved = small_model().save(tmp_path / "model")
    forge(saved, change=lambda manifest: [manifest["encoder"].pop(key) for key in ("poorly_read", "reading")])
    assert topics.load(saved).poorly_read == ()


def test_languages_that_are_read_lead_unless_they_are_few() -> None:
    codes = ["en"] * 8 + ["sv"] * 16
    assert leading(codes, ("sv",)).tolist() == [True] * 8 + [False] * 16
    assert leading([*codes, "sv"], ("sv",)).all()  # less than a third is read
    assert leading(["en"] * 7 + ["sv"], ("sv",)).all()  # fewer than eight
    assert leading(codes, ()).all()
    assert leading([], ()).shape == (0,)


def test_how_far_a_language_is_read_is_a_share_of_what_counts_as_read() -> None:
    told = [("sv", TRADGARD), ("ar", ARABIC), ("en", ENGLISH)]
    rows = [(text, code) for code, texts in told for text in texts]
    reading = Reading(MiniLMEncoder(), *zip(*rows, strict=True))
    poor = reading.poor()
    assert list(poor) == ["ar", "sv"]
    assert 0.1 < poor["ar"] < 0.6 < poor["sv"] < 1
    own = letters_a_token(MiniLMEncoder(), TRADGARD) / letters_a_token(MiniLMEncoder())
    assert poor["sv"] == reading.share(TRADGARD, "sv") == pytest.approx(own / 0.72, abs=1e-6)
    assert reading.share(ENGLISH, "en") == reading.share(ENGLISH, "nl") == reading.share(ARABIC, "und") == 1.0


def test_how_far_cannot_be_said_where_an_encoder_only_says_what_it_reads() -> None:
    reading = Reading(Encoder(reads=("en",)), [], [])
    assert np.isnan(reading.share(["Hej"], "sv"))
    assert reading.share(["Hello"], "en") == 1.0
    assert Reading(Encoder(), [], []).share(["Hej"], "sv") == 1.0


def test_an_encoder_of_another_language_is_measured_by_the_passages_in_it() -> None:
    german = Encoder(reads=("de",), tokenizer=trained("pieces", "de"))
    texts, codes = [*GARTEN, *NACHTZUG], ["de"] * (len(GARTEN) + len(NACHTZUG))
    assert Reading(german, texts, codes).share(ICELANDIC, "is") < 1.0
    assert Reading(german, texts, codes).share(ICELANDIC, "de") == 1.0
