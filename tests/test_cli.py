"""The command line: each command through its real entry point in a process of its own, and otherwise in this one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from topics.cli import main


def run(*arguments: object, stdin: str = "", apart: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command here or, where starting it matters, in a process of its own, which takes seconds to import."""
    words = [*map(str, arguments)]
    if not apart:
        done = CliRunner().invoke(main, words, input=stdin, env={"COLUMNS": "120"}, catch_exceptions=False)
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
    command = [sys.executable, "-W", "error", "-m", "topics.cli", *words]
    environment = {
        **os.environ,
        "COLUMNS": "120",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        command, capture_output=True, text=True, input=stdin, env=environment, encoding="utf-8", timeout=300
    )


def answer(*arguments: object, stdin: str = "", apart: bool = False) -> object:
    done = run(*arguments, "--json", stdin=stdin, apart=apart)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def one_sentence(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def fitted(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    target = tmp_path_factory.mktemp("cli") / "seeds"
    told = answer("fit", seeds, "--themes", seeds / "themes.toml", "-o", target, apart=True)
    return target, told  # type: ignore[return-value]


def test_fit_saves_and_tells_what_it_found(fitted: tuple[Path, dict]) -> None:
    target, told = fitted
    assert told["model"] == str(target)
    assert told["documents"] == 5
    assert told["skipped"] == []
    assert list(told["levels"]) == ["coarse", "medium", "fine"]
    assert all(theme["stood_out"] > 0 for theme in told["themes"])
    assert {"Open source vs. proprietary", "Data privacy", "Partnership tension"} <= {
        topic["name"] for topic in told["topics"]
    }
    assert set(told["topics"][0]) == {
        "id", "name", "level", "parent", "theme", "size", "share", "stability", "languages", "keywords",
            "evidence", "junk",
    }  # fmt: skip


def test_show_tells_the_same_as_fit(fitted: tuple[Path, dict]) -> None:
    target, told = fitted
    shown = answer("show", target, apart=True)
    assert {**shown, "model": str(target), "partly": []} == told
    coarse = answer("show", target, "--level", "coarse", "--removed")
    assert coarse["level"] == "coarse"
    assert len(coarse["topics"]) == told["levels"]["coarse"]
    assert {"comment-form", "credit", "media-file-name"} <= {span["reason"] for span in coarse["removed"]}
    plain = run("show", target, "--removed", apart=True).stdout
    assert "Data privacy" in plain
    assert "comment-form" in plain


def test_any_number_of_topics_is_shown(fitted: tuple[Path, dict]) -> None:
    target, told = fitted
    assert told["levels"]["coarse"] < 5 < told["levels"]["medium"]
    five = answer("show", target, "--topics", 5)
    assert five == answer("show", target, "--level", 5)
    assert (five["level"], len(five["topics"])) == ("5", 5)
    assert five["levels"] == {"coarse": told["levels"]["coarse"], "5": 5, **told["levels"]}
    assert "5 topics in" in run("show", target, "--topics", 5).stdout
    assert answer("show", target, "--topics", told["levels"]["coarse"])["level"] == "coarse"
    found = answer("passages", target, "--level", 5, "--topic", 4)
    assert len(found) == five["topics"][4]["size"]
    for command in (("assign", target, "-"), ("search", target, "data"), ("score", target)):
        assert answer(*command, "--level", 5, stdin="Private data")
    sentence = one_sentence(run("show", target, "--topics", 500), 2)
    assert f"this model cannot show 500 topics; it can show 1 to {told['levels']['fine']}" in sentence
    assert "give one of them" in one_sentence(run("show", target, "--topics", 5, "--level", "fine"), 2)


def test_passages_of_a_topic(fitted: tuple[Path, dict]) -> None:
    target, told = fitted
    topic = next(topic for topic in told["topics"] if topic["name"] == "Data privacy")
    found = answer("passages", target, "--topic", topic["id"])
    assert len(found) == topic["size"]
    assert all(passage["topic"] == topic["id"] and passage["name"] == "Data privacy" for passage in found)
    assert answer("passages", target, "--topic", topic["id"], "-n", 2) == found[:2]
    assert len(answer("passages", target)) == told["passages"]
    assert found[0]["id"] in run("passages", target, "--topic", topic["id"], apart=True).stdout


def test_assign_reads_a_file_and_standard_input(fitted: tuple[Path, dict], tmp_path: Path) -> None:
    target, _ = fitted
    lines = "Companies ban chatbots because private data could leak.\n\nFria modeller med öppen källkod\n"
    (tmp_path / "lines.txt").write_text(lines, encoding="utf-8")
    found = answer("assign", target, "-", stdin=lines, apart=True)
    assert found == answer("assign", target, tmp_path / "lines.txt")
    assert [line["name"] for line in found] == ["Data privacy", "Open source vs. proprietary"]
    keys = {"text", "topic", "name", "score", "runner_up", "runner_up_name", "margin", "confidence", "loose"}
    assert set(found[0]) == keys | {"language", "poorly_read"}
    assert [(line["language"], line["poorly_read"]) for line in found] == [("en", False), ("sv", True)]
    told = run("assign", target, "-", stdin=lines).stdout.splitlines()
    assert told[0].split() == ["score", "language", "topic", "text"]
    assert ["en  " in told[1], "sv, read poorly" in told[2]] == [True, True]
    assert "Data privacy" in told[1]
    english = run("assign", target, "-", stdin=lines.splitlines()[0]).stdout
    assert english.splitlines()[0].split() == ["score", "topic", "text"]
    (tmp_path / "utf16.txt").write_text(lines, encoding="utf-16")
    assert answer("assign", target, tmp_path / "utf16.txt") == found
    picture = _write(tmp_path / "picture.txt", bytes(range(256)) * 40)
    assert "picture.txt is not text" in one_sentence(run("assign", target, picture, apart=True), 1)


def test_search_by_words_and_by_meaning(fitted: tuple[Path, dict]) -> None:
    target, _ = fitted
    found = answer("search", target, "class action lawsuit", "--by", "words", "-n", 3)
    assert "lawsuit" in found[0]["text"]
    assert set(found[0]) == {
        "id",
        "document",
        "start",
        "end",
        "page",
        "row",
        "language",
        "poorly_read",
        "text",
        "topic",
        "name",
        "score",
    }
    meaning = answer("search", target, "people sue over stolen personal information", "--by", "meaning", "-n", 3)
    assert any("lawsuit" in hit["text"] or "court" in hit["text"] for hit in meaning)
    assert "lawsuit" in run("search", target, "lawsuit", apart=True).stdout


def test_axis_score_and_models(fitted: tuple[Path, dict]) -> None:
    target, _ = fitted
    placed = answer("axis", target, "open source | free models", "proprietary | pay for the API")
    directions = [passage["direction"] for passage in placed["passages"]]
    assert directions == sorted(directions)
    assert placed["no_side"] > 0
    assert len(placed["documents"]) == 5
    by_topic = answer("axis", target, "topic:0", "topic:1|topic:2", "--level", "fine")
    assert {passage["side"] for passage in by_topic["passages"]} >= {"left", "right"}
    ids = [passage["id"] for passage in answer("passages", target, "-n", 2)]
    assert answer("axis", target, ids[0], f"{ids[1]} | leaks of private data")["left"]
    table = run("axis", target, "topic:0", "topic:1", "--documents").stdout
    assert table.count(".txt") == 5
    assert "likely" in table
    nothing = run("axis", target, "knitting wool", "medieval castles")
    assert "No passage stands out as being about either pole." in nothing.stdout
    rows = answer("score", target)
    assert {"stability", "language_mixing", "share_loose"} <= {row["name"] for row in rows}
    assert all(row["meaning"] and row["caveat"] for row in rows)
    assert not {"ami", "ari", "v_measure", "fmi"} & {row["name"] for row in rows}
    [saved] = answer("models", target.parent)
    assert saved["name"] == "seeds"
    for command in (("axis", target, "open source", "proprietary"), ("score", target), ("models", target.parent)):
        assert run(*command, apart=True).returncode == 0


def test_score_against_labels(fitted: tuple[Path, dict], tmp_path: Path) -> None:
    target, _ = fitted
    passages = answer("passages", target)
    labels = {passage["id"]: passage["name"] for passage in passages}
    file = _write(tmp_path / "labels.json", json.dumps(labels).encode())
    measured = {row["name"]: row["value"] for row in answer("score", target, "--labels", file)}
    assert [measured[name] for name in ("ami", "ari", "v_measure", "fmi")] == [1, 1, 1, 1]
    assert "Agreement with the labels" in run("score", target, "--labels", file).stdout
    assert "no column of metadata 'nonesuch'" in run("score", target, "--labels", "nonesuch").stderr
    empty = _write(tmp_path / "labels.csv", b"a,b\n1,2\n")
    assert "needs a column 'label'" in one_sentence(run("score", target, "--labels", empty), 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "absent", "absent"),
        (lambda folder: folder, "no document|nothing|empty|no file"),
        (lambda folder: _write(folder / "empty.txt", b""), "empty"),
        (lambda folder: _write(folder / "picture.txt", bytes(range(256)) * 40), "picture.txt"),
        (lambda folder: _write(folder / "page.txt", b"\n \n\t\n"), "page.txt|no text"),
    ],
    ids=["missing folder", "empty folder", "empty file", "binary file", "blank file"],
)
def test_bad_sources_get_one_sentence(make, message: str, tmp_path: Path) -> None:
    import re

    done = run("fit", make(tmp_path), "-o", tmp_path.parent / f"{tmp_path.name}-model")
    sentence = one_sentence(done, 1)
    assert sentence.startswith("Error: ")
    assert re.search(message, sentence)
    assert not (tmp_path.parent / f"{tmp_path.name}-model").exists()


