from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models import FakeEmbedder
from tests.test_copies import STORY
from topics.errors import ReadError
from topics.intake import Learnt, take_in
from topics.read import Reading
from topics.settings import Settings
from topics.values import Document, Skipped

BEES = "Bees fly out at dawn. The hive hums when the lime trees bloom, and the honey is light."
FORM = "Leave a Reply\n\nYour email address will not be published."


def test_all_that_is_left_out_is_listed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{BEES}\n\n{FORM}", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "form.txt").write_text(FORM, encoding="utf-8")
    taken = take_in(tmp_path, Settings(), FakeEmbedder())
    assert [passage.document_id for passage in taken.passages] == ["a.txt"]
    assert {span.reason for span in taken.removed} == {"comment-form"}
    assert taken.skipped == (
        Skipped("empty.txt", "is empty"),
        Skipped("form.txt", "holds no text apart from web furniture"),
    )
    assert [(file.path, file.status, file.documents) for file in taken.files] == [
        ("a.txt", "read", 1), ("empty.txt", "refused", 0), ("form.txt", "read", 1),
    ]  # fmt: skip


def test_stages_are_reported() -> None:
    seen: list[tuple[str, int, int]] = []
    take_in([Document("a", BEES)], Settings(), FakeEmbedder(), progress=lambda *told: seen.append(told))
    assert ("split", len(BEES), len(BEES)) in seen
    seen.clear()
    long = "\n\n".join(f"{BEES} {number}" for number in range(900))
    take_in([Document("a", long)], Settings(), FakeEmbedder(), progress=lambda *told: seen.append(told))
    told = [done for stage, done, total in seen if stage == "split" and total == len(long)]
    assert len(told) > 3 and told == sorted(told) and told[-1] == len(long)  # also within one document
    seen.clear()
    likely = [Document("a", f"{BEES} {BEES[::-1]}"), Document("b", f"{BEES[:-1]}, it is said. {BEES[::-1]}")]
    take_in(likely, Settings(), FakeEmbedder(), progress=lambda *told: seen.append(told))
    assert ("copies", 1, 1) in seen


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is empty; put files in it"):
        take_in(tmp_path, Settings(), FakeEmbedder())


def test_a_file_that_gives_no_passage_tells_why(tmp_path: Path) -> None:
    story = "The last ferry to the outer islands was cancelled on Friday after a crack had been found in its hull; the "
    story += "county told the islanders to expect no other boat before the end of the month, and to row if they must."
    (tmp_path / "a.txt").write_text(story, encoding="utf-8")
    (tmp_path / "b.txt").write_text(story, encoding="utf-8")
    (tmp_path / "c.csv").write_text(f'text,nr\n"{story}",1\n"{FORM}",2\n', encoding="utf-8")
    (tmp_path / "form.txt").write_text(FORM, encoding="utf-8")
    told = take_in(tmp_path, Settings(), FakeEmbedder()).files
    assert [(file.path, file.status, file.reason) for file in told] == [
        ("a.txt", "read", ""),
        ("b.txt", "read", "is a copy of a.txt"),
        ("c.csv", "read", "repeats other files, or holds web furniture only"),
        ("form.txt", "read", "holds no text apart from web furniture"),
    ]


def test_what_was_read_before_is_taken_as_it_is() -> None:
    reading = Reading(
        (Document("a.pdf", f"{BEES}\n\n{BEES[::-1]}", pages=(0, len(BEES) + 2)),), (Skipped("b", "is bad"),)
    )
    taken = take_in(reading, Settings(), FakeEmbedder())
    assert taken.documents == reading.documents
    assert taken.skipped == reading.skipped


def test_what_a_corpus_has_taught_makes_each_document_come_out_the_same_alone() -> None:
    footer = "All rights reserved by the editors of this newspaper in the valley."
    pages = [
        Document(f"{name}.txt", f"{text}\n\n{footer}")
        for name, text in (
            ("a", "The council met on Tuesday. It spoke about the station for hours."),
            ("b", "Farmers sell their vegetables on the market near the church."),
            ("c", "A teacher warned that the roof has been leaking since winter."),
        )
    ]
    learnt = Learnt.of(pages, Settings())
    fresh = Document("d.txt", f"Engineers will finish their report in the spring.\n\n{footer}")
    alone = take_in(Reading((fresh,), ()), Settings(), FakeEmbedder(), learnt=learnt)
    assert [passage.text for passage in alone.passages] == ["Engineers will finish their report in the spring."]
    both = take_in(
        Reading((fresh, replace(fresh, id="e.txt", text=footer)), ()), Settings(), FakeEmbedder(), learnt=learnt
    )
    assert both.passages[0] == alone.passages[0]


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.sampled_from([BEES, BEES.lower(), "Too late.", BEES[::-1], STORY[1]]), max_size=4), max_size=5)
)
def test_passages_are_kept_or_are_copies_of_those_that_are(texts: list[list[str]]) -> None:
    documents = [Document(f"d{number}", "\n\n".join(own)) for number, own in enumerate(texts)]
    every, taken = (
        take_in(documents, Settings(language="en", keep=keep), FakeEmbedder(), needed=False) for keep in (("copy",), ())
    )
    copies = [span for span in taken.removed if span.of]
    assert len(every.passages) == len(taken.passages) + len(copies)
    kept = {passage.id for passage in taken.passages}
    assert {span.of for span in copies} <= kept
    places = {f"{span.document_id}:{span.start}-{span.end}" for span in copies}
    assert places | kept == {passage.id for passage in every.passages}
