"""The commands that hand a model on: ``topics export`` and ``topics diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from topics.console import json_option, print_json, usage

if TYPE_CHECKING:
    from topics.model import TopicModel
    from topics.share import What

_WHATS = ("report", "topics", "passages", "model")


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file; its ending says how.",
)
@click.option("--what", type=click.Choice(_WHATS), help="What it holds; told by its name by default.")
@click.option("--title", help="What the report is called; the name of MODEL by default.")
@click.option("--level", help="coarse, medium, fine or a number of topics; the model's own by default.")
@json_option
def export(model: Path, output: Path, what: What | None, title: str | None, level: str | None, as_json: bool) -> None:
    """Write MODEL to a file: report.html, topics.csv, passages.csv, .parquet of both, or model.json."""
    from topics import present, share

    with usage():
        share.what_of(output, what)
    loaded = _load(model, level)
    told = share.write(loaded, output, what, title=title or model.resolve().name)
    if as_json:
        print_json({"file": str(told.path), "what": told.what, "rows": told.rows, "bytes": told.bytes})
        return
    noun = "topic" if told.what in ("report", "topics") else "passage"
    click.echo(f"Wrote {told.path}: {present.count(told.rows, noun)}, {told.bytes:,} bytes.")


def _load(path: Path, level: str | None) -> TopicModel:
    from topics import store

    loaded = store.load(path)
    with usage():
        return loaded if level is None else loaded.at(level)
