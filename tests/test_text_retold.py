"""What the library says in English is said in the language of the app, word for word as the library says it."""

import ast
import re
from pathlib import Path

import pytest

import topics
from tests.models import small_model, small_tree
from topics import edit, read, store
from topics.contrast import parts_of
from topics.errors import TopicsError
from topics.present import readers, remedy
from topics.read.files import Upload
from topics.settings import Settings
from topics.ui import text
from topics.ui.text import catalog

PACKAGE = Path(topics.__file__).parent
GAP = "\0"
SAID = catalog.read(catalog.FIRST)["library"]


def written(path):
    """Every text of a module, with GAP where something is filled in that the module has no text for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_text(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if is_text(part) else named.get(getattr(part.value, "id", ""), GAP) for part in node.values
            )
        elif is_text(node):
            yield re.sub(r"\{[^{}]*\}", GAP, node.value)  # of str.format


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_the_library_says_what_is_retold_word_for_word():
    there = {said for path in PACKAGE.rglob("*.py") for said in written(path)}
    assert not [said for said in SAID.values() if re.sub(r"\{\w+\}", GAP, said) not in there]


def refusals(tmp_path):
    """What the library says of files, settings, edits, poles and models that are not as they should be."""
    model = small_model(tree=small_tree()).at("fine")
    files = [
        Upload("a.txt", b""),
        Upload("b.txt", bytes(range(256)) * 8),
        Upload("c.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")),
        Upload("d.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        Upload("e.zip", b"PK\x03\x04" + bytes(30)),
    ]
    yield from (file.reason for file in read.read_source(files, needed=False).files)
    model.save(tmp_path / "town")
    current = (tmp_path / "town" / "CURRENT").read_text().strip()
    (tmp_path / "town" / current / "topics.json").write_text("{")
    for refused in (
        lambda: Settings(language="!"),
        lambda: Settings(embedder=" "),
        lambda: topics.embed.load_embedder(str(tmp_path / "none")),
        lambda: edit.rename(model, 0, model.topic(1).name),
        lambda: edit.rename(model, 0, " "),
        lambda: edit.keywords(model, 0, []),
        lambda: edit.split(model, 0, k=9),
        lambda: edit.split(model, 0, phrases=["bike", "bike"]),
        lambda: parts_of("topic:x"),
        lambda: store.load(tmp_path / "town"),
    ):
        with pytest.raises((TopicsError, ValueError)) as caught:
            refused()
        yield str(caught.value)


def test_refusals_are_said_in_the_language_that_is_spoken(tmp_path, swedish):
    english = list(refusals(tmp_path))
    told = [text.retold(said) for said in english]
    assert len(english) == 15
    assert not [said for said, again in zip(english, told, strict=True) if said == again]
    assert "är tom" in told and "är ett zip-arkiv" not in told
    assert "ämne 0 kan inte delas i 9: det innehåller" in told[11]


def test_several_at_once_and_what_is_filled_in_stay_whole(swedish):
    assert text.retold("is empty; holds no text") == "är tom; innehåller ingen text"
    assert text.retold("cannot be opened: {x} $y$") == "kan inte öppnas: {x} $y$"
    assert text.retold("has no column 'a; b'; its columns are 'c'") == "har ingen kolumn 'a; b'; dess kolumner är 'c'"
    assert text.retold("what nobody ever said") == "what nobody ever said"


def test_in_english_nothing_changes():
    for said in ("is empty", "is empty; holds no text", "what nobody ever said"):
        assert text.retold(said) == said


@pytest.mark.parametrize("codes", [("sv",), ("fi", "sv"), ("fi", "sv", "xx")])
def test_what_an_encoder_reads_poorly_is_said_as_the_library_says_it(codes, monkeypatch):
    from tests.test_app_languages import marked_model

    model = marked_model(*codes)
    encoder, others = readers(model)
    assert text.remedy(encoder, codes, others) == remedy(model)


def test_it_is_said_in_swedish(swedish):
    assert text.remedy("MiniLM", ("fi", "sv"), ("a", "b")).startswith("MiniLM läser finska och svenska dåligt.")
