"""The explorer: a Streamlit app over saved models. ``main`` is its entry, ``launch`` starts it."""
