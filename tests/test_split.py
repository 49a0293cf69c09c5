"""Passages are what a reader would quote, and each says where it stands."""

import json
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.clean import clean
from topics.split import split
from topics.split.filling import Limits, fill
from topics.split.sentences import Piece, cut_long, sentences
from topics.values import Document, Span

ROOT = Path(__file__).parents[1]


def count(texts):
    """Count a token for every four characters of a word, at least one, and two marks around them."""
    return [2 + sum(-(-len(word) // 4) for word in text.split()) for text in texts]


def passages(text, *, spans=None, language="en", max_tokens=256, max_sentences=4):
    document = Document("d", text)
    whole = [Span(0, len(text))] if spans is None else spans
    found = split(
        document, whole, language=language, count_tokens=count, max_tokens=max_tokens, max_sentences=max_sentences
    )
    for passage in found:
        assert document.text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        assert passage.id == f"d:{passage.start}-{passage.end}"
    return found


def texts(text, **options):
    return [passage.text for passage in passages(text, **options)]


def cut(text, language="en"):
    return [text[span.start : span.end] for span in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Mr. Holm paid $3.50 for it.", "“Is it worth it?” he asked.", "“No,” she said.", "“It never was.”"]),
        ("en", ["J. K. Holm et al. left at 5 p.m. on Monday.", "The U.S. boat came later."]),
        ("en", ["He called it “a mess.”", "“We will see,” she said.", "“You will.”"]),
        ("en", ["See sec. 3 below.", "1. The boat is late.", "2. The pier is short."]),
        ("sv", ["Båten kom kl. 8.30 och gick enl. uppgift genast.", "T.ex. Karin Holm m.fl. blev kvar."]),
        ("sv", ["Dvs. det blev sent.", "Hon sade: ”Vi väntar.”", "Sedan gick hon."]),
        ("de", ["Am 3. Mai fuhr er z. B. nach Köln.", "„Das geht.“", "Dr. Berg kam ca. 9 Uhr."]),
        ("fr", ["M. Dupont et Mme. Martin sont là.", "« C’est vrai ? » dit-il.", "Oui !"]),
        ("es", ["El Sr. García llegó.", "¿Qué pasa?", "¡Nada!"]),
        ("zh", ["他说：“你好。”", "然后走了。", "真的吗？", "是！"]),
        ("ja", ["天気がいいです。", "散歩に行きました。"]),
        ("hi", ["मौसम अच्छा है।", "क्या?", "हाँ।"]),
        ("ar", ["مرحبا.", "كيف حالك؟", "أنا بخير."]),
    ],
)
def test_sentences_end_where_a_reader_of_the_language_ends_them(language, expected):
    joint = "" if language in ("zh", "ja") else " "
    assert cut(joint.join(expected), language) == expected


def test_a_line_that_was_wrapped_is_no_end_of_a_sentence():
    assert cut("The ferry to the outer\nislands is late. It will\ncome.") == [
        "The ferry to the outer\nislands is late.",
        "It will\ncome.",
    ]


def test_a_short_paragraph_is_a_passage_and_a_long_one_is_cut_evenly():
    assert texts("One is here. Two is here.\n\nThree.") == ["One is here. Two is here.", "Three."]
    five = [f"This is sentence number {word}." for word in ("one", "two", "three", "four", "five")]
    assert sorted(text.count("This") for text in texts(" ".join(five))) == [2, 3]
    assert sorted(text.count("This") for text in texts(" ".join(five * 2))) == [3, 3, 4]


def test_a_passage_keeps_to_the_sentences_asked_for():
    text = "One is here. Two is here. Three is here."
    assert texts(text, max_sentences=1) == ["One is here.", "Two is here.", "Three is here."]


def test_a_passage_of_several_sentences_keeps_to_the_budget():
    sentence = "The ferry to the outer islands will run every hour from the month of May and on through the summer."
    for passage in passages(" ".join([sentence] * 9), max_tokens=60):
        assert count([passage.text])[0] <= 60
    wordy = (
        sentence[:-1] + ", and on Sundays from the other pier until the harvest is home and the schools have opened."
    )
    assert len(texts(" ".join([wordy] * 4), max_tokens=400)) == 2  # four of them say more than one thing


def test_a_sentence_is_cut_only_if_the_encoder_cannot_read_it():
    long = "The ferry waits, " * 20 + "and leaves."
    assert texts(long, max_tokens=200) == [long]
    parts = texts(long, max_tokens=30)
    assert len(parts) > 1 and all(part.endswith((",", ".")) for part in parts)
    assert " ".join(parts) == long


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500,
        "今天天气很好我们去公园散步" * 40,
        "สวัสดีครับผมชื่อ" * 40,
        "👩‍👩‍👧‍👦" * 60,
        "e\u0301" * 300,
        "a, b; c: " * 200,
    ],
)
def test_what_has_no_sentences_is_cut_between_characters(text):
    parts = texts(text, max_tokens=20)
    assert all(count([part])[0] <= 20 for part in parts)
    assert not any(part[0] in "\u0301\u200d" or part[-1] == "\u200d" for part in parts)
    assert "".join(parts) == "".join(text.split()) or " ".join(parts) == text.strip()


