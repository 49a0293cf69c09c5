"""What the commands share: errors in one sentence, tables and JSON, and a line of progress on a terminal."""

from __future__ import annotations

import getpass
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topics.errors import ConflictError, TopicsError
from topics.protocols import Progress
from topics.settings import COLUMNS, Settings

if TYPE_CHECKING:
    from topics.edit import By
    from topics.model import TopicModel
    from topics.read import Source

Command = Callable[..., Any]

model_argument = click.argument("model", type=click.Path(path_type=Path))
embedder_option = click.option(
    "--embedder", metavar="NAME", help="Where MODEL's encoder is now: its folder or its hub name."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")

_author = click.option(
    "--author", envvar="TOPICS_AUTHOR", help="Who does it; TOPICS_AUTHOR, or the name you are logged in by, by default."
)
_reason = click.option("--reason", default="", help="Why.")

_PAUSE = 0.1  # seconds between two drawings
_SETTLED = 1.0  # seconds before a rate says something


class Sentences(click.Group):
    """A command group that ends bad data or full memory with one sentence and exit code 1, and Ctrl-C with 130."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the type of click's own method
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except TopicsError as error:
            raise click.ClickException(" ".join(str(error).split())) from error
        except MemoryError as error:
            told = "not enough memory for this; saved models are as they were. Use fewer documents, or free memory"
            raise click.ClickException(told) from error
        except KeyboardInterrupt:
            kept = (
                " What was embedded is kept for the next run."
                if ctx.invoked_subcommand in ("fit", "add", "refit")
                else ""
            )
            click.echo(f"\nStopped.{kept}", err=True)
            ctx.exit(130)


@contextmanager
def usage() -> Iterator[None]:
    """Turn a bad argument into a usage error, exit code 2."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def check_reasons(settings: Settings) -> None:
    """Refuse a kind of furniture to keep that there is not.

    Raises
    ------
    ValueError
        There is none of that name.
    """
    from topics.clean import REASONS

    if unknown := sorted(set(settings.keep) - set(REASONS)):
        raise ValueError(f"unknown reason {unknown[0]!r} to keep; the reasons are {', '.join(REASONS)}")


def column_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each column of a table that may be named."""
    for name in reversed(COLUMNS):
        told = f"The column of tables that holds the {name.removesuffix('_column')}; found by default."
        command = click.option(f"--{name.replace('_', '-')}", metavar="NAME", help=told)(command)
    return command


source_arguments = click.argument("source", nargs=-1, type=click.Path(path_type=Path))
url_list_option = click.option(
    "--url-list",
    type=click.Path(path_type=Path),
    help="A file of web addresses, one a line, to fetch and read as well; nothing is fetched without it.",
)


def one_source(source: Sequence[Path], url_list: Path | None, progress: Progress | None) -> Source:
    """Return what is to be read: one path as itself, several as a list, with the pages of a list of addresses."""
    if not source and url_list is None:
        raise click.UsageError("there is nothing to read: give SOURCE or --url-list")
    if url_list is None:
        return source[0] if len(source) == 1 else list(source)
    from topics.read import urls

    tick = None if progress is None else partial(progress, "fetch")
    return [*source, *urls.fetch_all(urls.read_list(url_list), progress=tick)]


def signed(command: Command) -> Command:
    """Add the options that say who does it, and why."""
    return reduce(lambda done, option: option(done), (_reason, _author), command)


def by(author: str | None, reason: str) -> By:
    """Return who does it, and why."""
    if author is None:
        try:
            author = getpass.getuser()
        except (ImportError, KeyError, OSError):  # a process without a name
            author = ""
    return {"author": author, "reason": reason}


def saved(model: TopicModel, path: Path) -> None:
    """Save a model over the version that it was loaded from.

    Raises
    ------
    ConflictError
        Someone else saved it meanwhile; the message says what to do.
    """
    from topics import store

    try:
        store.save(model, path)
    except ConflictError as error:
        raise ConflictError(
            f"{path} was changed by someone else while this command ran, so nothing was saved; run it again"
        ) from error


@contextmanager
def progress_lines() -> Iterator[Progress | None]:
    """Give a callback that draws each stage on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    lines = _Lines(lambda text, end: click.echo(text, err=True, nl=end), time.monotonic)
    yield lines.draw
    lines.close()


class _Lines:
    """One line a stage, drawn over and over while the stage lasts."""

    def __init__(self, write: Callable[[str, bool], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._stage = ""
        self._began = self._drawn = 0.0
        self._width = 0

    def draw(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage != self._stage:
            self.close()
            self._stage, self._began, self._drawn, self._width = stage, now, 0.0, 0
        elif now - self._drawn < _PAUSE and done != total:
            return
        line = progress_line(stage, done, total, now - self._began)
        self._write("\r" + line.ljust(self._width), False)
        self._drawn, self._width = now, len(line)

    def close(self) -> None:
        if self._stage:
            self._write("", True)


def progress_line(stage: str, done: int, total: int, seconds: float) -> str:
    """Return how far a stage is: how much of what there is, how fast, and for how much longer.

    Parameters
    ----------
    stage
        What is being done.
    done, total
        How many of how many are through.
    seconds
        How long the stage has taken so far. In its first second, speed and time left are guesses and left out.
    """
    line = f"{stage:<12} {done:>8,} of {total:,}"
    if seconds < _SETTLED or not done:
        return line
    rate = done / seconds
    line += f"  {rate:,.0f}/s" if rate >= 10 else f"  {rate:.1f}/s" if rate >= 0.1 else f"  {1 / rate:,.0f} s each"
    if done >= total:
        return f"{line}  {duration(seconds)}"
    return f"{line}  {duration((total - done) / rate)} left"


def duration(seconds: float) -> str:
    """Return a time in the two units that matter: ``"8 s"``, ``"2 min 05 s"``, ``"3 h 10 min"``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02} min"


def print_table(rows: Sequence[Sequence[object]], header: Sequence[str], nothing: str) -> None:
    """Print rows under their header, or a sentence where there are none."""
    from topics import present

    click.echo(present.table(rows, header, width=width()) if rows else nothing)


def print_removed(spans: Sequence[Mapping[str, object]]) -> None:
    """Print what was left out, as :func:`topics.present.of_removed` gives it, with how much that is."""
    rows = [
        (f"{span['reason']} of {span['of']}" if span["of"] else span["reason"], span["document"], span["text"])
        for span in spans
    ]
    were = "span was" if len(rows) == 1 else "spans were"
    click.echo(f"\n{len(rows):,} {were} left out as web furniture or copies.")
    if rows:
        print_table(rows, ("reason", "document", "text"), "")


def print_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def width() -> int:
    """Return how many characters fit on a line."""
    return shutil.get_terminal_size((120, 24)).columns
