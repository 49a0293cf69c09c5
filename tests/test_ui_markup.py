"""Whatever a corpus holds shows as itself."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.ui.markup import esc, excerpt, highlight, md, query_terms, spans_of

HOSTILE = (
    "<img src=x onerror=alert(1)> **b** $x^2$ :red[a] :material/home: ![i](https://evil.example/p.png) & \"q\" 'r'"
)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text.append(data)


def parsed(markup):
    parser = _Tags()
    parser.feed(markup)
    parser.close()
    return parser.tags, "".join(parser.text)


def marked(text, *terms):
    return [text[span.start : span.end] for span in spans_of(text, terms)]


def test_escaped_html_has_no_element_and_reads_the_same():
    assert parsed(f"<p>{esc(HOSTILE)}</p>") == ([("p", [])], HOSTILE)


def test_an_escaped_text_stays_inside_its_attribute():
    tags, _ = parsed(f'<p title="{esc(HOSTILE)}" id="a">x</p>')
    assert tags == [("p", [("title", HOSTILE), ("id", "a")])]


def test_control_characters_and_direction_overrides_go():
    assert esc("a\x00b\x1bc\u202ed\u2066e") == "a b c d e"
    assert esc("line\nline\ttab") == "line\nline\ttab"


def test_in_markdown_no_character_keeps_a_meaning():
    escaped = md(HOSTILE)
    assert re.search(r"(?<!\\)([*_`\[\]<>$!#|~&]|:(?=\S))", escaped) is None
    assert escaped.replace("\\", "").replace("\u200b", "") == HOSTILE


def test_a_label_is_one_line():
    assert md("a\n\n# b\r\n- c") == r"a \# b - c"


@pytest.mark.parametrize(
    "address", ["https://evil.example", "HTTP://evil.example", "www.evil.example", "a@evil.example"]
)
def test_an_address_does_not_become_a_link(address):
    assert "\u200b" in md(address)


@given(st.text())
def test_highlighting_never_changes_the_text(text):
    tags, shown = parsed(highlight(text, ["a", "bus", "<b>"]))
    assert {tag for tag, _ in tags} <= {"mark"}
    assert shown == parsed(esc(text))[1]


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("नदी का पानी साफ है, पानी!", "पानी", ["पानी", "पानी"]),
        ("गाँव के किसान आए", "किसान", ["किसान"]),
        ("दिन और दान", "दिन", ["दिन"]),
        ("زار المَدْرَسَة الجديدة", "المدرسة الجديدة", ["المَدْرَسَة الجديدة"]),
        ("学校的午餐很好", "午餐", ["午餐"]),
        ("வாழ்க தமிழ்", "தமிழ்", ["தமிழ்"]),
    ],
)
def test_words_are_found_whole_in_scripts_whose_letters_carry_signs(text, term, found):
    assert marked(text, term) == found


def test_words_are_found_with_their_endings_and_whatever_their_case_or_accents():
    assert marked("Lawsuits, LAWSUIT, lawsuit's", "lawsuit") == ["Lawsuits", "LAWSUIT", "lawsuit"]
    assert marked("Lunchen på skolan, luncher", "lunch") == ["Lunchen", "luncher"]
    assert marked("Kåre och café", "cafe", "kare") == ["Kåre", "café"]
    assert marked("two buses, one bus", "bus") == ["buses", "bus"]


@pytest.mark.parametrize(
    ("text", "term"),
    [("a party", "partner"), ("a database", "data"), ("the business", "bus"), ("OpenAI", "open"), ("modest", "model")],
)
def test_other_words_that_begin_alike_are_not_found(text, term):
    assert marked(text, term) == []


def test_a_phrase_is_found_whole_across_hyphens_and_line_breaks():
    assert marked("Open-source models; open\nsource; an open question; source", "open source") == [
        "Open-source",
        "open\nsource",
    ]


def test_terms_that_overlap_are_marked_once():
    assert highlight("personal data leak", ["personal data", "data leak"]) == "<mark>personal data leak</mark>"
    assert highlight("personal data", ["data", "personal"]) == "<mark>personal</mark> <mark>data</mark>"


def test_in_scripts_without_spaces_a_term_is_found_within_a_run():
    assert marked("微软与开放人工智能的合作", "人工智能") == ["人工智能"]


def test_markup_in_terms_and_texts_is_text():
    assert highlight("<b>bus</b>", ["bus", "<script>"]) == "&lt;b&gt;<mark>bus</mark>&lt;/b&gt;"


def test_a_query_is_its_words_and_its_phrases():
    assert query_terms('private "class action" suit') == ("private", "class action", "suit")


def test_a_very_long_text_is_shown_around_the_first_mark():
    text = "a " * 4000 + "bus" + " z" * 4000
    shown, spans = excerpt(text, spans_of(text, ["bus"]))
    assert len(shown) <= 3004
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert [shown[span.start : span.end] for span in spans] == ["bus"]
    assert excerpt("a bus", spans_of("a bus", ["bus"])) == ("a bus", spans_of("a bus", ["bus"]))
    head, none = excerpt(text, ())
    assert (head[:2], none) == ("a ", ())
