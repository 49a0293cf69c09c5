"""Plant small bugs in modules, one at a time, and see whether the tests notice: python tools/mutate_code.py --help.

Each bug is one change of the syntax tree: another comparison, operator or constant, a condition turned over, a
statement left out, nothing returned. Tests run in a copy of the project. A bug that no test notices is written down
with its line, so that a test can be added, or the reason why it changes nothing.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_STORE = (
    "strict strings tensors blocks lock nouns folder documents codec store_bytes store_listed store_conflicts "
    "store_targets store_tree store_formats atomic store_limits store_refusals digest edits store_forged store "
    "store_mapped store_faults store_surroundings promises"
)
_HISTORY = "effects state limits history edits edit edit_random"
_REVISION = "revision edit state edit_random update store_formats"
TESTS = {
    path: tuple(f"test_{name}" for name in names.split())
    for path, names in (
        ("topics/store", _STORE),
        ("topics/history", _HISTORY),
        ("topics/edit", "edit parting wording edit_random"),
        ("topics/revision.py", _REVISION),
    )
}
"""What is mutated, and the tests that are to notice, the quickest first; before them, those named after the module."""

LONG = ("test_models_are_saved_and_edited_in_any_surroundings", "test_p1_p3_p10_in_another_process")
"""Tests that start Python anew and repeat what others test; they are left out."""

LIBRARIES = ("numpy", "scipy.sparse", "scipy.cluster.hierarchy", "sklearn.manifold", "hypothesis", "threadpoolctl")
"""What most tests import, once for all of them."""

_MEMORY = 8 << 30

_SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,), ast.Add: (ast.Sub,), ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,), ast.FloorDiv: (ast.Mult,), ast.Div: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A planted bug: in which file, at which line, what, and at which node of the syntax tree."""

    file: str
    line: int
    what: str
    node: int
    variant: int

    def source(self, good: str) -> str:
        """Return the source of the file with it."""
        tree = ast.parse(good)
        _changed([*ast.walk(tree)][self.node], self.variant)
        return ast.unparse(ast.fix_missing_locations(tree))


def mutants(file: Path, root: Path = ROOT) -> Iterator[Mutant]:
    """Yield every planted bug of a file below a root."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    idle = {id(inside) for node in ast.walk(tree) for part in _idle(node) for inside in ast.walk(part)}
    for number, node in enumerate(ast.walk(tree)):
        for variant in range(3) if id(node) not in idle else ():
            what = _changed(_apart(node), variant)
            if not what:
                break
            yield Mutant(file.relative_to(root).as_posix(), getattr(node, "lineno", 0), what, number, variant)


def _apart(node: ast.AST) -> ast.AST:
    """Return a copy of a node, with the same nodes below it."""
    held = {name: [*value] if isinstance(value, list) else value for name, value in ast.iter_fields(node)}
    return ast.copy_location(type(node)(**held), node)


def _idle(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that do nothing when it runs: annotations, and what decorates it."""
    parts = [getattr(node, "annotation", None), getattr(node, "returns", None), *getattr(node, "decorator_list", ())]
    return [part for part in parts if isinstance(part, ast.AST)]


def _changed(node: ast.AST, variant: int) -> str:
    """Change a node in place; return what was done, or nothing where there is nothing (more) to do."""
    for name in ("ops", "op"):
        held = getattr(node, name, None)
        first = held[0] if isinstance(held, list) and held else held
        swaps = _SWAPS.get(type(first), ())
        if first is not None and variant < len(swaps):
            fresh = swaps[variant]()
            setattr(node, name, [fresh, *held[1:]] if isinstance(held, list) else fresh)
            return f"{type(first).__name__} -> {type(fresh).__name__}"
    if variant:
        return ""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += 1
        return f"{node.value - 1} -> {node.value}"
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
        return f"{not node.value} -> {node.value}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.op = ast.UAdd()
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
        return "not is left out"
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        node.value = ast.Constant(None)
        return "nothing is returned"
    return _left_out(node)


