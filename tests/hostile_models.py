"""Saved models that were crafted to harm whoever loads them; every hash in them is right, unless a row says otherwise.

``CRAFTED`` maps a description to what turns a good saved model (its folder) into that one; large files are made only
then. ``python -m tests.hostile_models FOLDER`` loads each in a process of its own that notes what it opens, imports and
runs, and writes what became of it to FOLDER/ends.json.
"""

from __future__ import annotations

import io
import json
import os
import socket
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests import hostile_edits
from tests.forge import arrays_of, forge, forge_arrays, forge_json, forge_texts, version_of

Craft = Callable[[Path], object]

PICKLE = b"cposix\nsystem\n(S'touch ran'\ntR."
SECRET = "outside the model"
CONTROL = "a load that does harm"
DOCUMENTS, TEXTS, PASSAGES = "documents.safetensors", "texts.safetensors", "passages.safetensors"
VECTORS, RULE, TOPICS = "vectors.safetensors", "rule.safetensors", "topics.json"


def zipped(**files: bytes) -> bytes:
    """Return a zip archive; ``__`` in a name stands for ``../``."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "../"), data)
    return sink.getvalue()


def replaced(name: str, data: bytes) -> Craft:
    """Put other bytes in the place of a file."""
    return lambda folder: forge(folder, {name: data})


def pointer(data: bytes) -> Craft:
    """Let CURRENT say something else."""
    return lambda folder: (folder / "CURRENT").write_bytes(data)


def instead(name: str, make: Callable[[Path], object]) -> Craft:
    """Put something that is no file in the place of a file."""

    def craft(folder: Path) -> None:
        path = folder / name if name == "CURRENT" else version_of(folder) / name
        path.unlink()
        make(path)

    return craft


def header(name: str, shape: str, offsets: str, size: int, also: str = "") -> Craft:
    """Put an array file with any header in the place of the vectors."""
    told = f'{{"{name}":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}{also}}}'.encode()
    return replaced(VECTORS, len(told).to_bytes(8, "little") + told + bytes(size))


def manifest(change: Callable[[dict[str, Any]], object]) -> Craft:
    """Change the manifest as values."""
    return lambda folder: forge(folder, change=change)


def raw_manifest(data: bytes) -> Craft:
    """Put other bytes in the place of the manifest."""
    return lambda folder: forge(folder, manifest=lambda _: data)


def topic(**fields: Any) -> Craft:
    """Change the fields of a topic."""
    return lambda folder: forge_json(folder, lambda content: content["levels"][1]["topics"][2].update(fields))


def arrays(file: str, **changes: Callable[[Any], Any]) -> Craft:
    """Change arrays of a file."""

    def craft(folder: Path) -> None:
        held = arrays_of(folder, file)
        forge_arrays(folder, file, **{name: change(held[name]) for name, change in changes.items()})

    return craft


def sparse(name: str, size: int) -> Craft:
    """Put a file of any size, all holes, in the place of a file; the manifest says its size."""

    def craft(folder: Path) -> None:
        with (version_of(folder) / name).open("wb") as file:
            file.truncate(size)
        zero = "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"  # of a megabyte of zeros
        forge(folder, change=lambda m: m["files"][name].update(bytes=size, sha256=[zero] * (size >> 20)))

    return craft


def linked_version(folder: Path) -> None:
    """Let the version be a link to a folder elsewhere."""
    version_of(folder).rename(folder.parent / "elsewhere")
    version_of(folder).symlink_to(folder.parent / "elsewhere")


def hard_link(folder: Path) -> None:
    """Let a file be another name of one outside; hashes cannot be right, as the attacker does not know its content."""
    path = version_of(folder) / TOPICS
    path.unlink()
    os.link(folder.parent / "secret", path)


def bound(path: Path) -> None:
    """Put a socket at a path, by way of a shorter one."""
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


def many_arrays(folder: Path) -> None:
    """Put a file of a hundred thousand arrays, all empty, in the place of the prototypes."""
    one = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    told = json.dumps({f"{n}": one for n in range(100_000)}).encode()
    forge(folder, {RULE: len(told).to_bytes(8, "little") + told})


def history(content: Callable[[], bytes]) -> Craft:
    """Put other bytes in the place of the history."""
    return lambda folder: forge(folder, {"edits.jsonl": content()})


def negated(array: Any) -> Any:
    """Return an array whose first value is -1."""
    return np.concatenate([np.array([-1], array.dtype), array[1:]])


CRAFTED: dict[str, Craft] = {
    **{f"a pickle called {name}": replaced(name, PICKLE) for name in (DOCUMENTS, TEXTS, VECTORS, RULE, TOPICS)},
    "a pickle called edits.jsonl": replaced("edits.jsonl", PICKLE),
    "a pickle called manifest.json": raw_manifest(PICKLE),
    "a pickle called CURRENT": pointer(PICKLE),
    "a pickle beside the files": lambda f: (version_of(f) / "model.pkl").write_bytes(PICKLE),
    "weights of torch beside the files": lambda f: (version_of(f) / "pytorch_model.bin").write_bytes(
        zipped(**{"archive/data.pkl": PICKLE})
    ),
    "a module beside the files": lambda f: (version_of(f) / "__init__.py").write_text("open('ran', 'w')"),
    "CURRENT with ../": pointer(b"../elsewhere\n"),
    "CURRENT with an absolute path": pointer(b"/etc\n"),
    "CURRENT with a drive": pointer(b"C:\\x\n"),
    "CURRENT with a NUL": pointer(b"v-0123456789abcdef\x00\n"),
    "CURRENT that goes up": pointer(b"v-0123456789abcdef/../..\n"),
    "CURRENT of a gigabyte": lambda f: os.truncate(f / "CURRENT", 1 << 30),
    "CURRENT that is a link": instead("CURRENT", lambda path: path.symlink_to(path.parents[1] / "secret")),
    "CURRENT that is a pipe": instead("CURRENT", os.mkfifo),
    "a version that is a link": linked_version,
    "a file that is a link outside": instead(TOPICS, lambda path: path.symlink_to(path.parents[2] / "secret")),
    "a file that is a link to nothing": instead(VECTORS, lambda path: path.symlink_to("nowhere")),
    "a file that is a link to a device": instead(TEXTS, lambda path: path.symlink_to("/dev/zero")),
    "a file that is a hard link outside": hard_link,
    "a file that is a pipe": instead(VECTORS, os.mkfifo),
    "a file that is a folder": instead(DOCUMENTS, os.mkdir),
    "a file that is a socket": instead(RULE, bound),
    "a manifest that lists ../x": manifest(lambda m: m["files"].update({"../x": {"bytes": 0, "sha256": []}})),
    "a manifest that lists an absolute path": manifest(lambda m: m["files"].update({"/x": {"bytes": 0, "sha256": []}})),
    "a manifest with a key twice": raw_manifest(b'{"format_version": 1, "format_version": 1}'),
    "a manifest that is deep": raw_manifest(b"[" * 1_000_000),
    "a manifest that is wide": lambda f: raw_manifest(b"[" + b"[]," * 5_000_000 + b"[]]")(f),
    "a manifest with a number of a million digits": raw_manifest(b'{"format_version": ' + b"9" * 1_000_000 + b"}"),
    "a manifest of a format to come": manifest(lambda m: m.update(format_version=99)),
    "a manifest without hashes": manifest(lambda m: m["files"][VECTORS].update(sha256=[])),
    "a manifest of a billion passages": manifest(lambda m: m["counts"].update(passages=10**9)),
    "a zip that goes up": replaced(TEXTS, zipped(__ran=b"ran")),
    "a zip bomb": lambda f: replaced(VECTORS, zipped(a=bytes(50 << 20)))(f),
    "a header of 2^60 bytes": replaced(VECTORS, (1 << 60).to_bytes(8, "little") + b"{}"),
    "a header that is deep": replaced(RULE, (60_000).to_bytes(8, "little") + b"[" * 60_000),
    "a hundred thousand arrays": many_arrays,
    "an array of 10^18 values": header("vectors", "[1000000000,1000000000]", "[0,4]", 4),
    "an array whose size overflows": header("vectors", "[4294967296,4294967296]", "[0,0]", 0),
    "an array of negative size": header("vectors", "[-24,-16]", "[0,1536]", 1536),
    "an array behind the end": header("vectors", "[24,16]", "[1099511627776,1099511629312]", 1536),
    "an array before the beginning": header("vectors", "[24,16]", "[-8,1528]", 1536),
    "arrays that overlap": header(
        "vectors", "[24,16]", "[0,1536]", 1536, ',"other":{"dtype":"F32","shape":[384],"data_offsets":[0,1536]}'
    ),
    "a hole before an array": header("vectors", "[24,16]", "[64,1600]", 1600),
    "an array twice": header("vectors", "[24,16]", "[0,1536]", 1536, ',"vectors":{}'),
    "vectors that are no numbers": arrays(VECTORS, vectors=lambda a: a * np.float32("nan")),
    "labels that no topic has": arrays(PASSAGES, labels=lambda a: a + 1_000_000),
    "passages of documents that are not there": arrays(PASSAGES, document=lambda a: a + 1_000_000),
    "passages that begin before their document": arrays(PASSAGES, start=negated),
    "passages behind the end of their document": arrays(PASSAGES, end=lambda a: a + 1_000_000),
    "texts that end before they begin": arrays(DOCUMENTS, text_ends=lambda a: a[::-1]),
    "texts that end behind the file": arrays(DOCUMENTS, text_ends=lambda a: a + (1 << 60)),
    "pages before their document": arrays(DOCUMENTS, page_ends=lambda a: a - 1),
    "removed spans of no document": arrays(DOCUMENTS, removed=lambda a: a + 1_000_000),
    "prototypes of topics that are not there": arrays(RULE, prototype_topics=lambda a: a - 1_000_000),
    "no prototypes": arrays(RULE, prototypes=lambda a: a[:0], prototype_topics=lambda a: a[:, :0]),
    "metadata that is deep": lambda f: forge_texts(f, "metas", 1, b"[" * 1_000_000),
    "metadata that is no text": lambda f: forge_texts(f, "metas", 1, b'{"title": {"$ref": "/etc/passwd"}}'),
    "a text that is no UTF-8": lambda f: forge_texts(f, "texts", 1, b"\xff\xfe" * 1000),
    "topics of a gigabyte": sparse(TOPICS, 1 << 30),
    "vectors of 64 gigabytes": sparse(VECTORS, 64 << 30),
    "topics with NaN": replaced(TOPICS, b'{"levels": NaN}'),
    "topics with a key twice": replaced(TOPICS, b'{"levels": [], "levels": []}'),
    "a topic with an id out of range": topic(id=10**9),
    "a topic with a parent out of range": topic(parent=-1),
    "a topic with a size of 10^400": topic(size=10**400),
    "a topic with a key for code": topic(__reduce__=["os.system", "touch ran"]),
    "a setting that is a pattern without end": manifest(lambda m: m["settings"].update(token_pattern="(a+)+$")),
    "a setting that reads files": manifest(lambda m: m["settings"].update(input="filename")),
    "a setting that names a class": manifest(lambda m: m["settings"].update(engine="os.system")),
    "a level that is a path": manifest(lambda m: m.update(levels=["../../x", "medium", "fine"])),
    "an encoder with a module": manifest(lambda m: m["encoder"].update(modules="modules.json")),
    "an encoder of 2^40 dimensions": manifest(lambda m: m["encoder"].update(dimension=2**40)),
    **{f"edits: {name}": history(content) for name, content in hostile_edits.CRAFTED.items()},
}


def loaded(folder: Path, load: Callable[[Path], object]) -> dict[str, Any]:
    """Load a model in this process, and return what became of it and what the process did meanwhile."""
    from topics.errors import ModelError

    seen: list[str] = []
    here = str(folder)
    bad = {
        "socket",
        "subprocess",
        "pickle",
        "ctypes",
        "marshal",
        "import",
        "exec",
        "compile",
        "shutil",
        "urllib",
        "code",
    }

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir"):
            if not isinstance(args[0], int) and not str(args[0]).startswith(here):
                seen.append(f"{event} {args[0]}")
        elif event.partition(".")[0] in bad or event in (
            "os.system",
            "os.exec",
            "os.fork",
            "os.posix_spawn",
            "os.spawn",
        ):
            seen.append(f"{event} {args!r:.100}")

    before, began, worked = _memory(), time.perf_counter(), time.process_time()
    sys.addaudithook(hook)
    try:
        load(folder)
        error = "none: it was loaded"
    except ModelError as told:
        error = f"ModelError: {told}"
    except BaseException as other:  # noqa: BLE001 - the point is that there is no other
        error = repr(other)[:300]
    cost = {"seconds": time.perf_counter() - began, "work": time.process_time() - worked}
    return {"error": error, "seen": list(seen), **cost, "megabytes": _memory() - before}


def _harmful(folder: Path) -> None:
    """Do what no load may do, to see that it would be noticed."""
    (folder.parent / "secret").read_text()
    socket.socket().close()
    os.system("touch ran")
    np.ones(50_000_000, np.float64)
    time.sleep(0.1)


def _memory() -> float:
    """Return the most memory that this process has held since it was forked, in MB (Linux)."""
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return int(told) / 1024


def main(base: Path) -> None:
    """Craft every model, load each in a fork, and write down what became of them."""
    from tests.models import small_model
    from topics import store

    ends = {}
    for number, (name, craft) in enumerate((CRAFTED | {CONTROL: lambda _: None}).items()):
        home = base / str(number)
        home.mkdir()
        (home / "secret").write_text(SECRET)
        folder = store.save(small_model(), home / "m")
        store.load(folder)  # imports what it needs
        craft(folder)
        child = os.fork()
        if child == 0:
            Path("/proc/self/clear_refs").write_text("5")  # the most memory is counted from here
            os.chdir(home)
            (home / "end.json").write_text(json.dumps(loaded(folder, _harmful if name == CONTROL else store.load)))
            os._exit(0)
        os.waitpid(child, 0)
        ran = (home / "ran").exists() or (home / "m" / "ran").exists()
        ends[name] = {**json.loads((home / "end.json").read_text()), "ran": ran}
    (base / "ends.json").write_text(json.dumps(ends))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
