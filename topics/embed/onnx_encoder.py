"""sentence-transformers models that come with an ONNX export, run without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.embed.folder import FolderEncoder, Opened, damaged, open_tokenizer, read_json, whole_number
from topics.embed.modules import modules_of, pooling_of
from topics.embed.session import open_session, runtime

GRAPH = "onnx/model.onnx"
"""Where a sentence-transformers folder has its export."""

_FED = {"input_ids", "attention_mask", "token_type_ids"}
_TOKENS = ("last_hidden_state", "token_embeddings")
_UNLIMITED = 1 << 20  # a tokenizer that knows no limit says a number beyond this
_USUAL = 512


class OnnxEncoder(FolderEncoder):
    """A transformer with pooling, in float32 as exported; each text is read alone, by one thread.

    What follows the transformer (mean, first token, maximum or last token; dense layers) is done here, in double
    precision. The prompt that the model names as its default goes before every text.
    """

    @property
    def runtime(self) -> str:
        """What else the last bits of a vector depend on: the version of ONNX Runtime and the kind of machine."""
        return runtime("onnxruntime")

    def _files(self) -> Iterable[Path]:
        folder = self._folder
        graph = folder / GRAPH
        fixed = [graph, folder / "tokenizer.json", folder / "modules.json"]
        more = [graph.with_name(f"{graph.name}_data"), graph.with_name(f"{graph.name}.data"), *settings_files(folder)]
        for module in modules_of(folder)[1:]:
            more += [folder / module.path / "config.json", folder / module.path / "model.safetensors"]
        return [*fixed, *(path for path in more if path.exists())]

    def _load(self) -> Opened:
        folder = self._folder
        pool = pooling_of(folder, modules_of(folder))
        if pool is None:
            raise damaged(folder / "modules.json", "it asks for steps that only sentence-transformers knows")
        session, output = _session(folder / GRAPH)
        fed = [given.name for given in session.get_inputs()]
        tokenizer, cutting = (open_tokenizer(folder / "tokenizer.json") for _ in range(2))
        longest = longest_of(folder)
        cutting.enable_truncation(longest)
        written = wording_of(folder)

        def read(text: str) -> NDArray[np.float64]:
            found = cutting.encode(written(text))
            ids = np.array([found.ids or [0]], dtype=np.int64)  # a tokenizer without marks has none for an empty text
            types = np.array([found.type_ids or [0]], dtype=np.int64)
            told = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}
            hidden = session.run([output], {name: told[name] for name in fed})[0][0]
            return pool(hidden.astype(np.float64))

        def counts(texts: Sequence[str]) -> Iterable[int]:
            return map(len, tokenizer.encode_batch_fast([written(text) for text in texts]))

        return Opened(read, counts, tokenizer, len(read("a")), longest)


def wording_of(folder: Path) -> Callable[[str], str]:
    """Return how a text is written before it is read: behind the default prompt, in lower case where it asks so."""
    path = folder / "config_sentence_transformers.json"
    told = read_json(path)
    prompts, name = told.get("prompts") or {}, told.get("default_prompt_name")
    prompt = prompts.get(name, "") if isinstance(prompts, dict) and name else ""
    if not isinstance(prompt, str):
        raise damaged(path, "its default prompt is no text")
    lower = bool(read_json(folder / "sentence_bert_config.json").get("do_lower_case"))
    return lambda text: (prompt + text).lower() if lower else prompt + text


def settings_files(folder: Path) -> list[Path]:
    """Return the files that say how a transformer reads a text."""
    names = ("config.json", "sentence_bert_config.json", "tokenizer_config.json", "config_sentence_transformers.json")
    return [folder / name for name in names]


def longest_of(folder: Path) -> int:
    """Return how many tokens of a text a model reads, as sentence-transformers finds it."""
    path = folder / "sentence_bert_config.json"
    own = whole_number(read_json(path), "max_seq_length", path)
    if own is not None:
        return own
    limits = []
    for name, key in (("tokenizer_config.json", "model_max_length"), ("config.json", "max_position_embeddings")):
        value = read_json(folder / name).get(key)
        if isinstance(value, int | float) and 2 < value < _UNLIMITED:
            limits.append(int(value))
    return min(limits, default=_USUAL)


def _session(path: Path) -> tuple[Any, str]:
    """Return a session, and the name of the output that has the tokens' vectors."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    errors = tuple(vars(state)[name] for name in _ERRORS if name in vars(state))
    try:
        session = open_session(path)
    except (OSError, RuntimeError, ValueError, *errors) as error:
        raise damaged(path, "ONNX Runtime cannot open it") from error
    unknown = sorted({given.name for given in session.get_inputs()} - _FED)
    if unknown:
        raise damaged(path, f"it asks for {unknown[0]!r}, which is not known here")
    ranks = {made.name: len(made.shape) for made in session.get_outputs()}
    for name in (*_TOKENS, *ranks):
        if ranks.get(name) == 3:
            return session, name
    raise damaged(path, "it gives no vectors of tokens (last_hidden_state)")


_ERRORS = (
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "NoSuchFile",
    "NotImplemented",
    "RuntimeException",
)
