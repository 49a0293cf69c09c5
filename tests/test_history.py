import pytest

from topics.history import Edit, History


def test_an_undone_edit_is_not_in_force() -> None:
    done, undone = (Edit(n, kind, "fine", "2026-01-02T03:04:05+00:00") for n, kind in ((1, "pin"), (2, "undo")))
    assert History((done,)).active == (done,)
    assert History((done, undone)).active == ()
    with pytest.raises(ValueError, match="entry 1"):
        History((Edit(1, "undo", "fine", "2026-01-02T03:04:05+00:00"),))
