"""Which colour a topic has: Okabe and Ito's for the biggest ones, grey for the rest. Names carry the meaning."""

from __future__ import annotations

from dataclasses import dataclass

from topics.values import LOOSE

COLOURED = 8
"""How many topics of a level have a colour of their own; ids are ordered by size, so these are the biggest."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A fill and the edge around it, which reaches a contrast of 3 to 1 with the page where the fill may not."""

    fill: str
    edge: str


_LIGHT = (
    Colour("#0072B2", "#00568A"),
    Colour("#D55E00", "#A84900"),
    Colour("#009E73", "#00745A"),
    Colour("#CC79A7", "#A34A7D"),
    Colour("#E69F00", "#9C6B00"),
    Colour("#56B4E9", "#2179AE"),
    Colour("#F0E442", "#857C00"),
    Colour("#3A3A3C", "#111112"),
)
_DARK = (
    Colour("#0F7CBE", "#6DB7E6"),
    Colour("#DB6410", "#F29A63"),
    Colour("#00A578", "#58CDAC"),
    Colour("#D184B0", "#EDB9D6"),
    Colour("#E69F00", "#F5C55F"),
    Colour("#56B4E9", "#97D2F5"),
    Colour("#F0E442", "#F7F09A"),
    Colour("#E9E7E2", "#FFFFFF"),
)
_REST = {False: Colour("#C9C5BA", "#8B877C"), True: Colour("#54585F", "#878C94")}


def of_topic(topic: int, *, dark: bool) -> Colour:
    """Return the colour of a topic in a theme; the same at every place of the app."""
    if topic == LOOSE or topic >= COLOURED:
        return _REST[dark]
    return (_DARK if dark else _LIGHT)[topic]


def css_class(topic: int) -> str:
    """Return the class that gives an element its topic's colour in both themes; :func:`css` defines it."""
    return "tc-rest" if topic == LOOSE or topic >= COLOURED else f"tc-{topic}"


def css() -> str:
    """Return the style rules behind :func:`css_class`: ``--fill`` and ``--edge`` follow the theme."""
    names = [*range(COLOURED), COLOURED]
    rules = []
    for topic in names:
        light, dark = of_topic(topic, dark=False), of_topic(topic, dark=True)
        rules.append(
            f".{css_class(topic)} {{ --fill: light-dark({light.fill}, {dark.fill}); "
            f"--edge: light-dark({light.edge}, {dark.edge}); }}"
        )
    return "\n".join(rules)
