"""Everything that the app says, in the language that is spoken. Plain text: whoever shows it escapes it.

The sentences themselves stand in ``en.toml`` and its translations: ``text.MAP_HINT`` is what stands there under
``map_hint``. Here is what chooses among them and fills them in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from topics import language as tongues
from topics.themes.axis import Placed
from topics.ui.text.catalog import entry, noun, number, say, table
from topics.ui.text.retold import retold
from topics.values import FileReport

__all__ = ["number", "retold", "say", "table"]

_BARE = ("author", "date", "source")
_UNSAID = frozenset({"title", "language", "message-id", "in-reply-to"})
_MOST_SAID, _LONGEST_SAID = 12, 100
_SETTLED = 1.0  # seconds before a rate says something
_STEADY = ((0.85, "very"), (0.75, "steady"), (0.6, "fair"), (0.4, "loose"))  # stability at least, and what to call it

_SURE = ((0.9, "sure_very"), (0.7, "sure_quite"), (0.5, "sure_rather"))  # confidence at least, and how it is told


def language(code: str) -> str:
    """Return the name of a language, in English where the one that is spoken has none, or its code."""
    return entry("language_names").get(code) or tongues.name_of(code)


def language_within(code: str) -> str:
    """Return the name of a language as it is written within a sentence."""
    return language(code).lower() if say("languages_are_capitalised") == "no" else language(code)


def language_mark(code: str) -> str:
    """Return what marks a language where there is little room: its code, or in words that it is not known."""
    return language(code) if code == tongues.UNKNOWN else code


def reason(code: str) -> str:
    """Return why a span was left out, as a reader would say it."""
    return entry("reasons").get(code) or code.replace("-", " ").replace("_", " ")


def stage(code: str) -> str:
    """Return what a stage of a fit does, as a reader would say it."""
    return table("stages").get(code, code.replace("_", " ").replace("-", " ").capitalize())


def theme_sizes(sizes: Mapping[str, int]) -> str:
    """Return how many passages a theme's topic holds at each level: ``"coarse 12, fine 7 passages"``."""
    return say("theme_sizes", sizes=", ".join(f"{level(name).lower()} {number(size)}" for name, size in sizes.items()))


def unmatched(stood_out: int | None) -> str:
    """Return that no topic matches a theme, and how many passages stood out for it where that was counted."""
    return say("unmatched") if stood_out is None else say("unmatched_stood_out", passages=count(stood_out, "passage"))


def setting(name: str) -> str:
    """Return what a setting is about."""
    return table("settings").get(name, name.replace("_", " ").capitalize())


def value(setting_value: object) -> str:
    """Return a setting's value as a reader would say it."""
    if isinstance(setting_value, bool):
        return say("yes") if setting_value else say("no")
    if setting_value is None:
        return say("each_passage")
    if isinstance(setting_value, tuple | list):
        return ", ".join(map(str, setting_value)) or say("none")
    return str(setting_value)


def seconds(value: float) -> str:
    """Return how long a stage took."""
    return say("seconds", number=number(value, 1)) if value >= 0.1 else ""


def level(name: str) -> str:
    """Return a level's name as it is shown; a level of so many topics is called by their number."""
    if name.isdecimal():
        return count(int(name), "topic")
    return table("levels").get(name, name.capitalize())


def count(value: int, key: str) -> str:
    """Return a number with its noun, by the key of the noun: ``"1 passage"``, ``"1,204 passages"``."""
    return noun(value, key)


def percent(share: float) -> str:
    """Return a share from 0 to 1 in whole percent; what is above nothing is never 0."""
    if 0 < share < 0.01:
        return say("percent_under_one")
    return say("percent", number=number(share * 100))


def languages(counts: Mapping[str, int], poorly: Collection[str] = ()) -> str:
    """Return how many passages are in each language: ``"English 9, Swedish 5 (read poorly)"``."""
    mark = f" ({say('read_poorly')})"
    told = (f"{language(code)} {number(n)}{mark if code in poorly else ''}" for code, n in counts.items())
    return ", ".join(told)


def remedy(encoder: str, codes: Sequence[str], others: Sequence[str]) -> str:
    """Return which languages an encoder reads poorly, and which encoders read many."""
    names = [language_within(code) for code in codes]
    return say("remedy", encoder=encoder, languages=_joined(names, "and"), others=_joined(others, "or"))


