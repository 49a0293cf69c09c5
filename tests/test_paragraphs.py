"""Paragraphs: what a newline means is read off the shape of the lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.paragraphs import clip, front_matter, paragraphs, word_count
from topics.values import Span

MAIL = """From: Karin Holm
To: Per Ask

Dear Per,

I have been thinking about the orchard behind the old barn, and it seems
to me that we should plant the apple trees before the frost comes. If we
wait until spring, the roots will not have settled, and we lose a year.
- order two trees from the nursery on the hill, the small ones that Eva
  showed us last week
- dig

Yours,
Karin
"""
LINES = """The ferry to the islands will run every hour from May, the county said on Monday, after years of complaints.
Islanders had asked for it since the bridge was closed.
"We have waited long enough," said one of them, who has lived on the outer island for forty years and remembers both.
The first boat leaves at six.
"""
VERSE = """The lamp is out, the kettle cold,
the letters lie unread,
the house that we two bought and sold
has other guests instead.

And still I walk the harbour wall,
and count the boats, and wait;
the gulls, that never learnt to call,
come early, and stay late.
"""
HEADLINES = """Council votes to close the old library
New bakery opens in Storgatan
Rain delays harvest across the valley
Which bike is best for winter roads
Mayor resigns after audit of harbour works
"""


def texts(text):
    return [text[span.start : span.end] for span in paragraphs(text)]


def test_a_blank_line_ends_a_paragraph():
    assert texts("One.\n\nTwo.\n \t\nThree.") == ["One.", "Two.", "Three."]


def test_lines_that_are_paragraphs_stay_apart():
    assert len(texts(LINES)) == 4
    assert texts(HEADLINES) == HEADLINES.strip().split("\n")


def test_lines_of_wrapped_text_are_joined_and_its_lists_and_headers_are_not():
    found = texts(MAIL)
    assert found[:3] == ["From: Karin Holm", "To: Per Ask", "Dear Per,"]
    assert found[3].startswith("I have been") and found[3].endswith("we lose a year.")
    assert found[4].startswith("- order two trees") and found[4].endswith("showed us last week")
    assert found[5:] == ["- dig", "Yours,", "Karin"]


def test_a_stanza_is_a_paragraph():
    assert texts(VERSE) == VERSE.strip().split("\n\n")


def test_search_queries_in_lower_case_stay_apart():
    queries = "how to cook rice\nbest phone for a child\nwhy is the sky blue at noon\ncheap flights to oslo\n"
    assert texts(queries) == queries.strip().split("\n")


def test_chinese_lines_that_are_paragraphs_stay_apart():
    text = "今天天气很好，我们去公园散步。\n公园里有很多人在跑步。\n晚上我们在家吃饭。\n"
    assert len(texts(text)) == 3


def test_a_table_of_pipes_is_one_paragraph():
    assert texts("Prices.\n| Fruit | Price |\n|---|---|\n| Pear | 3 |\nEnd of it.") == [
        "Prices.",
        "| Fruit | Price |\n|---|---|\n| Pear | 3 |",
        "End of it.",
    ]


def test_rows_of_cells_are_a_paragraph_each():
    rows = [
        "boat of the harbour | built in the yard at the north pier | length",
        "1 | the gull was built in the winter of nineteen hundred | twelve metres",
        "2 | the tern was built in the spring of nineteen hundred two | nine metres",
    ]
    assert texts("\n".join(rows)) == rows
    wrapped = (
        "the chance of rain, which is written p(rain | clouds), is the\n"
        "share of the days with clouds on which it rains at the\nharbour"
    )
    assert texts(wrapped) == [wrapped]


def test_a_fenced_block_is_one_paragraph():
    assert texts("Run this:\n\n```\nmake\n\nmake test\n```\nThen wait.") == [
        "Run this:",
        "```\nmake\n\nmake test\n```",
        "Then wait.",
    ]


def test_an_unclosed_fence_swallows_nothing():
    assert texts("```\nOne.\n\nTwo.") == ["```", "One.", "Two."]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A walk\ntags: [a, b]\n---\nText.",
        "+++\ntitle = 'A walk'\n+++\nText.",
        "---\na: b\n  - c\n...\nText.",
    ],
)
def test_front_matter_is_found(text):
    span = front_matter(text)
    assert span is not None and text[span.end :].strip() == "Text."
    assert texts(text)[1:] == ["Text."]


@pytest.mark.parametrize(
    "text", ["---\nHe left at noon, and she stayed.\n---\nText.", "---\n\n---\nText.", "No: it is not."]
)
def test_a_rule_or_a_colon_is_not_front_matter(text):
    assert front_matter(text) is None


def test_clip_cuts_paragraphs_at_the_bounds():
    text = "One two. Three.\n\nFour."
    assert clip(paragraphs(text), 9, 18, text) == [Span(9, 15), Span(17, 18)]
    assert clip(paragraphs(text), 15, 17, text) == []


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a b  c", 3), ("今天天气很好", 4), ("สวัสดี ครับ", 7)])
def test_words_are_counted_also_where_none_are_set_apart(text, count):
    assert word_count(text) == count


@given(st.text(alphabet="ab. ,:-|#>`\n\t\f\u2028一。é", max_size=200))
def test_every_visible_character_is_in_one_paragraph(text):
    spans = paragraphs(text)
    covered = [place for span in spans for place in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    visible = {place for place, character in enumerate(text) if not character.isspace()}
    assert visible <= set(covered)
    assert all(text[span.start : span.end] == text[span.start : span.end].strip() != "" for span in spans)


def test_a_dash_in_wrapped_text_is_no_bullet() -> None:
    text = (
        "The council met on Tuesday evening in the old town hall and talked for hours\n"
        "about the ferry, which is late on most days, about its crew, and perhaps most\n"
        "— they do so every year — about the price of the tickets, which has doubled\n"
        "since the new owner took over and which nobody in the room was willing to pay."
    )
    assert len(paragraphs(text)) == 1
