"""Explore, as Streamlit runs it."""

from topics.ui import explore, frame

frame.show("explore", explore.render)