def _joined(values: Sequence[str], key: str) -> str:
    return say(key, first=", ".join(values[:-1]), last=values[-1]) if len(values) > 1 else "".join(values)


def corpus(documents: int, passages: int, counts: Mapping[str, int]) -> str:
    """Return the corpus in a line."""
    key = "count_of_corpus_by_language" if len(counts) > 1 else "count_of_corpus"
    told = {"documents": count(documents, "document"), "passages": count(passages, "passage")}
    return say(key, **told, languages=languages(counts))


def topic_facts(size: int, share: float, documents: int, all_documents: int, counts: Mapping[str, int]) -> str:
    """Return a topic's size, spread and languages in a sentence or two."""
    first = say(
        "topic_facts_spread" if all_documents > 1 else "topic_facts",
        passages=count(size, "passage"),
        share=percent(share),
        some=number(documents),
        documents=count(all_documents, "document"),
    )
    return f"{first} {languages(counts)}." if len(counts) > 1 else first


def evidence(contains: int, size: int, fits: float) -> str:
    """Return what speaks for a topic's name, in a sentence."""
    return say("evidence", some=number(contains), passages=count(size, "passage"), share=percent(fits))


def stability(value: float) -> str:
    """Return what a topic's stability means, in a sentence."""
    if math.isnan(value):
        return say("stability_unknown")
    steady = next((name for least, name in _STEADY if value >= least), "fragile")
    return say(f"stability_{steady}", share=stability_share(value))


def stability_share(value: float) -> str:
    """Return a stability in whole percent."""
    return say("percent", number=number(value * 100))


def place(paragraph: int, start: int, end: int, *, page: int | None = None, row: int | None = None) -> str:
    """Return where in its document a passage stands: by page or record where there are such, else by paragraph."""
    by, at = ("paragraph", paragraph) if page is None else ("page", page)
    by, at = (by, at) if row is None else ("record", row)
    return say(f"place_by_{by}", **{by: number(at)}, start=number(start), end=number(end))


def page(value: int) -> str:
    """Return which page it is."""
    return say("page", number=number(value))


def record(value: int) -> str:
    """Return which record of a table it is."""
    return say("record", number=number(value))


def said_of_itself(meta: Mapping[str, str]) -> str:
    """Return what a document says of itself apart from title and language, in a line: author, date, source first."""
    shown = [meta[name][:10] if name == "date" else meta[name] for name in _BARE if meta.get(name)]
    said = {value for name, value in meta.items() if name in _BARE}
    for name, value in meta.items():
        if name not in _BARE and name not in _UNSAID and value not in said:
            shown.append(f"{column(name)}: {value}")
            said.add(value)
    more = len(shown) - _MOST_SAID
    said_now = [_cut(part) for part in shown[:_MOST_SAID]] + ([say("more", number=number(more))] if more > 0 else [])
    return " · ".join(said_now)


def _cut(part: str) -> str:
    part = " ".join(part.split())
    return part if len(part) <= _LONGEST_SAID else f"{part[: _LONGEST_SAID - 1]}…"


def hits(found: int, query: str, by: str) -> str:
    """Return how many passages answer a search; a search by meaning ranks them all, and shows the best."""
    key = "hits" if by == "words" or not found else "nearest" if found > 1 else "nearest_one"
    return say(key, passages=count(found, "passage"), query=query)


def in_region(passages: int) -> str:
    """Return how many passages lie in the region chosen on the map."""
    return say("in_region", passages=count(passages, "passage"))


def under_filters(passages: int) -> str:
    """Return how many passages are left under the filters by metadata."""
    return say("under_filters", passages=count(passages, "passage"))


def column(name: str) -> str:
    """Return a column of metadata as a reader would say it."""
    if name in table("columns"):
        return table("columns")[name]
    return name.replace("_", " ").strip().capitalize() if name.islower() else name


def topic_number(at: int, total: int) -> str:
    """Return which topic of how many it is, by size."""
    return say("topic_number", number=number(at), total=number(total))


def topic_label(name: str, size: int) -> str:
    """Return what a screen reader says of a topic in the list."""
    return say("topic_label", name=name, passages=count(size, "passage"))


def showing(first: int, last: int, total: int) -> str:
    """Return which passages of how many are on the page."""
    return say("showing", first=number(first), last=number(last), total=number(total))


def show_all(topics: int) -> str:
    """Return the label of the button that lengthens the topic list."""
    return say("show_all", topics=count(topics, "topic"))


