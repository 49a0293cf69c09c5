"""The documentation tells the truth: its code runs, its commands exist, its output is what comes out."""

import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import topics
from topics.cli import main
from topics.model import TopicModel
from topics.themes import read_themes

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(README) if kind == language]


def test_the_python_of_the_readme_runs_and_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeds: Path
) -> None:
    shutil.copytree(seeds, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == blocks("text")[0]
    assert (tmp_path / "models" / "mine" / "CURRENT").exists()


def test_the_commands_of_the_readme_exist() -> None:
    told = set(re.findall(r"^\$ topics (\w+)", "".join(blocks("console")), re.MULTILINE))
    assert told == set(main.commands)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_command_has_a_line_of_help() -> None:
    for command in main.commands.values():
        assert command.help
        assert len(command.help.splitlines()[0]) <= 120


def test_the_themes_of_the_readme_can_be_read(tmp_path: Path) -> None:
    [code] = blocks("toml")
    (tmp_path / "themes.toml").write_text(code, encoding="utf-8")
    assert [theme.name for theme in read_themes(tmp_path / "themes.toml")] == ["Data privacy"]


def test_json_that_is_documented_is_what_is_printed(seeds_model: TopicModel) -> None:
    from topics import compare, present
    from topics.share import tables

    documented = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    plain = present.of_model(seeds_model, removed=True)
    passages = present.of_passages(seeds_model, [0])
    hits = present.of_hits(seeds_model, seeds_model.search("data", 1))
    texts = ["One text"]
    assignments = present.of_assignments(seeds_model, texts, seeds_model.assign(texts))
    axis = present.of_axis(seeds_model, seeds_model.axis("open source", "proprietary"))
    shuffled = replace(seeds_model, all_labels=np.roll(seeds_model.all_labels, 1, axis=1), _memo=None)
    compared = present.of_comparison(seeds_model, shuffled, compare.diff(seeds_model, shuffled))
    exported = next(tables.passage_rows(seeds_model))
    printed: list[object] = [
        plain,
        plain["topics"],
        plain["removed"],
        passages,
        hits,
        assignments,
        axis,
        axis["passages"],
        compared,
        compared["changes"],
        compared["moves"],
        tables.topic_rows(seeds_model),
        [{key: value for key, value in row.items() if key not in ("topic_medium", "topic_fine")} for row in exported],
    ]
    for value in printed:
        row = value[0] if isinstance(value, list) else value
        assert isinstance(row, dict)
        for key in row:
            assert f"`{key}`" in documented or f'"{key}"' in documented, f"docs/json.md does not name {key}"


def test_json_of_edits_and_new_documents_is_documented() -> None:
    from tests.models import small_model
    from topics import edit, journal, update

    documented = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    before = small_model()
    model = edit.rename(before, 0, "On two wheels")
    added = update.add(model, ["The bus was late, and the bus driver too."])
    refit = update.refit(added.model)
    told = [journal.of_edited(before, model), *journal.of_history(model), journal.of_added(model, added)]
    told += [journal.of_drift(added.model, added.drift), journal.of_refit(refit)]
    for plain in told:
        for key in plain:
            assert f"`{key}`" in documented or f'"{key}"' in documented, key


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == topics.__version__
    assert f"## {topics.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_committed_model_opens_with_its_themes() -> None:
    model = topics.load(ROOT / "models" / "seeds")
    assert {"Open source vs. proprietary", "Data privacy", "Partnership tension"} <= {
        topic.name for topic in model.topics
    }
    assert model.assign(model.passages.texts()) == [
        found for text in model.passages.texts() for found in model.assign([text])
    ]