def _left_out(node: ast.AST) -> str:
    """Leave the last statement that does something out of a block."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            for place, statement in reversed([*enumerate(block)]):
                told = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
                if told or isinstance(statement, ast.Raise | ast.AugAssign | ast.Continue | ast.Break):
                    block[place] = ast.copy_location(ast.Pass(), statement)
                    return f"line {statement.lineno} is left out"
    return ""


def noticed_by(mutant: Mutant, tests: tuple[str, ...], copy: Path, seconds: int) -> str:
    """Return the first test that notices a bug that is planted in a copy of the project, or nothing."""
    place = copy / mutant.file
    good = place.read_text(encoding="utf-8")
    place.write_text(mutant.source(good), encoding="utf-8")
    own = f"test_{place.stem}"
    try:
        return first_failing(tuple(sorted(tests, key=lambda name: name != own)), copy, seconds)
    finally:
        place.write_text(good, encoding="utf-8")


def first_failing(tests: tuple[str, ...], copy: Path, seconds: int) -> str:
    """Return the first test in the copy that fails, or that takes more seconds of the processor; nothing if all pass.

    They run in a fork of this process, in which the libraries are imported already.
    """
    files = [f"tests/{name}.py" for name in tests if (copy / f"tests/{name}.py").exists()]
    noting = _Noting(copy / "noticed")
    noting.path.write_text("the start of the tests", encoding="utf-8")
    child = os.fork()
    if child == 0:
        _test(copy, files, seconds, noting)
    return "" if os.waitpid(child, 0)[1] == 0 else noting.path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Noting:
    """What takes note of the test that runs; after one that fails there is no other."""

    path: Path

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.path.write_text(nodeid, encoding="utf-8")


def _test(copy: Path, files: list[str], seconds: int, noting: _Noting) -> None:
    """Run tests in the copy, and end the process: 0 where all pass."""
    code = 1
    try:
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        if list((copy / "topics").glob("__pycache__")):  # from the first run; that of a bug is not to be kept
            sys.dont_write_bytecode = True
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))  # for one that never ends and keeps what it makes
        signal.alarm(4 * seconds)  # for one that waits for ever
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(quiet, stream)
        told = ["-q", "-x", "-m", "not slow", "-p", "no:cacheprovider"]
        told += ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-k", f"not ({' or '.join(LONG)})"]
        code = int(pytest.main([*told, *files], plugins=[noting]))
    finally:
        os._exit(code)


def main() -> None:
    """Plant a sample of bugs and print those that survive, and the score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", default=[*TESTS], help=f"of {', '.join(TESTS)}")
    parser.add_argument("--sample", type=int, default=60, help="bugs of each path")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=120, help="of the processor, after which tests count as failed")
    parser.add_argument("--every", action="store_true", help="print also the bugs that were noticed, and by which test")
    asked = parser.parse_args()
    for library in LIBRARIES:
        import_module(library)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for name in ("topics", "tests", "benchmarks", "tools", "seeds", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "README.md", "CHANGELOG.md", "app.py"):
            shutil.copy(ROOT / file, copy / file)
        for path in asked.paths:
            if failing := first_failing(TESTS[path], copy, 10 * asked.seconds):
                sys.exit(f"the tests of {path} fail without any bug ({failing}); mend them first")
            _try(path, asked, copy)


def _try(path: str, asked: argparse.Namespace, copy: Path) -> None:
    files = sorted((copy / path).glob("*.py")) if (copy / path).is_dir() else [copy / path]
    every = [mutant for file in files for mutant in mutants(file, copy)]
    drawn = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    noticed = 0
    for tried, mutant in enumerate(drawn, 1):
        test = noticed_by(mutant, TESTS[path], copy, asked.seconds)
        noticed += bool(test)
        if not test or asked.every:
            end = f"noticed by {test}" if test else "survived"
            print(f"{mutant.file}:{mutant.line}: {mutant.what}: {end}", flush=True)
        print(f"{path}: {noticed} of {tried} noticed", end="\r", file=sys.stderr, flush=True)
    print(f"{path}: {noticed} of {len(drawn)} noticed ({noticed / len(drawn):.0%}), of {len(every)} in all", flush=True)


if __name__ == "__main__":
    main()
