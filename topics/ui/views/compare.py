"""Compare, as Streamlit runs it."""

from topics.ui import compare, frame

frame.show("compare", compare.render)
