"""Copies in a model: counted once, linked to their originals, shown, saved, and kept on demand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import topics
from tests.models import FakeEmbedder
from tests.test_copies import STORY, article
from topics import present, store
from topics.cli import main
from topics.model import TopicModel
from topics.ui import article as shown
from topics.values import Document

ROOT = Path(__file__).parents[1]
PAPERS = tuple(Document(f"paper{n}.txt", article(f"Paper {n}", *STORY)) for n in range(5))
TOWN = (
    *("The council pays for school lunches", "Lunch is cooked at the school", "Pupils want warm school lunches"),
    *("A bike lane on Harbour Street", "Bikes need a lane of their own", "The bike lane is lit at night"),
    *("Solar panels on the roof of the hall", "The roof carries solar panels", "Panels pay for the roof"),
)
DOCUMENTS = (*PAPERS, *(Document(f"letter{n}.txt", f"{text}.") for n, text in enumerate(TOWN)))


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return topics.fit(DOCUMENTS, embedder=FakeEmbedder(), language="en")


def test_five_copies_of_a_story_are_one_and_make_no_topic_of_their_own(model: TopicModel) -> None:
    alone = topics.fit((PAPERS[0], *DOCUMENTS[5:]), embedder=FakeEmbedder(), language="en")
    mine = [passage for passage in model.passages if passage.document_id.startswith("paper")]
    once = [passage for passage in alone.passages if passage.document_id.startswith("paper")]
    assert [passage.text for passage in mine if passage.document_id == "paper0.txt"] == [p.text for p in once]
    assert sum(topic.size for topic in model.topics) == len(model.passages) == len(DOCUMENTS) - 5 + len(mine)
    assert len(mine) <= len(once) + 4  # a title of each may remain
    assert {span.of for span in model.removed} <= {passage.id for passage in once}
    assert len({span.document_id for span in model.removed if span.reason == "copy"}) == 4


def test_copies_are_kept_on_demand() -> None:
    for knobs in ({"keep": ("copy",)}, {"clean": False}):
        kept = topics.fit(DOCUMENTS, embedder=FakeEmbedder(), language="en", **knobs)
        assert sum(passage.text.endswith(STORY[0]) for passage in kept.passages) == 5


def test_copies_are_listed_and_told_in_a_sentence(model: TopicModel, tmp_path: Path) -> None:
    listed = present.of_copies(model)
    assert len(listed) == sum(span.reason == "copy" for span in model.removed) > 4
    assert all(span["reason"] == "copy" and span["of"] for span in listed)
    assert present.of_model(model)["copies"] == len(listed)
    assert f"{len(listed)} passages are copies of others and counted once." in present.notes(model)
    store.save(model, tmp_path / "m")
    assert store.load(tmp_path / "m").removed == model.removed
    printed = CliRunner().invoke(main, ["show", str(tmp_path / "m"), "--removed"]).output
    assert "copy of paper0.txt:" in printed
    assert "copies of others and counted once." in printed
    plain = json.loads(CliRunner().invoke(main, ["show", str(tmp_path / "m"), "--removed", "--json"]).output)
    assert [span["of"] for span in plain["removed"]] == [span.of for span in model.removed]


def test_documents_that_are_copies_are_named_a_few_at_a_time() -> None:
    same = [Document(f"d{n}", article(*STORY)) for n in range(9)]
    model = topics.fit(same, embedder=FakeEmbedder(), language="en")
    assert [entry.path for entry in model.skipped] == [f"d{n}" for n in range(1, 9)]
    assert {entry.reason for entry in model.skipped} == {"is a copy of d0"}
    assert len(model.passages.documents) == 9
    told = present.notes(model)
    assert "Left out: d1 is a copy of d0." in told and "Left out: d6 is a copy of d0." not in told
    assert told[-1] == "3 more documents are copies."
    markup = shown.html_of(model, 1, topic=None, place=None, link=lambda document, place: f"?doc={document}&p={place}")
    assert markup.count("copy ·") == len(present.of_copies(model)) // 8
    assert 'href="?doc=d0&amp;p=0"' in markup and "Counted where it first stands" in markup


def test_the_name_of_an_original_is_no_markup_and_need_not_exist() -> None:
    evil = [Document("<b>x</b>", article(*STORY)), Document("copy", article(*STORY))]
    model = topics.fit(evil, embedder=FakeEmbedder(), language="en")
    assert "<b>" not in shown.html_of(model, 1, topic=None, place=None, link=lambda document, place: document)
    model = topics.fit(evil[:1], embedder=FakeEmbedder(), language="en")
    odd = shown._original(model, "gone:1-2", lambda document, place: "x")
    assert "gone:1-2" in odd and "href" not in odd


def test_the_seeds_hold_no_copy(seeds_model: TopicModel) -> None:
    assert present.of_copies(seeds_model) == []
