"""Distil the static encoder that the package carries from the bundled one: ``python tools/distil_static.py``.

No network, no corpus, no labels: the teacher is ``topics/embed/minilm``, the texts are drawn from its own vocabulary.
The same versions on the same kind of processor give the same bytes. Run by hand, rarely; on two quiet cores it takes
five minutes, most of them the teacher's.

1. A vector for each token by itself, less their mean, times the logarithm of its rank: the vocabulary is sorted by
   frequency, and frequent tokens say little (model2vec: Tulkens and van Dongen 2024; SIF: Arora et al. 2017). That is
   the prior.
2. Texts of a few words: one word of each text is drawn, and the others are its neighbours or come from anywhere;
   frequent words, marks and pieces of words stand between them. The teacher reads them.
3. The table is fitted, by ridge regression towards the prior, so that the direction of the sum over a text's tokens is
   that of the teacher's vector less the mean. This learns what a word is worth among others, which the vector of the
   word alone does not tell.
4. The table is turned to the principal axes of the fitted texts, cut to 256 dimensions and rounded to 8 bits, one
   scale a token.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from scipy.sparse import csr_matrix, diags
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from topics.embed.alone import one_by_one  # noqa: E402 - after the path
from topics.embed.session import open_session  # noqa: E402

TEACHER = ROOT / "topics" / "embed" / "minilm"
OUT = ROOT / "topics" / "embed" / "static"
ID = "all-MiniLM-L6-v2-static"
TEXTS, WIDTH, DIMENSION, MAX_TOKENS, SEED = 50_000, 384, 256, 512, 1
FIRST_WORD = 1996
"""Where the words of the vocabulary begin: before it stand marks, digits, letters and places left free."""
FUNCTION, NEAR, FLAT = 150, 64, 300.0
"""How many words count as function words; how many neighbours a word has; how even the draw of the other words is."""
RIDGE, ROUNDS, STEPS = 8.0, 2, 20
"""How many times seen a token weighs as much as its prior; rounds of reweighting; steps of conjugate gradients."""

CARD = """---
language: en
license: apache-2.0
---
A table of token vectors distilled from all-MiniLM-L6-v2 (see provenance.json) by tools/distil_static.py of Topics, in
the format of model2vec. It reads English. Its licence is that of the original: ../minilm/LICENSE.
"""

Matrix = NDArray[np.float64]


class Vocabulary:
    """The kinds of tokens that texts are drawn from."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.size = tokenizer.get_vocab_size()
        self.names = [str(tokenizer.id_to_token(row)) for row in range(self.size)]
        later = range(FIRST_WORD, self.size)
        self.words = np.array([row for row in later if len(self.names[row]) > 1 and _plain(self.names[row])])
        self.pieces = np.array([row for row in later if self.names[row][:2] == "##" and self.names[row].isascii()])
        self.marks = np.array([self.names.index(mark) for mark in ",.,.,.:-'?!\"()"])

    def silent(self) -> list[int]:
        """Return the tokens that say nothing: places left free, and those that frame, fill and hide."""
        return [row for row, name in enumerate(self.names[:FIRST_WORD]) if name[0] == "[" and len(name) > 1]


def _plain(name: str) -> bool:
    return name.isascii() and name.isalnum()


class Teacher:
    """The bundled encoder, asked by tokens instead of texts."""

    def __init__(self, begin: int, end: int) -> None:
        self._session = open_session((TEACHER / "model.onnx").read_bytes())
        self._frame = begin, end

    def read(self, texts: list[list[int]], what: str) -> Matrix:
        """Return the vectors of texts, each between the two marks, and tell how far it is."""
        begin, end = self._frame

        def one(number: str) -> NDArray[np.float32]:
            ids = np.array([[begin, *texts[int(number)], end]])
            row: NDArray[np.float32] = self._session.run(None, {"ids": ids})[0][0]
            return row

        def tell(done: int, total: int) -> None:
            print(f"\r{what}: {done:,} of {total:,}", end="" if done < total else "\n", file=sys.stderr, flush=True)

        numbers = [str(number) for number in range(len(texts))]
        return one_by_one(one, numbers, WIDTH, progress=tell).astype(np.float64)


def prior_of(tokens: Matrix) -> Matrix:
    """Return the table to start from: what tells a token from the mean, and more of it the rarer it is."""
    rank = np.maximum(np.arange(len(tokens)) - (FIRST_WORD - 1), 1)
    prior: Matrix = (tokens - tokens[FIRST_WORD:].mean(axis=0)) * np.log1p(rank)[:, None]
    return prior


def drawn_texts(vocabulary: Vocabulary, tokens: Matrix, count: int) -> list[list[int]]:
    """Return texts as lists of tokens, without the two marks that frame them."""
    rng = np.random.default_rng(SEED)
    words, pieces, marks = vocabulary.words, vocabulary.pieces, vocabulary.marks
    near = _neighbours(tokens[words])
    often = 1 / (np.arange(len(words)) + FLAT) ** 0.5
    often /= often.sum()
    function = 1 / (np.arange(FUNCTION) + 3.0)
    function /= function.sum()
    texts = []
    for number in range(count):
        subject = rng.choice(len(words), p=often) if number % 2 else rng.integers(len(words))
        many = rng.integers(3, 9)
        akin = near[subject][rng.integers(0, NEAR, many)]
        mixed = np.where(rng.random(many) < 0.6, akin, rng.choice(len(words), size=many, p=often))
        mixed[rng.integers(many)] = subject
        text: list[int] = []
        for word in mixed:
            if rng.random() < 0.5:
                text.append(int(words[rng.choice(FUNCTION, p=function)]))
            text.append(int(words[word]))
            if rng.random() < 0.12:
                text.extend(pieces[rng.integers(0, len(pieces), rng.integers(1, 3))].tolist())
            if rng.random() < 0.12:
                text.append(int(marks[rng.integers(len(marks))]))
        texts.append(text)
    return texts


