"""Arrays that are set aside come back, from a file or from memory."""

import subprocess
import sys

import numpy as np
import pytest

from topics.spill import Spill


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_what_was_written_before_the_disk_was_full_is_still_read():
    program = """
import resource, signal
import numpy as np
from topics.spill import Spill
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
