"""A saved model comes back as it was, bit for bit, and what lies in a folder is never lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forge import FILES, arrays_of, assert_same, forge_json, tree, version_of
from tests.models import FakeEmbedder, odd_model, small_model
from topics import store
from topics.cluster.confidence import FIRST, Calibration
from topics.errors import ModelError
from topics.settings import Settings
from topics.values import Skipped


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return store.save(small_model(), tmp_path / "town")


# --- a round trip -----------------------------------------------------------------------------------------------------


def test_every_field_comes_back(saved: Path) -> None:
    assert_same(small_model(), store.load(saved))


def test_how_many_passages_stood_out_for_a_theme_comes_back_and_may_be_unknown(tmp_path: Path) -> None:
    path = store.save(small_model(claims={"Space travel": 3, "School lunches": 0}), tmp_path / "counted")
    assert dict(store.load(path).claims) == {"Space travel": 3, "School lunches": 0}
    forge_json(path, lambda content: content["themes"][2].pop("claimed"))
    assert dict(store.load(path).claims) == {"School lunches": 0}
    forge_json(path, lambda content: content["themes"][1].update(claimed=-1))
    with pytest.raises(ModelError, match=r"themes\[1\]\.claimed is -1"):
        store.load(path)


def test_what_tells_confidence_comes_back_and_without_it_the_first_calibration_holds(tmp_path: Path) -> None:
    model = small_model(excess=np.linspace(-1, 1, 72, dtype=np.float32).reshape(24, 3))
    own = replace(model, calibration=Calibration((0.5, 0.25, 1.0), (2.0, 0.5), 1.5), _memo=None)
    again = store.load(store.save(own, tmp_path / "m"))
    assert again.calibration == own.calibration
    assert own.excess is not None
    assert again.excess is not None
    assert again.excess.tobytes() == own.excess.tobytes()
    assert again.confidence.tobytes() == own.confidence.tobytes() != model.confidence.tobytes()
    plain = store.save(small_model(), tmp_path / "plain")
    forge_json(plain, lambda content: content.pop("confidence"))
    older = store.load(plain)
    assert (older.excess, older.calibration) == (None, FIRST)


@pytest.mark.parametrize(
    "confidence",
    [{"weights": [1.0, 2.0]}, {"weights": [1.0, 2.0, 1e9]}, {"unread": [1.0, 2.0]}, {"theme": "3"}, {"measured": True}],
)
def test_a_calibration_that_cannot_be_is_refused(tmp_path: Path, confidence: dict[str, object]) -> None:
    path = store.save(small_model(), tmp_path / "m")
    forge_json(path, lambda content: content["confidence"].update(confidence))
    with pytest.raises(ModelError, match=r"topics\.json is damaged: confidence|the array 'excess' is missing"):
        store.load(path)


@pytest.mark.parametrize("level", ["coarse", "medium", "fine"])
def test_assignment_is_the_same_before_and_after_bit_for_bit(saved: Path, level: str) -> None:
    before = small_model(level=level)
    after = replace(store.load(saved).at(level), embedder=FakeEmbedder())
    texts = ["More bike lanes, please", "Bussen kommer aldrig", "Lunch for the pupils", "", "Nothing of the kind"]
    assert before.assign(texts) == after.assign(texts)
    one, other = before.assign_vectors(before.vectors), after.assign_vectors(after.vectors)
    for name in ("topic", "score", "runner_up", "margin"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_the_model_can_save_itself_and_shows_the_same_level(tmp_path: Path) -> None:
    path = small_model(level="fine").save(str(tmp_path / "a" / "b"))
    assert path == tmp_path / "a" / "b"
    assert store.load(str(path)).level == "fine"


def test_other_settings_no_centring_and_no_extras_come_back(tmp_path: Path) -> None:
    model = small_model(
        settings=Settings(engine="density", keep=("share",), language="sv", clean=False, seed=7),
        themes=(),
        removed=(),
        skipped=(),
    )
    plain = replace(
        model,
        centring=replace(model.centring, languages=(), offsets=model.centring.offsets[:0].copy()),
        levels=tuple(
            replace(level, topics=tuple(replace(topic, theme=None) for topic in level.topics)) for level in model.levels
        ),
    )
    assert_same(plain, store.load(store.save(plain, tmp_path / "plain")))


def test_loose_passages_come_back(tmp_path: Path) -> None:
    model = small_model()
    labels = model.all_labels.copy()
    labels[:, 0] = -1
    levels = tuple(
        replace(
            level,
            topics=tuple(replace(t, size=int((row == t.id).sum())) for t in level.topics),
        )
        for level, row in zip(model.levels, labels, strict=True)
    )
    loose = small_model(all_labels=labels, levels=levels)
    assert store.load(store.save(loose, tmp_path / "loose")).all_labels[:, 0].tolist() == [-1, -1, -1]


ODD = "Åsa\u0000\t\r\n\u202eright-to-left \ufeff\u2028 \U0001f6b2 e\u0301 'NA' \\ \"quoted\" </script>"


def test_odd_characters_come_back(tmp_path: Path) -> None:
    model = odd_model(ODD, {ODD: ODD, "": "", "z": "1", "a": "2"})
    back = store.load(store.save(model, tmp_path / "odd"))
    assert_same(model, back)
    assert list(back.passages.documents[-1].meta) == [ODD, "", "z", "a"]


@settings(max_examples=40)
@given(text=st.text(min_size=1), meta=st.dictionaries(st.text(), st.text(), max_size=3))
def test_any_text_comes_back(text: str, meta: dict[str, str]) -> None:
    model = odd_model(text, meta)
    with tempfile.TemporaryDirectory() as folder:
        assert_same(model, store.load(store.save(model, Path(folder) / "odd")))


def test_a_file_name_that_is_no_unicode_comes_back(tmp_path: Path) -> None:
    model = small_model(skipped=(Skipped("br\udce9v.txt", "it is no text"),))
    assert store.load(store.save(model, tmp_path / "m")).skipped == model.skipped


# --- the files --------------------------------------------------------------------------------------------------------


def test_the_folder_is_as_documented(saved: Path) -> None:
    assert sorted(tree(saved)) == [
        "CURRENT",
        *sorted(f"{version_of(saved).name}/{n}" for n in (*FILES, "manifest.json")),
    ]
    manifest = json.loads((version_of(saved) / "manifest.json").read_bytes())
    assert manifest["format_version"] == store.FORMAT_VERSION == 2
    assert manifest["encoder"] == {
        "id": "fake",
        "fingerprint": FakeEmbedder().fingerprint,
        "dimension": 16,
        "normalised": True,
        "poorly_read": [],
        "reading": {},
        "probes": [],
    }
    assert manifest["settings"]["engine"] == "graph"
    assert manifest["packages"]["numpy"] == np.__version__
    assert sorted(manifest["files"]) == sorted(FILES)


def test_saving_the_same_model_again_changes_nothing(saved: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in saved.rglob("*") if path.name != ".lock"}
    store.save(store.load(saved), saved)
    assert {path: path.stat().st_mtime_ns for path in saved.rglob("*") if path.name != ".lock"} == before


def test_the_same_model_gives_the_same_bytes_anywhere(saved: Path, tmp_path: Path) -> None:
    assert tree(store.save(small_model(), tmp_path / "elsewhere")) == tree(saved)


def test_nothing_of_this_machine_is_in_the_files(saved: Path) -> None:
    for name, data in tree(saved).items():
        for word in (str(saved.parent), str(Path.home()), os.getcwd()):
            assert word == "/" or word.encode() not in data, name


def test_the_library_of_the_format_reads_the_columns(saved: Path) -> None:
    model = small_model()
    passages, documents = arrays_of(saved, "passages.safetensors"), arrays_of(saved, "documents.safetensors")
    texts = arrays_of(saved, "texts.safetensors")
    assert passages["labels"][2].tolist() == model.at("fine").labels.tolist()
    assert arrays_of(saved, "vectors.safetensors")["vectors"].tobytes() == model.vectors.tobytes()
    row = passages["document"][3]
    start, end = documents["text_ends"][row : row + 2]
    text = texts["texts"][start:end].tobytes().decode()
    assert text[passages["start"][3] : passages["end"][3]] == model.passages[3].text
    start, end = documents["meta_ends"][3:5]
    assert json.loads(texts["metas"][start:end].tobytes()) == {"title": "insändare.txt", "källa": "påhittad"}


def test_a_new_version_keeps_the_one_before_and_no_older(saved: Path) -> None:
    versions = [version_of(saved)]
    for level in ("coarse", "fine", "medium"):
        store.save(small_model(level=level, skipped=(Skipped(level, "is new"),)), saved)
        versions.append(version_of(saved))
    assert sorted(path for path in saved.iterdir() if path.is_dir()) == sorted(versions[-2:])
    store.save(small_model(level="coarse"), saved)
    store.save(small_model(level="coarse"), saved, keep_previous=False)
    assert [path for path in saved.iterdir() if path.is_dir()] == [version_of(saved)]


def test_going_back_to_the_version_before_writes_no_file(saved: Path) -> None:
    first = version_of(saved)
    store.save(small_model(level="fine"), saved)
    stamp = (first / "topics.json").stat().st_mtime_ns
    store.save(small_model(), saved)
    assert version_of(saved) == first
    assert (first / "topics.json").stat().st_mtime_ns == stamp


def test_saving_mends_a_damaged_version(saved: Path) -> None:
    (version_of(saved) / "topics.json").write_bytes(b"{}")
    (version_of(saved) / "rule.safetensors").unlink()
    store.save(small_model(), saved)
    assert_same(small_model(), store.load(saved))


# --- P4 and speed -----------------------------------------------------------------------------------------------------

LOADING = """
import sys
from pathlib import Path
from topics import store
from topics.cluster.confidence import FIRST, Calibration
folder = Path(sys.argv[1])
store.load(folder)  # imports what it needs
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)))
store.load(folder)
here = str(folder)
for event, args in list(seen):
    if event in ("open", "os.listdir", "os.scandir"):
        assert isinstance(args[0], int) or str(args[0]).startswith(here), (event, args)
    assert event.partition(".")[0] not in ("socket", "subprocess", "pickle", "ctypes", "marshal"), event
    assert event not in ("exec", "compile", "import", "os.system", "os.exec", "os.fork", "os.posix_spawn"), event
heavy = {"bertopic", "umap", "numba", "hdbscan", "torch", "onnxruntime", "sklearn", "pandas", "streamlit"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
print(len(seen))
"""


def test_p4_loading_reads_its_own_folder_runs_nothing_and_is_light(saved: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LOADING, str(saved)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_no_code_that_could_run_what_it_reads_is_reachable() -> None:
    for path in Path(store.__file__).parent.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        for word in ("pickle", "np.load", "eval(", "exec(", "__import__", "getattr(model", "shelve", "marshal"):
            assert word not in source, (path.name, word)
