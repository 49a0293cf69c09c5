"""Copies are found in memory that does not grow with the text, and the same ones wherever things are set aside."""

import random
import sys
import tempfile
import tracemalloc

import numpy as np
import pytest

from topics import copies
from topics.copies import sharing
from topics.copies.shingles import Vocabulary
from topics.passages import Passages
from topics.values import Document, Passage


def texts_of(count, edited=True):
    """Return texts of 40 words, every fourth one an edited copy of an earlier one."""
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(2000)]
    texts = []
    for number in range(count):
        if edited and number % 4 == 3:
            own = rng.choice(texts).split()
            own = [word for word in own if rng.random() > 0.03]
        else:
            own = rng.choices(words, k=40)
        texts.append(" ".join(own))
    return texts


def passages_of(texts):
    return [Passage(f"{n}:0-9", str(n), 0, len(text), text, "en") for n, text in enumerate(texts)]


@pytest.fixture
def small(monkeypatch):
    """Set aside early, sort little at a time, and look up few at a time."""
    monkeypatch.setattr(sharing, "_PART", 1 << 12)
    monkeypatch.setattr(sharing, "_IN_MEMORY", 1 << 12)
    monkeypatch.setattr(sharing, "_BATCH", 1 << 9)
    monkeypatch.setattr(sharing, "_PAIRS", 1 << 7)
    monkeypatch.setattr(copies, "_TOGETHER", 1 << 9)
    monkeypatch.setattr(sys.modules[Vocabulary.__module__], "_REMEMBERED", 100)
    monkeypatch.setattr(sys.modules[Vocabulary.__module__], "_PENDING", 50)


def test_the_same_copies_are_found_from_a_file_a_little_at_a_time(small, monkeypatch):
    passages = passages_of(texts_of(400))
    found = copies.find(passages)
    monkeypatch.undo()
    assert found == copies.find(passages)
    assert 40 < len(found) < 110


def test_a_full_disk_or_none_at_all_changes_nothing(small, monkeypatch):
    passages = passages_of(texts_of(200))
    expected = copies.find(passages)
    real, room = tempfile.TemporaryFile, [20_000]

    def full(**options):
        file = real(**options)

        class Full:
            def write(self, data):
                room[0] -= len(data)
                if room[0] < 0:
                    raise OSError(28, "No space left on device")
                return file.write(data)

            def __getattr__(self, name):
                return getattr(file, name)

        return Full()

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert copies.find(passages) == expected
    assert room[0] < 0

    def none(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    assert copies.find(passages) == expected


def test_words_are_told_apart_without_a_list_of_them(small):
    vocabulary = Vocabulary()
    first = vocabulary.read("Ferry ferry FERRY Holm").tolist()
    assert first[0] == first[1] == first[2] != first[3]
    vocabulary.read(" ".join(f"word{number}" for number in range(1000)))
    assert len(vocabulary) <= 100
    assert vocabulary.read("ferry Holm").tolist() == first[2:]
    assert vocabulary.has_lower("Ferry") and vocabulary.has_lower("Word7") and not vocabulary.has_lower("Holm")


def peak_of(count):
    texts = texts_of(count, edited=False)
    starts = np.cumsum([0, *(len(text) + 2 for text in texts)])[:-1].astype(np.int32)
    ends = starts + np.array(list(map(len, texts)), np.int32)
    whole = "\n\n".join(texts)
    none = np.zeros(count, np.int32)
    passages = Passages([Document("book", whole)], none, starts, ends, none, ["en"])
    tracemalloc.start()
    assert not copies.find(passages)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, len(whole)


def test_a_text_that_is_four_times_as_long_takes_no_more_memory(monkeypatch):
    monkeypatch.setattr(sharing, "_PART", 1 << 16)
    monkeypatch.setattr(sharing, "_IN_MEMORY", 1 << 16)
    monkeypatch.setattr(sharing, "_BATCH", 1 << 14)
    peak_of(100)
    (less, short), (more, long) = peak_of(2000), peak_of(8000)
    assert more - less < 0.2 * (long - short)  # 40 bytes a passage; it was 1.3 times
