"""How a graph is opened in ONNX Runtime, so that the same text gives the same bits."""

from __future__ import annotations

import importlib.metadata
import platform
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_PROBE = Path(__file__).parent / "probe.onnx"
_WIDTH = 64


def open_session(graph: bytes | Path) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Return a session of one thread on the CPU; several threads may run it at once.

    Parameters
    ----------
    graph
        The graph itself, or its file where its weights may lie in other files beside it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    if _saturates():
        options.add_session_config_entry("session.x64quantprecision", "1")
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


@cache
def _saturates() -> bool:
    """Return whether this processor, asked plainly, gets a product of uint8 and int8 wrong.

    Processors without VNNI add pairs of products in 16 bits, where they saturate, which turns vectors to a cosine of
    .98, at worst .96, to what they should be. ``session.x64quantprecision`` makes them multiply exactly and slower; but
    it makes those with VNNI slower as well, by half of the whole encoder's time, with no bit gained. So the processor
    is asked for a product that would saturate.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(_PROBE), options, providers=["CPUExecutionProvider"])
    for rows in (1, 16):  # one row and many are multiplied by different code
        [product] = session.run(None, {"a": np.full((rows, _WIDTH), 255, dtype=np.uint8)})
        if (product != _WIDTH * 255 * 127).any():
            return True
    return False


def runtime(library: str) -> str:
    """Return the version of the library that computes vectors and the kind of machine: their last bits hang on both."""
    return f"{library} {importlib.metadata.version(library)} {platform.machine()}"