def _neighbours(vectors: Matrix) -> NDArray[np.intp]:
    """Return for each word those that are nearest to it, itself among them."""
    centred = vectors - vectors.mean(axis=0)
    near = _units(centred).astype(np.float32)
    blocks = (near[start : start + 1024] @ near.T for start in range(0, len(near), 1024))
    # Sorted, for the order in which the nearest are found hangs on the last bits of the products.
    return np.vstack([np.sort(np.argpartition(-block, NEAR, axis=1)[:, :NEAR], axis=1) for block in blocks])


def fitted(prior: Matrix, seen: csr_matrix, wanted: Matrix) -> Matrix:
    """Return the table whose sums over the texts ``seen`` have the directions ``wanted``; see the head of this file."""
    prior = prior / np.linalg.norm(seen @ prior, axis=1).mean()
    table = prior
    for _ in range(ROUNDS):
        lengths = np.maximum(np.linalg.norm(seen @ table, axis=1), 1e-6)
        scaled = csr_matrix(diags(1 / lengths) @ seen)
        turned = csr_matrix(scaled.T)

        def normal(change: Matrix, scaled: csr_matrix = scaled, turned: csr_matrix = turned) -> Matrix:
            return turned @ (scaled @ change) + RIDGE * change

        table = prior + _solved(normal, turned @ (wanted - scaled @ prior))
    return table


def _solved(apply: Callable[[Matrix], Matrix], right: Matrix) -> Matrix:
    """Return the solution of a linear system, a column at a time, by conjugate gradients."""
    solution, rest = np.zeros_like(right), right.copy()
    direction, power = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(STEPS):
        image = apply(direction)
        step = power / np.maximum((direction * image).sum(axis=0), 1e-30)
        solution += step * direction
        rest -= step * image
        new = (rest * rest).sum(axis=0)
        direction = rest + (new / np.maximum(power, 1e-30)) * direction
        power = new
    return solution


def cut(table: Matrix, seen: csr_matrix) -> Matrix:
    """Return the table on the principal axes of the texts, each with the sign that makes its largest entry positive."""
    texts = _units(seen @ table)
    axes = np.linalg.eigh(texts.T @ texts)[1][:, ::-1][:, :DIMENSION]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSION)])
    return table @ axes


def rounded(table: Matrix) -> dict[str, NDArray[Any]]:
    """Return the table in 8 bits with a scale a token, as model2vec stores one."""
    scale = np.abs(table).max(axis=1) / 127
    rows = np.rint(table / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    return {"embeddings": rows, "weights": scale.astype(np.float32)}


def _units(rows: Matrix) -> Matrix:
    units: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return units


def counted(texts: list[list[int]], size: int) -> csr_matrix:
    """Return how often each token stands in each text."""
    ends = np.cumsum([0, *map(len, texts)])
    places = np.concatenate([np.array(text) for text in texts])
    counts = csr_matrix((np.ones(len(places)), places, ends), shape=(len(texts), size))
    counts.sum_duplicates()
    return counts


def told(files: dict[str, bytes], texts: int, agreement: float) -> dict[str, object]:
    """Return what provenance.json says."""
    teacher = json.loads((TEACHER / "provenance.json").read_text(encoding="utf-8"))
    used = ("numpy", "scipy", "onnxruntime", "tokenizers", "safetensors")
    return {
        "id": ID,
        "dimension": DIMENSION,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "source": {**teacher["source"], "teacher": teacher["id"], "teacher_sha256": teacher["model_sha256"]},
        "distilled": {
            "script": "tools/distil_static.py",
            "texts": texts,
            **{name: importlib.metadata.version(name) for name in used},
        },
        "cosine_to_teacher_on_drawn_texts": agreement,
    }


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write into (topics/embed/static)")
    parser.add_argument("--texts", type=int, default=TEXTS, help="how many texts the teacher reads")
    return parser.parse_args()


def main() -> None:
    """Read, fit, cut, round, write."""
    args = arguments()
    tokenizer_json = (TEACHER / "tokenizer.json").read_text(encoding="utf-8")
    tokenizer = Tokenizer.from_str(tokenizer_json)
    vocabulary = Vocabulary(tokenizer)
    teacher = Teacher(vocabulary.names.index("[CLS]"), vocabulary.names.index("[SEP]"))
    with threadpool_limits(1):  # sums of matrix products must not hang on the number of cores
        tokens = teacher.read([[row] for row in range(vocabulary.size)], "tokens")
        texts = drawn_texts(vocabulary, tokens, args.texts)
        vectors = teacher.read(texts, "texts")
        seen, wanted = counted(texts, vocabulary.size), _units(vectors - vectors.mean(axis=0))
        table = fitted(prior_of(tokens), seen, wanted)
        agreement = round(float((_units(seen @ table) * wanted).sum(axis=1).mean()), 3)
        table[vocabulary.silent()] = 0
        tensors = rounded(cut(table, seen))
    config = {"model_type": "model2vec", "architectures": ["StaticModel"], "normalize": True, "max_length": MAX_TOKENS}
    files = {
        "model.safetensors": save(tensors),
        "tokenizer.json": tokenizer_json.encode("utf-8"),
        "config.json": (json.dumps(config, indent=2) + "\n").encode("utf-8"),
    }
    files["provenance.json"] = (json.dumps(told(files, args.texts, agreement), indent=2) + "\n").encode("utf-8")
    files["README.md"] = CARD.encode("utf-8")
    args.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (args.out / name).write_bytes(content)
    print(files["provenance.json"].decode("utf-8"))


if __name__ == "__main__":
    main()
