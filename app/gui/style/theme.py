"""Material 3 tokens: colours for both modes, spacing, shapes and type, and nothing that draws.

Every colour is a pair ``(light, dark)``, the form that CustomTkinter takes everywhere. The neutral and primary
tones follow the tonal palettes of https://m3.material.io/styles/color; the tests compute their contrast.

The pairs of the accent are lists, whose values ``use_accent`` replaces: widgets keep the list that they were given and
find the new colour in it the next time they draw.
"""

from __future__ import annotations

import re
import tkinter.font
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Final, TypeAlias

from app.gui.style.accents import ACCENTS, DEFAULT_ACCENT, TOKENS
from app.user_settings import AccentName

#: ``(light, dark)``, each ``#RRGGBB``.
Colour: TypeAlias = Sequence[str]
Font: TypeAlias = tuple[str, int, str]

SURFACE: Final[Colour] = ("#FAF8FF", "#121318")
SURFACE_CONTAINER: Final[Colour] = ("#F1EFF7", "#1D1F26")
SURFACE_CONTAINER_HIGH: Final[Colour] = ("#E6E4EE", "#2A2C34")
ON_SURFACE: Final[Colour] = ("#1A1B21", "#E4E2EA")
ON_SURFACE_VARIANT: Final[Colour] = ("#50525E", "#B9BAC6")
OUTLINE: Final[Colour] = ("#757784", "#8F909C")
OUTLINE_VARIANT: Final[Colour] = ("#C9C8D4", "#44464F")
PRIMARY: Final = ["", ""]
PRIMARY_HOVER: Final = ["", ""]
ON_PRIMARY: Final = ["", ""]
PRIMARY_CONTAINER: Final = ["", ""]
PRIMARY_CONTAINER_HOVER: Final = ["", ""]
ON_PRIMARY_CONTAINER: Final = ["", ""]
ERROR: Final[Colour] = ("#B3261E", "#FFB4AB")
ERROR_CONTAINER: Final[Colour] = ("#FFDAD6", "#7A1512")
ON_ERROR_CONTAINER: Final[Colour] = ("#410002", "#FFDAD6")


def use_accent(name: AccentName) -> None:
    """Give the tokens of the accent other values. What is on the screen must be drawn anew.

    Args:
        name: Of ``accents.ACCENTS``.
    """
    targets = (PRIMARY, PRIMARY_HOVER, ON_PRIMARY, PRIMARY_CONTAINER, PRIMARY_CONTAINER_HOVER, ON_PRIMARY_CONTAINER)
    for target, token in zip(targets, TOKENS, strict=True):
        target[:] = getattr(ACCENTS[name], token)


use_accent(DEFAULT_ACCENT)

#: Text on what it is written on; each pair must reach the contrast of WCAG AA (4.5) in both modes.
TEXT_PAIRS: Final[tuple[tuple[Colour, Colour], ...]] = (
    (ON_SURFACE, SURFACE),
    (ON_SURFACE, SURFACE_CONTAINER),
    (ON_SURFACE, SURFACE_CONTAINER_HIGH),
    (ON_SURFACE_VARIANT, SURFACE),
    (ON_SURFACE_VARIANT, SURFACE_CONTAINER),
    (ON_SURFACE_VARIANT, SURFACE_CONTAINER_HIGH),
    (PRIMARY, SURFACE),
    (PRIMARY, SURFACE_CONTAINER),
    (ON_PRIMARY, PRIMARY),
    (ON_PRIMARY, PRIMARY_HOVER),
    (ON_PRIMARY_CONTAINER, PRIMARY_CONTAINER),
    (ON_PRIMARY_CONTAINER, PRIMARY_CONTAINER_HOVER),
    (ERROR, SURFACE),
    (ERROR, SURFACE_CONTAINER),
    (ON_ERROR_CONTAINER, ERROR_CONTAINER),
)

#: Distances are multiples of 8; half a step inside small parts only.
SPACE_HALF: Final = 4
SPACE: Final = 8
SPACE_2: Final = 16
SPACE_3: Final = 24

CORNER_CARD: Final = 16
BUTTON_HEIGHT: Final = 40

#: One colour for each genre, the same in every view. Hues are spread; where two are near, lightness differs.
_GENRE_COLOURS: Final[dict[str, Colour]] = {
    "blues": ("#1F63B5", "#7FB4FF"),
    "classical": ("#8F6A00", "#F0C14B"),
    "country": ("#8A5A3C", "#D9A981"),
    "disco": ("#8A3FC0", "#D3A4FF"),
    "hiphop": ("#C4510A", "#FFA36B"),
    "jazz": ("#007F7A", "#4FD8CF"),
    "metal": ("#56626C", "#A7B4BF"),
    "pop": ("#D02A7D", "#FF94C4"),
    "reggae": ("#2F7D32", "#84D088"),
    "rock": ("#BF2C2C", "#FF8A80"),
}

#: Preferred first: the face of the system where it has one, else Material's own, which CustomTkinter brings along.
_FONT_FAMILIES: Final = (
    "Segoe UI Variable Text",
    "Segoe UI",
    "SF Pro Text",
    "Roboto",
    "Inter",
    "Helvetica Neue",
    "Noto Sans",
    "DejaVu Sans",
    "Arial",
)


@cache
def font_family() -> str:
    """The first preferred font that this computer has. Needs a Tk root."""
    available = set(tkinter.font.families())
    return next((family for family in _FONT_FAMILIES if family in available), "TkDefaultFont")


def font(size: int, weight: str = "normal") -> Font:
    """A font as CustomTkinter takes it.

    Args:
        size: Height in pixels before scaling.
        weight: ``normal`` or ``bold``.
    """
    # CustomTkinter brings Roboto in Regular and Medium. Tk on Linux takes Medium for “normal” and would have to smear
    # it for “bold”: size and colour do better.
    return (font_family(), size, "normal" if font_family() == "Roboto" else weight)


def display() -> Font:
    """The one answer of the page."""
    return font(40, "bold")


def headline() -> Font:
    """The title of an empty or failed page."""
    return font(28)


def title() -> Font:
    """The title of a card, the name of a track."""
    return font(16, "bold")


def body() -> Font:
    """Running text."""
    return font(14)


def label() -> Font:
    """Text on buttons and chips."""
    return font(14, "bold")


def small() -> Font:
    """What may be read but need not."""
    return font(13)


def genre_colour(genre: str) -> Colour:
    """The colour of a genre; an unknown name always gets the same one.

    Args:
        genre: As the model names it.
    """
    key = re.sub(r"[^a-z0-9]", "", genre.lower())
    if key in _GENRE_COLOURS:
        return _GENRE_COLOURS[key]
    fallback = tuple(_GENRE_COLOURS.values())
    return fallback[zlib.crc32(key.encode()) % len(fallback)]


def mix(start: str, end: str, share: float) -> str:
    """A colour between two.

    Args:
        start: ``#RRGGBB``.
        end: ``#RRGGBB``.
        share: 0 gives ``start``, 1 gives ``end``.
    """
    channels = (
        round(int(start[i : i + 2], 16) * (1 - share) + int(end[i : i + 2], 16) * share) for i in range(1, 7, 2)
    )
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours ``#RRGGBB``, 1..21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in range(1, 7, 2)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
