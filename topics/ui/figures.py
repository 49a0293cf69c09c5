"""Figures as HTML: tables with bars, and columns over time. What is drawn is also there as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from topics.timeline import Timeline
from topics.ui import text
from topics.ui.markup import esc

Counted = NDArray[np.int64] | NDArray[np.float64]


def bar(share: float) -> str:
    """Return a bar that fills a share of its cell, 0 to 1."""
    return f'<span class="fig-bar"><i style="width:{100 * min(1.0, max(0.0, share)):.1f}%"></i></span>'


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, css: str = "") -> str:
    """Return a table.

    Parameters
    ----------
    heads
        The heads of its columns, as text.
    rows
        Its cells, as HTML; the first of each row names it.
    css
        A class of its own.
    """
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return f'<table class="fig {css}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def over_time(line: Timeline, chosen: NDArray[np.integer]) -> str:
    """Return when some passages are from: how many of each period, and which share of all passages of it."""
    counts = line.counts(chosen)
    shares = counts / np.maximum(line.totals, 1)
    names = [text.period(period, line.unit) for period in line.periods]
    rows = [
        (esc(name), text.number(count), esc(text.percent(share)))
        for name, count, share in zip(names, counts.tolist(), shares.tolist(), strict=True)
    ]
    told = [
        text.say("time_bar", period=name, passages=text.count(count, "passage"), share=text.percent(share))
        for name, count, share in zip(names, counts.tolist(), shares.tolist(), strict=True)
    ]
    figures = _columns(text.TIME_COUNTS, counts, told, text.number) + _columns(
        text.TIME_SHARES, shares, told, text.percent
    )
    heads = (text.PERIOD_COLUMN, text.TIME_COUNTS, text.TIME_SHARES)
    return (
        f'<div class="time">{figures}<div class="time-axis"><span>{esc(names[0])}</span><span>{esc(names[-1])}</span>'
        f'</div><details class="time-table"><summary>{esc(text.TIME_TABLE)}</summary>{table(heads, rows)}</details>'
        "</div>"
    )


def _columns(title: str, values: Counted, told: Sequence[str], written: Callable[[float], str]) -> str:
    most = float(values.max(initial=0))
    peak = esc(written(most))
    columns = "".join(
        f'<i style="height:{100 * value / most if most else 0:.1f}%" title="{esc(said)}"></i>'
        for value, said in zip(values.tolist(), told, strict=True)
    )
    return (
        f'<div class="time-title"><span>{esc(title)}</span><span>{peak}</span></div>'
        f'<div class="time-columns" role="img" aria-label="{esc(title)}">{columns}</div>'
    )
