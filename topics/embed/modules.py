"""The steps of a sentence-transformers model, as ``modules.json`` lists them, without torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.embed.folder import damaged, read_json

Wide = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Module:
    """One step: the last part of its class's name, and the folder of its files relative to the model's."""

    kind: str
    path: str


def modules_of(folder: Path) -> tuple[Module, ...]:
    """Return the steps of a model in order; none where it has no ``modules.json``.

    Raises
    ------
    EncoderError
        The file is not what it should be.
    """
    path = folder / "modules.json"
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        found = [Module(str(entry["type"]).rpartition(".")[2], str(entry["path"])) for entry in listed]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, "it is no list of modules with type and path") from error
    if any(Path(module.path).is_absolute() or ".." in Path(module.path).parts for module in found):
        raise damaged(path, "it names a folder outside the model's")
    return tuple(found)


def pooling_of(folder: Path, modules: Sequence[Module]) -> Callable[[Wide], Wide] | None:
    """Return what makes one vector of the vectors of a text's tokens, or None where that takes torch.

    The function takes shape (tokens, d), without padding, and returns shape (d',), not brought to length 1.
    """
    if len(modules) < 2 or modules[1].kind != "Pooling":
        return None
    told = read_json(folder / modules[1].path / "config.json")
    modes = _modes(told)
    if len(modes) != 1 or modes[0] not in _POOLS or not told.get("include_prompt", True):
        return None
    steps: list[Callable[[Wide], Wide]] = [_POOLS[modes[0]]]
    for module in modules[2:]:
        dense = _dense(folder / module.path) if module.kind == "Dense" else None
        if dense is not None:
            steps.append(dense)
        elif module.kind != "Normalize":  # every vector is brought to length 1 at the end
            return None
    return partial(_through, steps)


def _through(steps: Sequence[Callable[[Wide], Wide]], value: Wide) -> Wide:
    for step in steps:
        value = step(value)
    return value


def _modes(told: Mapping[str, Any]) -> list[str]:
    """Return the ways of pooling: newer models name them, older ones have a switch for each."""
    named = told.get("pooling_mode")
    if isinstance(named, str):
        return [named]
    if isinstance(named, list):
        return [str(mode) for mode in named]
    return [mode for switch, mode in _SWITCHES.items() if told.get(switch)]


def _first(tokens: Wide) -> Wide:
    first: Wide = tokens[0]
    return first


def _last(tokens: Wide) -> Wide:
    last: Wide = tokens[-1]
    return last


def _mean(tokens: Wide) -> Wide:
    mean: Wide = tokens.mean(axis=0)
    return mean


def _largest(tokens: Wide) -> Wide:
    largest: Wide = tokens.max(axis=0)
    return largest


_POOLS: Mapping[str, Callable[[Wide], Wide]] = {"mean": _mean, "cls": _first, "max": _largest, "lasttoken": _last}
_SWITCHES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_ACTIVATIONS: Mapping[str, Callable[[Wide], Wide]] = {"Tanh": np.tanh, "Identity": np.asarray}


def _dense(folder: Path) -> Callable[[Wide], Wide] | None:
    """Return a dense layer, or None where it takes torch: its weights are pickled, or its activation is another."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    config, path = read_json(folder / "config.json"), folder / "model.safetensors"
    activation = _ACTIVATIONS.get(str(config.get("activation_function", "Tanh")).rpartition(".")[2])
    if activation is None or not path.exists():
        return None
    try:
        tensors = load_file(path)
        matrix = tensors["linear.weight"].astype(np.float64)
        bias = tensors["linear.bias"].astype(np.float64) if "linear.bias" in tensors else 0.0
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        raise damaged(path, "it holds no dense layer (linear.weight)") from error
    return lambda vector: activation(_product(matrix, vector) + bias)


def _product(matrix: Wide, vector: Wide) -> Wide:
    """Multiply without the linear algebra library, whose sums hang on its number of threads."""
    product: Wide = (matrix * vector).sum(axis=1)
    return product
