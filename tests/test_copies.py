"""What an earlier passage says already is a copy; what only looks like it is not."""

import random
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import copies
from topics.copies.sharing import Spread
from topics.copies.shingles import Vocabulary, distinct, shingles
from topics.copies.short import whole_ones
from topics.passages import Passages
from topics.spill import Spill
from topics.split import split
from topics.values import Document, Passage, Removed, Skipped, Span

STORY = (
    "The last ferry to the outer islands was cancelled on Friday after a crack had been found in its hull; the county "
    "told the islanders to expect no other boat before the end of the month.",
    "The crack was seen by a mechanic who had come to mend a pump. He called the captain, who called the port, and by "
    "noon the passengers stood on the pier with their bags and nowhere to go.",
    "Karin Holm, who keeps the only shop on Lilla Ön, said that she had milk for three days. Then people will have "
    "to row, as their grandparents did when the ice had gone and the steamer had not yet come.",
    "The county has asked two other counties for a boat. Neither has one to spare until the schools close for summer, "
    "and a hired boat would cost more in a week than the old one earns in a year of crossings.",
)
OTHER = (
    "Forty bakers met in the old mill on Saturday to settle which of them makes the best rye bread in the valley, and "
    "after six hours and a hundred loaves they had agreed on nothing but the butter.",
)


def found(*documents, **options):
    passages = passages_of(*documents, **options)
    return {passages[row].text: passages[of].id for row, of in copies.find(passages).items()}


def passages_of(*documents, language="en"):
    return [
        passage
        for number, text in enumerate(documents)
        for passage in split(
            Document(f"d{number}", text), [Span(0, len(text))], language=language,
            count_tokens=lambda texts: [len(text) // 4 for text in texts], max_tokens=256,
        )
    ]  # fmt: skip


def article(*paragraphs):
    return "\n\n".join(paragraphs)


def test_an_article_that_comes_twice_is_a_copy_of_the_first():
    documents = [Document("a", article("A title", *STORY)), Document("b", article(*OTHER)), Document("c", "")]
    documents[2] = Document("c", documents[0].text.replace(" and ", "  AND\n"))
    passages = passages_of(*(document.text for document in documents))
    passages = [
        Passage(f"{document.id}:{p.start}-{p.end}", document.id, p.start, p.end, p.text, "en")
        for p in passages
        for document in [documents[int(p.document_id[1:])]]
    ]
    parted = copies.part(
        documents, Passages.of(documents, passages), [Removed("c", 0, 1, "separator"), Removed("a", 3, 4, "separator")]
    )
    assert {passage.document_id for passage in parted.passages} == {"a", "b"}
    assert [(span.document_id, span.start) for span in parted.removed[:3]] == [("a", 3), ("c", 0), ("c", 0)]
    assert {span.reason for span in parted.removed} == {"separator", "copy"}
    kept = {passage.id for passage in parted.passages}
    assert {span.of for span in parted.removed if span.reason == "copy"} <= kept
    assert parted.skipped == (Skipped("c", "is a copy of a"),)
    assert copies.part(documents, Passages.of(documents, passages), keep=True).passages == passages


def test_five_papers_edit_and_shorten_one_story():
    papers = [
        article(*STORY),
        article("No boat for weeks", *STORY[:3]),
        article(STORY[0].replace("cancelled", "called off"), *STORY[1:]),
        article(STORY[0], STORY[1].split(". ")[1], STORY[3]),
        article(*STORY, *OTHER),
    ]
    passages = passages_of(*papers)
    original = copies.find(passages)
    assert {passages[of].document_id for of in original.values()} == {"d0"}
    left = [passage.text for row, passage in enumerate(passages) if row not in original and passage.document_id != "d0"]
    assert left == [OTHER[0]] or sorted(map(len, left))[-1] == len(OTHER[0])
    assert sum(text in OTHER for text in left) == 1 and len(left) <= 2


def test_quoted_mail_is_a_copy_and_the_answer_is_not():
    mail = article("Dear Per,", STORY[0], STORY[1], "Yours,\nKarin")
    answer = (
        "I have a boat, and you may have it on Sundays if you bring it back before dark and leave some petrol in it."
    )
    quoted = "\n>\n".join(f"> {line}" for line in (STORY[0], STORY[1]))
    reply = f"{answer}\n\nOn Monday 3 May at 10:02 Karin Holm wrote:\n\n{quoted}\n"
    passages = passages_of(mail, reply)
    left = [p.text for row, p in enumerate(passages) if p.document_id == "d1" and row not in copies.find(passages)]
    assert left == [answer]


def test_where_a_sentence_was_put_in_the_passages_end_elsewhere_and_are_copies_still():
    whole = " ".join(STORY)
    again = found(whole, f"{OTHER[0]} Nobody won. {whole}")
    assert len(again) == 2 and not any(text in [passage.text for passage in passages_of(whole)] for text in again)
    assert set(again.values()) <= {passage.id for passage in passages_of(whole)}


@pytest.mark.parametrize(
    "text", ["too expensive", "I liked the staff but the room was too cold at night and too noisy"]
)
def test_the_same_short_answer_is_an_answer_each_time(text):
    assert found(*[text] * 50) == {}


TEMPLATE = (
    "{} raised {} million euros from its owners on Monday in order to build a new plant in {}, where it will employ "
    "several hundred people within two years, as the company told investors in a statement before the markets opened."
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Holm", "5", "Lund"), ("Holm", "7", "Lund")),
        (("Holm", "5", "Lund"), ("Ask", "5", "Lund")),
        (("Holm", "5", "Lund"), ("Holm", "5", "Kiruna")),
        (("Holm", "five", "Lund"), ("Holm", "six", "Lund")),
    ],
)
def test_templates_that_differ_in_a_number_or_a_name_are_no_copies(first, second):
    assert found(TEMPLATE.format(*first), TEMPLATE.format(*second)) == {}
    assert len(found(TEMPLATE.format(*first), TEMPLATE.format(*first))) == 1


