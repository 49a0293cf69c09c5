"""Every sentence that the app says, in one place. Plain text: whoever shows it escapes it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from topics.language import name_of
from topics.values import FileReport

APP = "Topics"
FOOTER = "Runs on this computer. Nothing is sent."

PAGES: Mapping[str, str] = {"explore": "Explore", "read": "Read", "fit": "Your texts", "about": "About"}

LEVEL = "Level of detail"
LEVELS: Mapping[str, str] = {"coarse": "Coarse", "medium": "Medium", "fine": "Fine"}
MODEL = "Saved model"
SEARCH = "Search the passages"
SEARCH_HINT = 'Search the passages: words, a question, or a "phrase"'
SEARCH_BY_LABEL = "Search by"
SEARCH_BY: Mapping[str, str] = {"both": "Words and meaning", "words": "Words", "meaning": "Meaning"}

TOPICS = "Topics"
FILTER_TOPICS = "Find a topic"
NO_TOPIC_FOUND = "No topic has that in its name or keywords."
UNASSIGNED = "Unassigned"
UNASSIGNED_NOTE = "Passages that no topic holds."
THEME_TAG = "named theme"
THEME_HELP = "Matches a theme that was named before the fit."
MAP = "Map of the passages"
MAP_HINT = (
    "Each dot is a passage. Click a dot or a name to choose its topic, draw a region to choose what lies in it; "
    "wheel and drag to look closer."
)
LASSO, BOX, CLEAR_SHAPE = "Lasso a region", "Draw a box", "Clear the region"
AT_A_GLANCE = "At a glance"
AT_A_GLANCE_NOTE = "One passage from the heart of each topic. Choose a topic to read the others."
ALL_TOPICS = "All topics"
CLEAR_ALL = "Clear all"
KEYWORDS = "Keywords"
WITHIN = "Part of"
HOLDS = "Holds"
SEARCH_FOR = "Search"
FILTER = "Filter"
ANY_VALUE = "Any"
COLOUR_BY = "Colour the map by"
OTHERS = "others"
REGION = "Region"
WORDS_ONLY = "These are the passages that have the words."
NO_HIT_WORDS = "No passage has these words. Searching by meaning may find what they stand for."
NO_HIT = "No passage is left under these filters. Remove the last one to see more."
READ_LINK = "Read in place"
READ_WHOLE = "Read the document"
PASSAGES_PAGE = "Page of passages"

DOCUMENT = "Document"
CURRENT = "You came for this passage"
PREVIOUS, NEXT = "Previous", "Next"
REMOVED = "left out"
IN_THIS_DOCUMENT = "In this document"
BACK_TO_TOPIC = "Back to the topic"

FIT_TITLE = "Find the topics of your own texts"
FIT_LEAD = (
    "Choose your files. They are read, cleaned of web furniture, split into passages and grouped on this computer; "
    "nothing leaves it."
)
FILES = "Files: PDF, Word, PowerPoint, web pages, mail, tables, e-books, plain text, or a zip of them"
FILES_HELP = "What a file is, its content says; its name does not matter."
FILE_COLUMNS = ("File", "", "Format", "Language", "Characters", "Passages", "Removed")
FILE_STATUS = {"read": "read", "partly": "read in part", "refused": "not read"}
NOTHING_READ = "None of the files could be read; the list says why."
THEMES = "Themes to look for (optional)"
THEMES_HELP = "One a line. After a colon you may say what you mean by it; that helps to find it."
THEMES_EXAMPLE = "Data privacy: how personal data is collected and protected\nOpen source vs. proprietary"
COLUMN = "Column of the text, in tables (optional)"
COLUMN_HELP = "For CSV, Excel and the like. It is found by default; name it if a table is not read, or another one is."
NAME = "Name of the result"
NAME_HELP = "Letters, digits, dots, dashes and underscores; 64 at most. It becomes a folder in models/."
START_FIT = "Find topics"
CANCEL = "Cancel"
OPEN_RESULT = "Open the result"
TRY_AGAIN = "Start again"
FIT_RUNNING = "Finding topics"
FIT_DONE = "Done. Opening the result…"
FIT_CANCELLED = "Cancelled. Nothing was saved."
FIT_FAILED = "The fit stopped because of an error in this program, which its log describes. Nothing was saved."
CANCELLING = "Stopping at the next step…"
WAITING = "Starting"
SAVED_MODELS = "Saved models"
STAGES: Mapping[str, str] = {
    "read": "Reading the files",
    "clean": "Removing web furniture",
    "split": "Splitting into passages",
    "copies": "Finding copies",
    "language": "Telling the languages",
    "embed": "Turning passages into vectors",
    "centre": "Bringing the languages together",
    "cluster": "Grouping passages",
    "describe": "Finding keywords",
    "label": "Naming the topics",
    "layout": "Drawing the map",
    "save": "Saving",
}

ABOUT_LEAD = "What this model was made of, and how."
CORPUS, METHOD, THEMES_HEADING = "Corpus", "How it was fitted", "Named themes"
LEFT_OUT, SKIPPED_FILES = "Left out as web furniture or copies", "Files that were not read, or gave no passage"
COUNTED_IN = "Counted where it first stands:"
LEFT_OUT_LEAD = (
    "Cleaning never rewrites text: it leaves spans out, each for a reason, and what repeats an earlier passage. They "
    "stay visible where the document is read."
)
NOTHING_LEFT_OUT = "Nothing was left out."
DOCUMENTS, CHARACTERS, PASSAGES, LANGUAGES, NOTE = "Documents", "Characters", "Passages", "Languages", "Note"
ENCODER, FINGERPRINT = "Encoder", "Its weights (sha256)"
PACKAGES = "Made with"
UNMATCHED = "no topic matches it"
READ_POORLY = "read poorly"
LOOSELY = "loosely attached"
LOOSELY_MEANS = "This passage is more likely in the wrong topic than in the right one."
LANGUAGE_NOTE = (
    "The encoder was trained mostly on English. Passages in other languages are centred onto the same map, but are "
    "told apart less finely."
)

NO_MODEL_TITLE = "No saved model here yet"
NO_MODEL_LEAD = "Choose your own texts below, or start the app with the folder of a saved model."

_SETTINGS: Mapping[str, str] = {
    "engine": "Engine",
    "embedder": "Encoder asked for",
    "centre": "Centred by",
    "outliers": "Outliers",
    "clean": "Web furniture and copies left out",
    "keep": "Kept all the same",
    "language": "Language of all texts",
    "max_sentences": "Sentences in a passage, at most",
    "layout": "Map",
    "keywords": "Keywords of a topic",
    "seed": "Seed",
    "text": "Column of the text",
    "title": "Column of the title",
    "date": "Column of the date",
    "label": "Column of the label",
    "language_column": "Column of the language",
    "id": "Column of the id",
}


_BARE = ("author", "date", "source")
_UNSAID = frozenset({"title", "language", "message-id", "in-reply-to"})
_MOST_SAID, _LONGEST_SAID = 12, 100


def language(code: str) -> str:
    """Return the English name of a language, or its code."""
    return name_of(code)


def reason(code: str) -> str:
    """Return why a span was left out, as a reader would say it."""
    return code.replace("-", " ").replace("_", " ")


def stage(code: str) -> str:
    """Return what a stage of a fit does, as a reader would say it."""
    return STAGES.get(code, code.replace("_", " ").replace("-", " ").capitalize())


def theme_sizes(sizes: Mapping[str, int]) -> str:
    """Return how many passages a theme's topic holds at each level: ``"coarse 12, fine 7 passages"``."""
    return f"{', '.join(f'{level(name).lower()} {size:,}' for name, size in sizes.items())} passages"


