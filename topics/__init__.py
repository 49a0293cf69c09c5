"""Topic modelling that finds the themes a reader finds, shows the passages that prove them, and answers after reload.

::

    import topics

    model = topics.fit("seeds/", themes="seeds/themes.toml")
    model.topics
    model.representatives(0)
    model.save("models/news")
    model = topics.load("models/news")
    model.assign(["Companies ban chatbots over leaks"])

Names are loaded when they are first used, so that importing this package takes no time.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topics.embed import encode
    from topics.errors import TopicsError
    from topics.interop import from_bertopic, to_bertopic
    from topics.model import TopicModel
    from topics.pipeline import fit
    from topics.quality import score
    from topics.read import read_documents
    from topics.settings import Settings
    from topics.store import load
    from topics.values import Assignment, Document, Passage, Theme, Topic

__version__ = "0.1.0"

__all__ = [
    "Assignment",
    "Document",
    "Passage",
    "Settings",
    "Theme",
    "Topic",
    "TopicModel",
    "TopicsError",
    "encode",
    "fit",
    "from_bertopic",
    "load",
    "read_documents",
    "score",
    "to_bertopic",
]

_HOME = {
    "Assignment": "values",
    "Document": "values",
    "Passage": "values",
    "Settings": "settings",
    "Theme": "values",
    "Topic": "values",
    "TopicModel": "model",
    "TopicsError": "errors",
    "encode": "embed",
    "fit": "pipeline",
    "from_bertopic": "interop",
    "load": "store",
    "read_documents": "read",
    "score": "quality",
    "to_bertopic": "interop",
}

_ROOMS = ("compare", "edit", "interop", "spark", "update")
"""Modules that are reached as attributes: ``topics.edit.merge(model, [1, 2])``."""

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
