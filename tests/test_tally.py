from topics import tally
from topics.intake import Intake
from topics.values import Document, FileReport, Passage, Removed

TEXT = "Boats lay on the mud.\n\nLeave a Reply"
TAKEN = Intake(
    documents=(Document("a.txt", TEXT),),
    passages=(Passage("a.txt:0-21", "a.txt", 0, 21, TEXT[:21], "en"),),
    removed=(Removed("a.txt", 23, 36, "comment-form"),),
    skipped=(),
    files=(
        FileReport("a.txt", "read", "", "text", 1, len(TEXT), "en", 1, 13),
        FileReport("b.png", "refused", "is a picture", "png"),
    ),
)


def test_what_became_of_each_file_is_told_in_figures_or_with_the_text() -> None:
    [first, second] = tally.of_files(TAKEN)["files"]
    assert (first["status"], first["passages"], first["removed"]) == ("read", 1, 13)
    assert (second["status"], second["reason"], second["removed"]) == ("refused", "is a picture", 0)
    [first, second] = tally.of_files(TAKEN, removed=True)["files"]
    assert [(span["reason"], span["text"]) for span in first["removed"]] == [("comment-form", "Leave a Reply")]
    assert second["removed"] == []


def test_the_sum_counts_every_file_once() -> None:
    assert tally.total_of_files(TAKEN.files) == "2 files: 1 read, 1 refused; 36 characters in 1 passage"
    assert tally.total_of_files(()) == "0 files: none read; 0 characters in 0 passages"
