"""Citations: what is known of a passage, and nothing else."""

import re

import numpy as np

import topics
from tests.models import FakeEmbedder, small_model
from topics import share
from topics.share.citations import cited
from topics.values import Document

META = {
    "title": "Lanes & {buses} at 100 %",
    "author": "Ann Öst",
    "date": "2023-07-05T10:00",
    "source": "https://a.example/x_y",
}


def model_of(*documents):
    return topics.fit(list(documents), embedder=FakeEmbedder(), clean=False)


def test_a_citation_says_all_that_is_known_and_the_place():
    model = model_of(
        Document("a.txt", "A heading\n\n\nThe bus is late again.", META), Document("b.txt", "A bike lane.")
    )
    row = next(row for row, passage in enumerate(model.passages) if "late" in passage.text)
    start = model.passages[row].start
    told = cited(model, row)
    assert told.startswith("Ann Öst, “Lanes & {buses} at 100 %”, https://a.example/x_y, 2023-07-05, para. ")
    assert told.endswith(f"[a.txt:{start}-{model.passages[row].end}]")
    assert "The bus is late again." in told
    bare = cited(model, len(model.passages) - 1)
    assert bare == "b.txt, para. 1: “A bike lane.” [b.txt:0-12]"


def test_the_place_is_the_page_or_the_record_where_there_is_one():
    paged = model_of(Document("a.pdf", "The bus is late.\nThe bike is here.", {}, pages=(0, 17)))
    assert re.search(r"a\.pdf, p\. [12]: ", cited(paged, 0))
    table = model_of(Document("t.csv#7", "The bus is late.", {}, row=7))
    assert cited(table, 0).startswith("t.csv#7, record 7: ")


def test_text_has_one_line_a_passage_and_chosen_ones_alone():
    model = small_model()
    lines = share.made(model, "citations", ".txt").decode().splitlines()
    assert len(lines) == len(model.passages)
    assert lines == [cited(model, row) for row in range(len(model.passages))]
    some = share.made(model, "citations", ".txt", chosen=np.array([5, 2], np.int32)).decode().splitlines()
    assert some == [lines[2], lines[5]]


def test_bibtex_has_one_entry_a_document_with_what_it_tells():
    model = model_of(
        Document("a.txt", "The bus is late again.", META),
        Document("b.txt", "A bike lane.", META | {"source": "The Paper", "title": "Other"}),
        Document("c_1.txt", "Lunch."),
    )
    told = share.made(model, "citations", ".bib").decode()
    assert re.findall(r"^@misc\{(.+),$", told, re.MULTILINE) == ["ost2023", "ost2023-2", "c1"]
    assert r"title = {Lanes \& \{buses\} at 100 \%}" in told
    assert "date = {2023-07-05}" in told
    assert r"url = {https://a.example/x\_y}" in told
    assert "howpublished = {The Paper}" in told
    assert r"note = {File c\_1.txt; para. 1}" in told
    assert told.count("{") - told.count(r"\{") == told.count("}") - told.count(r"\}")
