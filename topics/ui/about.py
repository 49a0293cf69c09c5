"""About: the model's card. What went in, how it was made, what was left out, what no topic matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import streamlit as st

from topics.clean import REASONS
from topics.embed import BUNDLED
from topics.model import TopicModel
from topics.settings import COLUMNS
from topics.ui import cards, session, text
from topics.ui.markup import esc
from topics.values import Removed

_EXAMPLES = 40  # removed spans shown of each reason


def render(model: TopicModel) -> None:
    """Draw the page."""
    with st.container(key="narrow"):
        st.html(f'<h1 class="title">{esc(session.view().model)}</h1><p class="lead">{esc(text.ABOUT_LEAD)}</p>')
        _section(text.CORPUS, _corpus(model))
        _section(text.METHOD, _method(model))
        _themes(model)
        _left_out(model)
        _section(text.PACKAGES, session.packages().items())
        if model.skipped:
            _section(text.SKIPPED_FILES, [(skipped.path, text.retold(skipped.reason)) for skipped in model.skipped])


def _section(heading: str, facts: Iterable[tuple[str, str]]) -> None:
    rows = "".join(f"<dt>{esc(name)}</dt><dd dir='auto'>{esc(value)}</dd>" for name, value in facts)
    st.html(f'<section class="about"><h2>{esc(heading)}</h2><dl>{rows}</dl></section>')


def _corpus(model: TopicModel) -> list[tuple[str, str]]:
    languages = dict(Counter(model.passages.language_codes()).most_common())
    characters = sum(len(document.text) for document in model.passages.documents)
    levels = ", ".join(f"{text.level(level.name).lower()} {len(level.topics)}" for level in model.levels)
    facts = [
        (text.DOCUMENTS, text.number(len(model.passages.documents))),
        (text.CHARACTERS, text.number(characters)),
        (text.PASSAGES, text.number(len(model.passages))),
        (text.LANGUAGES, text.languages(languages, model.poorly_read)),
        (text.TOPICS, levels),
    ]
    if model.poorly_read:
        return [*facts, (text.NOTE, cards.remedy(model))]
    bundled = model.settings.embedder == BUNDLED
    return [*facts, (text.NOTE, text.LANGUAGE_NOTE)] if bundled and set(languages) - {"en"} else facts


def _method(model: TopicModel) -> list[tuple[str, str]]:
    settings = [
        (text.setting(name), text.value(value))
        for name, value in model.settings.to_dict().items()
        if value is not None or name not in COLUMNS
    ]
    encoder = [
        (text.ENCODER, f"{model.encoder.id}, {model.encoder.dimension} dimensions"),
        (text.FINGERPRINT, model.encoder.fingerprint),
    ]
    return [*encoder, *settings]


def _themes(model: TopicModel) -> None:
    if not model.themes:
        return
    facts = []
    for theme in model.themes:
        sizes = {
            level.name: topic.size for level in model.levels for topic in level.topics if topic.theme == theme.name
        }
        facts.append((theme.name, text.theme_sizes(sizes) if sizes else text.unmatched(model.claims.get(theme.name))))
    _section(text.THEMES_HEADING, facts)


def _left_out(model: TopicModel) -> None:
    st.html(
        f'<section class="about"><h2>{esc(text.LEFT_OUT)}</h2><p class="quiet">{esc(text.LEFT_OUT_LEAD)}</p></section>'
    )
    if not model.removed:
        st.html(f'<p class="quiet">{esc(text.NOTHING_LEFT_OUT)}</p>')
        return
    sources = {document.id: document.text for document in model.passages.documents}
    by_reason = sorted(model.removed, key=lambda span: span.reason)
    groups = [(reason, list(spans)) for reason, spans in groupby(by_reason, key=lambda span: span.reason)]
    blocks = [_of_reason(reason, spans, sources) for reason, spans in sorted(groups, key=lambda group: -len(group[1]))]
    st.html(f'<div class="about">{"".join(blocks)}</div>')


def _of_reason(reason: str, spans: list[Removed], sources: dict[str, str]) -> str:
    characters = sum(span.end - span.start for span in spans)
    items = "".join(
        f'<li dir="auto"><span class="quiet">{esc(span.document_id)}</span> '
        f"{esc(' '.join(sources[span.document_id][span.start : span.end].split()))}</li>"
        for span in spans[:_EXAMPLES]
    )
    summary = f"{text.reason(reason).capitalize()}: {text.left_out_count(len(spans), characters)}"
    meaning = f'<p class="quiet">{esc(REASONS[reason])}.</p>' if reason in REASONS else ""
    return f'<details class="out-list"><summary>{esc(summary)}</summary>{meaning}<ul>{items}</ul></details>'
