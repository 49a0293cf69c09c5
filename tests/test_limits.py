"""Texts of the history are short and can be shown, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.history.limits import LONGEST_NAME, checked, shown


@pytest.mark.parametrize("text", ["", "a", "می‌خواهم", "क्‍ष", "e\u0301", "👩‍🚀", "R&D <b>", "a" * 200])
def test_what_can_be_shown_is_taken(text: str) -> None:
    assert checked(text, "a name") == text


@pytest.mark.parametrize(
    "bad",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\n",
        "\t",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u200b",
        "\ud800",
        "\ue000",
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_code(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^a name holds the character '\\.+', which cannot be shown; leave it out$"):
        checked(f"a{bad}b", "a name")
    assert shown(f"a{bad}b").replace(" ", "") == "ab"


def test_what_is_too_long_is_refused_in_short() -> None:
    with pytest.raises(ValueError, match=r"^a name has 201 characters, but may have at most 200: 'a{40}'\.\.\.$"):
        checked("a" * 201, "a name")
    assert checked("a" * 300, "the reason", 300)


@given(st.text())
def test_any_text_can_be_made_to_be_shown(text: str) -> None:
    assert checked(shown(text), "a name") == shown(text)
    assert len(shown(text)) <= LONGEST_NAME
