"""Libraries that only some formats need: a file says which one is missing, and how to get it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from topics.errors import ReadError


def needed(module: str, package: str) -> ModuleType:
    """Import and return a library that a format is read with.

    Parameters
    ----------
    module
        What is imported, such as ``"docx"``.
    package
        What is installed, such as ``"python-docx"``.

    Raises
    ------
    ReadError
        It is not installed; the message continues a file's name.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ReadError(f"needs {package}; install it with: pip install {package}") from error
