"""How a graph is opened in ONNX Runtime, so that the same text gives the same bits."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path
from typing import Any


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
    # Processors without VNNI saturate where they multiply uint8 by int8, which turns vectors to a cosine of .98,
    # at worst .96, to what they should be. With this option those, and no others, multiply exactly and slower.
    options.add_session_config_entry("session.x64quantprecision", "1")
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def runtime(library: str) -> str:
    """Return the version of the library that computes vectors and the kind of machine: their last bits hang on both."""
    return f"{library} {importlib.metadata.version(library)} {platform.machine()}"
