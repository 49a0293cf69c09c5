"""sentence-transformers models on torch: an optional extra, for models without an ONNX export."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topics.embed.folder import FolderEncoder, Opened
from topics.embed.session import runtime
from topics.errors import EncoderError
from topics.protocols import Floats, Tick

if TYPE_CHECKING:
    from tokenizers import Tokenizer

EXTRA = "pip install 'topics[sentence-transformers]'"
"""What installs what this takes."""

_WEIGHTS, _PICKLED = ".safetensors", ".bin"
_KINDS = (".json", ".txt", ".model", _WEIGHTS, _PICKLED)
_ASIDE = {"onnx", "openvino"}
_TELLS_NOTHING = {"data_config.json", "train_script.txt", "model.safetensors.index.json"}
_FAILURES = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError)


class TorchEncoder(FolderEncoder):
    """Any model that sentence-transformers opens. One text a call, on one thread a text, and by default on the CPU.

    A padded batch gives other last bits than the text alone does (measured: cosines agree to 1e-7, yet most rows are
    not the same bits), so texts are not batched; that costs about a third of the speed. No code that a model brings
    along is run.

    Parameters
    ----------
    folder, id, threads
        As for every encoder in a folder.
    device
        Where torch computes. Vectors of another device than the CPU need not be the same, bit for bit, on the next
        machine.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        id: str | None = None,
        threads: int | None = None,
        device: str = "cpu",
    ) -> None:
        super().__init__(folder, id=id, threads=threads)
        self._device = device

    @property
    def runtime(self) -> str:
        """What else the last bits of a vector depend on: the versions of both libraries, machine and device."""
        _check_installed(self.id)
        return f"{runtime('sentence-transformers')} {runtime('torch')} {self._device}"

    def encode(self, texts: Sequence[str], *, progress: Tick | None = None) -> Floats:
        """Return the vectors of ``texts``; see :meth:`topics.embed.folder.FolderEncoder.encode`."""
        _check_installed(self.id)
        with _one_thread():
            return super().encode(texts, progress=progress)

    def _files(self) -> Iterable[Path]:
        """Return weights, tokenizer and settings: no cards, no exports for other runtimes, nothing hidden."""
        found = [
            path
            for path in self._folder.rglob("*")
            if path.is_file() and path.suffix in _KINDS and path.name not in _TELLS_NOTHING
            if not any(part.startswith(".") or part in _ASIDE for part in path.relative_to(self._folder).parts)
        ]
        safe = {path.parent for path in found if path.suffix == _WEIGHTS}
        return [path for path in found if path.suffix != _PICKLED or path.parent not in safe]

    def _load(self) -> Opened:
        _check_installed(self.id)
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(
                str(self._folder), device=self._device, local_files_only=True, trust_remote_code=False
            )
            dimension = int(np.asarray(model.encode(["a"], show_progress_bar=False)).shape[1])
        except (*_FAILURES, SafetensorError) as error:
            raise EncoderError(
                f"sentence-transformers cannot open the encoder {self.id} in {self._folder} "
                f"({_first_line(error)}); get the model again, or use another encoder"
            ) from error
        model.eval()

        def read(text: str) -> NDArray[np.float32]:
            with torch.inference_mode():
                row: NDArray[np.float32] = model.encode(
                    [text], batch_size=1, show_progress_bar=False, convert_to_numpy=True
                )[0]
            return row

        prompt = model.prompts.get(model.default_prompt_name, "") if model.default_prompt_name else ""

        fast = _fast(model.tokenizer)

        def counts(texts: Sequence[str]) -> Iterable[int]:
            whole = [prompt + text for text in texts]
            if fast is not None:
                return map(len, fast.encode_batch_fast(whole))
            return (len(model.tokenizer(text)["input_ids"]) for text in whole)

        longest = int(model.max_seq_length or model.tokenizer.model_max_length)
        return Opened(read, counts, fast, dimension, longest)


def _fast(tokenizer: Any) -> Tokenizer | None:  # noqa: ANN401 - transformers is not there for type checks
    """Return the tokenizer under a tokenizer of transformers, not cut; None where that is written in Python."""
    from tokenizers import Tokenizer

    inner = getattr(tokenizer, "backend_tokenizer", None)
    if not isinstance(inner, Tokenizer):
        return None
    own = Tokenizer.from_str(inner.to_str())
    own.no_padding()
    own.no_truncation()
    return own


def _check_installed(name: str) -> None:
    """Say what to install, where something is missing.

    Raises
    ------
    EncoderError
        torch or sentence-transformers is not installed.
    """
    from importlib.util import find_spec

    for library in ("torch", "sentence_transformers"):
        if find_spec(library) is None:
            raise EncoderError(
                f"the encoder {name} needs {library}, which is not installed: {EXTRA}, or use a model2vec model or one "
                "with an ONNX export (onnx/model.onnx), which need no torch"
            )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch compute each text on one thread: the texts share out the processors, and no sum is divided anew."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
