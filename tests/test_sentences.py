"""Sentences of 32 languages end where a reader of the language ends them."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.split.joints import goes_on, is_counter
from topics.split.marks import legible, more_ends
from topics.split.sentences import sentences

GOLD = json.loads((Path(__file__).parent / "gold" / "sentences.json").read_text(encoding="utf-8"))
UNSPACED = {"zh", "ja"}
IMPERFECT = {"fr": 0.9, "ja": 0.9, "sv": 0.9, "vi": 0.9}  # each has one boundary that is wrong


def f1(language):
    """Return how well the ends of the gold sentences are found in their run-on text, harmonic mean, 0 to 1."""
    joint = "" if language in UNSPACED else " "
    text = joint.join(GOLD[language])
    wanted, place = set(), 0
    for sentence in GOLD[language][:-1]:
        wanted.add(place + len(sentence))
        place += len(sentence) + len(joint)
    found = {span.end for span in sentences(text, language)} - {len(text)}
    return 2 * len(found & wanted) / (len(found) + len(wanted))


@pytest.mark.parametrize("language", sorted(GOLD))
def test_sentences_of_every_language(language):
    assert f1(language) >= IMPERFECT.get(language, 1.0)


def test_there_are_more_than_twenty_languages_of_six_sentences():
    assert len(GOLD) >= 30 and {"zh", "ja", "th", "ko", "ar", "he", "hi"} <= set(GOLD)
    assert min(map(len, GOLD.values())) >= 6


@pytest.mark.parametrize(
    ("tail", "piece", "language", "expected"),
    [
        ("He came at 5 p.m.", "and left.", "en", True),
        ("He saw it.", "I went home.", "en", False),
        ("See p.", "12.", "en", True),
        ("That was all.", "1.", "en", False),
        ("Am 3.", "Mai kam er.", "de", True),
        ("Es kamen nur 3.", "Dann kam er.", "de", False),
        ("Plan B.", "Then they left.", "en", False),
        ("Louis", "XIV", "en", False),
        ("séc.", "XIX foi assim.", "pt", True),
        ("«هل تأخرت؟»", "سألت المرأة.", "ar", True),
        ("“Why?”", "She left.", "en", False),
    ],
)
def test_what_makes_no_boundary(tail, piece, language, expected):
    assert goes_on(tail, piece, language, apart=True) is expected


def test_a_counter_is_the_number_of_an_item():
    assert is_counter("(3)") and is_counter("iv.") and not is_counter("No.") and not is_counter("3 boats")


def test_marks_are_made_legible_without_moving_anything():
    assert legible('He said "no" at ৮.৩০, ”ja”.') == "He said “no” at 8.30, “ja”."
    assert legible('ש"ח') == "ש״ח"
    assert legible("plain") == "plain"


@given(st.text(max_size=200))
def test_legible_keeps_the_length(text):
    assert len(legible(text)) == len(text)


def test_thai_is_cut_at_spaces_that_part_sentences_and_not_at_each():
    first = "ผู้โดยสารหลายคนยืนรออยู่ที่ท่าเรือตั้งแต่เช้ามืด แต่ไม่มีใครรู้ว่าเรือจะออกเมื่อไร"
    text = f"{first} หลังจากนั้นทุกคนก็เดินกลับบ้าน"
    assert list(more_ends(text, "th")) == [len(first)]
    assert list(more_ends(text, "en")) == []


@given(st.text(st.sampled_from('ab กขค.。?!"”“3๓ \n-I“'), max_size=200), st.sampled_from(sorted(GOLD)))
def test_sentences_hold_every_visible_character_once(text, language):
    places = [place for span in sentences(text, language) for place in range(span.start, span.end)]
    assert places == sorted(set(places))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(places)


def test_ten_megabytes_of_chinese_take_seconds():
    text = "渡轮又晚点了，码头上没有人知道它什么时候来。" * 150_000
    start = time.process_time()
    assert sum(1 for _ in sentences(text, "zh")) == 150_000
    assert time.process_time() - start < 30  # 3 s on the machine that it was written on