def unmatched(stood_out: int | None) -> str:
    """Return that no topic matches a theme, and how many passages stood out for it where that was counted."""
    return UNMATCHED if stood_out is None else f"{UNMATCHED} ({count(stood_out, 'passage')} stood out for it)"


def setting(name: str) -> str:
    """Return what a setting is about."""
    return _SETTINGS.get(name, name.replace("_", " ").capitalize())


def value(setting_value: object) -> str:
    """Return a setting's value as a reader would say it."""
    if isinstance(setting_value, bool):
        return "yes" if setting_value else "no"
    if setting_value is None:
        return "found for each passage"
    if isinstance(setting_value, tuple | list):
        return ", ".join(map(str, setting_value)) or "none"
    return str(setting_value)


def seconds(number: float) -> str:
    """Return how long a stage took."""
    return f"{number:.1f} s" if number >= 0.1 else ""


def level(name: str) -> str:
    """Return a level's name as it is shown."""
    return LEVELS.get(name, name.capitalize())


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``"1 passage"``, ``"1,204 passages"``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Return a share from 0 to 1 in whole percent; what is above nothing is never 0."""
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{share * 100:.0f} %"


def languages(counts: Mapping[str, int], poorly: Collection[str] = ()) -> str:
    """Return how many passages are in each language: ``"English 9, Swedish 5 (read poorly)"``."""
    mark = f" ({READ_POORLY})"
    return ", ".join(f"{language(code)} {number:,}{mark if code in poorly else ''}" for code, number in counts.items())


def corpus(documents: int, passages: int, counts: Mapping[str, int]) -> str:
    """Return the corpus in a line."""
    line = f"{count(documents, 'document')}, {count(passages, 'passage')}"
    return f"{line}: {languages(counts)}" if len(counts) > 1 else line


def topic_facts(size: int, share: float, documents: int, all_documents: int, counts: Mapping[str, int]) -> str:
    """Return a topic's size, spread and languages in a sentence or two."""
    spread = f"in {documents:,} of {count(all_documents, 'document')}" if all_documents > 1 else ""
    first = f"{count(size, 'passage')}, {percent(share)} of the corpus{', ' + spread if spread else ''}."
    return f"{first} {languages(counts)}." if len(counts) > 1 else first


