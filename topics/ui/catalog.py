"""Which saved models there are. A name from a URL or a form is looked up here, and never becomes a path by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

DEMO = "demo"

_CURRENT = "CURRENT"
_PACKAGE = Path(__file__).parents[1]


def find(models: Path, given: Path | None = None) -> Mapping[str, Path]:
    """Return the saved models by name.

    Parameters
    ----------
    models
        The folder that holds one folder a model; it need not exist.
    given
        What the app was started with: a saved model, which then comes first, or a folder of such.
    """
    found: dict[str, Path] = {}
    if given is not None and is_model(given):
        found[given.resolve().name] = given
    for folder in (given, models):
        for path in _models_in(folder):
            found.setdefault(path.name, path)
    return found


def on_offer(models: Path, given: Path | None = None, asked: str = "") -> Mapping[str, Path]:
    """Return the saved models by name, and the demo where there is no other, or where a link asks for it.

    Parameters
    ----------
    models, given
        As for :func:`find`.
    asked
        The name that a link asks for.
    """
    found, own = find(models, given), demo()
    if own is None or DEMO in found or (found and asked != DEMO):
        return found
    return {**found, DEMO: own}


def demo() -> Path | None:
    """Return the model that the package brings to be looked at, which is never written to; None if it was left out.

    In a wheel it is beside the modules; in a clone it is the fit of the seeds.
    """
    return next(filter(is_model, (_PACKAGE / "demo", _PACKAGE.parent / "models" / "seeds")), None)


def is_model(path: Path) -> bool:
    """Tell whether a folder looks like a saved model."""
    return (path / _CURRENT).is_file()


def version(path: Path) -> str:
    """Return the name of a saved model's version in force, so that a newer one is not taken for it."""
    with (path / _CURRENT).open(encoding="utf-8", errors="replace") as file:
        return file.read(200).strip()


def is_allowed(name: str) -> bool:
    """Tell whether a new model may have this name: it becomes a folder on any system, and nothing else."""
    from topics.store import name_for

    return name_for(name) == name


def free_name(wanted: str, models: Path) -> str:
    """Return ``wanted``, with a number behind it where there is such a folder already."""
    name, number = wanted, 1
    while (models / name).exists():
        number += 1
        name = f"{wanted}-{number}"
    return name


def _models_in(folder: Path | None) -> Iterator[Path]:
    if folder is None or not folder.is_dir() or is_model(folder):
        return
    yield from sorted(
        (path for path in folder.iterdir() if path.is_dir() and is_model(path)), key=lambda path: path.name
    )
