"""Damages one file of a saved model after another, in every way, and sees to it that each is named.

python -m tests.faults.corrupt [TIMES]       # 10,000 by default
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.edit_steps import edited
from tests.faults.harness import scratch
from tests.faults.scenarios import NEW, OLD, fresh
from tests.forge import version_of
from tests.models import small_model, small_tree
from topics import store
from topics.errors import ModelError
from topics.store import blocks

Damage = Callable[[Path, Path, random.Random], str]
"""Damages a file, given the same file of another model; returns the name that the error must bear, "" for no change."""


def flip(path: Path, _: Path, draw: random.Random) -> str:
    """Turn one to eight bits over."""
    data = bytearray(path.read_bytes())
    for _turn in range(draw.choice((1, 1, 8)) if data else 0):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return _write(path, bytes(data))


def truncate(path: Path, _: Path, draw: random.Random) -> str:
    """Cut the end off."""
    data = path.read_bytes()
    return _write(path, data[: draw.randrange(len(data))] if data else data)


def empty(path: Path, _: Path, draw: random.Random) -> str:
    """Leave nothing of it."""
    return _write(path, b"")


def missing(path: Path, _: Path, draw: random.Random) -> str:
    """Take it away."""
    path.unlink()
    return path.name


def extra(path: Path, _: Path, draw: random.Random) -> str:
    """Put another file beside it, or something behind its end."""
    if path.name == "CURRENT" or draw.random() < 0.5:
        return _write(path, path.read_bytes() + draw.choice((b" ", b"\0", b"\n")))
    other = path.with_name(draw.choice((f"{path.name}~", "model.pkl", ".hidden", "config.json", "v-0")))
    other.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    return other.name


def link(path: Path, other: Path, draw: random.Random) -> str:
    """Put a symbolic link to a copy, to another model's file or to nothing in its place."""
    aside = path.parents[1].with_name("aside") if path.name != "CURRENT" else path.with_name("aside")
    shutil.copy(path, aside)
    path.unlink()
    path.symlink_to(draw.choice((aside, other, Path("nowhere"))))
    return path.name


def swap(path: Path, other: Path, draw: random.Random) -> str:
    """Put the file of another model in its place."""
    return _write(path, other.read_bytes())


KINDS: tuple[Damage, ...] = (flip, flip, truncate, empty, missing, extra, link, swap)


def corrupted(times: int, base: Path, seed: int = 0) -> Counter[tuple[str, str]]:
    """Return how many errors each damage of each file gave, by damage and file.

    Raises
    ------
    AssertionError
        A damaged model was loaded, or the error does not name the file.
    """
    draw, found = random.Random(seed), Counter[tuple[str, str]]()
    whole = (OLD, NEW, small_model(tree=small_tree()), small_model(removed=(), skipped=(), level="fine"))
    models = (*whole, *(edited(small_model(tree=small_tree()), random.Random(one), 8) for one in (1, 2)))
    kept = [store.save(fresh(model), base / str(number)) for number, model in enumerate(models)]
    while found.total() < times:
        one, two = draw.sample(kept, 2)
        folder = base / "here"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(one, folder)
        name = draw.choice(("CURRENT", *sorted(path.name for path in version_of(one).iterdir())))
        path, other = (of / name if name == "CURRENT" else version_of(of) / name for of in (folder, two))
        kind = draw.choice(KINDS)
        before = path.read_bytes()
        named = kind(path, other, draw)
        if not named or (kind is swap and path.read_bytes() == before):
            continue
        large = draw.random() < 0.3
        _expect(folder, named, large, f"{kind.__name__} of {name}, large: {large}")
        found[kind.__name__, name] += 1
    return found


def summed(counts: Counter[tuple[str, str]], what: int, name: str) -> int:
    """Return how many errors a damage (0) or the damage of a file (1) gave."""
    return sum(count for key, count in counts.items() if key[what] == name)


def _expect(folder: Path, named: str, large: bool, where: str) -> None:
    try:
        blocks.MAPPED_ABOVE = 100 if large else 32 << 20
        model = store.load(folder)
        if large:  # what is mapped is checked where it is touched
            assert (len(model.vectors), len(list(model.passages.documents))) == (24, 4)
            assert model.removed is not None
    except ModelError as error:
        place = "v-" if named == "CURRENT" else named
        assert named in str(error) or place in str(error), (where, str(error))
        return
    finally:
        blocks.MAPPED_ABOVE = 32 << 20
    raise AssertionError(f"{where}: loaded as if nothing had happened")


def _write(path: Path, data: bytes) -> str:
    if data == path.read_bytes():
        return ""
    path.write_bytes(data)
    return path.name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        counts = corrupted(int((*sys.argv[1:], "10000")[0]), Path(folder))
        sys.stdout.write(f"{counts.total()} named errors, 0 silent loads\n")
        for what in (0, 1):
            names = sorted({key[what] for key in counts})
            sys.stdout.write(f"{', '.join(f'{name} {summed(counts, what, name)}' for name in names)}\n")
