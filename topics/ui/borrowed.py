"""The words on Streamlit's own widgets, which are English, in the language of the app: where each stands, and what for.

The browser exchanges whole texts of elements that Streamlit drew, never a part of one and nothing within a passage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from topics.ui.text.catalog import FIRST, read, spoken, table

_GAP = re.compile(r"\{\w+\}")

PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("[data-testid=InputInstructions]", "", ("apply", "submit")),
    ("[data-testid=stFileUploaderDropzone] button", "", ("upload", "upload_folder")),
    ("[data-testid=stFileUploaderDropzone]", "", ("drop", "drop_folder")),
    ("[data-testid=stFileUploaderDropzoneInstructions]", "", ("per_file",)),
    ("[data-testid=stFileUploaderDropzoneInput]", "aria-label", ("file_upload",)),
    ("[data-testid=stSkipToContent]", "", ("skip",)),
    ("[data-testid=stMainMenuPopover]", "", ("about", "dark", "light", "system")),
    ("[data-testid=stMainMenuButton], [data-testid=stMainMenuList]", "aria-label", ("menu",)),
    ("[data-testid=stThemeSwitcher]", "aria-label", ("theme",)),
    ("header button", "", ("stop",)),
    ("[data-testid=stStatusWidget] [aria-label]", "aria-label", ("running",)),
    ("[data-testid=stSelectbox] input, [data-testid=stMultiSelect] input", "placeholder", ("choose", "choose_several")),
    ("[data-testid=stMultiSelectDropdown], [data-testid=stSelectboxDropdown]", "", ("no_results", "select_all")),
    (
        ":is(button, [role=button], [data-testid=stTooltipHoverTarget])[aria-label]",
        "aria-label",
        (
            *("open", "dismiss", "clear_value", "clear_entry", "clear_all", "increment", "decrement"),
            *("help", "add_files", "remove"),
        ),
    ),
)
"""Selectors of what Streamlit draws; the attribute, or none for the text in it; the keys of what may stand there."""


def exchanges() -> Sequence[Mapping[str, object]]:
    """Return for each place what stands there and what is to; nothing in the language that Streamlit speaks itself.

    A text is told as what is before its gap and what is behind it; behind one without a gap there is nothing at all.
    """
    if spoken() == FIRST:
        return []
    theirs, ours = read(FIRST)["streamlit"], table("streamlit")
    return [
        {"where": where, "attribute": attribute, "texts": [[_parts(theirs[key]), _parts(ours[key])] for key in keys]}
        for where, attribute, keys in PLACES
    ]


def _parts(said: str) -> list[str]:
    return _GAP.split(said)
