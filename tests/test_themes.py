from pathlib import Path

import pytest

from topics.errors import ThemesError
from topics.themes import phrases_of, read_themes
from topics.values import Pole, Theme

SEEDS = Path(__file__).parents[1] / "seeds" / "themes.toml"


def write(folder: Path, content: str) -> Path:
    path = folder / "themes.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_seeds_name_their_themes() -> None:
    themes = {theme.name: theme for theme in read_themes(SEEDS)}
    assert {"Open source vs. proprietary", "Data privacy", "Partnership tension"} <= set(themes)
    contrast = themes["Open source vs. proprietary"]
    assert [pole.name for pole in contrast.poles] == ["Open source", "Proprietary"]
    assert all(len(pole.phrases) >= 3 for pole in contrast.poles)


def test_only_the_name_is_required(tmp_path: Path) -> None:
    assert read_themes(write(tmp_path, '[[theme]]\nname = "Beekeeping"\n')) == (Theme("Beekeeping"),)


def test_themes_can_be_given_without_a_file() -> None:
    bees = Theme("Bees", "Life in the hive")
    assert read_themes(["Tides", bees]) == (Theme("Tides"), bees)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[[theme]]\nnmae = "Bees"', "theme 1: unknown key 'nmae'; did you mean 'name'"),
        ('[[themes]]\nname = "Bees"', "unknown key 'themes'; did you mean 'theme'"),
        ('[theme]\nname = "Bees"', "double brackets"),
        ('[[theme]]\ndescription = "Hives"', "theme 1 has no name"),
        ("[[theme]]\nname = 7", "name is 7, but must be a text"),
        ('[[theme]]\nname = "Bees"\nexamples = "one"', "examples must be a list of texts"),
        ('[[theme]]\nname = "Bees"\n[[theme]]\nname = "bees"', "'bees' is there twice"),
        ('[[theme]]\nname = "Bees"\n[[theme.poles]]\nname = "Wild"', "has 1 poles; a contrast has two"),
        ('[[theme]]\nname = "Bees"\n[[theme.poles]]\nname="a"\nphrase=["x"]\n[[theme.poles]]\nname="b"', "'phrases'"),
        ('[[theme]]\nname = "Bees', "cannot be read"),
        ('[[theme]]\nname = "Be\\u001bes"', "control characters"),
        ('[[theme]]\nname="B"\n[[theme.poles]]\nname="x"\n[[theme.poles]]\nname="X"', "both poles have the same name"),
        ("", "names no theme"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ThemesError, match=message.replace("[", r"\[")):
        read_themes(write(tmp_path, content))


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ThemesError, match=r"no themes file at .*absent\.toml"):
        read_themes(tmp_path / "absent.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ThemesError, match="cannot be read"):
        read_themes(tmp_path / "binary.toml")
    with pytest.raises(ThemesError, match="cannot be read"):
        read_themes(tmp_path)
    (tmp_path / "notepad.toml").write_text('[[theme]]\nname = "Bees"', encoding="utf-8-sig")
    assert read_themes(tmp_path / "notepad.toml") == (Theme("Bees"),)


@pytest.mark.parametrize(
    ("themes", "message"),
    [
        ([Theme("Bees", "The hive"), Theme("Hives", "the  HIVE")], "'Bees' and 'Hives' are told in the same words"),
        ([Theme("A", "x", ("y",)), Theme("B", "y", ("x",)), Theme("C", "z")], "'A' and 'B' are told in the same words"),
        (["Bees", "bees"], "'bees' is there twice"),
        ([Theme("Tea", poles=(Pole("a", ("x",)), Pole("b", ("X",))))], "both poles of the theme 'Tea'"),
        ([Theme("Tea", poles=(Pole("a"),))], "'Tea' has 1 poles"),
        ([3], "not a int"),
    ],
)
def test_themes_that_cannot_be_told_apart_are_named(themes: list, message: str) -> None:
    with pytest.raises(ThemesError, match=message):
        read_themes(themes)


def test_themes_by_name_alone_and_poles_by_name_alone_may_be_many() -> None:
    assert len(read_themes(["Bees", "Hives", Theme("Tea", poles=(Pole("green"), Pole("black")))])) == 3


def test_every_text_of_a_theme_says_what_it_means() -> None:
    theme = Theme("Bees", "Hives", ("Honey",), (Pole("Wild", ("feral bees",)), Pole("Kept", ("an apiary",))))
    assert phrases_of(theme) == ("Bees", "Hives", "Honey", "feral bees", "an apiary")
    assert phrases_of(Theme("Bees")) == ("Bees",)
