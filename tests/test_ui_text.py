"""What the app says reads like a person's words."""

import math

import pytest

from topics.ui import refusals, text


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (0.004, "under 1 %"), (0.01, "1 %"), (0.376, "38 %"), (1.0, "100 %")]
)
def test_a_share_is_in_whole_percent_and_never_vanishes(share, said):
    assert text.percent(share) == said


@pytest.mark.parametrize(
    ("value", "begins"),
    [(0.97, "Very steady"), (0.8, "Steady"), (0.64, "Fairly steady"), (0.42, "Loose at its edges"), (0.17, "Fragile")],
)
def test_stability_is_graded_and_its_figure_given(value, begins):
    said = text.stability(value)
    assert said.startswith(begins)
    assert f"{value * 100:.0f} %" in said


def test_stability_that_was_not_measured_is_said_to_be_so():
    assert text.stability(math.nan) == "How steady it is was not measured."


def test_numbers_agree_with_their_nouns():
    assert text.count(1, "passage") == "1 passage"
    assert text.count(1204, "passage") == "1,204 passages"


def test_a_corpus_in_one_language_does_not_name_it():
    assert text.corpus(1, 12, {"en": 12}) == "1 document, 12 passages"
    assert text.corpus(2, 12, {"sv": 7, "en": 5}) == "2 documents, 12 passages: Swedish 7, English 5"


def test_a_language_without_a_name_goes_by_its_code():
    assert text.language("sv") == "Swedish"
    assert text.language("xx") == "xx"


def test_a_search_by_words_counts_and_one_by_meaning_ranks():
    assert text.hits(3, "bus", "words") == "3 passages for “bus”"
    assert text.hits(20, "bus", "both") == "The 20 passages nearest to “bus”"
    assert text.hits(0, "bus", "both") == "0 passages for “bus”"


def test_what_someone_wrote_into_a_link_is_cut_short():
    said = refusals.bad_parameter("topic", "x" * 500 + "\n" * 50)
    assert len(said) < 160
    assert "\n" not in said


def test_settings_are_said_in_words():
    assert text.value(True) == "yes"
    assert text.value(()) == "none"
    assert text.value(("byline", "credit")) == "byline, credit"
    assert text.value(None) == "found for each passage"
    assert text.setting("max_sentences") == "Sentences in a passage, at most"
    assert text.setting("something_new") == "Something new"


def test_every_stage_of_a_fit_has_words():
    assert text.stage("embed") == "Turning passages into vectors"
    assert text.stage("something_new") == "Something new"


def test_a_theme_that_nothing_matches_says_how_many_passages_stood_out_for_it() -> None:
    assert text.unmatched(None) == "no topic matches it"
    assert text.unmatched(1) == "no topic matches it (1 passage stood out for it)"
    assert text.unmatched(1200) == "no topic matches it (1,200 passages stood out for it)"


def test_what_a_document_says_of_itself_is_one_line():
    meta = {
        "title": "T",
        "department": "Sales",
        "date": "2021-03-04T10:15",
        "submitted": "2021-03-04T10:15",
        "author": "Ann",
    }
    assert text.said_of_itself(meta) == "Ann · 2021-03-04 · Department: Sales"
    assert text.said_of_itself({"title": "T", "language": "sv", "message-id": "<1@x>"}) == ""
    many = text.said_of_itself({f"Column {n}": f"{n}" + 200 * "x" for n in range(40)})
    assert many.endswith("… · 28 more") and len(many) < 1300
