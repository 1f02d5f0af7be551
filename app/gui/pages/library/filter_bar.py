"""Which songs are listed: what is in their name, what was heard, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import customtkinter as ctk

from app.contract import Decision, TrackFilters
from app.gui import wording
from app.gui.style import theme
from app.gui.widgets.choice_menu import ChoiceMenu
from app.gui.widgets.text_field import SearchField

_MENU_WIDTH: Final = 152
_ANY_GENRE: Final = "Any genre"
_DECISIONS: Final[dict[Decision | None, str]] = {
    None: "Any decision",
    "confident": "Confident",
    "unsure": "Not sure",
    "not_music": "No music",
}
#: Smallest and largest confidence.
_CONFIDENCES: Final[dict[tuple[float | None, float | None], str]] = {
    (None, None): "Any confidence",
    (0.9, None): "90 % and more",
    (0.7, 0.9): "70 % to 90 %",
    (0.5, 0.7): "50 % to 70 %",
    (None, 0.5): "50 % and less",
}


class FilterBar(ctk.CTkFrame):
    """A field and three menus in one line.

    Args:
        master: The parent widget.
        on_change: Called with conditions as in ``TrackFilters``, by name.
    """

    def __init__(self, master: Any, on_change: Callable[..., object]) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._on_change = on_change
        self._genres: dict[str | None, str] = {None: _ANY_GENRE}
        self._label: str | None = None
        self.grid_columnconfigure(0, weight=1)
        self.search = SearchField(self, self._search)
        self.genre: ChoiceMenu[str | None] = ChoiceMenu(self, self._choose_genre, width=_MENU_WIDTH)
        self.decision: ChoiceMenu[Decision | None] = ChoiceMenu(self, self._choose_decision, width=_MENU_WIDTH)
        self.confidence: ChoiceMenu[tuple[float | None, float | None]] = ChoiceMenu(
            self, self._choose_confidence, width=_MENU_WIDTH + theme.SPACE
        )
        # The ring that shows the keyboard needs room on every side.
        self.search.grid(row=0, column=0, sticky="ew", padx=theme.SPACE, pady=(0, theme.SPACE))
        menus: tuple[ctk.CTkOptionMenu, ...] = (self.genre, self.decision, self.confidence)
        for column, menu in enumerate(menus, start=1):
            menu.grid(row=0, column=column, padx=(0, theme.SPACE), pady=(0, theme.SPACE))
        self.show(TrackFilters())

    def show_genres(self, genres: Sequence[str]) -> None:
        """Those to choose from."""
        self._genres = {None: _ANY_GENRE} | {genre: wording.genre_name(genre) for genre in genres}
        self._show_genre()

    def show(self, filters: TrackFilters) -> None:
        """What is asked for."""
        self._label = filters.label
        self.search.write(filters.text or "")
        self._show_genre()
        self.decision.show(_DECISIONS, filters.decision)
        limits = (filters.min_confidence, filters.max_confidence)
        self.confidence.show(_CONFIDENCES, limits if limits in _CONFIDENCES else (None, None))

    def _show_genre(self) -> None:
        label = self._label
        names = self._genres if label in self._genres else self._genres | {label: wording.genre_name(label or "")}
        self.genre.show(names, label)

    def _search(self, text: str) -> None:
        self._on_change(text=text or None)

    def _choose_genre(self, label: str | None) -> None:
        self._label = label
        self._on_change(label=label)

    def _choose_decision(self, decision: Decision | None) -> None:
        self._on_change(decision=decision)

    def _choose_confidence(self, limits: tuple[float | None, float | None]) -> None:
        self._on_change(min_confidence=limits[0], max_confidence=limits[1])
