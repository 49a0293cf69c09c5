"""Fixtures for every test: nothing outside the test's own folder is written."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import topics
from topics.model import TopicModel
from topics.ui.text import catalog

# No example may take too long on a busy machine; and what CI tries is the same each time.
settings.register_profile(
    "topics", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("topics")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the vectors of this run out of the user's cache."""
    os.environ["TOPICS_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def speak() -> Iterator[Callable[[str], None]]:
    """Have the app speak a language, by its code, for this test."""
    before = list(catalog._finders)
    yield lambda code: catalog.follow(lambda: code)
    catalog._finders[:] = before


@pytest.fixture
def swedish(speak: Callable[[str], None]) -> None:
    """Have the app speak Swedish for this test."""
    speak("sv")


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
