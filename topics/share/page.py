"""A model as one HTML page: it needs no network, loads nothing, runs no script, and can be printed."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO

from topics import __version__, present
from topics.language import name_of as name_of_language
from topics.model import TopicModel
from topics.protocols import Ints
from topics.share import chart
from topics.values import LOOSE, Passage, Topic

PASSAGES = 5
"""How many passages a topic shows."""

_CELL_KEYWORDS = 6  # in the table
_MOST = 300  # spans that were removed, and files left out, one by one
_LONG = 400  # characters of a removed span
_SHORTEST = 3  # letters of a keyword that is marked
_ENDING = 3  # letters that a form of it may have more
_PACKAGES = ("numpy", "scikit-learn", "onnxruntime")

_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="topics {version}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def write(model: TopicModel, file: BinaryIO, title: str, chosen: Ints | None) -> int:
    """Write the report of the whole model, and return how many topics it shows."""
    file.write(html(model, title).encode("utf-8", "replace"))
    return len(model.topics)


def html(model: TopicModel, title: str) -> str:
    """Return the report of a model at the level it shows."""
    colours = chart.colours(model)
    parts = (
        _head(model, title),
        _notes(model),
        _map(model),
        _table(model, colours),
        *(_topic(model, topic, colours[topic.id]) for topic in model.topics),
        _loose(model),
        _levels(model),
        _removed(model),
        _skipped(model),
        _making(model),
        f"<footer><p>Made with topics {__version__}. This page loads nothing and runs no script.</p></footer>",
    )
    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = "\n".join(filter(None, parts))
    return _SHELL.format(policy=policy, version=__version__, title=escape(title), style=style, body=body)


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def _head(model: TopicModel, title: str) -> str:
    passages, documents = len(model.passages), len(model.passages.documents)
    figures = (
        (f"{len(model.topics):,}", "topics"),
        (f"{passages:,}", "passages"),
        (f"{documents:,}", "document" if documents == 1 else "documents"),
        (f"{len(model.passages.languages):,}", "language" if len(model.passages.languages) == 1 else "languages"),
    )
    shown = "".join(f"<div><dt>{what}</dt><dd>{number}</dd></div>" for number, what in figures)
    return f'<header><h1 dir="auto">{escape(title)}</h1><dl class="figures">{shown}</dl></header>'


def _notes(model: TopicModel) -> str:
    """Return what a reader should know before believing anything."""
    names = _listed([name_of_language(code) for code in model.poorly_read])
    said = [f"The encoder reads {names} poorly: trust those passages less."] if names else []
    loose = int(model.loose.sum())
    if loose:
        said.append(f"{present.count(loose, 'passage')} of {len(model.passages):,} may be in the wrong topic.")
    junk = int(model.junk.sum())
    if junk:
        said.append(f"{present.count(junk, 'passage')} of {len(model.passages):,} are called junk by a person.")
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
    for theme in model.unmatched_themes:
        stood_out = model.claims.get(theme.name)
        told = "" if stood_out is None else f" ({present.count(stood_out, 'passage')} stood out for it)"
        items += f"<li>No topic matches the theme <bdi>{escape(theme.name)}</bdi>{told}.</li>"
    return f'<section class="notes"><h2>Before you read on</h2><ul>{items}</ul></section>' if items else ""


def _map(model: TopicModel) -> str:
    total, drawn = len(model.passages), len(chart.drawn(len(model.passages)))
    part = "" if drawn == total else f" Of {total:,} passages {drawn:,} are drawn, evenly over all."
    told = f"Each dot is a passage. Those that mean something alike lie close together.{part}"
    return f"<figure>{chart.svg(model)}<figcaption>{told}</figcaption></figure>"


def _table(model: TopicModel, colours: Mapping[int, str]) -> str:
    widest = max((topic.size for topic in model.topics), default=1)
    rows = []
    for topic in model.topics:
        colour = colours[topic.id]
        words = ", ".join(f"<bdi>{escape(word.term)}</bdi>" for word in topic.keywords[:_CELL_KEYWORDS])
        bar = (
            '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="{colour}" width="{max(1.0, 100 * topic.size / widest):.1f}" height="8"/></svg>'
        )
        rows.append(
            f'<tr><td class="id"><span class="dot {colour}">{topic.id}</span></td>'
            f'<th scope="row"><a href="#t{topic.id}"><bdi>{escape(topic.name)}</bdi></a>{_junk(topic)}</th>'
            f'<td class="size">{topic.size:,} <span>{topic.share:.0%}</span>{bar}</td>'
            f'<td class="steady">{_share(topic.stability)}</td><td class="words">{words}</td></tr>'
        )
    return (
        '<section class="topics"><h2>Topics</h2><table><thead><tr><th scope="col">No.</th><th scope="col">Topic</th>'
        '<th scope="col">Passages</th><th scope="col">Found again</th><th scope="col">Keywords</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
        "<p>Found again: how much of a topic is found once more when only a part of the passages is looked at. A topic "
        "below a half depends on which passages there happen to be.</p></section>"
    )


def _topic(model: TopicModel, topic: Topic, colour: str) -> str:
    facts = [f"{present.count(topic.size, 'passage')}, {topic.share:.0%}"]
    if topic.stability == topic.stability:
        facts.append(f"found again {topic.stability:.0%}")
    if topic.evidence is not None:
        facts.append(f"name fits {topic.evidence.fits:.0%} of them")
    if topic.theme is not None:
        facts.append("named by a theme")
    if len(topic.languages) > 1:
        facts.append(", ".join(f"{name_of_language(code)} {count:,}" for code, count in topic.languages.items()))
    words = "".join(
        f'<li lang="{escape(word.language)}" dir="auto">{escape(word.term)}</li>' for word in topic.keywords
    )
    terms = [word.term for word in topic.keywords]
    rows = model.typical(topic.id, PASSAGES)
    quotes = "".join(_quote(model, int(row), terms) for row in rows)
    return (
        f'<article id="t{topic.id}"><h3><span class="dot {colour}">{topic.id}</span> '
        f'<bdi>{escape(topic.name)}</bdi>{_junk(topic)}</h3><p class="facts">{" · ".join(map(escape, facts))}</p>'
        f'<ul class="keywords">{words}</ul>{quotes}</article>'
    )


def _junk(topic: Topic) -> str:
    """Return the mark of a topic that a person called junk."""
    return ' <em class="junk">junk</em>' if topic.junk else ""


def _loose(model: TopicModel) -> str:
    rows = model.rows(LOOSE)
    if not len(rows):
        return ""
    quotes = "".join(_quote(model, int(row), ()) for row in rows[:PASSAGES])
    facts = [f"{present.count(len(rows), 'passage')}, {len(rows) / len(model.passages):.0%}"]
    junk = int(model.junk[rows].sum())
    facts += [f"{junk:,} of them junk"] if junk else []
    return f"<article><h3>In no topic</h3><p class='facts'>{' · '.join(facts)}</p>{quotes}</article>"


def _quote(model: TopicModel, row: int, terms: Sequence[str]) -> str:
    passage = model.passages[row]
    meta = model.passages.documents[model.passages.document[row]].meta
    parts = [f"<bdi>{escape(passage.document_id)}</bdi>"]
    parts += [f"<bdi>{escape(meta[key])}</bdi>" for key in ("title", "source", "date") if meta.get(key)]
    parts += [f"page {passage.page}"] if passage.page else []
    parts.append(f"characters {passage.start:,}–{passage.end:,}")
    if model.labels[row] >= 0 and model.loose[row]:
        parts.append("loosely attached")
    if model.labels[row] < 0 and model.junk[row]:
        parts.append("junk")
    language = f' lang="{escape(passage.language)}"' if passage.language != "und" else ""
    return (
        f'<figure class="passage"><blockquote dir="auto"{language}>{marked(passage, terms)}</blockquote>'
        f"<figcaption>{', '.join(parts)}</figcaption></figure>"
    )


def marked(passage: Passage, terms: Iterable[str]) -> str:
    """Return the text of a passage, escaped, with the terms marked and its paragraphs kept."""
    wanted = sorted({term for term in terms if len(term) >= _SHORTEST or not term.isascii()}, key=len, reverse=True)
    pieces = [passage.text]
    if wanted:
        found = "|".join(
            rf"(?<!\w){re.escape(term)}\w{{0,{_ENDING}}}(?!\w)" if term.isascii() else re.escape(term)
            for term in wanted
        )
        pieces = re.split(f"({found})", passage.text, flags=re.IGNORECASE)
    told = (f"<mark>{escape(piece)}</mark>" if at % 2 else escape(piece) for at, piece in enumerate(pieces))
    return re.sub(r"\n+", "<br>", "".join(told))


def _levels(model: TopicModel) -> str:
    """Return the topics of all levels, those of the finest under those of the coarser ones."""
    if len(model.levels) < 2:
        return ""

    def branch(at: int, parent: int | None) -> str:
        if at == len(model.levels):
            return ""
        own = [topic for topic in model.levels[at].topics if at == 0 or topic.parent == parent]
        items = "".join(
            f"<li><bdi>{escape(topic.name)}</bdi>{_junk(topic)} <span>{topic.size:,}</span>"
            f"{branch(at + 1, topic.id)}</li>"
            for topic in own
        )
        return f"<ul>{items}</ul>" if items else ""

    counts = ", ".join(f"{level.name} {len(level.topics):,}" for level in model.levels)
    return (
        f'<section class="levels"><h2>Coarser and finer</h2><p>Topics by level: {counts}. This report shows '
        f"{escape(model.level)}.</p><details><summary>All levels</summary>{branch(0, None)}</details></section>"
    )


def _removed(model: TopicModel) -> str:
    spans = present.of_removed(model)
    if not spans:
        return ""
    counts = Counter(str(span["reason"]) for span in spans)
    listed = ", ".join(f"{escape(reason)} {count:,}" for reason, count in counts.most_common())
    rows = "".join(map(_span, spans[:_MOST]))
    more = f"<p>{len(spans) - _MOST:,} more are not listed.</p>" if len(spans) > _MOST else ""
    return (
        "<section><h2>What was left out of the texts</h2>"
        f"<p>{present.count(len(spans), 'span')} that say nothing of their own: {listed}.</p>"
        '<details><summary>Each of them</summary><table class="plain"><thead><tr><th scope="col">Reason</th>'
        f'<th scope="col">Document</th><th scope="col">Text</th></tr></thead><tbody>{rows}</tbody></table>{more}'
        "</details></section>"
    )


def _span(span: present.Plain) -> str:
    reason, document = escape(str(span["reason"])), escape(str(span["document"]))
    text = escape(present.shorten(str(span["text"]), _LONG))
    copied = f"<br>counted with <bdi>{escape(str(span['of']))}</bdi>" if span["of"] else ""
    return f'<tr><td>{reason}</td><td><bdi>{document}</bdi></td><td dir="auto">{text}{copied}</td></tr>'


def _skipped(model: TopicModel) -> str:
    if not model.skipped:
        return ""
    items = "".join(
        f"<li><bdi>{escape(entry.path)}</bdi> {escape(entry.reason)}</li>" for entry in model.skipped[:_MOST]
    )
    more = f"<p>{len(model.skipped) - _MOST:,} more are not listed.</p>" if len(model.skipped) > _MOST else ""
    return (
        f"<section><h2>Files left out</h2><p>{present.count(len(model.skipped), 'file')} or documents gave nothing.</p>"
        f"<details><summary>Each of them</summary><ul>{items}</ul>{more}</details></section>"
    )


def _making(model: TopicModel) -> str:
    facts: list[tuple[str, str]] = [
        ("encoder", f"{model.encoder.id}, {model.encoder.dimension} dimensions, sha256 {model.encoder.fingerprint}"),
        ("level", f"{model.level}, of {', '.join(model.level_names)}"),
        ("versions", ", ".join([f"topics {__version__}", *_versions()])),
    ]
    facts += [(name, _value(value)) for name, value in model.settings.to_dict().items() if value not in (None, ())]
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in facts)
    themes = "".join(
        f"<li><bdi>{escape(theme.name)}</bdi>: {_matched(model, theme.name)}</li>" for theme in model.themes
    )
    named = f"<h3>Named themes</h3><ul>{themes}</ul>" if themes else ""
    return (
        f'<section class="making"><h2>How it was made</h2>{named}<details open><summary>Encoder, settings, versions'
        f'</summary><table class="plain"><tbody>{rows}</tbody></table></details></section>'
    )


def _matched(model: TopicModel, theme: str) -> str:
    topic = next((topic for topic in model.topics if topic.theme == theme), None)
    if topic is not None:
        return f'topic <a href="#t{topic.id}">{topic.id}</a>'
    unmatched = theme in {each.name for each in model.unmatched_themes}
    return "no topic" if unmatched else "a topic of another level"


def _versions() -> Iterable[str]:
    for name in _PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:  # not installed here
            continue


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _share(value: float) -> str:
    return f"{value:.0%}" if value == value else "–"
