"""A table of tens of thousands of tracks, of which one can be chosen, by mouse or by key."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import customtkinter as ctk

from app.contract import Track, TrackSort
from app.gui.style import theme
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.place import Place
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.track_lines import Column, Rows, TrackLines

#: What the keyboard does in every such table, for the help.
TABLE_KEYS: Final = (
    ("Enter", "In the table: open in Identify"),
    ("F2", "In the table: correct the genre"),
    ("S  R", "In the table: sort by the next column, reverse"),
    ("Shift+F10", "In the table: what can be done"),
)
_MENU_KEYS: Final = ("<Shift-F10>", "<App>" if sys.platform == "win32" else "<Menu>")
_MENU_INDENT: Final = 40


class TrackTable(ctk.CTkFrame):
    """The table with its scrollbar.

    Args:
        master: The parent widget.
        columns: From left to right. The first one always stays.
        rows: What it shows.
        on_sort: Called with what a person wants the rows to be sorted by.
        on_choose: Called with the row that was chosen, and with ``None`` when none is any more.
        on_open: Called when the chosen row is to be opened.
        on_menu: Called with a place on the screen when the menu of the chosen row is wanted.
    """

    def __init__(
        self,
        master: Any,
        columns: Sequence[Column],
        rows: Rows,
        *,
        on_sort: Callable[[TrackSort], object],
        on_choose: Callable[[Track | None], object],
        on_open: Callable[[Track], object],
        on_menu: Callable[[int, int], object],
    ) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._rows = rows
        self._on_sort, self._on_choose = on_sort, on_choose
        self._on_open, self._on_menu = on_open, on_menu
        self._sort: TrackSort = "analysed_at"
        self._cursor: int | None = None
        self._chosen: Track | None = None
        #: What was on the first line when the rows were drawn last.
        self._top_id: int | None = None
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(0, weight=1)
        # Around it is room for the ring.
        place = Place(self)
        place.grid(row=0, column=0, sticky="nsew", padx=theme.SPACE, pady=theme.SPACE)
        self._lines = TrackLines(place, columns, rows)
        place.hold(self._lines)
        self.focus_ring = make_focusable(self._lines, around=place, corner=theme.SPACE_HALF)
        bar = Scrollbar(self, self._lines)
        bar.grid(row=0, column=1, sticky="ns", pady=theme.SPACE)
        bar.grid_remove()
        self._bind_keys()
        self._bind_mouse()

    def _bind_keys(self) -> None:
        lines = self._lines
        steps: dict[str, Callable[[], int]] = {
            "Up": lambda: -1,
            "Down": lambda: 1,
            "Prior": lambda: -lines.n_whole,
            "Next": lambda: lines.n_whole,
            "Home": lambda: -lines.total,
            "End": lambda: lines.total,
        }
        for key, step in steps.items():
            lines.bind(f"<{key}>", partial(self._step, step))
        for event in ("<Return>", "<KP_Enter>"):
            lines.bind(event, self._open)
        for event in _MENU_KEYS:
            lines.bind(event, self._open_menu)
        for letter in "sS":
            lines.bind(f"<Key-{letter}>", lambda event: self._sort_by_next())
        for letter in "rR":
            lines.bind(f"<Key-{letter}>", lambda event: self._on_sort(self._sort))
        lines.bind("<FocusIn>", lambda event: self._start_somewhere(), add="+")

    def _bind_mouse(self) -> None:
        lines = self._lines
        lines.bind("<Button-1>", self._click)
        lines.bind("<B1-Motion>", lambda event: None if self._is_on_heading(event) else "break")
        lines.bind("<Double-Button-1>", self._double_click)
        for button in ("<Button-2>", "<Button-3>") if sys.platform == "darwin" else ("<Button-3>",):
            lines.bind(button, self._right_click)

    @property
    def lines(self) -> TrackLines:
        """The lines in sight: takes the keyboard, and further keys."""
        return self._lines

    @property
    def chosen(self) -> Track | None:
        """The row that was chosen."""
        return self._chosen

    @property
    def texts(self) -> list[list[str]]:
        """The lines in sight, from top to bottom, a text for each column."""
        first = self._lines.top
        tracks = (self._rows.get(index) for index in range(first, min(first + self._lines.n_whole, self._lines.total)))
        return [[column.text(track) for column in self._lines.shown_columns] for track in tracks if track is not None]

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns only, besides the first one."""
        self._lines.show_columns(keys)

    def show_sort(self, sort: TrackSort, *, descending: bool) -> None:
        """Mark by what the rows are sorted."""
        self._sort = sort
        self._lines.show_sort(sort, descending, self._on_sort)

    def show_rows(self) -> None:
        """The rows have changed: what the person looks at stays in its place."""
        self._follow_rows()
        self._lines.scroll_to(self._lines.top)
        self._note_top()
        self._lines.mark(self._cursor)
        self._check_chosen()

    def go_to_top(self) -> None:
        """Other rows will come."""
        self._cursor = self._top_id = None
        self._choose_track(None)
        self._lines.mark(None)
        self._lines.scroll_to(0)

    def choose(self, index: int) -> None:
        """Choose a row and bring it into sight."""
        if self._lines.total:
            self._cursor = min(max(index, 0), self._lines.total - 1)
            self._lines.bring_into_sight(self._cursor)
            self._lines.mark(self._cursor)
            self._check_chosen()

    def _follow_rows(self) -> None:
        """Rows may have come or gone above: find again what was chosen or on the first line."""
        lines, before = self._lines, self._cursor
        if self._chosen is not None:
            found = self._rows.find(self._chosen.id)
            self._cursor = before if found is None else found
        if self._cursor is not None:
            self._cursor = min(self._cursor, max(lines.total - 1, 0))
        if before is not None and self._cursor is not None and lines.top <= before < lines.top + lines.n_whole:
            lines.top += self._cursor - before
        elif lines.top > 0 and self._top_id is not None:
            found = self._rows.find(self._top_id)
            lines.top = lines.top if found is None else found

    def _note_top(self) -> None:
        track = self._rows.get(self._lines.top) if self._lines.total else None
        self._top_id = None if track is None else track.id

    def _check_chosen(self) -> None:
        if not self._lines.total:
            self._cursor = None
        track = None if self._cursor is None else self._rows.get(self._cursor)
        # A row that is still on its way is told of when it is there.
        if track is not None or self._cursor is None:
            self._choose_track(track)

    def _choose_track(self, track: Track | None) -> None:
        if track != self._chosen:
            self._chosen = track
            self._on_choose(track)

    def _step(self, step: Callable[[], int], event: tkinter.Event[Any]) -> str:
        self.choose(self._lines.top if self._cursor is None else self._cursor + step())
        return "break"

    def _start_somewhere(self) -> None:
        """The arrow keys need a row to start from."""
        if self._cursor is None:
            self.choose(self._lines.top)

    def _click(self, event: tkinter.Event[Any]) -> str | None:
        if self._is_on_heading(event):
            return None
        index = self._lines.index_at(event.y)
        if index is not None:
            self._cursor = index
            self._lines.mark(index)
            self._check_chosen()
        self._lines.focus_set()
        return "break"

    def _double_click(self, event: tkinter.Event[Any]) -> str | None:
        if self._is_on_heading(event):
            return None
        return self._open(event) if self._lines.index_at(event.y) is not None else "break"

    def _right_click(self, event: tkinter.Event[Any]) -> str:
        if self._click(event) and self._lines.index_at(event.y) is not None:
            self._on_menu(event.x_root, event.y_root)
        return "break"

    def _open_menu(self, event: tkinter.Event[Any]) -> str:
        if self._chosen is not None and self._cursor is not None:
            x = self._lines.winfo_rootx() + round(_MENU_INDENT * widget_scaling(self))
            self._on_menu(x, self._lines.winfo_rooty() + self._lines.bottom_of(self._cursor))
        return "break"

    def _open(self, event: tkinter.Event[Any]) -> str:
        if self._chosen is not None:
            self._on_open(self._chosen)
        return "break"

    def _is_on_heading(self, event: tkinter.Event[Any]) -> bool:
        return self._lines.identify_region(event.x, event.y) in ("heading", "separator")

    def _sort_by_next(self) -> None:
        sorts = [column.sort for column in self._lines.shown_columns if column.sort]
        index = sorts.index(self._sort) + 1 if self._sort in sorts else 0
        self._on_sort(sorts[index % len(sorts)])
