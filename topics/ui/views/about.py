"""About, as Streamlit runs it."""

from topics.ui import about, frame

frame.show("about", about.render)
