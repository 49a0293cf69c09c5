"""Measure the exported encoder against the original: how alike the vectors are, and how many texts a second."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

WORKERS = 2
ROUNDS = 3

_WHO = {
    "en": ["The city council", "A team of biologists", "The company's new owner", "My neighbour", "The goalkeeper"],
    "sv": ["Kommunfullmäktige", "En grupp biologer", "Bolagets nya ägare", "Min granne", "Målvakten"],
    "de": ["Der Stadtrat", "Eine Gruppe von Biologen", "Der neue Besitzer", "Mein Nachbar", "Der Torwart"],
}
_DID = {
    "en": ["has finally explained", "was asked about", "refuses to pay for", "cannot stop talking of", "reported"],
    "sv": ["har äntligen förklarat", "fick frågor om", "vägrar att betala för", "talar jämt om", "rapporterade"],
    "de": ["hat endlich erklärt:", "wurde gefragt nach:", "bezahlt nicht:", "spricht immer über", "berichtete über"],
}
_WHAT = {
    "en": [
        "the leak of 40,000 patient records",
        "a tram line to the airport that would cost 310 million",
        "the software licence, which forbids any change to the code",
        "a beetle that had been thought extinct since 1954",
        "the penalty in the 89th minute",
        "the rent, the heating and the broken lift",
        "how a language model answers questions about the law",
        "the recipe: flour, butter, two eggs and patience",
    ],
    "sv": [
        "läckan av 40 000 patientjournaler",
        "en spårväg till flygplatsen för 310 miljoner",
        "programmets licens, som förbjuder varje ändring i koden",
        "en skalbagge som ansetts utdöd sedan 1954",
        "straffen i 89:e minuten",
        "hyran, värmen och den trasiga hissen",
        "hur en språkmodell svarar på frågor om lagen",
        "receptet: mjöl, smör, två ägg och tålamod",
    ],
    "de": [
        "das Leck von 40.000 Patientenakten",
        "eine Straßenbahn zum Flughafen für 310 Millionen",
        "die Lizenz, die jede Änderung am Code verbietet",
        "ein Käfer, der seit 1954 als ausgestorben galt",
        "der Elfmeter in der 89. Minute",
        "die Miete, die Heizung und der kaputte Aufzug",
        "wie ein Sprachmodell Rechtsfragen beantwortet",
        "das Rezept: Mehl, Butter, zwei Eier und Geduld",
    ],
}


def generated_sentences() -> list[str]:
    """Return 600 sentences in English, Swedish and German; every third is joined to the one before it."""
    parts = ((_WHO[code], _DID[code], _WHAT[code]) for code in ("en", "sv", "de"))
    single = [f"{' '.join(words)}." for lists in parts for words in itertools.product(*lists)]
    return [f"{single[i - 1]} {text}" if i % 3 == 2 else text for i, text in enumerate(single)]


def agreement(session: InferenceSession, tokenizer: Tokenizer, weights: Path, texts: list[str]) -> dict[str, float]:
    """Return the number of ``texts`` and the mean and smallest cosine between the two encoders' vectors of them."""
    original = _original(weights).encode(texts, normalize_embeddings=True, show_progress_bar=False)
    ours = [session.run(None, {"ids": np.array([tokenizer.encode(text).ids])})[0][0] for text in texts]
    cosine = np.sum(np.array(ours) * original, axis=1)
    return {"texts": len(texts), "mean": round(float(cosine.mean()), 4), "min": round(float(cosine.min()), 4)}


def compare_speed(folder: Path, weights: Path, texts: list[str]) -> None:
    """Print texts a second of both encoders, taking turns."""
    import torch
    from export_encoder import open_session
    from tokenizers import Tokenizer

    torch.set_num_threads(WORKERS)
    original = _original(weights)
    session = open_session((folder / "model.onnx").read_bytes())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def ours(text: str) -> NDArray[np.float32]:
        return session.run(None, {"ids": np.array([tokenizer.encode(text).ids])})[0]

    def run_ours() -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(ours, texts))

    def run_original() -> None:
        original.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    for _ in range(ROUNDS):
        for name, run in (("this export", run_ours), ("sentence-transformers", run_original)):
            start = time.perf_counter()
            run()
            print(f"{name:>22}: {len(texts) / (time.perf_counter() - start):6.1f} texts/s")


def _original(weights: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(weights), device="cpu")
