"""Web pages: the text comes out in order and whole, the page around it stays behind, and nothing is lost silently."""

import logging
import warnings

import pytest

from topics.errors import ReadError
from topics.read.formats import BY_SUFFIX
from topics.read.parsed import Columns
from topics.read.web import read_html
from topics.read.web_blocks import Block, render
from topics.read.web_choice import Said, choose

FIRST = (
    "The ferry to the outer islands will run every hour from May, the county said on Monday, after years of complaints "
    "from those who live there and have waited since the bridge was closed to heavy traffic."
)
SECOND = (
    "Not everyone is pleased. The fishermen, who tie up at the same pier, fear that their boats will have to wait, and "
    "the school has asked the county to pay for the pupils who take the first boat in the morning."
)
THIRD = (
    "The council decides in March. Until then the old timetable holds, and the last boat leaves the pier at ten in the "
    "evening, as it has done since the summer when the harbour office was moved to the mainland."
)
MENU = "".join(
    f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("news", "sport", "weather", "jobs", "cars")
)
PAGE = f"""<!DOCTYPE html><html lang="sv-SE"><head><meta charset="utf-8"><title>Ferry every hour - Island News</title>
<meta property="og:title" content="Ferry every hour"><meta property="og:site_name" content="Island News">
<meta name="author" content="Karin Holm"><meta property="article:published_time" content="2021-03-04T05:06:07+0100">
<link rel="canonical" href="https://example.com/ferry"></head><body>
<nav><ul>{MENU}</ul></nav>
<div class="article-body"><h1>Ferry every hour</h1><p>{FIRST}</p><h2>Who is against it</h2><p>{SECOND}</p>
<blockquote><p>We have waited long enough for this boat, and now it comes, said the teacher.</p></blockquote>
<ul><li>More boats in the morning hours</li><li>Fewer boats at night in winter</li></ul>
<table><tr><th>Pier</th><th>Boats</th></tr><tr><td>North pier</td><td>12</td></tr></table>
<p>{THIRD}</p></div>
<footer><p>© Island News. <a href="/about">About us</a> <a href="/contact">Contact</a></p></footer></body></html>"""


def read(page, id="page.html"):
    data = page if isinstance(page, bytes) else page.encode()
    [document] = read_html(data, id, Columns()).documents
    return document


def body(*parts):
    return f"<html><body>{''.join(parts)}</body></html>"


def test_a_page_gives_its_text_and_not_its_menu():
    text = read(PAGE).text
    assert FIRST in text
    assert SECOND in text
    assert THIRD in text
    assert text.index(FIRST) < text.index(SECOND) < text.index(THIRD)
    for furniture in ("Weather", "About us", "Contact"):
        assert furniture not in text


def test_headings_lists_tables_and_quotes_have_the_form_of_every_document():
    paragraphs = read(PAGE).text.split("\n\n")
    assert "Who is against it" in paragraphs
    assert "- More boats in the morning hours\n- Fewer boats at night in winter" in paragraphs
    assert "Pier | Boats\nNorth pier | 12" in paragraphs
    assert "We have waited long enough for this boat, and now it comes, said the teacher." in paragraphs


def test_meta_is_what_the_page_says():
    assert dict(read(PAGE).meta) == {
        "title": "Ferry every hour",
        "author": "Karin Holm",
        "date": "2021-03-04T05:06:07+01:00",
        "source": "Island News",
        "language": "sv",
        "url": "https://example.com/ferry",
    }


def test_meta_from_json_ld():
    data = (
        '{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline": "Ferry &amp; bus", '
        '"datePublished": "2020-02-30", "dateCreated": "2020-02-28", '
        '"author": [{"name": "By Karin Holm"}, {"name": "Per Ask"}], "publisher": {"name": "Island News"}}]}'
    )
    page = body(f'<script type="application/ld+json">{data}</script><p>{FIRST}</p>')
    meta = read(page).meta
    assert meta == {
        "title": "Ferry & bus", "author": "Karin Holm, Per Ask", "date": "2020-02-28", "source": "Island News",
    }  # fmt: skip


