from pathlib import Path

import pytest

from tests.models import FakeEmbedder
from topics.errors import ReadError
from topics.intake import take_in
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
    assert ("split", 1, 1) in seen


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is empty; put files in it"):
        take_in(tmp_path, Settings(), FakeEmbedder())
