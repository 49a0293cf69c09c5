"""Curate, as Streamlit runs it."""

from topics.ui import curate, frame

frame.show("curate", curate.render)
