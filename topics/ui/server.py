"""The server process of the explorer: Streamlit, and beside it what the first page will ask for.

Streamlit imports a page when the first browser asks for it, pandas in the middle of drawing the map, and Pillow for
the icon of the tab; at its first element it asks for the modules of the whole stack, for which Python looks at every
file that was imported. Here all that comes while the server starts and the browser loads its scripts, and so does the
model.
"""

from __future__ import annotations

import inspect
import logging
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from topics.errors import TopicsError

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str]) -> None:
    """Run ``streamlit`` with these arguments; a last one behind ``--`` names what it is started with."""
    from streamlit.web.cli import main as streamlit  # before the thread: its libraries look for pandas, half or whole

    given = Path(arguments[-1]) if "--" in arguments else None
    threading.Thread(target=warm, args=(given,), name="warm", daemon=True).start()
    streamlit(list(arguments), prog_name="streamlit")


def warm(given: Path | None) -> None:
    """Import what pages use, and open the model that will be shown first; what goes wrong is the page's to tell."""
    import pandas  # noqa: F401
    from PIL import Image

    from topics.ui import catalog, explore, session  # noqa: F401
    from topics.ui.text.catalog import languages

    Image.preinit()
    languages()
    inspect.stack()  # Python keeps what it found of each file

    path = next(iter(catalog.on_offer(Path.cwd() / "models", given).values()), None)
    if path is None:
        return
    try:
        session.open_model(path)
    except (TopicsError, OSError) as error:
        _log.debug("%s was not opened ahead: %s", path, error)


if __name__ == "__main__":
    main(sys.argv[1:])