def map_description(passages: int, topics: int) -> str:
    """Return the map's text alternative."""
    return say("map_description", passages=count(passages, "passage"), topics=count(topics, "topic"))


def chip(kind: str, value: str) -> str:
    """Return the label of a filter that a click removes."""
    return say("chip", kind=kind, value=value)


def left_out(reason_code: str, characters: int) -> str:
    """Return the line that stands for a removed span."""
    return say("left_out_of", reason=reason(reason_code), characters=count(characters, "character"))


def left_out_count(spans: int, characters: int) -> str:
    """Return how much was removed."""
    return say("left_out_count", spans=count(spans, "span"), characters=count(characters, "character"))


def left_out_short(spans: int, characters: int) -> str:
    """Return how much was removed, said to be so."""
    return say("left_out_short", spans=count(spans, "span"), characters=count(characters, "character"))


def progress(done: int, total: int, seconds: float = 0.0) -> str:
    """Return how far a stage has come after so many seconds, how fast it goes, and for how much longer."""
    if total < 2:
        return ""
    told = {"done": number(done), "total": number(total)}
    if seconds < _SETTLED or not 0 < done < total:
        return say("progress", **told)
    rate = done / seconds
    return say("progress_pace", **told, rate=number(rate, int(rate < 10)), left=_duration((total - done) / rate))


def _duration(seconds: float) -> str:
    key, value = ("seconds_short", seconds) if seconds < 90 else ("minutes", seconds / 60)
    return say(key, number=number(value))


def position_in_topic(at: int, total: int) -> str:
    """Return which passage of a topic is being read, in reading order."""
    return say("progress", done=number(at), total=number(total))


def files_told(files: Sequence[FileReport]) -> str:
    """Return how many files became what."""
    by_status: Counter[str] = Counter(file.status for file in files)
    parts = [f"{number(by_status[key])} {said}" for key, said in table("file_status").items() if by_status[key]]
    return say("files_told", files=count(len(files), "file"), parts=", ".join(parts))


def more_files(files: int) -> str:
    """Return that files are not shown."""
    return say("more_files", files=count(files, "more_file"))


def pages() -> Mapping[str, str]:
    """Return the pages by name, with what they are called, in the order of the navigation."""
    return table("pages")


def search_by(way: str) -> str:
    """Return what a way to search is called."""
    return table("search_by")[way]


def side(name: str) -> str:
    """Return what passages that stand for a topic in some way are called."""
    return table("sides")[name]


def sure(confidence: float) -> str:
    """Return how sure it is that a passage belongs to its topic, in words and in percent."""
    key = next((key for least, key in _SURE if confidence >= least), "sure_not")
    return say(key, share=percent(confidence))


def period(written: str, unit: str) -> str:
    """Return a period of :class:`topics.timeline.Timeline` as a reader would say it."""
    return say("decade", year=written) if unit == "decade" else written


def file_columns() -> tuple[str, ...]:
    """Return the heads of the table of files."""
    return tuple(table("file_columns").values())


def file_status(status: str) -> str:
    """Return what became of a file."""
    return table("file_status")[status]


def signed(value: float) -> str:
    """Return a number with its sign, to two decimals."""
    return f"{'−' if value < 0 else '+'}{number(abs(value), 2)}"


def stands(placed: Placed, row: int) -> str:
    """Return where a passage or a document stands between two poles, with its likely range, in a sentence."""
    side = str(placed.side[row])
    if side == "neither":
        return say("stands_neither")
    at = signed(float(placed.direction[row]))
    if math.isnan(placed.low[row]):
        return say("stands_unknown", at=at)
    return say(f"stands_{side}", at=at, low=signed(float(placed.low[row])), high=signed(float(placed.high[row])))


def size_of(data: int) -> str:
    """Return about how large a file is."""
    if data < 1_000_000:
        return say("about_kilobytes", size=number(max(1, round(data / 1000))))
    return say("about_megabytes", size=number(data / 1_000_000, 1))


def of_total(some: int, total: int) -> str:
    """Return how many of how many."""
    return say("progress", done=number(some), total=number(total))


def __getattr__(name: str) -> str:
    """Return the sentence of a name in capitals."""
    try:
        told = entry(name.lower()) if name.isupper() else None
    except KeyError:
        told = None
    if not isinstance(told, str):
        raise AttributeError(f"the app has no sentence called {name}")
    return told
