"""The passages of a model and what is said of them as a pandas data frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from topics.cluster.rule import Nearest
from topics.passages import Passages
from topics.protocols import Bools, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd


def frame(
    passages: Passages,
    nearest: Nearest,
    *,
    poorly_read: Sequence[str],
    names: Sequence[str],
    marks: Mapping[str, Bools],
    positions: Floats,
    topics: Mapping[str, Ints],
) -> pd.DataFrame:
    """Return one row a passage: place, text, language, topics, map position, and metadata as ``meta_<name>``.

    Parameters
    ----------
    passages
        The passages, n of them.
    nearest
        What the rule says of each at the level shown.
    poorly_read
        The languages that the encoder reads poorly.
    names
        The name of each passage's topic at the level shown; empty where it has none.
    marks
        What is marked of them, by name: which sit loosely in their topic, which are junk; shape (n,) each.
    positions
        The map, shape (n, 2).
    topics
        The topic of each passage at each level, by the level's name, shape (n,) each.
    """
    import pandas as pd

    columns: dict[str, object] = {
        **passages.columns(),
        "poorly_read": [code in poorly_read for code in passages.language_codes()],
        "text": passages.texts(),
        "topic": nearest.topic,
        "name": list(names),
        "score": nearest.score,
        "runner_up": nearest.runner_up,
        "margin": nearest.margin,
        "confidence": nearest.confidence,
        **marks,
        "x": positions[:, 0],
        "y": positions[:, 1],
    }
    columns |= {f"topic_{name}": labels for name, labels in topics.items()}
    columns |= {f"meta_{name}": values for name, values in passages.metadata().items()}
    return pd.DataFrame(columns).astype({"start": "int32", "end": "int32", "page": "Int32", "row": "Int64"})
