"""Search, as Streamlit runs it."""

from topics.ui import frame, search

frame.show("search", search.render)
