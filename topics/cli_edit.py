"""The commands that edit a saved model, from ``topics rename`` to ``topics redo``, and ``topics history``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topics.console import (
    Command,
    by,
    embedder_option,
    json_option,
    model_argument,
    print_json,
    print_table,
    saved,
    signed,
    usage,
    width,
)

if TYPE_CHECKING:
    from topics.edit import By
    from topics.model import TopicModel

_topic = click.argument("topic", type=int)
_level = click.option("--level", help="coarse, medium or fine; the one that MODEL shows by default.")


def _editing(command: Command) -> Command:
    """Add the options that every edit has."""
    return reduce(lambda done, option: option(done), (json_option, embedder_option, _level), signed(command))


def _edit(model: Path, change: Callable[[TopicModel, By], TopicModel], **asked: Any) -> None:  # noqa: ANN401
    """Load a model, change it, save it in place, and tell what changed."""
    from topics import journal, store
    from topics.proposal import back_at

    loaded = store.load(model, embedder=asked["embedder"])
    with usage():
        before = loaded if asked["level"] is None else loaded.at(asked["level"])
        after = change(before, by(asked["author"], asked["reason"]))
    saved(back_at(after, loaded.level), model)
    plain: Any = journal.of_edited(before, after)
    if asked["as_json"]:
        print_json({"model": str(model), **plain})
        return
    entry = plain["edit"]
    click.echo(f"Edit {entry['number']}: {entry['what']} (level {after.level}).")
    if plain["moved"]:
        click.echo(f"{plain['moved']:,} of {len(after.passages):,} passages are in another topic now.")
    if plain["gone"]:
        click.echo(f"No longer there: {', '.join(f'topic {topic}' for topic in plain['gone'])}.")
    if plain["topics"]:
        rows = [
            (topic["id"], topic["size"], _named(topic), ", ".join(word["term"] for word in topic["keywords"]))
            for topic in plain["topics"]
        ]
        click.echo("")
        print_table(rows, ("id", "size", "name", "keywords"), "")


def _named(topic: dict[str, Any]) -> str:
    return f"{topic['name']} [junk]" if topic["junk"] else str(topic["name"])


@click.command()
@model_argument
@_topic
@click.argument("name")
@_editing
def rename(model: Path, topic: int, name: str, **asked: Any) -> None:  # noqa: ANN401
    """Give TOPIC of MODEL another NAME."""
    from topics import edit

    _edit(model, lambda seen, who: edit.rename(seen, topic, name, **who), **asked)


@click.command()
@model_argument
@_topic
@click.argument("terms", nargs=-1, required=True)
@_editing
def keywords(model: Path, topic: int, terms: Sequence[str], **asked: Any) -> None:  # noqa: ANN401
    """Give TOPIC of MODEL other keywords, best first."""
    from topics import edit

    _edit(model, lambda seen, who: edit.keywords(seen, topic, terms, **who), **asked)


@click.command()
@model_argument
@click.argument("topics", nargs=-1, type=int, required=True)
@click.option("--into", type=int, help="The one of them whose id is kept; the largest by default.")
@_editing
def merge(model: Path, topics: Sequence[int], into: int | None, **asked: Any) -> None:  # noqa: ANN401
    """Make two TOPICS of MODEL, or more, one."""
    from topics import edit

    _edit(model, lambda seen, who: edit.merge(seen, topics, into=into, **who), **asked)


@click.command()
@model_argument
@_topic
@click.option("-k", "number", type=int, metavar="N", help="Into how many.")
@click.option("--phrase", "phrases", multiple=True, help="What a part is about; give it once for each part.")
@_editing
def split(model: Path, topic: int, number: int | None, phrases: Sequence[str], **asked: Any) -> None:  # noqa: ANN401
    """Divide TOPIC of MODEL into N topics, or by phrases."""
    from topics import edit

    _edit(model, lambda seen, who: edit.split(seen, topic, k=number, phrases=list(phrases) or None, **who), **asked)


@click.command()
@model_argument
@_topic
@click.argument("passages", nargs=-1, required=True)
@_editing
def move(model: Path, topic: int, passages: Sequence[str], **asked: Any) -> None:  # noqa: ANN401
    """Put PASSAGES of MODEL, by their ids, into TOPIC."""
    from topics import edit

    _edit(model, lambda seen, who: edit.move(seen, passages, topic, **who), **asked)


@click.command()
@model_argument
@click.argument("passages", nargs=-1, required=True)
@_editing
def pin(model: Path, passages: Sequence[str], **asked: Any) -> None:  # noqa: ANN401
    """Keep PASSAGES of MODEL, by their ids, in their topics when it is fitted again."""
    from topics import edit

    _edit(model, lambda seen, who: edit.pin(seen, passages, **who), **asked)


@click.command()
@model_argument
@click.argument("topic", type=int, required=False)
@click.option("--passage", "passages", multiple=True, help="A passage to take out of all topics; may be given again.")
@_editing
def junk(model: Path, topic: int | None, passages: Sequence[str], **asked: Any) -> None:  # noqa: ANN401
    """Mark TOPIC of MODEL as junk, or take passages out of all topics."""
    from topics import edit

    _edit(model, lambda seen, who: edit.junk(seen, topic, passages=passages, **who), **asked)


@click.command()
@model_argument
@_topic
@_editing
def restore(model: Path, topic: int, **asked: Any) -> None:  # noqa: ANN401
    """Take the mark of junk off TOPIC of MODEL."""
    from topics import edit

    _edit(model, lambda seen, who: edit.restore(seen, topic, **who), **asked)


@click.command()
@model_argument
@_editing
def undo(model: Path, **asked: Any) -> None:  # noqa: ANN401
    """Take the last edit of MODEL back."""
    from topics import edit

    _edit(model, lambda seen, who: edit.undo(seen, **who), **asked)


@click.command()
@model_argument
@_editing
def redo(model: Path, **asked: Any) -> None:  # noqa: ANN401
    """Do again what was undone last in MODEL."""
    from topics import edit

    _edit(model, lambda seen, who: edit.redo(seen, **who), **asked)


@click.command()
@model_argument
@json_option
def history(model: Path, as_json: bool) -> None:
    """List what was done to MODEL: when, by whom, what and why."""
    from topics import journal, present, store

    found: Any = journal.of_history(store.load(model))
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("Nothing was edited.")
        return
    for entry in found:
        undone = ", undone" if entry["state"] == "undone" else ""
        author = f"  {entry['author']}" if entry["author"] else ""
        click.echo(f"{entry['number']:>4}  {entry['time'][:16].replace('T', ' ')} UTC{author}{undone}")
        click.echo(f"      {present.shorten(present.printable(entry['what']), width() - 6)}")
        if entry["reason"]:
            click.echo(f"      {present.shorten(present.printable('because: ' + entry['reason']), width() - 6)}")


EDITS = (rename, keywords, merge, split, move, pin, junk, restore, undo, redo, history)
"""The commands, in the order of their help."""
