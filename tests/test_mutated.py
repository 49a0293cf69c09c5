"""Damaged files of every format: each gets its report, and takes no other along. More: tools/mutate_files.py."""

import io
import re
import zipfile

import pytest

from tests.mutants import BEES, SAMPLES, mutants
from tools.mutate_files import faults
from topics.read.batch import read_files
from topics.read.files import Upload
from topics.read.parsed import Columns


@pytest.mark.parametrize("format", SAMPLES)
def test_the_undamaged_file_is_read(format: str) -> None:
    documents, reports = read_files([Upload(f"a.{format}", SAMPLES[format]())], Columns())
    assert [report.status for report in reports] == ["read"] * len(reports)
    assert "fly" in documents[0].text


@pytest.mark.parametrize("format", SAMPLES)
def test_damaged_files_are_read_or_refused_with_a_reason(format: str) -> None:
    files = [Upload(f"{number}.{format}", data) for number, data in enumerate(mutants(format, 25, seed=1))]
    files.append(Upload("good.txt", BEES.encode()))
    documents, reports = read_files(files, Columns())
    assert faults(files, reports) == []
    assert documents[-1].text == BEES
    assert [report.reason for report in reports if "parser fail" in report.reason] == []


def test_the_same_seed_gives_the_same_files() -> None:
    assert list(mutants("csv", 5, seed=3)) == list(mutants("csv", 5, seed=3)) != list(mutants("csv", 5, seed=4))


def test_a_zip_of_every_format_is_read_as_the_files_themselves() -> None:
    files = {f"a.{format}": make() for format, make in SAMPLES.items()}
    alone = {name: read_files([Upload(name, data)], Columns()) for name, data in files.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"folder/{name}", data)
    documents, reports = read_files([Upload("all.zip", out.getvalue())], Columns())
    assert {report.status for report in reports} == {"read"}
    for name, (own, _) in alone.items():
        inside = [found for found in documents if re.match(rf"all\.zip/folder/{re.escape(name)}($|[#/])", found.id)]
        assert [found.text for found in inside] == [found.text for found in own], name
        assert all(found.meta == before.meta for found, before in zip(inside, own, strict=True)), name
