"""A dot in the colour of its genre for each row of a table: filled where the model is sure, a ring where it is not."""

from __future__ import annotations

import tkinter
from typing import Final

from app.contract import Track
from app.gui.style import theme
from app.gui.style.appearance import pick
from app.gui.style.drawing import Outline, Picture, RoundedBox, Shape
from app.gui.style.scaling import widget_scaling

_DIAMETER: Final = 10
#: With the room behind it.
_WIDTH: Final = 24
_RING: Final = 2.0


class GenreDots:
    """Each is drawn once.

    Args:
        widget: Of the table.
    """

    def __init__(self, widget: tkinter.Misc) -> None:
        self._widget = widget
        self._dots: dict[tuple[str, bool], tkinter.PhotoImage] = {}

    @property
    def nothing(self) -> tkinter.PhotoImage:
        """As wide as a dot."""
        return self._get("", True)

    def of(self, track: Track) -> tkinter.PhotoImage:
        """The dot of a track: of the genre that the person set, where there is one."""
        genre = track.corrected_label or track.label
        if track.error is not None:
            return self._get(pick(theme.ERROR), True)
        if track.corrected_label is None and (track.decision == "not_music" or genre is None):
            return self._get(pick(theme.OUTLINE_VARIANT), True)
        is_sure = track.corrected_label is not None or track.decision == "confident"
        return self._get(pick(theme.genre_colour(genre or "")), is_sure)

    def of_genre(self, genre: str | None, *, is_sure: bool) -> tkinter.PhotoImage:
        """The dot of a genre by its name; of no genre where there is none."""
        return self._get(pick(theme.OUTLINE_VARIANT if genre is None else theme.genre_colour(genre)), is_sure)

    def repaint(self) -> None:
        """Colours or sizes have changed."""
        self._dots.clear()

    def _get(self, colour: str, is_filled: bool) -> tkinter.PhotoImage:
        key = (colour, is_filled)
        if key not in self._dots:
            self._dots[key] = self._draw(colour, is_filled)
        return self._dots[key]

    def _draw(self, colour: str, is_filled: bool) -> tkinter.PhotoImage:
        scaling = widget_scaling(self._widget)
        diameter = _DIAMETER * scaling
        picture = Picture(round(_WIDTH * scaling), round(diameter) + 2)
        if colour:
            disc: Shape = RoundedBox(0, 1, diameter, 1 + diameter, diameter / 2)
            picture.paint([disc if is_filled else Outline(disc, _RING * scaling)], colour)
        return picture.to_photo(self._widget)
