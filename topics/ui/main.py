"""The entry that Streamlit runs: where the models are, and which page is shown."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from topics.ui import frame, session, text


def main(models: Path | None = None) -> None:
    """Run the app once, from top to bottom.

    Parameters
    ----------
    models
        The folder of saved models; by default ``models`` in the working directory. The first argument behind ``--``
        on the command line names a saved model, or another folder of them.
    """
    session.settle_language()
    st.set_page_config(
        page_title=text.APP,
        page_icon=str(session.HERE / "icon.png"),
        layout="wide",
        menu_items={"About": f"{text.APP}\n\n{text.FOOTER}"},
    )
    frame.style()
    session.start(models or Path.cwd() / "models", Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    pages = [
        st.Page(
            session.page_file(name), title=title, url_path="" if name == "explore" else name, default=name == "explore"
        )
        for name, title in text.pages().items()
    ]
    st.navigation(pages, position="hidden").run()


if __name__ == "__main__":
    main()