def test_a_typo_in_the_themes_is_told_before_anything_is_done(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "themes.toml").write_text('[[theme]]\nnaem = "Bees"\n', encoding="utf-8")
    done = run("fit", seeds, "--themes", tmp_path / "themes.toml", "-o", tmp_path / "model")
    assert "unknown key 'naem'; did you mean 'name'?" in one_sentence(done, 1)
    assert not (tmp_path / "model").exists()


def test_themes_told_in_the_same_words_are_named(seeds: Path, tmp_path: Path) -> None:
    twice = '[[theme]]\nname = "Bees"\ndescription = "Hives"\n[[theme]]\nname = "Apiary"\ndescription = "hives"\n'
    (tmp_path / "themes.toml").write_text(twice, encoding="utf-8")
    done = run("fit", seeds, "--themes", tmp_path / "themes.toml", "-o", tmp_path / "model")
    assert "the themes 'Bees' and 'Apiary' are told in the same words" in one_sentence(done, 1)


def test_a_folder_that_is_no_model_is_named_and_never_overwritten(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("Dear diary", encoding="utf-8")
    assert str(tmp_path) in one_sentence(run("show", tmp_path), 1)
    assert str(tmp_path) in one_sentence(run("fit", seeds, "-o", tmp_path), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("fit",),
        ("frobnicate",),
        ("fit", "seeds", "--engine", "magic"),
        ("fit", "seeds", "--max-sentences", "0"),
        ("fit", "seeds", "--keep", "nonsense"),
        ("fit", "seeds", "--language", "english"),
        ("passages", "{model}", "--topic", "99"),
        ("show", "{model}", "--level", "finest"),
        ("search", "{model}", " "),
        ("axis", "{model}", "the same", "the same"),
        ("axis", "{model}", "topic:0", "topic:0"),
        ("axis", "{model}", "topic:99", "open source"),
        ("axis", "{model}", "open source | ", "proprietary"),
        ("axis", "{model}", "open source", "000_21d2c96493eda518.txt:1-2"),
    ],
)
def test_bad_usage_ends_with_code_2(arguments: tuple[str, ...], fitted: tuple[Path, dict]) -> None:
    done = run(*(argument.format(model=fitted[0]) for argument in arguments))
    assert one_sentence(done, 2).startswith(("Error: ", "Try "))