def test_what_is_denied_is_no_copy():
    assert found(STORY[0], STORY[0].replace("was cancelled", "was not cancelled")) == {}
    assert len(found(STORY[0], STORY[0].replace("was cancelled", "was soon cancelled"))) == 1


def test_a_passage_with_news_in_it_is_no_copy():
    news = "Since then the crack has grown so long that a diver could put an arm through it and feel the engine."
    assert found(STORY[0], f"{STORY[0]} {news}") == {}


ZH = (
    "上周五在船体上发现裂缝之后开往外岛的末班渡轮被取消，县政府告诉岛上的居民，",
    "月底之前不会再有别的船只前来接送他们过海去上班和上学，也没有人知道以后会怎么样。",
    "四十位面包师傅星期六在老磨坊里聚会，想要决定山谷里谁做的黑麦面包最好吃，",
    "可是六个小时过去了，一百个面包也吃完了，大家除了黄油以外什么也没有谈妥。",
)


def test_text_without_spaces_is_compared_by_character():
    story = "".join(ZH[:2])
    edited = story.replace("告诉", "通知")
    other = "".join(ZH[2:])
    assert found(story, other, language="zh") == {}
    assert list(found(story, other, edited, language="zh").values()) == [f"d0:0-{len(story)}"]


def test_a_paragraph_that_stands_twice_in_a_document_is_counted_once():
    assert list(found(article(STORY[0], STORY[1], STORY[0])).values()) == [f"d0:0-{len(STORY[0])}"]


def test_a_document_made_of_others_repeats_them():
    texts = [article(STORY[0]), article(OTHER[0]), article(STORY[0], OTHER[0])]
    documents = [Document(f"d{number}", text) for number, text in enumerate(texts)]
    passages = Passages.of(documents, passages_of(*texts))
    assert copies.part(documents, passages).skipped == (Skipped("d2", "repeats other documents"),)


def test_originals_are_no_copies_and_come_first():
    rng = random.Random(0)
    texts = [" ".join(word for word in text.split() if rng.random() > 0.04) for text in (*STORY, *OTHER) * 8]
    original = copies.find(passages_of(*texts))
    assert len(original) > 15
    assert all(of < row and of not in original for row, of in original.items())
    assert list(original) == sorted(original)


@given(st.lists(st.sampled_from([*STORY, *OTHER, "Yes.", "不", ""]), max_size=12), st.randoms())
def test_what_is_said_word_for_word_is_always_found(texts, rng):
    rng.shuffle(texts)
    long = [text for text in texts if len(text) > 20]
    assert len(copies.find(passages_of(*texts))) == len(long) - len(set(long))


def test_many_texts_take_time_in_step_with_their_number():
    rng = np.random.default_rng(0)
    words = ["".join(letters) for letters in rng.choice(list("abcdefghij"), size=(3000, 6))]
    template = (
        "Dear {}, your order {} was shipped today from the house in the north and will reach you by boat before the "
        "week is over; thank you for buying it from us."
    )
    texts = [" ".join(words[at] for at in row) for row in rng.integers(0, 3000, size=(4000, 40))]
    texts += [template.format(words[number % 3000], number) for number in range(4000)] + ["no " * 3] * 100_000
    passages = [Passage(f"{n}:0-9", str(n), 0, len(text), text, "en") for n, text in enumerate(texts)]
    start = time.process_time()
    assert copies.find(passages) == {}
    assert time.process_time() - start < 30  # 2 s on the machine that it was written on


