"""The command line: parse, call, print."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, get_args

import click

from topics import __version__
from topics.errors import ReadError, TopicsError
from topics.settings import Engine, Layout, Outliers, Settings

if TYPE_CHECKING:
    from topics.model import TopicModel

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
_level = click.option("--level", help="coarse, medium or fine; the model's own choice by default.")
_model = click.argument("model", type=click.Path(path_type=Path))


class _Sentences(click.Group):
    """A command group that ends bad data with one sentence and exit code 1, and Ctrl-C with exit code 130."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the type of click's own method
        try:
            return super().invoke(ctx)
        except TopicsError as error:
            raise click.ClickException(" ".join(str(error).split())) from error
        except KeyboardInterrupt:
            click.echo("\nStopped. What was embedded is kept for the next run.", err=True)
            ctx.exit(130)


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="topics")
def main() -> None:
    """Find the themes in documents, and the passages that show them."""


@main.command()
@click.argument("source", nargs=-1, required=True, type=click.Path(path_type=Path))
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
@click.option("--layout", type=click.Choice(get_args(Layout)), default="auto", show_default=True)
@click.option("--language", help="The language of all texts (ISO 639-1); found for each passage by default.")
@click.option("--max-sentences", type=int, default=4, show_default=True, help="The most sentences in a passage.")
@click.option("--keep", multiple=True, metavar="REASON", help="Keep furniture of this kind; may be given again.")
@click.option("--no-clean", is_flag=True, help="Keep all furniture.")
@click.option("--seed", type=int, default=0, show_default=True)
@_as_json
def fit(source: Sequence[Path], themes: Path | None, output: Path | None, as_json: bool, **knobs: Any) -> None:  # noqa: ANN401
    """Fit a topic model to SOURCE (files, or one folder) and save it."""
    from topics import pipeline, present, store
    from topics.clean import REASONS

    knobs["clean"] = not knobs.pop("no_clean")
    with _usage():
        settings = Settings(**knobs)
        if unknown := sorted(set(settings.keep) - set(REASONS)):
            raise ValueError(f"unknown reason {unknown[0]!r} to keep; the reasons are {', '.join(REASONS)}")
        target = output or Path("models") / store.name_for(source[0].resolve().stem or "model")
    store.check_target(target)
    with _progress() as progress:
        model = pipeline.fit(_one_source(source), themes=themes, settings=settings, progress=progress)
    store.save(model, target)
    if as_json:
        _print_json({"model": str(target), **present.of_model(model)})
        return
    _print_model(model)
    click.echo(f"\nSaved as {target}. Look at it: topics app {target}")


@main.command()
@_model
@_level
@click.option("--removed", is_flag=True, help="Also list the spans that were taken for web furniture.")
@_as_json
def show(model: Path, level: str | None, removed: bool, as_json: bool) -> None:
    """List the topics of MODEL."""
    from topics import present

    loaded = _load(model, level)
    if as_json:
        _print_json(present.of_model(loaded, removed=removed))
        return
    _print_model(loaded)
    if removed:
        rows = [(span["reason"], span["document"], span["text"]) for span in present.of_removed(loaded)]
        click.echo(f"\n{len(rows)} spans were taken for web furniture.")
        click.echo(present.table(rows, ("reason", "document", "text"), width=_width()))


@main.command()
@_model
@click.option("--topic", type=int, help="Only this topic; -1 for the loose passages.")
@click.option("-n", "count", type=click.IntRange(min=1), help="How many; all by default.")
@_level
@_as_json
def passages(model: Path, topic: int | None, count: int | None, level: str | None, as_json: bool) -> None:
    """Print the passages of MODEL, those at the heart of their topic first."""
    from topics import present

    loaded = _load(model, level)
    with _usage():
        rows = range(len(loaded.passages)) if topic is None else loaded.rows(topic).tolist()
    found = present.of_passages(loaded, list(rows)[:count])
    if as_json:
        _print_json(found)
        return
    if not found:
        click.echo("There is no such passage.")
    for passage in found:
        click.echo(f"{passage['id']}  [{passage['language']}]  {passage['name'] or 'loose'}")
        click.echo(f"    {' '.join(str(passage['text']).split())}\n")


@main.command()
@_model
@click.argument("file", type=click.File("rb"))
@_level
@_as_json
def assign(model: Path, file: BinaryIO, level: str | None, as_json: bool) -> None:
    """Say which topic of MODEL each line of FILE belongs to; - reads standard input."""
    from topics import present

    loaded = _load(model, level)
    texts = _lines(file)
    found = present.of_assignments(loaded, texts, loaded.assign(texts))
    if as_json:
        _print_json(found)
        return
    rows = [(f"{line['score']:.2f}", line["name"] or "loose", line["text"]) for line in found]
    click.echo(present.table(rows, ("score", "topic", "text"), width=_width()))