@pytest.mark.parametrize("data", ["{", "[" * 5000, '{"@type": "NewsArticle", "headline": 7, "author": null}', "null"])
def test_odd_json_ld_is_passed_over(data):
    assert read(body(f'<script type="application/ld+json">{data}</script><p>{FIRST}</p>')).text == FIRST


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2021-03-04T05:06", "2021-03-04T05:06:00"),
        ("2021-03-04 05:06:07 at night", "2021-03-04"),
        ("Thu, 4 Mar 2021 05:06:07 +0100", "2021-03-04T05:06:07+01:00"),
        ("2021-13-04", None),
        ("March 4", None),
    ],
)
def test_dates_become_iso_8601_or_nothing(said, iso):
    assert read(body(f'<meta name="date" content="{said}"><p>{FIRST}</p>')).meta.get("date") == iso


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "iso-8859-1"),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1250", "windows-1250"),
        ("cp1252", "no-such-encoding"),
    ],
)
def test_the_encoding_is_found(encoding, declared):
    sentence = "Die Fähre fährt jede Stunde über das Meer, sagte die Gemeinde, und alle Männer hören zu."
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    page = f"<html><head>{meta}</head><body><p>{sentence}</p></body></html>"
    assert read(page.encode(encoding)).text == sentence


def test_a_text_that_stands_in_several_boxes_is_found_whole():
    boxes = [
        f"{text} This is box {n}, and it has a second sentence of its own."
        for n, text in enumerate((FIRST, SECOND, THIRD))
    ]
    advert = '<div class="advert"><a href="/x">Buy a boat now</a></div>'
    page = body(f"<nav>{MENU}</nav>", *(f'<div class="article-text"><p>{box}</p></div>{advert}' for box in boxes))
    text = read(page).text
    assert all(box in text for box in boxes)
    assert "Buy a boat" not in text


def test_a_page_without_links_is_a_document():
    page = body("<h1>List</h1><h2>Of boats</h2><p>Two boats.</p><ol><li>Gull</li><li>Tern</li></ol><pre>a\nb</pre>")
    assert read(page).text == "List\n\nOf boats\n\nTwo boats.\n\n1. Gull\n2. Tern\n\na b"


def test_a_list_of_links_still_gives_its_text():
    links = "".join(f'<p><a href="/{n}">Boat number {n} is late again this morning</a></p>' for n in range(9))
    text = read(body(f"<nav><ul>{MENU}</ul></nav><div>{links}</div>")).text
    assert text.count("is late again") == 9


def test_code_is_fenced_with_its_lines():
    page = body(f"<p>{FIRST}</p><pre><code>for boat in boats:\n    boat.go()</code></pre><p>{SECOND}</p>")
    assert "```\nfor boat in boats:\n    boat.go()\n```" in read(page).text


def test_the_article_is_taken_from_the_data_where_the_page_shows_an_excerpt():
    whole = f"{FIRST}\\n\\n{SECOND}\\n\\n{THIRD}"
    data = f'{{"@type": "NewsArticle", "articleBody": "{whole}"}}'
    page = body(f'<script type="application/ld+json">{data}</script><nav>{MENU}</nav><p>{FIRST[:60]}.</p>')
    assert read(page).text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_what_is_hidden_stays_out_unless_it_is_the_page():
    page = body(f'<p>{FIRST}</p><p>{SECOND}</p><p style="display: none">Secret words.</p>')
    assert "Secret" not in read(page).text
    assert read(body(f'<div style="display:none"><p>{FIRST}</p></div>')).text == FIRST


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("<html><body></body></html>", "holds no text"),
        ("<html><body><script>go()</script><div id=root></div></body></html>", "a script fills it in"),
        (
            '<html><frameset><frame src="a.html"><frame src="b.html"></frameset></html>',
            r"a frame around .*\(a.html, b.html\)",
        ),
        ('<html><body><iframe src="x.html"></iframe></body></html>', "only a frame with another page"),
        ('<html><body><img src="boat.png"></body></html>', "pictures but no text"),
        ("<!-- nothing -->", "holds no text"),
        (f"<html><body>{'<p>...</p>' * 10}</body></html>", "^holds no word, only signs$"),
    ],
)
def test_a_page_without_text_is_refused_with_the_reason(page, reason):
    with pytest.raises(ReadError, match=reason):
        read(page)


