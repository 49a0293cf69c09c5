"""Your texts, as Streamlit runs it."""

from topics.ui import fit, frame

frame.show_without_model("fit", fit.render)
