"""What can go wrong with the data, in sentences meant for the person at the keyboard.

::

    TopicsError            the base: its text is shown to the user as it stands
    ├── ReadError          a file or folder cannot be read, or holds no text
    ├── ThemesError        a themes file does not say what it should
    ├── EncoderError       an encoder is unknown, damaged, or not the model's own
    └── ModelError         a saved model is missing, damaged, or newer than this version
        └── ConflictError  a saved model has changed since it was opened

A bad argument (a wrong type, a number out of range) is a ``ValueError`` instead.
"""

from __future__ import annotations


class TopicsError(Exception):
    """Something is wrong with the data; the message says what, where, and what to do."""


class ReadError(TopicsError):
    """A file or folder cannot be read, or holds no text."""


class ThemesError(TopicsError):
    """A themes file does not say what it should."""


class EncoderError(TopicsError):
    """An encoder is unknown, damaged, or not the one that the model was made with."""


class ModelError(TopicsError):
    """A saved model is missing, damaged, or newer than this version of the package."""


class ConflictError(ModelError):
    """A saved model has changed since it was opened: to save over it would undo what another one did."""
