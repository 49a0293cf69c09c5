"""Export, as Streamlit runs it."""

from topics.ui import export, frame

frame.show("export", export.render)
