"""A library that is not installed is said of the file that needs it, with what to type."""

from __future__ import annotations

_PACKAGES = {"docx": "python-docx", "pptx": "python-pptx"}
"""The packages that are not called what is imported of them."""


def missing(error: ModuleNotFoundError) -> str:
    """Return which package is missing and how to get it, in words that follow the file's name."""
    module = (error.name or "").partition(".")[0]
    if module in {"", "topics"}:
        return "is of a format whose reader this installation lacks; install the package anew"
    package = _PACKAGES.get(module, module)
    return f"needs {package}; install it with: pip install {package}"
