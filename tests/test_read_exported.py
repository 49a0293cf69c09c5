"""What this package exported reads back as it was."""

from pathlib import Path

from tests.models import FakeEmbedder, small_model
from topics import share
from topics.pipeline import fit
from topics.read import read_documents
from topics.values import Document

NASTY = (
    '=HYPERLINK("http://evil.example","bus") the bus of the town',
    "+1 for the bike lane, said the cyclists of the town",
    "-2 degrees and the bus of the town is late",
    "@council where is the lunch of the pupils",
    "'=already quoted bus, with an apostrophe of its own",
    'one line of the bus\nanother line of the bus, "quoted"',
)


def test_p27_exported_passages_read_back_as_they_were(tmp_path: Path) -> None:
    for name, model in (
        ("town", small_model()),
        ("nasty", fit([Document(f"={row}", text) for row, text in enumerate(NASTY)], embedder=FakeEmbedder())),
    ):
        share.write(model, tmp_path / name / "passages.csv")
        assert [
            document.text for document in read_documents(tmp_path / name / "passages.csv")
        ] == model.passages.texts()


def test_a_file_of_another_program_keeps_its_apostrophes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,'=1+1 is what they wrote\n2,'-2 is what they wrote\n", encoding="utf-8")
    found = read_documents(tmp_path / "a.csv")
    assert [document.text for document in found] == ["'=1+1 is what they wrote", "'-2 is what they wrote"]
