"""What is made of what is typed beside dropped files, and how files and progress are told."""

from topics.ui import fit
from topics.ui.jobs import Stage, Status
from topics.ui.orders import Sample
from topics.values import FileReport, Pole, Theme


def test_the_table_puts_what_was_not_read_first_and_escapes_all():
    files = [
        FileReport("good.txt", "read", format="text", language="en", characters=1234, passages=3),
        FileReport("<b>.pdf", "refused", "is <i>encrypted</i>", "pdf"),
    ]
    shown = fit.files_table(files)
    assert "<b>.pdf" not in shown and "<i>" not in shown
    assert shown.index("&lt;b&gt;.pdf") < shown.index("good.txt")
    assert "2 files: 1 read, 1 not read." in shown and "1,234" in shown


def test_a_table_of_many_files_says_how_many_it_leaves_out():
    shown = fit.files_table([FileReport(f"{number}.txt", "read") for number in range(1000)])
    assert shown.count("<tr") == fit._ROWS + 1
    assert "800 more files are not shown" in shown


def test_themes_are_written_one_a_line():
    lines = "Data privacy: how data is kept: and shared\n\n  Open source vs. proprietary \ndata PRIVACY\n: nothing"
    assert fit.themes_of(lines) == (
        Theme("Data privacy", "how data is kept: and shared"),
        Theme("Open source vs. proprietary"),
    )


def test_a_theme_with_two_ends_is_a_contrast():
    lines = "Open or closed: open source, free | proprietary\nHalf: one |\nThree: a | b | c"
    themes = fit.themes_of(lines)
    assert themes == (
        Theme(
            "Open or closed",
            poles=(Pole("open source", ("open source", "free")), Pole("proprietary", ("proprietary",))),
        ),
        Theme("Half", "one |"),
        Theme("Three", "a | b | c"),
    )
    assert fit.themes_of(fit.lines_of(themes)) == themes


def test_a_name_is_refused_with_a_sentence_or_not_at_all(tmp_path):
    (tmp_path / "taken").mkdir()
    assert fit.problem_with("free", tmp_path) == ""
    assert "already a saved model" in fit.problem_with("taken", tmp_path)
    assert "cannot be the name" in fit.problem_with("../x", tmp_path)


def test_the_timeline_shows_what_is_behind_and_how_far_the_present_stage_is():
    status = Status(stages=(Stage("read", 5, 5, 0.21), Stage("embed", 30, 120, 3.0)))
    shown = fit._timeline(status)
    assert shown.count('class="is-done"') == shown.count('class="is-now"') == 1
    assert "width:25%" in shown
    assert "30 of 120 · 10 a second · 9 s left" in shown
    assert "0.2 s" in shown


def test_before_the_first_report_the_timeline_says_that_it_starts():
    assert "Starting" in fit._timeline(Status())


def test_a_stage_of_unknown_length_breaks_nothing():
    assert "width:0%" in fit._timeline(Status(stages=(Stage("<b>", 0, 0, 0.0),)))
    assert "<b>" not in fit._timeline(Status(stages=(Stage("<b>", 0, 0, 0.0),)))


def test_a_sample_shows_what_was_read_and_what_was_left_out_as_it_is():
    shown = fit._sample(
        Sample("a.html", "<b>T</b>", "A <i>text</i>.", 2, (("navigation", "Home | <News>"),), {"author": "A<nn>"})
    )
    assert "<b>" not in shown and "<i>" not in shown and "<News>" not in shown and "A<nn>" not in shown
    assert "a.html" in shown and "2 passages" in shown and "navigation" in shown
