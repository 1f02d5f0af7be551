"""How probable each genre is: one bar and one exact number for each, the most probable on top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import customtkinter as ctk

from app.gui import wording
from app.gui.style import theme
from app.gui.widgets.chart import CopyTextButton

#: Genres that count, in full colour; the others stay in the background.
N_EMPHASISED: Final = 3
#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
#: Most models know as many genres.
_N_TYPICAL: Final = 10
_FADED_SHARE: Final = 0.45
_VISIBLE_SHARE: Final = 0.005
_TRACK: Final = theme.SURFACE_CONTAINER_HIGH


class _Bar:
    """The three widgets of one genre. They stay; what they show changes."""

    def __init__(self, master: Any, row: int) -> None:
        self._name = ctk.CTkLabel(master, text="", height=24, anchor="w", padx=0, font=theme.body())
        self._bar = ctk.CTkProgressBar(master, height=8, width=40, corner_radius=4, border_width=0, fg_color=_TRACK)
        self._share = ctk.CTkLabel(master, text="", height=24, width=56, anchor="e", padx=0, font=theme.body())
        self._name.grid(row=row, column=0, sticky="w", padx=(theme.SPACE_3, theme.SPACE_2))
        self._bar.grid(row=row, column=1, sticky="ew")
        self._share.grid(row=row, column=2, sticky="e", padx=(theme.SPACE, theme.SPACE_3))

    @property
    def texts(self) -> tuple[str, str]:
        """Genre and share as shown."""
        return self._name.cget("text"), self._share.cget("text")

    def show(self, genre: str, share: float, *, is_emphasised: bool) -> None:
        """Show a genre and its probability."""
        text_colour = theme.ON_SURFACE if is_emphasised else theme.ON_SURFACE_VARIANT
        self._name.configure(text=wording.genre_name(genre), text_color=text_colour)
        self._share.configure(text=wording.exact_percent(share), text_color=text_colour)
        # The bar's round end has a width of its own, which would make a little of nothing.
        colour = _bar_colour(genre, is_emphasised=is_emphasised) if share >= _VISIBLE_SHARE else _TRACK
        self._bar.configure(progress_color=colour)
        self._bar.set(share)
        for widget in (self._name, self._bar, self._share):
            widget.grid()

    def hide(self) -> None:
        """Show nothing; the place is kept for the next track."""
        for widget in (self._name, self._bar, self._share):
            widget.grid_remove()


def _bar_colour(genre: str, *, is_emphasised: bool) -> theme.Colour:
    colour = theme.genre_colour(genre)
    if is_emphasised:
        return colour
    return (
        theme.mix(_TRACK[0], colour[0], _FADED_SHARE),
        theme.mix(_TRACK[1], colour[1], _FADED_SHARE),
    )


class ConfidenceBars(ctk.CTkFrame):
    """A card with one bar for each genre."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(1, weight=1)
        heading = ctk.CTkLabel(
            self, text="All genres", height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        heading.grid(row=0, column=0, columnspan=3, sticky="w", padx=theme.SPACE_3, pady=_HEADING_PADDING)
        self.copy_button = CopyTextButton(self, self.describe)
        self.copy_button.grid(row=0, column=1, columnspan=2, sticky="e", padx=theme.SPACE, pady=_HEADING_PADDING)
        self._bars: list[_Bar] = []
        # Room below the last one.
        self._end = ctk.CTkFrame(self, width=0, height=theme.SPACE_2, fg_color="transparent")
        self._n_shown = 0
        # Made before the first answer comes, which would wait for them.
        while len(self._bars) < _N_TYPICAL:
            self._add_bar()

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What the visible bars say, from top to bottom."""
        return [bar.texts for bar in self._bars[: self._n_shown]]

    def _add_bar(self) -> None:
        self._bars.append(_Bar(self, row=len(self._bars) + 1))
        self._bars[-1].hide()
        self._end.grid(row=len(self._bars) + 1, column=0)

    def describe(self) -> str:
        """All that it shows, as text."""
        return "\n".join(f"{genre} {share}" for genre, share in self.texts)

    def show(self, probabilities: Mapping[str, float]) -> None:
        """Show the probabilities of a track.

        Args:
            probabilities: By genre.
        """
        ranked = sorted(probabilities.items(), key=lambda item: -item[1])
        self._n_shown = len(ranked)
        while len(self._bars) < len(ranked):
            self._add_bar()
        for rank, (bar, (genre, share)) in enumerate(zip(self._bars, ranked, strict=False)):
            bar.show(genre, share, is_emphasised=rank < N_EMPHASISED and share > 0)
        for bar in self._bars[len(ranked) :]:
            bar.hide()
