"""What the commands share."""

import pytest
from click.testing import CliRunner

from topics.console import Sentences, _Lines, duration, progress_line


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (0, 200, 0.0, "read                0 of 200"),
        (0, 200, 30.0, "read                0 of 200"),
        (50, 200, 0.5, "read               50 of 200"),
        (50, 200, 10.0, "read               50 of 200  5.0/s  30 s left"),
        (1, 200, 30.0, "read                1 of 200  30 s each  1 h 39 min left"),
        (5_000, 1_000_000, 10.0, "read            5,000 of 1,000,000  500/s  33 min 10 s left"),
        (200, 200, 40.0, "read              200 of 200  5.0/s  40 s"),
    ],
)
def test_progress_says_how_far_how_fast_and_how_long(done, total, seconds, line):
    assert progress_line("read", done, total, seconds) == line


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s"), (11_400, "3 h 10 min")],
)
def test_times_are_said_in_two_units(seconds, said):
    assert duration(seconds) == said


def test_a_line_a_stage_is_drawn_over_and_not_too_often():
    written, now = [], [0.0]
    lines = _Lines(lambda text, end: written.append(text + ("\n" if end else "")), lambda: now[0])
    for seconds, stage, done in [
        (0.0, "read", 0),
        (0.05, "read", 1),
        (2.0, "read", 2),
        (2.01, "read", 4),
        (2.02, "split", 0),
    ]:
        now[0] = seconds
        lines.draw(stage, done, 4)
    lines.close()
    drawn = "".join(written)
    assert drawn.count("\n") == 2
    assert "1 of 4" not in drawn
    assert [len(part) for part in drawn.split("\n")[0].split("\r")[1:]] == [26, 43, 43]
    assert "2 of 4  1.0/s  2 s left" in drawn and "4 of 4" in drawn


def test_a_command_that_runs_out_of_memory_says_so_in_a_sentence():
    group = Sentences()

    @group.command()
    def fit():
        raise MemoryError

    found = CliRunner().invoke(group, ["fit"])
    assert found.exit_code == 1
    assert found.output == (
        "Error: not enough memory for this; saved models are as they were. Use fewer documents, or free memory\n"
    )


@pytest.mark.parametrize(("name", "said"), [("fit", "Stopped. What was embedded is kept"), ("read", "Stopped.\n")])
def test_a_command_that_is_stopped_says_what_is_kept(name, said):
    group = Sentences()

    @group.command(name)
    def stopped():
        raise KeyboardInterrupt

    done = CliRunner().invoke(group, [name])
    assert done.exit_code == 130
    assert said in done.stderr
