"""What is held as Later is read when it is asked for, once, and not by a change of something else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.models import small_model
from topics.deferred import Later, changed, given


def counted(fail: int = 0):
    """Return a Later of the small model's vectors, and the list of its reads; the first few raise."""
    vectors, reads = small_model().vectors, []

    def read():
        reads.append(1)
        if len(reads) <= fail:
            raise OSError("not now")
        return vectors

    return Later(read, vectors.shape), reads


def test_a_field_that_is_deferred_is_read_when_it_is_asked_for_and_once() -> None:
    later, reads = counted()
    model = small_model(vectors=later)
    assert (model.level, len(model.passages), reads) == ("medium", 24, [])
    assert model.vectors.tobytes() == small_model().vectors.tobytes()
    assert model.vectors is model.vectors
    assert reads == [1]


def test_views_and_changes_leave_it_unread_and_share_it() -> None:
    later, reads = counted()
    model = small_model(vectors=later)
    view = changed(model.at("fine"), skipped=())
    assert (view.level, view.skipped, reads) == ("fine", (), [])
    assert given(view, "vectors") is later
    assert view.vectors is model.vectors
    assert reads == [1]


def test_what_raises_is_asked_again() -> None:
    later, reads = counted(fail=1)
    model = small_model(vectors=later)
    with pytest.raises(OSError, match="not now"):
        _ = model.vectors
    assert model.vectors.shape == (24, 16)
    assert len(reads) == 2


def test_threads_that_ask_at_once_wait_for_one_read() -> None:
    later, reads = counted()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: later.get(), range(32)))
    assert all(array is found[0] for array in found)
    assert reads == [1]


def test_the_shape_is_checked_without_reading() -> None:
    later, reads = counted()
    with pytest.raises(ValueError, match=r"vectors has shape \(3, 16\), but this model needs \(24, 16\)"):
        small_model(vectors=Later(later.get, (3, 16)))
    assert reads == []


def test_a_field_that_is_given_is_as_before() -> None:
    model = small_model()
    assert given(model, "vectors") is model.vectors
    assert not model.vectors.flags.writeable
    other = changed(model, vectors=np.zeros_like(model.vectors))
    assert not other.vectors.any()
    assert model.vectors.any()
