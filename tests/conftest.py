"""Fixtures for every test: nothing outside the test's own folder is written."""

from pathlib import Path

import pytest

import topics
from topics.model import TopicModel


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the vectors of this run out of the user's cache."""
    import os

    os.environ["TOPICS_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the seed corpus."""
    return Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="session")
def seeds_model(seeds: Path) -> TopicModel:
    """The seed corpus, fitted with its themes and the real encoder, once a run."""
    return topics.fit(seeds, themes=seeds / "themes.toml")


@pytest.fixture(scope="session")
def saved_seeds(seeds_model: TopicModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model, saved."""
    return seeds_model.save(tmp_path_factory.mktemp("models") / "seeds")
