"""Writes what was measured as Markdown: who wins where, the full table, small draws, growth, and how to run it again.

Which method wins is worked out from the figures here, never written by hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.agreement import Row
from benchmarks.experiments import PARTS, Growth, Spread
from benchmarks.peers import KNOWING

BASE = "BERTopic"
"""The peer that the level shown first is measured against."""

_HEADS = ("method", "told", "AMI", "ARI", "V", "FMI", "topics", "unassigned", "language NMI", "seconds")


@dataclass(frozen=True, slots=True)
class Size:
    """A corpus in a line: its title, its texts, its gold labels."""

    title: str
    texts: int
    k: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured, and what it was measured with.

    Parameters
    ----------
    ours
        The title of our rows.
    sizes, rows
        The corpora, and the rows of all methods on them.
    left_out
        Why a corpus is not there, by its title.
    spreads
        Small draws, and what they are drawn from in ``drawn_from``.
    growths
        Topic counts on growing samples.
    facts
        Versions, seeds, cores and the command, by name.
    """

    ours: str
    sizes: Sequence[Size]
    rows: Sequence[Row]
    left_out: Mapping[str, str]
    spreads: Sequence[Spread]
    drawn_from: str
    growths: Sequence[Growth]
    facts: Mapping[str, str]


def markdown(report: Report) -> str:
    """Return the whole page."""
    parts = [
        "# Benchmarks",
        _ABOUT,
        _section("How it was run", _table(("what", "value"), report.facts.items())),
        _section("At a glance", _glance(report)),
        _section("Who wins", _winners(report)),
        *(
            _section(f"{size.title}: {size.texts:,} texts, {size.k} labels", _full(report, size))
            for size in report.sizes
        ),
        _section(f"Small samples: {report.drawn_from}", _spreads(report.spreads)) if report.spreads else "",
        _section("Does the number of topics grow with the sample?", _growth(report.growths)) if report.growths else "",
        _section("Left out", _bullets(f"{name}: {why}" for name, why in report.left_out.items()))
        if report.left_out
        else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_ABOUT = """Written by `benchmarks/quality.py`; do not edit. All methods get the same vectors of the bundled encoder,
each text whole, and group them; gold labels only score. AMI, which is adjusted for chance, is the figure to compare by.
What a method leaves unassigned counts as one group of its own, and not as a topic. *oracle*: the best of several
answers by the gold labels, which no user can choose; *median*: the middle one of them; *told k*: given the true number
of labels; *centred*: where there are several languages, ours takes each language's mean away, as every fit does, and
the peers that group vectors alone get those vectors too, in rows of their own. Seconds leave out reading and embedding
the texts, and compiling; those of BERTopic and turftopic include the words of the topics, ours and the others' do not.
"""


def line(row: Row) -> str:
    """Return a row for the terminal, as wide as :func:`header`."""
    title = f"{row.title}{' (shown first)' if row.shown and row.part else ''}"
    if row.figures is None:
        return f"{row.corpus:<20} {title:<60} not run: {row.problem}"
    f = row.figures
    return (
        f"{row.corpus:<20} {title:<60} {row.told:<7} {f.ami:6.3f} {f.ari:6.3f} {f.v_measure:6.3f} {f.fmi:6.3f} "
        f"{f.topics:6g} {f.loose:6.2f} {_figure(f.language):>6} {row.seconds:7.1f}"
    )


def header() -> str:
    """Return the head of the table for the terminal."""
    return (
        f"{'corpus':<20} {'method':<60} {'told':<7} {'AMI':>6} {'ARI':>6} {'V':>6} {'FMI':>6} {'topics':>6} "
        f"{'loose':>6} {'lang.':>6} {'seconds':>7}"
    )


def summary(report: Report) -> str:
    """Return the sentences on all corpora: the lead over BERTopic, the number of topics, and who wins."""
    return _bullets([*_lead(report), *_counts(report), *_tally(report)])


def _glance(report: Report) -> str:
    """Return AMI by method and corpus, with the mean where a method ran on all corpora."""
    titles = [size.title for size in report.sizes]
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in report.rows:
        found.setdefault((_across(row, report.ours), row.told), {})[row.corpus] = row
    lines = []
    for (title, told), own in found.items():
        values = [own[name].figures for name in titles if name in own]
        whole = [one.ami for one in values if one is not None]
        mean = _figure(fmean(whole)) if len(whole) == len(titles) else ""
        lines.append((title, told, *(_cell(own.get(name)) for name in titles), mean))
    shown = _first(report)
    if shown:
        own_cells = [_cell(shown.get(name)) for name in titles]
        values = [row.figures.ami for row in shown.values() if row.figures]
        mean = _figure(fmean(values)) if len(values) == len(titles) else ""
        lines.insert(0, (f"**{report.ours}, the level shown first**", "", *own_cells, mean))
    note = "AMI, and in brackets the number of topics."
    return f"{note}\n\n{_table(('method', 'told', *titles, 'mean'), lines)}\n\n{summary(report)}"


def _across(row: Row, ours: str) -> str:
    return row.title if row.method == ours or not row.part else f"{row.method}, {row.part}"


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{row.figures.ami:.3f} ({row.figures.topics:g})" if row.figures else "not run"


def _first(report: Report) -> dict[str, Row]:
    """Return our row of the level shown first, by corpus."""
    return {row.corpus: row for row in report.rows if row.method == report.ours and row.shown and row.figures}


def _lead(report: Report) -> list[str]:
    base = {row.corpus: row.figures.ami for row in report.rows if row.method == BASE and row.figures}
    shown = _first(report)
    both = [name for name in shown if name in base]
    if not both:
        return []
    ours = fmean(_ami(shown[name]) for name in both)
    theirs = fmean(base[name] for name in both)
    return [
        f"Mean AMI over {_plural(len(both), 'corpus', 'corpora')} at the level shown first: {ours:.3f}; {BASE}'s "
        f"defaults: {theirs:.3f}; difference {ours - theirs:+.3f}."
    ]


def _counts(report: Report) -> list[str]:
    """Return on how many corpora the number of topics is within a factor of two of the labels, ours and the base."""
    k_of = {size.title: size.k for size in report.sizes}
    sentences = []
    for name in (report.ours, BASE):
        found = {
            row.corpus: row.figures.topics
            for row in report.rows
            if row.method == name and row.figures and (row.shown or not row.part)
        }
        if found:
            near = [corpus for corpus, topics in found.items() if k_of[corpus] / 2 <= topics <= k_of[corpus] * 2]
            told = f" ({'; '.join(near)})" if near else ""
            sentences.append(
                f"{name}, as shown first: number of topics within a factor of 2 of the labels on {len(near)} of "
                f"{_plural(len(found), 'corpus', 'corpora')}{told}."
            )
    return sentences


def _tally(report: Report) -> list[str]:
    """Return on how many corpora ours wins, by both ways of comparing."""
    sentences = []
    for name, duels in (
        ("The level shown first against every peer's own choice", _duels(report, oracle=False)),
        (
            "The best of our levels against every peer at its best by gold",
            _duels(report, oracle=True),
        ),
    ):
        lost = [duel[0] for duel in duels if duel[3] != "ours"]
        if duels:
            told = f"; a peer wins on {'; '.join(lost)}" if lost else ""
            sentences.append(
                f"{name}: ahead on {len(duels) - len(lost)} of {_plural(len(duels), 'corpus', 'corpora')}{told}."
            )
    return sentences


def _winners(report: Report) -> str:
    heads = ("corpus", "ours", "the best peer", "ahead")
    fair = _table(heads, [_bold(duel) for duel in _duels(report, oracle=False)])
    free = _table(
        (*heads, "the best one told k"), [(*_bold(d), _knowing(report, d[0])) for d in _duels(report, oracle=True)]
    )
    return (
        f"As a user meets them: the level shown first against each peer's own choice, nothing told.\n\n{fair}\n\n"
        f"At their best: the best of our levels against the best that any peer reaches at any layer or setting, chosen "
        f"by gold; who is told k stands apart.\n\n{free}"
    )


def _bold(duel: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    corpus, ours, peer, ahead = duel
    return (corpus, f"**{ours}**", peer, ahead) if ahead == "ours" else (corpus, ours, f"**{peer}**", "**a peer**")


def _duels(report: Report, *, oracle: bool) -> list[tuple[str, str, str, str]]:
    """Return for each corpus our figure, the best peer's, and who is ahead; a draw is no win."""
    duels = []
    for size in report.sizes:
        here = [row for row in report.rows if row.corpus == size.title and row.figures and row.told != KNOWING]
        ours = [row for row in here if row.method == report.ours and (oracle or row.shown)]
        theirs = [row for row in here if row.method != report.ours and (oracle or row.shown)]
        if ours and theirs:
            best, rival = max(ours, key=_ami), max(theirs, key=_ami)
            ahead = "ours" if _ami(best) > _ami(rival) else "a peer"
            duels.append((size.title, _told(best), _told(rival), ahead))
    return duels


def _knowing(report: Report, corpus: str) -> str:
    told = [row for row in report.rows if row.corpus == corpus and row.figures and row.told == KNOWING]
    return _told(max(told, key=_ami)) if told else ""


def _ami(row: Row) -> float:
    return row.figures.ami if row.figures else math.nan


def _told(row: Row) -> str:
    topics = row.figures.topics if row.figures else math.nan
    note = f", {row.told}" if row.told else ""
    return f"{_ami(row):.3f} {row.title} ({topics:g} topics{note})"


def _full(report: Report, size: Size) -> str:
    here = [row for row in report.rows if row.corpus == size.title]
    best = max((_ami(row) for row in here if row.figures), default=math.nan)
    return _table(_HEADS, [_cells(row, best) for row in here])


def _cells(row: Row, best: float) -> tuple[str, ...]:
    title = f"{row.title}{' (shown first)' if row.shown and row.part else ''}"
    if row.figures is None:
        return (title, f"not run: {row.problem}", *[""] * (len(_HEADS) - 2))
    f = row.figures
    ami = f"**{f.ami:.3f}**" if f.ami == best else f"{f.ami:.3f}"
    agreed = (f"{f.ari:.3f}", f"{f.v_measure:.3f}", f"{f.fmi:.3f}")
    return (title, row.told, ami, *agreed, f"{f.topics:g}", f"{f.loose:.0%}", _figure(f.language), f"{row.seconds:.1f}")


def _spreads(spreads: Sequence[Spread]) -> str:
    heads = ("method", "told", "AMI, mean ± standard deviation", "range", "topics, mean")
    return _table(heads, [_spread(one) for one in spreads])


def _spread(one: Spread) -> tuple[str, ...]:
    if one.problem:
        return (one.title, f"not run: {one.problem}", "", "", "")
    agreed = f"{one.ami:.3f} ± {one.deviation:.3f}"
    return (one.title, one.told, agreed, f"{one.low:.3f} to {one.high:.3f}", f"{one.topics:.1f}")


def _growth(growths: Sequence[Growth]) -> str:
    heads = ("corpus", "level", *(f"{part:.0%}" for part in PARTS))
    lines: list[tuple[str, ...]] = []
    for one in growths:
        if one.problem:
            lines.append((one.corpus, f"not run: {one.problem}", *[""] * len(PARTS)))
            continue
        lines.append((one.corpus, "texts", *(f"{texts:,}" for texts in one.texts)))
        for level, counts in one.counts.items():
            lines.append(("", level, *("" if count is None else str(count) for count in counts)))
    return f"Topics at each level; the samples lie within each other.\n\n{_table(heads, lines)}"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows)


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _figure(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3f}"


def _plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