@main.command()
@_model
@click.argument("query")
@click.option("-n", "count", type=click.IntRange(min=1), default=10, show_default=True, help="How many.")
@click.option("--by", type=click.Choice(["both", "meaning", "words"]), default="both", show_default=True)
@click.option("--topic", type=int, help="Only passages of this topic.")
@_level
@_as_json
def search(model: Path, query: str, count: int, by: Any, topic: int | None, level: str | None, as_json: bool) -> None:  # noqa: ANN401
    """Find the passages of MODEL that answer QUERY, by words and by meaning."""
    from topics import present

    loaded = _load(model, level)
    with _usage():
        hits = loaded.search(query, count, by=by, topic=topic)
    found = present.of_hits(loaded, hits)
    if as_json:
        _print_json(found)
        return
    rows = [(f"{hit['score']:.2f}", hit["name"] or "loose", hit["document"], hit["text"]) for hit in found]
    _print_table(rows, ("score", "topic", "document", "text"), "No passage holds these words.")


@main.command()
@_model
@click.argument("left")
@click.argument("right")
@_as_json
def axis(model: Path, left: str, right: str, as_json: bool) -> None:
    """Place the passages of MODEL between two poles; several phrases of a pole are separated by |."""
    from topics import present

    loaded = _load(model, None)
    with _usage():
        placed = loaded.axis(*([phrase.strip() for phrase in pole.split("|")] for pole in (left, right)))
    if as_json:
        _print_json(present.of_axis(loaded, placed))
        return
    about = placed.relevant.nonzero()[0]
    rows = [
        (f"{placed.direction[row]:+.2f}", loaded.passages[row].document_id, loaded.passages[row].text)
        for row in about[placed.direction[about].argsort(kind="stable")].tolist()
    ]
    neither = len(loaded.passages) - len(rows)
    click.echo(f"below 0: {placed.left.name}; above 0: {placed.right.name}; {neither} passages are about neither.\n")
    click.echo(present.table(rows, ("side", "document", "text"), width=_width()))


@main.command()
@_model
@_level
@_as_json
def score(model: Path, level: str | None, as_json: bool) -> None:
    """Measure the topics of MODEL, with what each figure means and when not to believe it."""
    from topics import present, quality

    rows = quality.score(_load(model, level)).rows()
    if as_json:
        _print_json([present.of_score(row) for row in rows])
        return
    for row in rows:
        value = "     -" if isnan(row.value) else f"{row.value:6.3f}"
        click.echo(f"{row.name:<20} {value}  {row.meaning}\n{'':<29}{row.caveat}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("models"))
@_as_json
def models(folder: Path, as_json: bool) -> None:
    """List the models saved in FOLDER (models/ by default)."""
    from topics import present, store

    found = store.list_models(folder)
    if as_json:
        _print_json([present.of_saved(saved) for saved in found])
        return
    rows = [
        (
            saved.name,
            saved.topics,
            saved.passages,
            saved.documents,
            saved.problem or f"{saved.saved:%Y-%m-%d %H:%M} UTC",
        )
        for saved in found
    ]
    _print_table(rows, ("name", "topics", "passages", "documents", "saved"), f"There is no saved model in {folder}.")


@main.command()
@click.argument("model", type=click.Path(path_type=Path), required=False)
@click.option("--port", type=click.IntRange(1, 65535), help="The port; a free one by default.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def app(model: Path | None, port: int | None, no_browser: bool) -> None:
    """Open the explorer on MODEL, or on the models in models/."""
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


def _load(path: Path, level: str | None) -> TopicModel:
    from topics import store

    loaded = store.load(path)
    with _usage():
        return loaded if level is None else loaded.at(level)


@contextmanager
def _usage() -> Iterator[None]:
    """Turn a bad argument into a usage error, exit code 2."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _one_source(source: Sequence[Path]) -> Path | list[Path]:
    return source[0] if len(source) == 1 else list(source)


@contextmanager
def _progress() -> Iterator[Any]:
    """Give a callback that draws each stage on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    last = ""

    def draw(stage: str, done: int, total: int) -> None:
        nonlocal last
        if last and stage != last:
            click.echo(err=True)
        last = stage
        click.echo(f"\r{stage:<12} {done:>8,} of {total:,}", err=True, nl=False)

    yield draw
    if last:
        click.echo(err=True)


def _print_model(model: TopicModel) -> None:
    from topics import present

    levels = ", ".join(f"{level.name} {len(level.topics)}" for level in model.levels)
    topics, passages = _count(len(model.topics), "topic"), _count(len(model.passages), "passage")
    documents = _count(len(model.passages.documents), "document")
    click.echo(f"{topics} in {passages} of {documents} (topics by level: {levels})\n")
    rows = [
        (
            *(topic.id, topic.size, f"{topic.share:.0%}", topic.name),
            "" if topic.evidence is None else f"{topic.evidence.fits:.0%}",
            ", ".join(map(str, topic.keywords)),
        )
        for topic in model.topics
    ]
    click.echo(present.table(rows, ("id", "size", "share", "name", "fits", "keywords"), width=_width()))
    for theme in model.unmatched_themes:
        click.echo(f"No topic matches the theme {theme.name!r}.")
    for skipped in model.skipped:
        click.echo(f"Left out: {skipped.path} {skipped.reason}.")


def _print_table(rows: Sequence[Sequence[object]], header: Sequence[str], nothing: str) -> None:
    from topics import present

    click.echo(present.table(rows, header, width=_width()) if rows else nothing)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _width() -> int:
    return shutil.get_terminal_size((120, 24)).columns


if __name__ == "__main__":
    main()