@pytest.mark.parametrize(
    "text",
    ["One sentence only.", "The same.\n" * 300, "Þetta er um fiskveiðar. Báturinn kom að landi með afla."],
    ids=["one sentence", "300 identical texts", "no stop-word list"],
)
def test_small_and_odd_files_give_a_result(text: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "text.txt", text.encode())
    told = answer("fit", path, "-o", tmp_path / "model")
    assert len(told["topics"]) >= 1
    assert told["topics"][0]["name"]
    placed = answer("axis", tmp_path / "model", "fishing boats | trawlers", "railways")
    assert placed["no_side"] + len(placed["passages"]) == told["passages"]
    assert [document["document"] for document in placed["documents"]] == ["text.txt"]


def test_every_command_has_help() -> None:
    listing = run("--help", apart=True)
    assert listing.returncode == 0
    for command in ("fit", "read", "show", "passages", "assign", "search", "axis", "score", "models", "app"):
        assert command in listing.stdout
        assert run(command, "--help").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [("show", "{model}"), ("passages", "{model}"), ("search", "{model}", "lawsuit", "--by", "words"), ("--help",)],
)
def test_exploring_imports_nothing_heavy(arguments: tuple[str, ...], fitted: tuple[Path, dict]) -> None:
    code = (
        "import sys\nfrom topics.cli import main\n"
        f"sys.argv = ['topics', *{[argument.format(model=fitted[0]) for argument in arguments]!r}]\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert done.code in (0, None)\n"
        "heavy = {'bertopic', 'umap', 'numba', 'hdbscan', 'torch', 'sklearn', 'pandas', 'onnxruntime'}\n"
        "loaded = sorted(heavy & set(sys.modules))\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_fitting_by_the_default_engine_imports_nothing_of_the_others(seeds: Path) -> None:
    code = (
        f"import sys, topics\ntopics.fit({str(seeds)!r}, themes={str(seeds / 'themes.toml')!r})\n"
        "loaded = sorted({'bertopic', 'umap', 'numba', 'hdbscan', 'torch', 'streamlit'} & set(sys.modules))\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("pole", "message"), [("topic:x", "names no topic"), ("nope.md:0-3", "there is no passage")])
def test_a_pole_that_is_mistyped_is_refused(fitted: tuple[Path, dict], pole: str, message: str) -> None:
    assert message in one_sentence(run("axis", fitted[0], pole, "topic:1", apart=True), 2)
