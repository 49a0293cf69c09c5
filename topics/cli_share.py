"""The commands on saved models as a whole: ``topics export``, ``topics diff`` and ``topics models``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topics.console import json_option, model_argument, print_json, print_table, usage, width
from topics.errors import ModelError

if TYPE_CHECKING:
    from topics.model import TopicModel
    from topics.share import What
    from topics.store import SavedModel

_WHATS = ("report", "topics", "passages", "citations", "map", "model")


@click.command()
@model_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file; its ending says how.",
)
@click.option("--what", type=click.Choice(_WHATS), help="What it holds; told by its name by default.")
@click.option("--title", help="What the report or the map is called; the name of MODEL by default.")
@click.option("--level", help="coarse, medium, fine or a number of topics; the model's own by default.")
@json_option
def export(model: Path, output: Path, what: What | None, title: str | None, level: str | None, as_json: bool) -> None:
    """Write MODEL to a file: report.html, topics.csv, passages.csv, .parquet of both, passages.json, model.json.

    Also map.svg and map.png, and citations of the passages: citations.txt, or citations.bib for their documents.
    """
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


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "-n", "count", type=click.IntRange(min=0), default=10, show_default=True, help="Passages that moved, told."
)
@click.option("--level", help="coarse, medium, fine or a number of topics, of both; each model's own by default.")
@json_option
def diff(before: Path, after: Path, count: int, level: str | None, as_json: bool) -> None:
    """Say what became of the topics of BEFORE in the model AFTER, and which passages moved."""
    from topics import compare, journal, present

    old, new = _load(before, level), _load(after, level)
    found = compare.diff(old, new)
    plain: Any = present.of_comparison(old, new, found)
    if as_json:
        print_json(plain)
        return
    for side, path in (("Before", before), ("After", after)):
        told = plain[side.lower()]
        sizes = f"{present.count(told['topics'], 'topic')} in {present.count(told['passages'], 'passage')}"
        click.echo(f"{side + ':':<8}{path}, {sizes} (level {told['level']})")
    click.echo(f"\n{_in_common(plain)}\n")
    for change in plain["changes"]:
        click.echo(f"{change['kind']:<10} {journal.told_of_change(change, found.by)}")
    moves = plain["moves"] if found.by == "passages" else []
    if moves and count:
        more = f", {count} of {len(moves):,}" if len(moves) > count else ""
        click.echo(f"\nPassages that moved{more}:")
    for move in moves[:count]:
        where = f"from {move['from_name'] or 'no topic'} to {move['to_name'] or 'no topic'}"
        click.echo(f"  {where}  [{move['passage']}]\n    {present.shorten(move['text'], width() - 4)}")


def _in_common(plain: dict[str, Any]) -> str:
    """Say in sentences what two models have in common, and by what they were compared."""
    from topics.present import count

    shared = plain["shared"]
    only = [plain[side]["passages"] - shared for side in ("before", "after")]
    if plain["by"] == "meaning":
        held = f"only {count(shared, 'passage')}" if shared else "no passage"
        return f"The models have {held} in common: topics are matched by what they mean, one to one."
    rest = f" {only[0]:,} are only in the first, {only[1]:,} only in the second." if any(only) else ""
    return (
        f"{count(shared, 'passage')} {'is' if shared == 1 else 'are'} in both: {plain['stayed']:,} stayed with their "
        f"topic, {plain['moved']:,} moved.{rest}"
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("models"))
@click.option("--check", is_flag=True, help="Read every file of every model, and name those that are damaged.")
@json_option
def models(folder: Path, check: bool, as_json: bool) -> None:
    """List the models saved in FOLDER (models/ by default), and what is wrong with those that cannot be loaded."""
    from topics import present, store

    found = [_checked(saved) if check else saved for saved in store.list_models(folder)]
    if as_json:
        print_json([present.of_saved(saved) for saved in found])
        return
    rows = [
        (saved.name, "-", "-", "-", "cannot be loaded")
        if saved.problem
        else (saved.name, saved.topics, saved.passages, saved.documents, f"{saved.saved:%Y-%m-%d %H:%M} UTC")
        for saved in found
    ]
    print_table(rows, ("name", "topics", "passages", "documents", "saved"), f"There is no saved model in {folder}.")
    for saved in found:
        if saved.problem:
            click.echo(f"\n{saved.name}: {saved.problem}")


def _checked(saved: SavedModel) -> SavedModel:
    """Return a saved model with what is wrong with its files, if anything; its list looks at the manifest alone."""
    from topics import store

    if saved.problem:
        return saved
    try:
        store.load(saved.path)
    except ModelError as error:
        return replace(saved, topics=0, passages=0, documents=0, bytes=0, problem=str(error))
    return saved


def _load(path: Path, level: str | None) -> TopicModel:
    from topics import store

    loaded = store.load(path)
    with usage():
        return loaded if level is None else loaded.at(level)
