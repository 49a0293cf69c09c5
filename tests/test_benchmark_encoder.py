"""The benchmark of the encoders: what it is told, the texts it takes, and what it prints."""

import gzip
import json

import pytest

from benchmarks import encoder
from benchmarks.encoder import FLOAT, OURS, PEER, STATIC, Speed


@pytest.fixture
def data(tmp_path):
    (tmp_path / "ag_news_test").mkdir()
    lines = [{"text": "The ferry was late. " * (1 + row % 16), "label": str(row % 2)} for row in range(64)]
    with gzip.open(tmp_path / "ag_news_test" / "ag_news_test.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--texts", "0"], "must be 1 or more"),
        (["--passages", "-1"], "must be 1 or more, --passages 0 or more"),
        (["--corpora", "bbc,none"], "there is no corpus 'none'"),
    ],
)
def test_options_that_make_no_sense_are_refused(data, options, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        encoder.main([str(data), *options])
    assert message in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        encoder.main([str(tmp_path / "none")])
    assert "there is no folder" in capsys.readouterr().err


def test_the_texts_are_those_of_about_57_tokens(data):
    texts, tokens = encoder._texts(data, 8)
    assert len(texts) == 8
    assert {text.count("ferry") for text in texts} <= {10, 11, 12}
    assert abs(tokens - encoder.TOKENS) < 4
    assert encoder._texts(data, 8) == (texts, tokens)


def test_ratios_are_medians_over_rounds(capsys):
    speeds = {
        OURS: [Speed(30, 300), Speed(40, 500), Speed(90, 400)],
        FLOAT: [Speed(10, 100)] * 3,
        PEER: [Speed(10, 100)] * 3,
        STATIC: [Speed(5000, 9000)] * 3,
    }
    encoder._tell_speeds(speeds, 57.0, {"int8": 100e9, "float32": 50e9})
    rows = {line.split(" | ")[0].strip("| "): line.split(" | ") for line in capsys.readouterr().out.splitlines()}
    assert rows[OURS][1:5] == ["40 (30 to 90)", "4.00", "2.5", "4.00"]
    assert rows[OURS][5:] == ["50", "50% of int8 |"]
    assert rows[STATIC][5:] == ["-", "- |"]
