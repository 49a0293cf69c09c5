"""BERTopic as its documentation starts: defaults, on a JSON list of texts.

Usage: python benchmarks/bertopic_defaults.py TEXTS [MODEL]

MODEL is a folder with a sentence-transformers model, which BERTopic then embeds with; without one it is handed the
vectors of our encoder, which needs no torch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(texts: Path, folder: str | None) -> None:
    """Fit BERTopic's defaults on a JSON list of texts and print the topic of each."""
    passages = json.loads(texts.read_text(encoding="utf-8"))
    from bertopic import BERTopic

    if folder is None:
        from topics.embed import load_embedder

        model, vectors = BERTopic(), load_embedder(cache=False).encode(passages)
    else:
        from sentence_transformers import SentenceTransformer

        model, vectors = BERTopic(embedding_model=SentenceTransformer(folder)), None
    labels, _ = model.fit_transform(passages, embeddings=vectors)
    names = {int(row.Topic): str(row.Name) for row in model.get_topic_info().itertuples()}
    print(json.dumps({"labels": [int(label) for label in labels], "names": names}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