def test_a_page_with_damaged_characters_is_read_and_says_so():
    sound = "Färjan går över fjärden när månen är på väg ner. " * 30
    data = (
        f'<meta charset="utf-8"><p>{FIRST}</p><p>{sound}</p>'.encode()
        + b"<p>\xff\xfe\xff broken \xed\xa0\x80 words</p>"
    )
    parsed = read_html(data, "page.html", Columns())
    assert parsed.documents[0].text.startswith(FIRST)
    assert parsed.problem == "holds 6 damaged characters, which were replaced by U+FFFD"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(ReadError, match="not text but a binary file"):
        read(bytes(range(256)) * 40)


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{FIRST}</p>" + "<div>" * 3000 + f"<p>{SECOND}</p>",
        f"<p>{FIRST}</p>" + "<b>" * 200_000 + SECOND,
        f"<p>{FIRST}</p><script>" + "x = 1; " * 1_700_000 + f"</script><p>{SECOND}</p>",
        f"<p>{FIRST}</p><body " + " ".join(f"a{n}=1" for n in range(30_000)) + f"><p>{SECOND}</p>",
        f"<p>{FIRST}</p><img src='data:image/png;base64,{'A' * 11_000_000}'><p>{SECOND}</p>",
    ],
    ids=["nested", "nested 200,000", "large script", "attributes", "picture inside"],
)
def test_what_the_parser_does_not_take_is_read_all_the_same(page):
    text = read(page).text
    assert FIRST in text
    assert SECOND in text


def test_a_large_page_is_read_without_the_slow_way():
    page = body(f"<nav>{MENU}</nav>", *(f"<p>{FIRST} Day {n} was calm.</p>" for n in range(9_000)))
    text = read(page).text
    assert "Day 0 was calm." in text
    assert "Day 8999 was calm." in text
    assert "Weather" not in text


def test_the_lead_is_kept():
    lead = "From May on the county lets the boats to the outer islands run every hour of the day"
    page = [Block(lead, home=("p.lead", "header.", "body.")), Block(FIRST), Block(SECOND)]
    found = [Block(FIRST), Block(SECOND)]
    menu = [Block("News", links=1.0, aside=True)] * 12
    assert choose([*menu, *page], found, found, Said(descriptions=(lead,)))[0].text == lead
    assert choose([*menu, *page], found, found, Said())[0].text == FIRST


def test_blocks_of_one_kind_stand_together():
    blocks = [
        Block("a", "item", marker="- "),
        Block("b", "item", marker="- "),
        Block("c"),
        Block("x | y", "row"),
        Block("z | w", "row"),
    ]
    assert render(blocks) == "- a\n- b\n\nc\n\nx | y\nz | w"


def test_reading_leaves_no_trace(caplog):
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        assert read(PAGE).text == read(PAGE).text
    assert caplog.records == []


def test_the_suffixes_are_known():
    assert {BY_SUFFIX[suffix].name for suffix in (".html", ".htm", ".xhtml")} == {"html"}


@pytest.mark.parametrize("label", ["base64", "punycode", "undefined", "rot13", "no\\such", "utf-16"])
def test_an_encoding_that_is_none_of_texts_is_not_believed(label):
    sentence = "Die Fähre fährt jede Stunde über das Meer, sagte die Gemeinde, und alle Männer hören zu."
    page = f'<html><head><meta charset="{label}"></head><body><p>{sentence}</p></body></html>'
    assert read(page.encode("cp1252")).text == sentence
