"""HTML inside other files becomes blocks of text."""

import time

import pytest

from topics.read.body import Body
from topics.read.markup import marked


def text_of(html, **how):
    body = Body()
    marked(html, **how).write(body)
    return body.text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>One</h1><p>Two\n  <b>bold</b>,\tthree.</p>four", "One\n\nTwo bold, three.\n\nfour"),
        ("<div>a</div><div>b<br>c</div>", "a\n\nb\nc"),
        ("a<br><br>b<br/>\n<br/>c", "a\n\nb\n\nc"),
        ("<ul><li>a</li><li>b</li></ul><ol start=3><li>c<p>d</p></li><li>e</ol>", "- a\n- b\n3. c\n\nd\n\n4. e"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n- b"),
        ("<table><tr><th>a<th>b<tr><td>1<td></td><td>2</td></table>", "a | b\n1 | | 2"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc"),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>x", "a | b\n\nx"),
        ("<pre>a\n  b\n\nc</pre>d", "a\nb\nc\n\nd"),
        ("<p>word<sup>1</sup>, H<sub>2</sub>O</p>", "word 1, H2O"),
        ("<head><title>t</title><style>x{}</style></head><body>a<script>b()</script><!-- c --></body>", "a"),
        ("a<span style='display:none'>b<span>c</span></span>d", "ad"),
        ("a<div hidden>b</div>c", "a\n\nc"),
        ("a<div hidden>never closed", "a\n\nnever closed"),
        ("a &amp; b &#229; &nosuch; <unknown>c</unknown> < d", "a & b å &nosuch; c < d"),
        ("</p></td></tr></table></ul>a", "a"),
        ("<p/>a<p/>b", "a\n\nb"),
        ("", ""),
    ],
)
def test_blocks(html, text):
    assert text_of(html) == text


def test_quotes_of_mail_are_marked():
    older = '<blockquote class="gmail_quote">Older</blockquote>'
    html = f'<p>New</p><blockquote type="cite"><p>Old<br>line</p>{older}</blockquote>'
    assert text_of(html, quotes=True) == "New\n\n> Old\n> line\n\n> > Older"
    assert text_of("<blockquote>Said</blockquote>", quotes=True) == "Said"


def test_elements_can_be_skipped_and_what_a_page_says_is_told():
    page = marked('<html lang="sv-SE"><head><title> A  b </title></head><nav>menu</nav><p>text</p>', skip=("nav",))
    assert (page.title, page.language, page.blocks) == ("A b", "sv-SE", (("paragraph", "text"),))


@pytest.mark.parametrize(
    "mark",
    ["<", "<!--", "<!-- a", "<!x", "<a ", "<a b='", "<script>", "&", "<![", "<![x", "<![CDATA[", "</", "<?",
     "<blockquote class=cite>x", "<table><tr><td>x", "<div hidden>x", "<ol><li>x"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", ">"])
def test_time_grows_with_length_and_no_faster(mark, end):
    start = time.process_time()
    text_of(mark * 50_000 + end * 50_000, quotes=True)
    assert time.process_time() - start < 10  # it takes one; with the square it took 20 and more


def test_what_office_programs_write_is_passed_over():
    assert text_of("<p>a<![if !supportLists]>- <![endif]>b<!--[if mso]>no<![endif]-->c<![nonsense>d") == "a- bcd"


def test_deep_nesting_and_length_do_no_harm():
    deep = "<div>" * 50_000 + "bottom" + "</div>" * 50_000
    assert text_of(deep) == "bottom"
    assert text_of("<table><tr><td>" * 3_000 + "bottom") == "bottom"
    assert text_of("<a " * 100_000).count("<a") == 100_000
    assert text_of("a < b, c > d " * 3) == "a < b, c > d a < b, c > d a < b, c > d"
