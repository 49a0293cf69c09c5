import pytest

from topics.settings import Settings


def test_settings_survive_as_plain_values() -> None:
    settings = Settings(engine="density", keep=("credit",), seed=3)
    assert Settings.from_dict(settings.to_dict()) == settings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"engine": "magic"}, "engine is 'magic', but must be one of graph, density, bertopic"),
        ({"max_sentences": 0}, "max_sentences is 0, but must be a whole number from 1 to 50"),
        ({"seed": True}, "seed is True"),
        ({"keywords": 2.5}, r"keywords is 2\.5"),
        ({"keep": "credit"}, "must be a tuple of reason codes"),
        ({"language": "english"}, "language is 'english', but must be an ISO 639-1 code"),
        ({"colour": "red"}, "unknown setting 'colour'; the settings are"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Settings.from_dict(values)
