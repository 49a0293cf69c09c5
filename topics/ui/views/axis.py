"""Axis, as Streamlit runs it."""

from topics.ui import axis, frame

frame.show("axis", axis.render)
