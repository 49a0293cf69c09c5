"""Which colour a topic has: Okabe and Ito's for the biggest ones, grey for the rest. Names carry the meaning."""

from __future__ import annotations

from dataclasses import dataclass

from topics.ids import COLOURED, coloured
from topics.model import TopicModel
from topics.values import LOOSE


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
_INK = {False: "#23221E", True: "#E4E2DC"}
_RAMPS = {  # from little to much: in either theme what is much stands out from the page
    False: ("#E8CF7A", "#7DB87A", "#2A8C8C", "#2F5E8E", "#2B2F5E"),
    True: ("#3A4270", "#2F6A93", "#2F9A93", "#8CC884", "#F3E08A"),
}


def ink(*, dark: bool) -> str:
    """Return the colour of writing in a theme."""
    return _INK[dark]


def shade_at(share: float, *, dark: bool) -> Colour:
    """Return the colour of a share from 0 to 1 of what the map is shaded by."""
    stops = _RAMPS[dark]
    at = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(at), len(stops) - 2)
    fill = _mixed(stops[left], stops[left + 1], at - left)
    return Colour(fill, _mixed(fill, "#FFFFFF" if dark else "#000000", 0.35))


def shade_css() -> str:
    """Return the shades from first to last as the value of a CSS property, in both themes."""
    pairs = zip(_RAMPS[False], _RAMPS[True], strict=True)
    return f"linear-gradient(to right, {', '.join(f'light-dark({light}, {dark})' for light, dark in pairs)})"


def _mixed(first: str, second: str, share: float) -> str:
    mixed = (
        round(int(first[at : at + 2], 16) * (1 - share) + int(second[at : at + 2], 16) * share) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{value:02X}" for value in mixed)


def colour_at(place: int, *, dark: bool) -> Colour:
    """Return the colour at a place in a theme; grey at -1 and behind the last."""
    if place == LOOSE or place >= COLOURED:
        return _REST[dark]
    return (_DARK if dark else _LIGHT)[place]


def css_class(place: int) -> str:
    """Return the class that gives an element the colour at a place in both themes; :func:`css` defines it."""
    return "tc-rest" if place == LOOSE or place >= COLOURED else f"tc-{place}"


def classes(model: TopicModel) -> dict[int, str]:
    """Return the class of each topic at the level shown, by id, and of loose passages (-1); the same all over the app.

    Which topics have a colour, :func:`topics.ids.coloured` says.
    """
    places = coloured(model.topics)
    return {LOOSE: css_class(LOOSE)} | {t.id: css_class(places.get(t.id, LOOSE)) for t in model.topics}


def css() -> str:
    """Return the style rules behind :func:`css_class`: ``--fill`` and ``--edge`` follow the theme."""
    names = [*range(COLOURED), COLOURED]
    rules = []
    for place in names:
        light, dark = colour_at(place, dark=False), colour_at(place, dark=True)
        rules.append(
            f".{css_class(place)} {{ --fill: light-dark({light.fill}, {dark.fill}); "
            f"--edge: light-dark({light.edge}, {dark.edge}); }}"
        )
    return "\n".join(rules)
