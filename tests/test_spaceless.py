"""Words of scripts without spaces are found by repetition."""

import re

from tests.corpus_texts import CHINESE, JAPANESE
from topics import spaceless

RUNS = re.compile(f"[{spaceless.RUN}]+")


def runs_of(texts):
    return [run for text in texts for run in RUNS.findall(text)]


def test_chinese_words_are_found_without_a_dictionary():
    found = spaceless.learn(runs_of(CHINESE), {"的", "在", "了", "很", "也"})
    assert {"温室", "番茄", "社区花园", "夜班火车", "卧铺车厢", "乘客"} <= found


def test_a_part_of_a_longer_word_is_none():
    found = spaceless.learn(runs_of(CHINESE), set())
    assert found.isdisjoint({"社区", "班火", "夜班", "铺车", "区花园"})


def test_no_word_starts_or_ends_with_a_particle():
    runs = ["我的温室大", "他的温室小", "你的温室", "大的温室", "温室好", "温室热", "冷的温室"]
    found = spaceless.learn(runs, {"的", "我", "你", "他"})
    assert "温室" in found
    assert not [word for word in found if word[0] == "的" or word[-1] == "的"]


def test_japanese_words_are_runs_of_katakana_and_kanji():
    found = spaceless.learn(runs_of(JAPANESE), set())
    assert {"トマト", "温室", "市民農園", "夜行列車", "寝台車", "乗客"} <= found


def test_thai_words_do_not_start_or_end_within_a_letter():
    runs = ["รถไฟกลางคืนมาถึงแล้ว", "เขาชอบรถไฟกลางคืน", "รถไฟกลางคืนเต็ม", "ตั๋วรถไฟกลางคืน"]
    found = spaceless.learn(runs, set())
    assert "รถไฟกลางคืน" in found
    assert not [word for word in found if word[0] in "ะาิีึืุู่้๊๋์ำ็" or word[-1] in "เแโใไ"]


def test_words_are_found_within_a_run_overlapping_ones_too():
    assert spaceless.find("人工智能公司", {"人工智能", "智能", "公司"}) == ["人工智能", "智能", "公司"]
    assert spaceless.find("", {"公司"}) == []


def test_no_runs_no_words():
    assert spaceless.learn([], {"的"}) == frozenset()
