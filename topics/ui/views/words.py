"""Words, as Streamlit runs it."""

from topics.ui import frame, words

frame.show("words", words.render)
