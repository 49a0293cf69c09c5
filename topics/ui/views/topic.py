"""Topic, as Streamlit runs it."""

from topics.ui import frame, topic

frame.show("topic", topic.render)