def evidence(contains: int, size: int, fits: float) -> str:
    """Return what speaks for a topic's name, in a sentence."""
    return f"Named after words in {contains:,} of {count(size, 'passage')}; the name fits {percent(fits)}."


def stability(value: float) -> str:
    """Return what a topic's stability means, in a sentence."""
    if math.isnan(value):
        return "How steady it is was not measured."
    back = f"when parts of the corpus are left out, {value * 100:.0f} % of this group comes back"
    if value >= 0.85:
        return f"Very steady: {back}."
    if value >= 0.75:
        return f"Steady: {back}."
    if value >= 0.6:
        return f"Fairly steady: {back}."
    if value >= 0.4:
        return f"Loose at its edges: {back}."
    return f"Fragile, so take it as a suggestion: {back}."


def place(paragraph: int, start: int, end: int, *, page: int | None = None, row: int | None = None) -> str:
    """Return where in its document a passage stands: by page or record where there are such, else by paragraph."""
    by = f"paragraph {paragraph:,}" if page is None else f"page {page:,}"
    by = by if row is None else record(row)
    return f"{by}, characters {start:,}–{end:,}"


def page(number: int) -> str:
    """Return which page it is."""
    return f"page {number:,}"


def record(number: int) -> str:
    """Return which record of a table it is."""
    return f"record {number:,}"


def said_of_itself(meta: Mapping[str, str]) -> str:
    """Return what a document says of itself apart from title and language, in a line: author, date, source first."""
    shown = [meta[name][:10] if name == "date" else meta[name] for name in _BARE if meta.get(name)]
    said = {value for name, value in meta.items() if name in _BARE}
    for name, value in meta.items():
        if name not in _BARE and name not in _UNSAID and value not in said:
            shown.append(f"{column(name)}: {value}")
            said.add(value)
    more = len(shown) - _MOST_SAID
    return " · ".join(_cut(part) for part in shown[:_MOST_SAID]) + (f" · {more:,} more" if more > 0 else "")


def _cut(part: str) -> str:
    part = " ".join(part.split())
    return part if len(part) <= _LONGEST_SAID else f"{part[: _LONGEST_SAID - 1]}…"


def hits(number: int, query: str, by: str) -> str:
    """Return how many passages answer a search; a search by meaning ranks them all, and shows the best."""
    if by == "words" or not number:
        return f"{count(number, 'passage')} for “{query}”"
    return f"The {count(number, 'passage')} nearest to “{query}”" if number > 1 else f"The passage nearest to “{query}”"


def in_region(number: int) -> str:
    """Return how many passages lie in the region chosen on the map."""
    return f"{count(number, 'passage')} in the region"


def under_filters(number: int) -> str:
    """Return how many passages are left under the filters by metadata."""
    return f"{count(number, 'passage')} under these filters"


def column(name: str) -> str:
    """Return a column of metadata as a reader would say it."""
    return name.replace("_", " ").strip().capitalize() if name.islower() else name


def topic_number(number: int, total: int) -> str:
    """Return which topic of how many it is, by size."""
    return f"Topic {number:,} of {total:,}"


def topic_label(name: str, size: int) -> str:
    """Return what a screen reader says of a topic in the list."""
    return f"{name}, {count(size, 'passage')}"


def showing(first: int, last: int, total: int) -> str:
    """Return which passages of how many are on the page."""
    return f"{first:,}–{last:,} of {total:,}"


def show_all(number: int) -> str:
    """Return the label of the button that lengthens the topic list."""
    return f"Show all {number:,} topics"


def map_description(passages: int, topics: int) -> str:
    """Return the map's text alternative."""
    return (
        f"Scatter plot of {count(passages, 'passage')} in {count(topics, 'topic')}. The list beside it names the "
        "topics with their sizes, and choosing one there does what a click on the map does."
    )


def chip(kind: str, value: str) -> str:
    """Return the label of a filter that a click removes."""
    return f"{kind}: {value}"


def left_out(reason_code: str, characters: int) -> str:
    """Return the line that stands for a removed span."""
    return f"{reason(reason_code)} · {count(characters, 'character')} {REMOVED}"


def left_out_count(spans: int, characters: int) -> str:
    """Return how much was removed."""
    return f"{count(spans, 'span')}, {count(characters, 'character')}"


def progress(done: int, total: int) -> str:
    """Return how far a stage has come."""
    return f"{done:,} of {total:,}" if total > 1 else ""


def position_in_topic(at: int, total: int) -> str:
    """Return which passage of a topic is being read, in reading order."""
    return f"{at:,} of {total:,}"


def files_told(files: Sequence[FileReport]) -> str:
    """Return how many files became what."""
    by_status: Counter[str] = Counter(file.status for file in files)
    parts = [f"{by_status[status]:,} {said}" for status, said in FILE_STATUS.items() if by_status[status]]
    return f"{count(len(files), 'file')}: {', '.join(parts)}."


def more_files(number: int) -> str:
    """Return that files are not shown."""
    return f"{count(number, 'more file')} {'is' if number == 1 else 'are'} not shown; topics read lists all."
