"""A library that is not installed is said of the file that needs it, with what to type."""

from __future__ import annotations


def missing(error: ModuleNotFoundError) -> str:
    """Return which package is missing and how to get it, in words that continue a file's name."""
    package = (error.name or "").partition(".")[0]
    if package in {"", "topics"}:
        return "is of a format whose reader this installation lacks; install the package anew"
    return f"needs {package}; install it with: pip install {package}"
