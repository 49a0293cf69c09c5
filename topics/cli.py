"""The command line: parse, call, print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, get_args

import click

from topics import __version__
from topics.cli_edit import EDITS
from topics.cli_read import read
from topics.cli_share import diff, export, models
from topics.cli_update import add, refit
from topics.console import (
    Sentences,
    check_reasons,
    column_options,
    embedder_option,
    json_option,
    model_argument,
    one_source,
    print_json,
    print_removed,
    print_table,
    progress_lines,
    source_arguments,
    url_list_option,
    usage,
    width,
)
from topics.errors import ReadError
from topics.settings import Engine, Layout, Outliers, Settings

if TYPE_CHECKING:
    from topics.model import TopicModel

_level = click.option("--level", help="coarse, medium, fine or a number of topics; the model's own by default.")


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="topics")
def main() -> None:
    """Find the themes in documents, and the passages that show them."""


@main.command()
@source_arguments
@url_list_option
@click.option("--themes", type=click.Path(path_type=Path), help="A TOML file of named themes that guide the fit.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to save; models/<name> by default.")
@click.option("--engine", type=click.Choice(get_args(Engine)), default="graph", show_default=True)
@click.option(
    "--outliers",
    type=click.Choice(get_args(Outliers)),
    default="fill",
    show_default=True,
    help="What becomes of passages that density and bertopic leave out; graph leaves out none.",
)
@click.option(
    "--embedder",
    metavar="NAME",
    default="minilm",
    show_default=True,
    help="The encoder: minilm; static, which is much faster and less exact; or the folder or hub name of a model2vec "
    "or sentence-transformers model.",
)
@click.option("--layout", type=click.Choice(get_args(Layout)), default="auto", show_default=True)
@click.option("--language", help="The language of all texts (ISO 639-1); found for each passage by default.")
@click.option("--max-sentences", type=int, default=4, show_default=True, help="The most sentences in a passage.")
@click.option(
    "--keep", multiple=True, metavar="REASON", help="Keep furniture of this kind, or copy; may be given again."
)
@click.option("--no-clean", is_flag=True, help="Keep all furniture and all copies.")
@click.option("--seed", type=int, default=0, show_default=True)
@column_options
@json_option
def fit(
    source: Sequence[Path],
    url_list: Path | None,
    themes: Path | None,
    output: Path | None,
    as_json: bool,
    **knobs: Any,  # noqa: ANN401
) -> None:
    """Fit a topic model to SOURCE (files, or one folder) and save it."""
    from topics import intake, pipeline, present, store, tally
    from topics.read import read_source

    knobs["clean"] = not knobs.pop("no_clean")
    with usage():
        settings = Settings(**knobs)
        check_reasons(settings)
        target = output or Path("models") / store.name_for(_first(source, url_list).resolve().stem or "model")
    store.check_target(target)
    with progress_lines() as progress:
        reading = read_source(
            one_source(source, url_list, progress),
            columns=intake.columns_of(settings),
            leave=themes,
            progress=None if progress is None else partial(progress, "read"),
        )
        model = pipeline.fit(reading, themes=themes, settings=settings, progress=progress)
    store.save(model, target)
    if as_json:
        print_json({"model": str(target), **present.of_model(model), "partly": tally.partly_read(reading.files)})
        return
    _print_model(model)
    for sentence in tally.sentences_of_partly(reading.files):
        click.echo(sentence)
    click.echo(f"\nSaved as {target}. Look at it: topics app {target}")


for _command in (read, export, diff, models, add, refit, *EDITS):
    main.add_command(_command)


@main.command()
@model_argument
@_level
@click.option("--topics", "number", type=click.IntRange(min=1), metavar="K", help="Show K topics; short for --level K.")
@click.option("--removed", is_flag=True, help="Also list the spans that were left out: web furniture and copies.")
@json_option
def show(model: Path, level: str | None, number: int | None, removed: bool, as_json: bool) -> None:
    """List the topics of MODEL."""
    from topics import present

    if level is not None and number is not None:
        raise click.UsageError("--level and --topics both say which topics to show; give one of them")
    loaded = _load(model, level if number is None else str(number))
    if as_json:
        return print_json(present.of_model(loaded, removed=removed))
    _print_model(loaded)
    if removed:
        print_removed(present.of_removed(loaded))


@main.command()
@model_argument
@click.option("--topic", type=int, help="Only this topic; -1 for the loose passages.")
@click.option("-n", "count", type=click.IntRange(min=1), help="How many; all by default.")
@_level
@json_option
def passages(model: Path, topic: int | None, count: int | None, level: str | None, as_json: bool) -> None:
    """Print the passages of MODEL, those at the heart of their topic first."""
    from topics import present

    loaded = _load(model, level)
    with usage():
        rows = range(len(loaded.passages)) if topic is None else loaded.rows(topic).tolist()
    found = present.of_passages(loaded, list(rows)[:count])
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("There is no such passage.")
    for passage in found:
        mark = ", read poorly" if passage["poorly_read"] else ""
        loosely = ", loosely" if passage["loose"] and passage["name"] else ""
        place = present.printable(str(passage["id"])) + (f", page {passage['page']}" if passage["page"] else "")
        click.echo(f"{place}  [{passage['language']}{mark}]  {passage['name'] or 'loose'}{loosely}")
        click.echo(f"    {' '.join(str(passage['text']).split())}\n")


@main.command()
@model_argument
@click.argument("file", type=click.File("rb"))
@_level
@embedder_option
@json_option
def assign(model: Path, file: BinaryIO, level: str | None, embedder: str | None, as_json: bool) -> None:
    """Say which topic of MODEL each line of FILE belongs to; - reads standard input."""
    from topics import present

    loaded = _load(model, level, embedder)
    texts = _lines(file)
    found = present.of_assignments(loaded, texts, loaded.assign(texts))
    if as_json:
        print_json(found)
        return
    click.echo(present.table(*present.assigned(found), width=width()))


@main.command()
@model_argument
@click.argument("query")
@click.option("-n", "count", type=click.IntRange(min=1), default=10, show_default=True, help="How many.")
@click.option("--by", type=click.Choice(["both", "meaning", "words"]), default="both", show_default=True)
@click.option("--topic", type=int, help="Only passages of this topic.")
@_level
@embedder_option
@json_option
def search(model: Path, query: str, level: str | None, embedder: str | None, as_json: bool, **asked: Any) -> None:  # noqa: ANN401
    """Find the passages of MODEL that answer QUERY, by words and by meaning."""
    from topics import present

    loaded = _load(model, level, embedder)
    with usage():
        hits = loaded.search(query, asked["count"], by=asked["by"], topic=asked["topic"])
    found = present.of_hits(loaded, hits)
    if as_json:
        print_json(found)
        return
    rows = [(f"{hit['score']:.2f}", hit["name"] or "loose", hit["document"], hit["text"]) for hit in found]
    print_table(rows, ("score", "topic", "document", "text"), "No passage holds these words.")


@main.command()
@model_argument
@click.argument("left")
@click.argument("right")
@click.option("--documents", is_flag=True, help="Print documents instead of passages.")
@_level
@embedder_option
@json_option
def axis(
    model: Path, left: str, right: str, documents: bool, level: str | None, embedder: str | None, as_json: bool
) -> None:
    """Place the passages of MODEL between two poles.

    A pole is told by phrases, by the ids of passages, or by topics, written topic:3; several are separated by |.
    """
    from topics import contrast, present

    loaded = _load(model, level, embedder)
    with usage():
        placed = loaded.axis(contrast.parts_of(left), contrast.parts_of(right))
    plain: Any = present.of_axis(loaded, placed)
    if as_json:
        print_json(plain)
        return
    passages = present.count(len(loaded.passages), "passage")
    click.echo(f"left, below 0: {plain['left']}; right, above 0: {plain['right']}")
    click.echo(f"Of {passages}, {plain['no_side']:,} about neither, {plain['unclear']:,} unclear.\n")
    if documents:
        rows = [(*_stand(row), f"{row['relevance']:.0%}", row["document"]) for row in plain["documents"]]
        print_table(rows, ("side", "direction", "likely", "about", "document"), "There is no document.")
    else:
        rows = [(*_stand(row), row["document"], row["text"]) for row in plain["passages"]]
        header = ("side", "direction", "likely", "document", "text")
        print_table(rows, header, "No passage stands out as being about either pole.")


@main.command()
@model_argument
@click.option("--labels", metavar="NAME|FILE", help="True labels: a column of metadata, or a CSV or JSON file.")
@_level
@json_option
def score(model: Path, labels: str | None, level: str | None, as_json: bool) -> None:
    """Measure the topics of MODEL, with what each figure means and when not to believe it.

    With --labels, also how far topics agree with them. A CSV has a column "label" and one of "passage", "document",
    "id"; JSON is an object of labels by id. The label of a document is that of all its passages.
    """
    from topics import present, quality

    loaded = _load(model, level)
    with usage():
        rows = quality.score(loaded, gold=labels).rows()
    if as_json:
        print_json([present.of_score(row) for row in rows])
        return
    for row in rows:
        value = "     -" if isnan(row.value) else f"{row.value:6.3f}"
        click.echo(f"{row.name:<20} {value}  {row.meaning}\n{'':<29}{row.caveat}")


@main.command()
@click.argument("model", type=click.Path(path_type=Path), required=False)
@click.option("--port", type=click.IntRange(1, 65535), help="The port; a free one by default.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def app(model: Path | None, port: int | None, no_browser: bool) -> None:
    """Open the explorer on MODEL, or on the models in models/, or, where there is none, on a demo."""
    from topics.ui import launch

    def announce(url: str) -> None:
        click.echo(f"The explorer is at {url} (Ctrl-C stops it)")

    sys.exit(launch.launch(model, port=port, browser=not no_browser, announce=announce))


def _lines(file: BinaryIO) -> list[str]:
    """Return the lines of a file in any encoding that are not blank."""
    from topics.read.encoding import decode

    name = str(getattr(file, "name", "the input"))
    try:
        texts = [line.strip() for line in decode(file.read()).text.splitlines() if line.strip()]
    except ReadError as error:
        raise ReadError(f"{name} {error}") from error
    if not texts:
        raise ReadError(f"{name} holds no text; give one text a line")
    return texts


def _load(path: Path, level: str | None, embedder: str | None = None) -> TopicModel:
    from topics import store

    loaded = store.load(path, embedder=embedder)
    with usage():
        return loaded if level is None else loaded.at(level)


def _first(source: Sequence[Path], url_list: Path | None) -> Path:
    """Return what a model is named after."""
    named = [*source, *([] if url_list is None else [url_list])]
    if not named:
        raise click.UsageError("there is nothing to fit: give SOURCE or --url-list")
    return named[0]


def _stand(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return side, direction and likely range of a passage or document, as a table shows them."""
    direction = "" if row["direction"] is None else f"{row['direction']:+.2f}"
    likely = "unknown" if row["low"] is None else f"{row['low']:+.2f} to {row['high']:+.2f}"
    return row["side"], direction, likely if direction else ""


def _print_model(model: TopicModel) -> None:
    from topics import present

    levels = ", ".join(f"{level.name} {len(level.topics)}" for level in model.levels if not level.name.isdecimal())
    topics, passages = present.count(len(model.topics), "topic"), present.count(len(model.passages), "passage")
    documents = present.count(len(model.passages.documents), "document")
    click.echo(f"{topics} in {passages} of {documents} (topics by level: {levels})\n")
    rows = [
        (
            *(topic.id, topic.size, f"{topic.share:.0%}", f"{topic.name} [junk]" if topic.junk else topic.name),
            "" if topic.evidence is None else f"{topic.evidence.fits:.0%}",
            ", ".join(map(str, topic.keywords)),
        )
        for topic in sorted(model.topics, key=lambda topic: topic.junk)
    ]
    click.echo(present.table(rows, ("id", "size", "share", "name", "fits", "keywords"), width=width()))
    for note in present.notes(model):
        click.echo(note)


if __name__ == "__main__":
    main()
