"""Makes the saved model of the present format that tests load for ever after: ``python -m tests.frozen``.

One is kept for each format that was released; until format 1 is, its model is made anew when the format changes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from tests.models import FakeEmbedder, small_model, small_tree
from topics import store
from topics.embed import probes
from topics.model import TopicModel

DATA = Path(__file__).parent / "data"
TEXTS = (
    "More bike lanes, please",
    "Bussen kommer aldrig",
    "Lunch for the pupils",
    "Nothing of the kind",
    "Two new classrooms are built at the northern school, each for twenty pupils.",
)


def frozen(format_version: int) -> Path:
    """Return where the model of a format is kept; what it answers is in a file beside it."""
    return DATA / f"format-{format_version}"


def answers(model: TopicModel) -> dict[str, list[dict[str, object]]]:
    """Return what a model says of a few texts at each level."""
    return {
        level: [asdict(told) for told in replace(model.at(level), embedder=FakeEmbedder()).assign(TEXTS)]
        for level in ("coarse", "medium", "fine", "5")
    }


def main() -> None:
    """Save the model and its answers."""
    told = probes.measured(FakeEmbedder())
    card = replace(small_model().encoder, probes=told, poorly_read=("sv",), reading={"sv": 0.5})
    model = small_model(tree=small_tree(), encoder=card, claims={"Space travel": 3})
    folder = frozen(store.FORMAT_VERSION)
    if folder.exists():
        store.delete(folder)
    store.save(model, folder)
    (folder / ".lock").unlink()
    text = json.dumps(answers(model), indent=1, ensure_ascii=False)
    folder.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
