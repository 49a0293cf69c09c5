"""Copies are found in memory that does not grow with the text, and the same ones wherever things are set aside."""

import random
import subprocess
import sys
import tempfile
import tracemalloc

import numpy as np
import pytest

from topics import copies
from topics.copies import sharing
from topics.copies.shingles import Vocabulary
from topics.copies.spill import Spill
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


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_what_was_written_before_the_disk_was_full_is_still_read():
    program = """
import resource, signal
import numpy as np
from topics.copies.spill import Spill
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
arrays = [np.arange(400, dtype=np.uint64) + number for number in range(30)]
with Spill(on_disk=True) as spill:
    aside = [spill.put(array) for array in arrays]
    assert 0 < sum(one.held is None for one in aside) < 30
    assert all((spill.get(one, np.uint64) == array).all() for one, array in zip(aside, arrays, strict=True))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_what_is_set_aside_comes_back_in_part():
    for on_disk in (False, True):
        with Spill(on_disk=on_disk) as spill:
            first, second = spill.put(np.arange(10, dtype=np.uint64)), spill.put(np.arange(5, dtype=np.int32))
            assert spill.get(second, np.int32).tolist() == [0, 1, 2, 3, 4]
            assert spill.get(first, np.uint64, 3, 5).tolist() == [3, 4]
            assert spill.get(spill.put(np.empty(0, np.int32)), np.int32).tolist() == []


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
