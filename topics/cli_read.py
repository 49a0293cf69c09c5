"""The command ``topics read``: what would become of each file, without a fit."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topics.console import (
    check_reasons,
    column_options,
    json_option,
    one_source,
    print_json,
    print_removed,
    print_table,
    progress_lines,
    source_arguments,
    url_list_option,
    usage,
)
from topics.settings import Settings

if TYPE_CHECKING:
    from topics.intake import Intake

_M_MMAP_THRESHOLD, _OWN_BLOCK = -3, 1 << 20  # what is larger gets memory of its own


@click.command()
@source_arguments
@url_list_option
@click.option("--removed", is_flag=True, help="Also list the spans that were left out: web furniture and copies.")
@click.option("--language", help="The language of all texts (ISO 639-1); found for each passage by default.")
@click.option(
    "--keep", multiple=True, metavar="REASON", help="Keep furniture of this kind, or copy; may be given again."
)
@click.option("--no-clean", is_flag=True, help="Keep all furniture and all copies.")
@column_options
@json_option
@click.pass_context
def read(
    ctx: click.Context,
    /,
    source: Sequence[Path],
    url_list: Path | None,
    removed: bool,
    as_json: bool,
    **knobs: Any,  # noqa: ANN401
) -> None:
    """Read SOURCE (files, or folders) as fit does, and say what became of each file.

    Exit code 0 where at least one file was read, 1 where none was.
    """
    from topics import embed, intake, tally
    from topics.read import read_source

    give_back_memory()
    knobs["clean"] = not knobs.pop("no_clean")
    with usage():
        settings = Settings(**knobs)
        check_reasons(settings)
    encoder = embed.load_embedder(settings.embedder)
    with progress_lines() as progress:
        given = one_source(source, url_list, progress)
        reading = read_source(
            given,
            columns=intake.columns_of(settings),
            needed=False,
            aside=True,
            progress=partial(progress, "read") if progress else None,
        )
        taken = intake.take_in(reading, settings, encoder, needed=False, progress=progress)
    if as_json:
        print_json(tally.of_files(taken, removed=removed))
    else:
        _print(taken, removed=removed)
    ctx.exit(0 if taken.documents else 1)


def give_back_memory() -> None:
    """Have the GNU C library give back at once what a long text took; it keeps up to 32 MB otherwise."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries have no such setting
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _OWN_BLOCK)


def _print(taken: Intake, *, removed: bool) -> None:
    from topics import present, tally

    rows = [
        (
            *(file.status, file.format, file.language),
            *(f"{number:,}" if number else "" for number in (file.characters, file.passages, file.removed)),
            present.printable(file.path),
        )
        for file in taken.files
    ]
    header = ("status", "format", "language", "characters", "passages", "removed", "file")
    print_table(rows, header, "There is no file.")
    if removed:
        print_removed(present.spans_of(taken.removed, taken.documents))
    click.echo(f"\n{tally.total_of_files(taken.files)}")
    copies = sum(span.of is not None for span in taken.removed)
    if copies:
        click.echo(present.told_of_copies(copies))
    for file in taken.files:
        if file.reason:
            click.echo(f"{present.printable(file.path)}: {file.reason}")
