"""How graphs are opened: exact integers on every processor, and no slower than that takes."""

import numpy as np
import pytest

from topics.embed import session
from topics.embed.minilm_encoder import BUNDLED, MiniLMEncoder

SLOW = "session.x64quantprecision"
TEXTS = ["The ferry was late because of fog.", "Färjan", "", "Rents rose again, and the council met twice. " * 9]


@pytest.mark.parametrize("rows", [1, 3, 16, 57])
def test_products_that_would_saturate_are_exact(rows):
    [product] = session.open_session(session._PROBE).run(None, {"a": np.full((rows, 64), 255, np.uint8)})
    assert (product == 64 * 255 * 127).all()


@pytest.mark.parametrize("saturates", [True, False])
def test_slower_arithmetic_is_asked_for_only_where_it_is_needed(monkeypatch, saturates):
    monkeypatch.setattr(session, "_saturates", lambda: saturates)
    options = session.open_session(session._PROBE).get_session_options()
    if saturates:
        assert options.get_session_config_entry(SLOW) == "1"
    else:
        with pytest.raises(RuntimeError, match=SLOW):
            options.get_session_config_entry(SLOW)


def test_the_slower_arithmetic_gives_the_same_bits(monkeypatch):
    if session._saturates():
        pytest.skip("this processor cannot do without the slower arithmetic")
    plain = MiniLMEncoder(BUNDLED).encode(TEXTS)
    monkeypatch.setattr(session, "_saturates", lambda: True)
    assert MiniLMEncoder(BUNDLED).encode(TEXTS).tobytes() == plain.tobytes()
