"""The commands that bring documents into a saved model: ``topics add`` and ``topics refit``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topics.console import (
    Command,
    by,
    column_options,
    embedder_option,
    json_option,
    model_argument,
    one_source,
    print_json,
    print_table,
    progress_lines,
    saved,
    signed,
    source_arguments,
    url_list_option,
    usage,
)

if TYPE_CHECKING:
    from topics.model import TopicModel
    from topics.protocols import Progress
    from topics.read import Reading
    from topics.settings import Settings

_output = click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to save; over MODEL by default.")


def _bringing(command: Command) -> Command:
    """Add the arguments and options that both commands have."""
    options = (model_argument, source_arguments, url_list_option, _output, signed, embedder_option, column_options)
    return reduce(lambda done, option: option(done), reversed((*options, json_option)), command)


@click.command()
@_bringing
def add(model: Path, source: Sequence[Path], url_list: Path | None, output: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Add SOURCE (files, or folders) to MODEL: new passages come to the topics that there are."""
    from topics import journal, tally, update

    loaded = _loaded(model, output, asked["embedder"])
    with progress_lines() as progress, usage():
        settings = _settings(loaded, asked)
        who = by(asked["author"], asked["reason"])
        reading = _read(source, url_list, settings, progress)
        added = update.add(loaded, reading, settings=settings, progress=progress, **who)
    _save(added.model, model, output)
    if asked["as_json"]:
        partly = tally.partly_read(reading.files)
        print_json({"model": str(output or model), **journal.of_added(loaded, added), "partly": partly})
        return
    for sentence in (*journal.sentences_of_added(added), *tally.sentences_of_partly(reading.files)):
        click.echo(sentence)
    rows = [
        (f"{one.added:,}", f"{one.beyond:,}", one.topic, journal.called(added.model, one.topic))
        for one in added.drift.topics
    ]
    if rows:
        click.echo("")
        print_table(rows, ("added", "fit none", "id", "topic"), "")
    click.echo(f"\nSaved as {output or model}.")


@click.command()
@_bringing
def refit(model: Path, source: Sequence[Path], url_list: Path | None, output: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Fit the documents of MODEL again, with those in SOURCE, and carry ids and edits over."""
    from topics import journal, present, tally, update

    loaded = _loaded(model, output, asked["embedder"])
    with progress_lines() as progress, usage():
        settings = _settings(loaded, asked)
        who = by(asked["author"], asked["reason"])
        reading = _read(source, url_list, settings, progress) if source or url_list is not None else None
        done = update.refit(loaded, reading, settings=settings, progress=progress, **who)
    _save(done.model, model, output)
    plain: Any = journal.of_refit(done)
    files, skipped = ((), ()) if reading is None else (reading.files, reading.skipped)
    if asked["as_json"]:
        left_out = {"skipped": present.of_skipped(skipped), "partly": tally.partly_read(files)}
        print_json({"model": str(output or model), **plain, **left_out})
        return
    for change in plain["diff"]["changes"]:
        click.echo(f"{change['kind']:<10} {journal.told_of_change(change, plain['diff']['by'])}")
    click.echo("")
    told = (journal.sentences_of_refit(done), present.sentences_of_skipped(skipped), tally.sentences_of_partly(files))
    for sentence in chain.from_iterable(told):
        click.echo(sentence)
    click.echo(f"Saved as {output or model}.")


def _loaded(model: Path, output: Path | None, embedder: str | None) -> TopicModel:
    from topics import store

    if output is not None:
        store.check_target(output)
    return store.load(model, embedder=embedder)


def _read(source: Sequence[Path], url_list: Path | None, settings: Settings, progress: Progress | None) -> Reading:
    """Read what is new, as ``fit`` reads it."""
    from topics import intake
    from topics.read import read_source

    return read_source(
        one_source(source, url_list, progress),
        columns=intake.columns_of(settings),
        progress=None if progress is None else partial(progress, "read"),
    )


def _settings(model: TopicModel, asked: dict[str, Any]) -> Settings:
    """Return the settings of a model, with the columns of tables that were named now."""
    from topics.settings import COLUMNS

    return replace(model.settings, **{name: asked[name] for name in COLUMNS if asked[name] is not None})


def _save(model: TopicModel, path: Path, output: Path | None) -> None:
    from topics import store

    if output is None:
        saved(model, path)
    else:
        store.save(model, output)
