"""Bytes become text in whatever encoding they were saved."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import ReadError
from topics.read.encoding import decode, normalise

SAMPLES = [
    ("utf-8", "Räksmörgås på färjan, sade hon – och log."),
    ("utf-8-sig", "Räksmörgås på färjan."),
    ("utf-16", "Räksmörgås på färjan."),
    ("utf-32", "Räksmörgås på färjan."),
    ("utf-16-le", "A plain text about boats.\nAnd another line."),
    ("utf-16-be", "A plain text about boats.\nAnd another line."),
    ("utf-32-le", "A plain text about boats."),
    ("utf-16-le", "今天天气很好，我们去公园散步。\n公园里有很多人。"),
    ("latin-1", "Räksmörgås på färjan till Åland."),
    ("latin-1", "L'été dernier, nous avons mangé à la crêperie, où êtes-vous allés ?"),
    ("latin-1", "¿Dónde está el niño? Mañana será otro día."),
    ("latin-1", "Þetta er íslenska og það er gott að tala hana."),
    ("cp1252", "Oljepriset föll med 3 % – “det är dåligt”, sade hon."),
    ("cp1252", "“Smart quotes” — and a dash…"),
    ("cp1252", "The café is open – naïve price: 5 €"),
    ("cp1250", "Wszyscy są zadowoleni ze śniadania, a źródło wody jest blisko."),
    ("cp1250", "Kůň běžel přes louku a děti se smály."),
    ("cp1254", "Bugün hava çok güzel, değil mi? Işık söndü, şimdi gidiyoruz."),
    ("cp1257", "Žalias miškas ir šviesus rytas, ėjo žmogus."),
    ("mac_roman", "Räksmörgås på färjan till Åland."),
    ("cp1251", "Это русский текст о погоде и о том, как мы жили летом в деревне."),
    ("koi8-r", "Это русский текст о погоде и о том, как мы жили летом в деревне."),
    ("cp1253", "Ο καιρός είναι καλός σήμερα και πάμε στη θάλασσα."),
    ("cp1253", "Άλλος είναι ο καιρός σήμερα. Άνοιξε η θάλασσα, λένε όλοι οι ψαράδες."),
    ("iso8859_7", "Άλλος είναι ο καιρός σήμερα. Άνοιξε η θάλασσα, λένε όλοι οι ψαράδες."),
    ("cp1255", "השמש זורחת היום והילדים משחקים בגינה ליד הבית."),
    ("cp1256", "الطقس جميل اليوم والأطفال يلعبون في الحديقة قرب البيت."),
    ("shift_jis", "日本語の文章です。天気がいいので散歩に行きました。"),
    ("euc_jp", "日本語の文章です。天気がいいので散歩に行きました。"),
    ("iso2022_jp", "日本語の文章です。天気がいいので散歩に行きました。"),
    ("gb18030", "今天天气很好，我们去公园散步。公园里有很多人在跑步。"),
    ("big5", "今天天氣很好，我們去公園散步。公園裡有很多人在跑步。"),
    ("euc_kr", "오늘은 날씨가 좋아서 공원에 산책하러 갔습니다. 사람이 많았습니다."),
]


@pytest.mark.parametrize(("encoding", "text"), SAMPLES, ids=[f"{row}-{pair[0]}" for row, pair in enumerate(SAMPLES)])
def test_text_comes_out_as_it_was_written(encoding, text):
    assert decode(text.encode(encoding)).text == text


def test_a_damaged_byte_in_utf8_does_not_garble_the_rest():
    data = ("Räksmörgås på färjan. " * 20).encode()
    decoded = decode(data[:100] + b"\xff" + data[100:])
    assert decoded.encoding == "utf-8"
    assert decoded.damaged == 1
    assert decoded.text.count("Räksmörgås") == 20


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",
        random.Random(4).randbytes(2000),
        b"\x00" * 50,
    ],
)
def test_a_binary_file_is_refused(data):
    with pytest.raises(ReadError, match="is not text but a binary file"):
        decode(data)


def test_a_mark_that_lies_is_refused():
    with pytest.raises(ReadError, match="says that it is UTF-16-LE but is not"):
        decode(b"\xff\xfe" + b"\x00\xdc" * 50)


def test_one_stray_control_character_becomes_a_space():
    assert decode(b"word " * 400 + b"a\x00b").text.endswith("word a b")
    assert decode(b"Bees\x07 fly.").text == "Bees  fly."
    assert decode("Färjan\x00 går.".encode("utf-8-sig")).text == "Färjan  går."
    assert decode(b"Bees fly out. " * 20 + b"\x00\x00\x00\x00").text.rstrip() == ("Bees fly out. " * 20).rstrip()
    with pytest.raises(ReadError, match="is not text but a binary file"):
        decode(b"Bees\x07\x07 fly.")
    with pytest.raises(ReadError, match="is not text but a binary file"):
        decode(b"\xff\x01\xfe\xf0")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
        ("\ufeffa", "a"),
        ("a\x00b\x1bc", "a b c"),
        ("a\ud800b", "a\ufffdb"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_normalising_touches_newlines_marks_and_what_is_no_character(raw, text):
    assert normalise(raw) == text


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=200))
def test_any_text_saved_as_utf8_is_read_back(text):
    plain = normalise(text)
    assert decode(plain.encode("utf-8")).text == normalise(plain)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(data):
    try:
        decoded = decode(data)
    except ReadError as error:
        assert str(error)
    else:
        decoded.text.encode("utf-8")
