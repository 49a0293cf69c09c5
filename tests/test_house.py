"""The house stands: imports point down, heavy libraries enter at one place, files and the public face keep a size."""

import ast
from pathlib import Path

import pytest

import topics

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "topics"

# A module may import modules of lower layers, and of its own package; those of one layer stand side by side.
LAYERS: list[set[str]] = [
    {"values", "errors", "protocols"},
    {"settings", "spaceless", "spans", "spill", "identify", "nearest", "hierarchy", "formulas", "ids"},
    {"passages", "paragraphs", "words", "manifold"},
    {"shelved"},
    {
        "read",
        "clean",
        "copies",
        "language",
        "split",
        "embed",
        "cluster",
        "layout",
        "describe",
        "label",
        "themes",
        "search",
        "facets",
        "timeline",
        "shades",
    },
    {"placement", "intake", "outline", "deferred", "frame", "history", "usage"},
    {"model"},
    {"revision"},
    {
        "pipeline",
        "interop",
        "edit",
        "suggest",
        "compare",
        "contrast",
        "quality",
        "plots",
        "store",
        "portrait",
        "findings",
    },
    {"present", "estimator", "update", "proposal"},
    {"share", "tally", "journal", "spark"},
    {"ui"},
    {"console"},
    {"cli_read", "cli_share", "cli_edit", "cli_update"},
    {"cli"},
]
# model.save(path) is a convenience for store.save(model, path): the one door upwards, opened inside the method.
DOORS = {("model", "store")}

GUARDED = {
    "streamlit": {"app.py", "topics/ui"},
    "bertopic": {"topics/cluster/by_bertopic.py", "topics/interop.py"},
    "umap": {"topics/manifold.py", "topics/cluster/by_bertopic.py"},
    "hdbscan": {"topics/cluster/density.py", "topics/cluster/by_bertopic.py"},
    "onnxruntime": {"topics/embed"},
    "pyspark": {"topics/spark"},
}
NEVER = {"pickle", "joblib", "dill", "shelve", "marshal"}

NOUNS = {"values", "errors", "protocols"}  # without logic: nothing to test
COVERED = {"ui", "views"}  # pages: test_app.py and tests/browser walk through them

SOURCES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _room(module: str) -> str:
    """The room that a dotted module name is in: topics.cluster.graph -> cluster."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _layer(room: str) -> int:
    return next((number for number, rooms in enumerate(LAYERS) if room in rooms), -1)


def _imports(path: Path) -> list[str]:
    """Every dotted name that a file imports, wherever in the file."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names if node.module == "topics"]
    return names


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_imports_point_down(path: Path) -> None:
    here = _room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if here == "__init__":
        return  # the public face names every layer, lazily
    assert _layer(here) >= 0, f"{_name(path)} is in no layer; give it one"
    for module in _imports(path):
        there = _room(module)
        if not module.startswith("topics.") or there in ("", here) or there.startswith("__") or (here, there) in DOORS:
            continue
        assert _layer(there) < _layer(here), f"{_name(path)} imports {module}, which is not in a lower layer"


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "app.py"], ids=_name)
def test_libraries_enter_at_one_place(path: Path) -> None:
    for module in _imports(path):
        library = module.split(".")[0]
        assert library not in NEVER, f"{_name(path)} imports {library}: a saved model never runs code"
        allowed = GUARDED.get(library)
        if allowed is not None:
            assert any(_name(path) == place or _name(path).startswith(f"{place}/") for place in allowed), (
                f"{_name(path)} imports {library}; only {', '.join(sorted(allowed))} may"
            )


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "app.py"], ids=_name)
def test_files_stay_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{_name(path)} has {lines} lines; divide it"


def test_no_module_bears_the_name_of_a_public_function() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert modules.isdisjoint(set(topics.__all__))


def test_every_module_has_its_tests() -> None:
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    for path in SOURCES:
        if path.stem.startswith("_") or path.parent.name in COVERED or path.stem in NOUNS:
            continue
        rooms = {path.stem, path.parent.name, f"{path.parent.name}_{path.stem}"}
        assert rooms & tested, f"{_name(path)} has no tests/test_{path.stem}.py"


def test_the_public_face_is_pinned() -> None:
    assert topics.__all__ == [
        "Assignment", "Document", "Passage", "Settings", "Theme", "Topic", "TopicModel", "TopicsError",
        "encode", "fit", "from_bertopic", "load", "read_documents", "score", "to_bertopic",
    ]  # fmt: skip
    for name in topics.__all__:
        assert getattr(topics, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        _ = topics.frobnicate


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()
