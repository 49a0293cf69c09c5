"""BERTopic as its documentation starts: defaults, on the passages of a folder, with the vectors of our encoder."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(texts: Path) -> None:
    """Fit BERTopic's defaults on a JSON list of texts and print the topic of each."""
    passages = json.loads(texts.read_text(encoding="utf-8"))
    from bertopic import BERTopic

    from topics.embed import load_embedder

    vectors = load_embedder(cache=False).encode(passages)
    model = BERTopic()
    labels, _ = model.fit_transform(passages, embeddings=vectors)
    names = {int(row.Topic): str(row.Name) for row in model.get_topic_info().itertuples()}
    print(json.dumps({"labels": [int(label) for label in labels], "names": names}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
