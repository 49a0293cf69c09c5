"""Named themes: what a person expects to find, read from a TOML file of ``[[theme]]`` tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from os import PathLike
from pathlib import Path

from topics.errors import ThemesError
from topics.values import Pole, Theme

_THEME_KEYS = ("name", "description", "examples", "poles")
_POLE_KEYS = ("name", "phrases")


def read_themes(source: str | PathLike[str] | Iterable[Theme | str]) -> tuple[Theme, ...]:
    """Read named themes from a TOML file of ``[[theme]]`` tables, or take them as they are given.

    Parameters
    ----------
    source
        A path, or themes; a plain string among them is a theme of that name.

    Raises
    ------
    ThemesError
        The file is missing or no TOML, a key is unknown or of the wrong type, a name is missing or used twice,
        or two themes, or the two poles of one, are told in the same words.
    """
    if isinstance(source, str | PathLike):
        themes = _read_file(Path(source))
    else:
        themes = tuple(Theme(entry) if isinstance(entry, str) else entry for entry in source)
    seen: set[str] = set()
    told: dict[tuple[str, ...], str] = {}
    for theme in themes:
        if not isinstance(theme, Theme):
            raise ThemesError(f"a theme is a name or a Theme, but not a {type(theme).__name__}")
        if not theme.name.strip():
            raise ThemesError("a theme has an empty name; give each theme a name")
        if not theme.name.isprintable():
            raise ThemesError(f"the theme name {theme.name!r} holds control characters or line breaks; take them out")
        if theme.name.casefold() in seen:
            raise ThemesError(f"the theme {theme.name!r} is there twice; give each theme a name of its own")
        seen.add(theme.name.casefold())
        _check_told(theme)
        words = _same(phrases_of(theme)[1:])
        if words and told.setdefault(words, theme.name) != theme.name:
            raise ThemesError(
                f"the themes {told[words]!r} and {theme.name!r} are told in the same words; tell how they differ, "
                "or keep one of them"
            )
    return themes


def phrases_of(theme: Theme) -> tuple[str, ...]:
    """Return every text that says what a theme means: description, examples, phrases of its poles; else its name."""
    texts = [theme.description, *theme.examples, *(phrase for pole in theme.poles for phrase in pole.phrases)]
    told = tuple(text for text in texts if text.strip())
    return (theme.name, *told)


def _check_told(theme: Theme) -> None:
    if len(theme.poles) not in (0, 2):
        raise ThemesError(f"the theme {theme.name!r} has {len(theme.poles)} poles; a contrast has two")
    if theme.poles and _same(theme.poles[0].phrases) == _same(theme.poles[1].phrases) != ():
        raise ThemesError(f"both poles of the theme {theme.name!r} are told in the same words; tell how they differ")


def _same(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return phrases so that those which differ in case, spaces or order alone are equal."""
    return tuple(sorted({" ".join(phrase.casefold().split()) for phrase in phrases}))


def _read_file(path: Path) -> tuple[Theme, ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ThemesError(f"there is no themes file at {path}; check the path") from None
    except OSError as error:
        raise ThemesError(f"the themes file {path} cannot be read: {error.strerror}; name a TOML file") from error
    except UnicodeDecodeError as error:
        raise ThemesError(f"the themes file {path} cannot be read: it is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ThemesError(f"the themes file {path} cannot be read as TOML: {error}; mend that line") from error
    _check_keys(content, ("theme",), f"{path}")
    tables = content.get("theme", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ThemesError(f"{path}: themes are written as [[theme]] tables, with double brackets")
    if not tables:
        raise ThemesError(f"{path} names no theme; write at least one [[theme]] table with a name")
    return tuple(_theme(table, f"{path}: theme {number}") for number, table in enumerate(tables, start=1))


def _theme(table: Mapping[str, object], where: str) -> Theme:
    _check_keys(table, _THEME_KEYS, where)
    name = _text(table, "name", where)
    if not name.strip():
        raise ThemesError(f"{where} has no name; give it one")
    where = f"{where} ({name!r})"
    poles = table.get("poles", [])
    if not isinstance(poles, list) or not all(isinstance(pole, dict) for pole in poles):
        raise ThemesError(f"{where}: poles are written as two [[theme.poles]] tables")
    if len(poles) not in (0, 2):
        raise ThemesError(f"{where} has {len(poles)} poles; a contrast has two")
    if len({str(pole.get("name", "")).casefold() for pole in poles}) < len(poles):
        raise ThemesError(f"{where}: both poles have the same name; a contrast has two different ends")
    return Theme(
        name=name,
        description=_text(table, "description", where),
        examples=_texts(table, "examples", where),
        poles=tuple(_pole(pole, f"{where}, pole {number}") for number, pole in enumerate(poles, start=1)),
    )


def _pole(table: Mapping[str, object], where: str) -> Pole:
    _check_keys(table, _POLE_KEYS, where)
    name = _text(table, "name", where)
    if not name.strip():
        raise ThemesError(f"{where} has no name; give it one")
    return Pole(name, _texts(table, "phrases", where))


def _check_keys(table: Mapping[str, object], known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
            raise ThemesError(f"{where}: unknown key {key!r}; {hint}")


def _text(table: Mapping[str, object], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ThemesError(f"{where}: {key} is {value!r}, but must be a text in quotes")
    return value


def _texts(table: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise ThemesError(f'{where}: {key} must be a list of texts, such as ["one", "two"]')
    return tuple(value)