def test_shingles_are_runs_of_words_whatever_their_case_and_marks():
    vocabulary = Vocabulary()
    texts = ["The boat, the PIER and the sea.", "the Boat — the pier and “the sea”", "A boat"]
    words = list(map(vocabulary.read, texts))
    assert words[0].tolist() == words[1].tolist()
    assert len(shingles(words[0], unspaced=False)) == 5
    assert len(shingles(words[2], unspaced=False)) == 0
    spread = Spread(100, Spill(on_disk=False))
    for row, own in enumerate(words):
        spread.add(row, own, unspaced=False)
    told = spread.index(3, np.zeros(3, bool))
    assert told.seen.tolist() == [0.0, 1.0, 0.0]
    (shared,) = told.shared([1], [distinct(shingles(words[1], unspaced=False))])
    assert shared.texts[shared.earlier(0.5)].tolist() == [0]
    who = np.zeros(2, np.int64)
    assert shared.most(who, np.array([[0, -1], [2, -1]], np.int32), np.array([0, 1])).tolist() == [1.0, 0.2]
    assert (shared.known / shared.sizes).tolist() == [1.0]
    assert list(told.shared([2], [np.empty(0, np.uint64)])) == []


def test_no_place_holds_more_than_what_it_is_told_to_hold_at_most():
    rng = np.random.default_rng(0)
    words = ["".join(letters) for letters in rng.choice(list("abcdefghij"), size=(300, 6))]
    sentences = [f"{' '.join(words[at] for at in rng.integers(0, 300, 12))}." for _ in range(40)]
    texts = [" ".join(sentences[at] for at in rng.integers(0, 40, 1 + number % 4)) for number in range(400)]
    passages = [
        Passage(f"{number % 3}:{number}", str(number % 3), number, number + 1, text, "en")
        for number, text in enumerate(texts)
    ]
    spread = Spread(sum(map(len, texts)), Spill(on_disk=False))
    long = copies._Long(passages, Vocabulary(), spread)
    found = spread.index(len(long.rows), np.zeros(len(long.rows), bool))
    compared = 0
    for rows, own in long.bodies(range(len(long.rows))):
        for shared in found.shared(rows, own):
            pairs = shared.earlier(0.1)
            who, candidates = shared.who[pairs], shared.texts[pairs].astype(np.int32)
            for at, candidate, most in zip(who, candidates, long._most(shared, who, candidates), strict=True):
                place = long._place_of(candidate, long._end(candidate, shared.rows[at]), False)
                assert copies._share(shared.own[at], place) <= most + 1e-9
                compared += most < 1
    assert compared > 100


def test_no_text_is_no_trouble():
    assert copies.find([]) == {}
    none = Passages.of([], [])
    assert copies.part([], none) == copies.Parted(none, (), ())


SHORT_ONES = ["The boat is late again.", "Nobody waits at the pier.", "Rain fell on the roofs all night.", "Gulls cry."]


def runs_of(*documents):
    """Return the passages of documents that are given by their passages."""
    return [
        Passage(f"d{number}:{row}-{row + 1}", f"d{number}", row, row + 1, text, "en")
        for number, texts in enumerate(documents)
        for row, text in enumerate(texts)
    ]


def test_a_document_that_is_another_word_for_word_is_a_copy_however_short_its_passages_are():
    own = ["Boats moor in the north.", "The harbour master told us so."]
    passages = runs_of(SHORT_ONES * 2, own * 3, SHORT_ONES * 2, own * 3, [*SHORT_ONES * 2, "More."])
    assert copies.find(passages) == {**{14 + row: row for row in range(8)}, **{22 + row: 8 + row for row in range(6)}}


def test_short_documents_that_say_the_same_are_as_many_answers():
    assert copies.find(runs_of(*[["Too expensive.", "And too late, at times."]] * 9)) == {}
    assert copies.find(runs_of(*[["It costs far too much for what it is."]] * 9)) == {}


def test_what_is_said_twice_in_a_document_stays_there():
    assert copies.find(runs_of(SHORT_ONES * 6)) == {}


def test_the_original_of_a_whole_document_is_no_copy_itself():
    long = " ".join(STORY)
    passages = runs_of([long, *SHORT_ONES], OTHER, [long, "Gulls cry."], [long, "Gulls cry."])
    found = copies.find(passages)
    assert not set(found.values()) & set(found)
    assert {row for row in found if row >= 5 + len(OTHER)} == set(range(5 + len(OTHER), len(passages)))


def test_a_long_document_is_not_held_twice_to_tell_whether_it_is_another():
    texts = ["a line of the book " * 10] * 20_000
    tracemalloc.start()
    assert whole_ones(len(texts), texts.__getitem__, lambda row: 0, {}) == {}
    assert (
        whole_ones(len(texts), texts.__getitem__, lambda row: row // 10_000, dict.fromkeys(range(10_000, 20_000), 0))
        == {}
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.25 * len("".join(texts))
