"""Which topics use a word, and what stands around it."""

import numpy as np
import pytest

from tests.models import small_model
from topics.usage import _REACH, Use, by_topic, lines_of, telling
from topics.values import Keyword, Topic

LABELS = np.array([0, 0, 0, 0, 1, 1, -1, -1], np.int32)


def test_a_topic_says_how_many_of_its_passages_and_how_much_more_than_elsewhere():
    uses = by_topic(np.array([0, 1, 4, 6], np.int32), LABELS)
    assert uses == (Use(0, 2, 0.5, 1.0), Use(-1, 1, 0.5, 1.0), Use(1, 1, 0.5, 1.0))
    (only,) = by_topic(np.array([4, 5], np.int32), LABELS)
    assert only == Use(1, 2, 1.0, 4.0)


def test_a_word_that_nobody_uses_is_in_no_topic():
    assert by_topic(np.zeros(0, np.int32), LABELS) == ()


def test_lines_show_each_time_that_the_word_stands_there():
    text = "The bus left.\nNo  other bus came."
    first, second = lines_of(7, text, "BUS")
    assert (first.row, first.before, first.word, first.after) == (7, "The ", "bus", " left. No other bus came.")
    assert (second.before, second.after) == ("The bus left. No other ", " came.")
    assert text[second.start :].startswith("bus came")


@pytest.mark.parametrize("filler", ["word ", "模", "x" * 200 + " "])
def test_a_line_is_short_however_long_the_passage(filler):
    text = f"{filler * 500} bus {filler * 500}"
    (line,) = lines_of(0, text, "bus")
    assert line.before.startswith("…")
    assert line.after.endswith("…")
    assert max(len(line.before), len(line.after)) <= _REACH + 2


def test_a_line_is_cut_between_words():
    text = f"{'alpha ' * 50}bus{' omega' * 50}"
    (line,) = lines_of(0, text, "bus")
    assert set(line.before.strip("…").split()) == {"alpha"}
    assert set(line.after.strip("…").split()) == {"omega"}


def test_a_phrase_and_a_word_of_two_chinese_characters_are_one_hit():
    assert [line.word for line in lines_of(0, "Open-source and open source", "open source")] == [
        "Open-source",
        "open source",
    ]
    (line,) = lines_of(0, "開放源碼模型很受歡迎", "模型")
    assert (line.before, line.after) == ("開放源碼", "很受歡迎")


def test_the_telling_words_of_a_corpus_are_those_of_its_topics_each_once():
    told = telling(small_model().topics, 2)
    assert [topic.id for topic, _ in told] == [topic.id for topic in small_model().topics]
    terms = [keyword.term for _, keywords in told for keyword in keywords]
    assert len(terms) == len(set(terms))
    shared = tuple(
        Topic(number, f"T{number}", (Keyword("Bus", 1.0, "en"),), 1, 0.5, 1.0, "fine") for number in range(2)
    )
    assert [topic.id for topic, _ in telling(shared, 3)] == [0]
