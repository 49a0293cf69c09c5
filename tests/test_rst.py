"""reStructuredText becomes the prose in it."""

import pytest

from topics.errors import ReadError
from topics.read.parsed import Columns
from topics.read.rst import read_rst

PAGE = """\
========
The hive
========

:Author: Karin Ek
:Date: 2021-05-01
:Tags: bees,
   honey

Bees fly out *at dawn*, as ``hum`` in :ref:`the chapter <dawn>` and `the
long book <https://books.example/bees>`_ say [1]_.

.. image:: hive.png
   :alt: a hive

.. note:: Never open it
   in the rain.

.. a comment
   of two lines

.. code-block:: python

   print("not prose")

What you need::

    a smoker

1. a veil
#. two gloves
* patience

+-------+-------+
| Month | Yield |
+=======+=======+
| May   | 3 kg  |
+-------+-------+

Winter
------
They sleep |how|.

.. [1] A book of 1901.
"""


def test_marks_go_and_prose_stays() -> None:
    (document,) = read_rst(PAGE.encode(), "hive.rst", Columns()).documents
    assert document.text == (
        "The hive\n\nBees fly out at dawn, as hum in the chapter and the\nlong book say.\n\n"
        "Never open it\nin the rain.\n\nWhat you need:\n1. a veil\n- two gloves\n- patience\n\n"
        "Month | Yield\n\nMay | 3 kg\n\nWinter\n\nThey sleep how.\n\nA book of 1901."
    )
    assert dict(document.meta) == {
        "title": "The hive", "author": "Karin Ek", "date": "2021-05-01", "tags": "bees, honey",
    }  # fmt: skip


def test_a_page_of_directives_alone_is_refused() -> None:
    with pytest.raises(ReadError, match="holds no prose"):
        read_rst(b".. toctree::\n   :maxdepth: 2\n\n   intro\n", "index.rst", Columns())


def test_plain_prose_is_left_alone() -> None:
    text = "It cost 3 * 4 * 5 kronor_ish | and more.\n\nTwo words_with_lines -- and __dunder__."
    assert read_rst(text.encode(), "a.rst", Columns()).documents[0].text == text


@pytest.mark.parametrize(
    "line", [".. note:: " * 50_000, "`" * 100_000, "*a " * 50_000, "| " * 50_000, ":a:`b <" * 20_000]
)
def test_hostile_lines_take_no_time(line: str) -> None:
    import time

    start = time.process_time()
    read_rst(f"Prose.\n\n{line}\n".encode(), "a.rst", Columns())
    assert time.process_time() - start < 5
