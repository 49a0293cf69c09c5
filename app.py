"""The explorer from a clone: ``streamlit run app.py [-- MODEL_DIR]``."""

from pathlib import Path

from topics.ui.main import main

main(Path(__file__).parent / "models")
