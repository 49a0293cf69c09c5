"""Read, as Streamlit runs it."""

from topics.ui import frame, read

frame.show("read", read.render)