def test_a_budget_below_one_character_still_ends():
    assert "".join(texts("abc def", max_tokens=1)) == "abcdef"


@pytest.mark.parametrize(("tokens", "limit"), [(0, 4), (8, 0), (-1, 4)])
def test_limits_below_one_are_a_mistake(tokens, limit):
    with pytest.raises(ValueError, match="both must be 1 or more"):
        passages("A.", max_tokens=tokens, max_sentences=limit)


def test_headings_join_what_they_head():
    text = "The County’s New Ferry\n\nA long wait\n\nThe ferry is late. It will come.\n\nWhat now?\n"
    assert texts(f"{text}Nobody knows what comes next.") == [
        "The County’s New Ferry\n\nA long wait\n\nThe ferry is late. It will come.",
        "What now?\nNobody knows what comes next.",
    ]


def test_the_title_of_an_item_joins_the_item():
    text = "Three things.\n- The Pier\n- The pier is too short for two boats at once, as everyone knows.\n"
    assert texts(f"{text}- The Price\n- It costs too much.") == [
        "Three things.",
        "- The Pier\n- The pier is too short for two boats at once, as everyone knows.",
        "- The Price\n- It costs too much.",
    ]


def test_a_lead_in_joins_its_list_and_short_items_stay_together():
    assert texts("What we need:\n- rope\n- tar\n- two oars\n\nThat is all.") == [
        "What we need:\n- rope\n- tar\n- two oars",
        "That is all.",
    ]
    items = "\n".join(f"{n}. Item number {n}" for n in range(1, 7))
    assert [text.count("\n") for text in texts(items)] == [2, 2]


def test_lines_that_head_nothing_stay_apart():
    headlines = [
        "Council votes to close library",
        "New bakery opens in town",
        "Mayor resigns",
        "Rain delays the harvest",
    ]
    assert texts("\n".join(headlines)) == headlines
    assert texts("The last text ends here.\n\nA heading") == ["The last text ends here.", "A heading"]


def test_a_heading_too_long_for_its_text_stands_alone():
    heading = "A heading that alone fills what the encoder reads"
    assert texts(f"{heading}\n\nAnd this is the text that it heads, and it is quite long.", max_tokens=22)[0] == heading


def test_no_passage_reaches_across_a_removed_span():
    text = "A title\n\nLeave a Reply\n\nThe ferry is late. It will come."
    assert texts(text, spans=[Span(0, 7), Span(24, len(text))]) == ["A title", "The ferry is late. It will come."]


def test_each_passage_has_the_language_of_its_paragraph():
    def detect(paragraphs):
        return ["sv" if "båten" in paragraph else "en" for paragraph in paragraphs]

    found = passages("Heading\n\nThe boat is late and we wait.\n\nNu kommer båten.", language=detect)
    assert [passage.language for passage in found] == ["en", "sv"]
    assert {passage.language for passage in passages("The boat. Båten.", language="fi")} == {"fi"}


def test_turns_of_a_transcript_stay_whole():
    turns = ["ANNA: It is late. Go home! Now.", "BOB: No", "ANNA: Then stay, and be quiet, would you? I have to work."]
    assert texts("\n".join(turns)) == turns
    chat = [
        "[10:02] Bob: hello",
        "[10:03] Anna: hi Bob, did you see the new timetable of the ferry?",
        "10:05 - Per: no",
    ]
    assert texts("\n".join(chat)) == chat


def test_rows_of_a_table_stay_whole():
    rows = [f"Town {n} | {n * 7} | A note on it. Two sentences: e.g. this" for n in range(1, 10)]
    found = texts("Prices\n\n" + "\n".join(rows))
    assert "\n".join(found).split("\n")[2:] == rows
    assert len(found) == 3 and found[0].startswith("Prices")


def test_a_quotation_is_apart_from_the_answer_and_its_blank_lines_are_in_it():
    text = "Karin wrote:\n> The boat is late. It will come.\n>\n> Karin\n\nI see. Thank you."
    assert texts(text) == ["Karin wrote:\n> The boat is late. It will come.\n>", "> Karin", "I see. Thank you."]


def test_a_list_is_parted_where_a_page_ends():
    text = "Needed:\n- rope\n- tar\n- two oars\n- a sail"
    at = text.index("- two")
    document = Document("d", text, pages=(0, at))
    found = split(document, [Span(0, len(text))], language="en", count_tokens=count, max_tokens=256)
    assert [passage.start for passage in found] == [0, at]
    assert len(texts(text)) == 1


