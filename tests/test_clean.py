"""Furniture goes, with a reason; what a reader would keep stays; the text is never rewritten."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.clean import REASONS, clean, find_repeated
from topics.clean.blocks import plain
from topics.clean.phrases import load_phrases
from topics.values import Document

ROOT = Path(__file__).parents[1]
ENGLISH = frozenset(
    "a an and are as at be by for from had has have in is it its of on or that the this to was we were with".split()
)
PROSE = (
    "The ferry to the outer islands will run every hour from May, the county said on Monday, after years of complaints "
    "from those who live there. They had asked for it since the bridge was closed to heavy traffic."
)
MORE = (
    "Not everyone is pleased. The fishermen, who tie up at the same pier, fear that their boats will have to wait, and "
    "the school has asked the county to pay for the pupils who take the first boat in the morning."
)
LINKS = (
    "Ten Ways To Save On Your Winter Trip Top Garden Tools For Beginners Harbour Festival Returns With Fireworks "
    "Best Bread Recipes For Busy Families How To Paint A Wooden Boat Mayor Opens New Swimming Hall"
)


def removed(text, **options):
    document = Document("d", text)
    return [(text[span.start : span.end], span.reason) for span in clean(document, **options).removed]


def kept(text, **options):
    return [text[span.start : span.end] for span in clean(Document("d", text), **options).kept]


def page(*paragraphs):
    return "\n\n".join([PROSE, *paragraphs, MORE])


@pytest.mark.parametrize(
    ("furniture", "reason"),
    [
        ("Leave a Comment", "comment-form"),
        ("Your email address will not be shared. Required fields are marked *", "comment-form"),
        ("Save my name, email and website in this browser for the next time I comment.", "comment-form"),
        ("3 Comments", "comment-form"),
        ("Lämna ett svar", "comment-form"),
        ("Din e-postadress kommer inte publiceras. Obligatoriska fält är märkta *", "comment-form"),
        ("Schreibe einen Kommentar", "comment-form"),
        ("Deine E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind mit * markiert", "comment-form"),
        ("Laisser un commentaire", "comment-form"),
        ("Votre adresse e-mail ne sera pas publiée.", "comment-form"),
        ("Deja una respuesta", "comment-form"),
        ("Tu dirección de correo electrónico no será publicada.", "comment-form"),
        ("Back to top ↑", "navigation"),
        ("Till toppen", "navigation"),
        ("Nach oben", "navigation"),
        ("Read more »", "navigation"),
        ("Läs mer", "navigation"),
        ("Weiterlesen", "navigation"),
        ("Lire la suite", "navigation"),
        ("Leer más", "navigation"),
        ("Share this article on Facebook", "share-button"),
        ("Tap to share this page", "share-button"),
        ("Dela artikeln", "share-button"),
        ("Artikel teilen", "share-button"),
        ("Partager cet article", "share-button"),
        ("Compartir en Facebook", "share-button"),
        ("Press to listen to the text", "listen-button"),
        ("Lyssna på artikeln", "listen-button"),
        ("Artikel anhören", "listen-button"),
        ("Écouter cet article", "listen-button"),
        ("Sign up for our weekly newsletter", "subscription"),
        ("Prenumerera på vårt nyhetsbrev", "subscription"),
        ("This site uses cookies to improve your visit. By continuing you accept this.", "cookie-notice"),
        ("Vi använder kakor för att webbplatsen ska fungera.", "cookie-notice"),
        ("Wir verwenden Cookies, um die Seite zu verbessern.", "cookie-notice"),
        ("Advertisement", "advertisement"),
        ("Annons", "advertisement"),
        ("ferry-at-the-pier_1024x768.jpg", "media-file-name"),
        ("IMG 2041.JPG", "media-file-name"),
        ("— Karin Holm (@karinholm) May 4, 2021", "embed-signature"),
        ("- Hamnen (@hamnen) 17 augusti 2023", "embed-signature"),
        ("Photo: Karin Holm / Island News", "credit"),
        ("Foto: Per Ask", "credit"),
        ("https://example.com/ferry", "link-list"),
        ("Read also: The pier that nobody wanted", "link-list"),
        (LINKS, "link-list"),
        ("* * *", "separator"),
        ('<div class="box">', "markup"),
    ],
)
def test_furniture_between_paragraphs_is_removed(furniture, reason):
    assert removed(page(furniture), stop_words=ENGLISH) == [(furniture, reason)]


@pytest.mark.parametrize(
    ("furniture", "reason"),
    [
        ("This article was first published by Island News and is used with permission.", "credit"),
        ("The original story appeared in Island News, a sister paper.", "credit"),
        ("English translation by Karin Holm.", "credit"),
        ("Översättning och bearbetning av Karin Holm", "credit"),
        ("© 2021 Island News", "credit"),
        ("Island News. All rights reserved.", "credit"),
        ("Tags: ferries, islands, county", "navigation"),
        ("Home » News » Islands", "navigation"),
        ("Home | News | Sport | Contact us", "navigation"),
        ("« 1 2 3 … 9 Next »", "navigation"),
    ],
)
def test_credits_and_menus_at_the_edge_are_removed(furniture, reason):
    assert removed(f"{PROSE}\n\n{MORE}\n\n{furniture}") == [(furniture, reason)]


def test_a_byline_under_the_title_is_removed():
    text = f"The ferry will run\n\nBy Karin Holm and Per Ask\n\n4 min read\n\n{PROSE}\n\n{MORE}"
    assert removed(text) == [("By Karin Holm and Per Ask", "byline"), ("4 min read", "byline")]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Is it worth it?",
        "This will not end well.",
        "Det här kommer inte att sluta bra.",
        "Waiting for the boat",
        "Search",
        "- The pier is too short for two boats",
        "There are three reasons:",
        "“We have waited long enough,” she said.",
        "A Long Winter on the Outer Islands",
        "Photo: Passengers wait on the pier in Storhamn after the first boat was cancelled",
        "The report was published in 2019 by the county, and it said that the pier was too short.",
        "She sent him ferry.jpg and asked whether he could see the crack in the hull.",
        "He clicked to listen.",
        "We use cookies as bait, said the baker, and everybody laughed.",
        "Written by hand, the letter took her a week, and it was read aloud in the chapel on the first Sunday of May.",
        "Anna Berg, Per Ask, Karin Holm, Olof Lind, Eva Strand, Nils Dahl, Siv Ek, Bo Alm, Ulla Sjö, Kaj Udd, Ann Wik",
        "Volvo, Ericsson (telecom) and Electrolux (appliances) led the Stock Exchange on Monday, it was said.",
        "@karinholm wrote that the boat was late again. https://example.com/a1",
        "1 2 4 8 16",
        "42",
        "🙂",
    ],
)
def test_what_a_reader_would_keep_stays(paragraph):
    assert removed(page(paragraph), stop_words=ENGLISH) == []


def test_prose_in_capitals_is_no_link_list():
    assert removed(page(PROSE.upper().replace(".", "")), stop_words=ENGLISH) == []


def test_a_repeated_title_goes_whatever_its_quotes_and_the_site_behind_it():
    text = f"The county’s new ferry\n\nThe county's new ferry\n\nThe county's new ferry – Island News\n\n{PROSE}"
    assert removed(text) == [
        ("The county's new ferry", "repeated-title"),
        ("The county's new ferry – Island News", "repeated-title"),
    ]


def test_the_file_name_of_a_picture_goes_where_it_is_much_like_the_title():
    name = "Will the ferry to the islands run all winter Storhamn.webp"
    assert removed(f"{name}\n\nWill the ferry to the islands run all winter? Storhamn waits\n\n{PROSE}") == [
        (name, "media-file-name")
    ]


def test_single_words_are_furniture_in_company_only():
    assert removed(page("Leave a Reply", "Name *", "Email *", "Website")) == [
        ("Leave a Reply", "comment-form"),
        ("Name *", "comment-form"),
        ("Email *", "comment-form"),
        ("Website", "comment-form"),
    ]
    assert [text for text, _ in removed(page("Facebook", "Twitter", "Print"))] == ["Facebook", "Twitter", "Print"]
    assert removed(page("Name")) == []
    assert removed(page("We asked on three of them:", "- Facebook", "- Twitter", "- Instagram")) == []


def test_headlines_under_related_articles_go_and_the_next_heading_stays():
    text = page("Related articles", "The pier that nobody wanted", "School closes early", "What the fishermen say")
    assert [found for found, _ in removed(text)] == [
        "Related articles",
        "The pier that nobody wanted",
        "School closes early",
    ]


def test_the_signature_at_the_end_of_a_quoted_post_goes_and_the_post_stays():
    post = "The boat is late again and nobody knows why."
    text = page(f"{post} — Karin Holm (@karinholm) May 4, 2021")
    assert removed(text) == [("— Karin Holm (@karinholm) May 4, 2021", "embed-signature")]
    assert kept(text)[0].endswith(post)


def test_a_caption_in_markdown_stays_and_its_address_goes():
    text = page("![Passengers wait on the pier in Storhamn](img/pier.jpg)")
    assert [reason for _, reason in removed(text)] == ["media-file-name", "media-file-name"]
    assert "Passengers wait on the pier in Storhamn" in kept(text)
    assert removed(page("![pier](img/pier.jpg)")) == [("![pier](img/pier.jpg)", "media-file-name")]


def test_front_matter_goes():
    assert removed(f"---\ntitle: The ferry\n---\n{PROSE}\n\n{MORE}") == [("---\ntitle: The ferry\n---", "front-matter")]


@pytest.mark.parametrize(
    "text",
    [
        "Apple harvest opens early in Storhamn as frost spares the Old Orchards of the Outer Islands this year",
        LINKS,
        "search",
        "Leave a Reply",
        "https://example.com",
        "holiday.jpg",
        "Share this",
        "— Karin Holm (@karinholm) May 4, 2021",
        "can you read more of the story to me",
    ],
)
def test_a_text_of_one_line_is_its_own_content(text):
    assert kept(text, stop_words=ENGLISH) == [text]


def test_a_form_alone_is_still_a_form():
    assert kept("Your email address will not be published. Required fields are marked *") == []


def test_a_list_of_headlines_stays_whole():
    text = "\n".join(
        [
            "Council votes to close library",
            "New bakery opens",
            "Rain delays harvest",
            "Mayor resigns",
            "New bakery opens",
        ]
    )
    assert removed(text, stop_words=ENGLISH) == []


def test_a_poem_a_chat_and_a_table_stay_whole():
    poem = "Row the boat,\nrow the boat,\nover the evening bay.\n\nRow the boat,\nrow the boat,\nlight will not stay."
    chat = "Anna: hi\nBen: hi\nAnna: are you home?\nBen: no, more work\nAnna: ok\nBen: send the link\nAnna: hi"
    table = "| Name | Goals |\n|---|---|\n| Karin | 3 |\n\nName Goals Cards\nKarin 3 1\nPer 2 0"
    for text in (poem, chat, table):
        assert removed(text, stop_words=ENGLISH) == []


def test_reasons_can_be_spared():
    text = page("Leave a Reply", "* * *")
    assert removed(text, keep=("comment-form",)) == [("* * *", "separator")]
    assert removed(text, keep=REASONS) == []
    with pytest.raises(ValueError, match="unknown reason 'comments' to keep; the reasons are front-matter"):
        removed(text, keep=["comments"])


def test_what_stands_on_several_pages_is_found():
    footer = "Island News is published by the islanders' own society since 1921."
    documents = [
        Document(
            str(n),
            f"Boat number {n} came in.\n\n{PROSE} It was day {n}.\n\n{MORE} So said {n}.\n\nThe end?\n\n{footer}",
        )
        for n in range(3)
    ]
    repeated = find_repeated(documents)
    assert repeated == {plain(footer)}
    assert removed(documents[0].text, repeated=repeated) == [(footer, "repeated-across-documents")]
    assert find_repeated(documents[:2]) == frozenset()


def reports(count, line, *, of=0, place=-1):
    """Return reports that differ; the first ``count`` of them say a line as well, their last paragraph or another."""
    documents = []
    for n in range(max(count, of)):
        own = [
            f"Report {n}",
            f"{PROSE} It was day {n}.",
            f"{MORE} So said {n}.",
            f"And {n} more words were said of it.",
        ]
        if n < count:
            own.insert(place % (len(own) + 1), line)
        documents.append(Document(str(n), "\n\n".join(own)))
    return documents


@pytest.mark.parametrize(
    "line",
    [
        "“We never had so many boats in the harbour,” said the mayor on Tuesday.",
        "> We never had so many boats in the harbour",
        "«Jamais nous n'avons eu autant de bateaux au port», a dit le maire.",
    ],
)
@pytest.mark.parametrize("of", [3, 40])
def test_a_quotation_that_several_articles_share_is_kept_in_each(line, of):
    assert find_repeated(reports(3, line, of=of)) == frozenset()


@pytest.mark.parametrize("place", [1, -1])
def test_a_sentence_that_a_few_of_many_reports_share_is_content_and_one_on_nearly_all_is_not(place):
    line = "The ferry to the northern isles went aground on Tuesday."
    assert find_repeated(reports(3, line, of=5, place=place)) == frozenset()
    assert find_repeated(reports(3, line, of=4, place=place)) == {plain(line)}
    assert find_repeated(reports(6, line, of=40, place=place)) == {plain(line)}


def test_what_is_no_sentence_is_furniture_on_three_pages_of_many():
    line = "Island News Society – harbour office"
    assert find_repeated(reports(3, line, of=30)) == {plain(line)}
    assert find_repeated(reports(2, line, of=30)) == frozenset()


@pytest.mark.parametrize("place", [2, 3])
def test_what_stands_within_the_text_is_no_furniture_on_however_many_pages(place):
    line = "The harbour office had no comment on Tuesday."
    assert find_repeated(reports(9, line, place=place)) == frozenset()
    assert find_repeated(reports(9, line)) == {plain(line)}


def test_copies_of_one_text_are_not_furniture():
    text = f"{PROSE}\n\n{MORE}"
    assert find_repeated([Document(str(n), text) for n in range(9)]) == frozenset()
    assert find_repeated([Document(str(n), f"{text}\n\nVersion {n} of it.") for n in range(9)]) == frozenset()
    assert find_repeated([Document(str(n), "The same line.") for n in range(300)]) == frozenset()


def test_little_is_left_is_no_reason_to_remove_the_rest():
    assert removed(f"Short note.\n\n{PROSE}", repeated={plain(PROSE)}) == []


def test_every_reason_has_a_meaning_and_every_phrase_a_reason():
    phrases = load_phrases()
    assert {*phrases.strong, *phrases.weak, *phrases.edge} <= REASONS.keys()
    assert all(meaning and "\n" not in meaning for meaning in REASONS.values())


@pytest.mark.parametrize("path", sorted((ROOT / "seeds").glob("*.txt")), ids=lambda path: path.name)
def test_the_seed_articles_lose_their_furniture_and_nothing_else(path):
    gold = json.loads((ROOT / "tests" / "gold" / "seeds_gold.json").read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    wanted = [(span["start"], span["end"]) for span in gold["furniture"] if span["document"] == path.name]
    found = clean(Document(path.name, text)).removed
    assert [(span.start, span.end) for span in found] == wanted


@given(
    st.lists(
        st.sampled_from(
            [PROSE, MORE, "Leave a Reply", "Home", "* * *", "![a b c d e](x.png)", "Ok.", LINKS, "x.jpg", "Print"]
        )
        | st.text(alphabet="aB .:-#*\t|", max_size=20),
        max_size=12,
    ),
    st.sampled_from(["\n", "\n\n", "\n \n"]),
)
def test_kept_and_removed_spans_hold_every_visible_character_once(parts, joint):
    text = joint.join(parts)
    cleaned = clean(Document("d", text), stop_words=ENGLISH)
    spans = sorted([*((s.start, s.end) for s in cleaned.kept), *((s.start, s.end) for s in cleaned.removed)])
    places = [place for start, end in spans for place in range(start, end)]
    assert len(places) == len(set(places))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(places)
    assert all(start < end for start, end in spans)
    assert {span.reason for span in cleaned.removed} <= REASONS.keys()
