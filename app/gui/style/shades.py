"""The colours of spectrograms: from silence to the loudest, in the accent and calm enough to lie on a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.gui.style import theme
from app.gui.style.appearance import is_dark, pick

#: More than 1 keeps what is quiet in the background.
_GAMMA: Final = 1.9
_N_SHADES: Final = 256


def calm_shades() -> list[str]:
    """The colours from silence to the loudest, as the window is now. In Tk's thread only."""
    ground, accent = pick(theme.SURFACE_CONTAINER), pick(theme.PRIMARY)
    # Quiet is the card itself; loud goes through the accent to ink, or to light where the window is dark.
    loud = theme.mix(accent, "#FFFFFF" if is_dark() else "#000000", 0.45)
    return [ground, theme.mix(ground, accent, 0.35), accent, loud]


def to_palette(shades: Sequence[str]) -> list[int]:
    """Red, green and blue of 256 levels, one after the other, as Pillow takes them.

    Args:
        shades: ``#RRGGBB`` from silence to the loudest, at equal distances.
    """
    values: list[int] = []
    for level in range(_N_SHADES):
        position = (level / (_N_SHADES - 1)) ** _GAMMA * (len(shades) - 1)
        index = min(int(position), len(shades) - 2)
        values += bytes.fromhex(theme.mix(shades[index], shades[index + 1], position - index)[1:])
    return values