def test_an_empty_document_has_no_passages():
    assert passages("") == [] and passages(" \n\n ") == []
    assert passages("A.", spans=[]) == []


def test_fill_takes_as_few_passages_as_fit_and_then_evens_them_out():
    pieces = [Piece(Span(n, n + 1), cost) for n, cost in enumerate([30, 20, 10, 20, 10])]
    assert fill((), pieces, Limits(256, 60, 4)) == [Span(0, 2), Span(2, 5)]
    assert fill((), pieces, Limits(256, 256, 5)) == [Span(0, 5)]
    assert fill([Piece(Span(-1, 0), 50)], pieces[:1], Limits(100, 60, 4)) == [Span(-1, 1)]


def test_what_fits_is_counted_once():
    seen = []

    def counted(batch):
        seen.extend(batch)
        return count(batch)

    text = "One is here. " + "word " * 100
    pieces = cut_long(text, [Span(0, 12), Span(13, len(text) - 1)], counted, 20)
    assert seen.count("One is here.") == 1
    assert pieces[0] == Piece(Span(0, 12), 6)
    assert all(piece.cost <= 20 for piece in pieces)


def test_ten_megabytes_in_a_line_take_seconds():
    text = "The ferry to the outer islands is late again. " * 220_000
    start = time.process_time()
    found = split(
        Document("d", text), [Span(0, len(text))], language="en",
        count_tokens=lambda batch: [len(part) // 4 for part in batch], max_tokens=256,
    )  # fmt: skip
    assert len(found) == 55_000
    assert time.process_time() - start < 30  # 1.5 s on the machine that it was written on


def test_memory_stays_a_small_multiple_of_a_long_text():
    text = ("The ferry to the outer islands is late again. " * 5 + "\n\n") * 1_500
    document = Document("d", text)
    tracemalloc.start()
    kept = clean(document).kept
    cleaning = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    assert len(split(document, kept, language="en", count_tokens=count, max_tokens=256)) == 3_000
    splitting = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert cleaning < 8 * len(text) and splitting < 12 * len(text)


@pytest.mark.parametrize("path", sorted((ROOT / "seeds").glob("*.txt")), ids=lambda path: path.name)
def test_every_paragraph_of_the_seeds_is_in_passages_of_its_own(path):
    """No passage mixes two paragraphs of running text, and no text is lost."""
    gold = json.loads((ROOT / "tests" / "gold" / "seeds_gold.json").read_text(encoding="utf-8"))["paragraphs"]
    document = Document(path.name, path.read_text(encoding="utf-8"))
    found = split(document, clean(document).kept, language="en", count_tokens=count, max_tokens=256)
    wanted = [entry for entry in gold if entry["document"] == path.name]
    for passage in found:
        inside = [entry for entry in wanted if entry["start"] < passage.end and passage.start < entry["end"]]
        assert sum(entry["kind"] not in ("title", "heading") for entry in inside) <= 1
        assert [entry["kind"] for entry in inside[1:-1]] == ["heading"] * len(inside[1:-1])
    for entry in wanted:
        covered = sum(max(0, min(p.end, entry["end"]) - max(p.start, entry["start"])) for p in found)
        assert covered >= 0.95 * (entry["end"] - entry["start"])


WORDS = st.sampled_from(
    ["boat.", "The", "pier", "e.g.", "“No”", "- x", "\n", "\n\n", "今天。", "A title", "why?", "x" * 90, "list:", "#"]
)


@given(st.lists(WORDS, max_size=60).map(" ".join), st.integers(1, 40), st.integers(1, 5))
def test_passages_hold_every_visible_character_once(text, max_tokens, max_sentences):
    found = passages(text, max_tokens=max_tokens, max_sentences=max_sentences)
    places = [place for passage in found for place in range(passage.start, passage.end)]
    assert places == sorted(set(places))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(places)


@given(st.text(max_size=300))
def test_sentences_of_any_text_hold_it_whole(text):
    spans = list(sentences(text, "en"))
    places = [place for span in spans for place in range(span.start, span.end)]
    assert places == sorted(set(places))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(places)


@pytest.mark.parametrize(("text", "asked"), [("One short sentence.", 0), ("Ångan stiger.", 1), ("word " * 30, 1)])
def test_tokens_are_counted_only_where_something_hangs_on_them(text: str, asked: int) -> None:
    calls: list[int] = []

    def count(texts: list[str]) -> list[int]:
        calls.append(len(texts))
        return [len(own) // 2 for own in texts]

    found = split(Document("a", text), [Span(0, len(text))], language="en", count_tokens=count, max_tokens=40)
    assert bool(calls) == bool(asked)
    assert "".join(passage.text.replace(" ", "") for passage in found) == text.replace(" ", "")
