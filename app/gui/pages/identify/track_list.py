"""The files given so far and how far each has come. Choosing one shows it."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from tkinter import ttk
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.identify.view import TrackRow, TrackState
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.focus import bind_keys, make_focusable
from app.gui.widgets.place import Place
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.table_style import TABLE_STYLE, style_tables
from app.gui.widgets.text_labels import elide, measure, scaled_font

#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
_MIN_ANSWER_WIDTH: Final = 104
#: Of ttk's cells, in pixels.
_CELL_PADDING: Final = 8


class TrackList(ctk.CTkFrame):
    """A card with the files.

    Args:
        master: The parent widget.
        on_choose: Called with the id of the line that was chosen.
        on_remove: Called with the id of the line that is to go.
        on_clear: Called when the list is to be emptied.
        on_cancel: Called when the work is to stop.
    """

    def __init__(
        self,
        master: Any,
        *,
        on_choose: Callable[[str], None],
        on_remove: Callable[[str], None],
        on_clear: Callable[[], None],
        on_cancel: Callable[[], object],
    ) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._on_choose = on_choose
        self._on_remove = on_remove
        self._rows: dict[str, TrackRow] = {}
        self._written_ids: set[str] = set()
        self._is_busy = False
        # In pixels, of the lines as they are laid out now.
        self._answer_width = self._name_room = self._padding = 0
        self._add_heading(on_clear, on_cancel)
        place = Place(self)
        place.grid(row=1, column=0, columnspan=2, sticky="nsew", padx=theme.SPACE, pady=(0, theme.SPACE_2))
        self._tree = ttk.Treeview(
            place, style=TABLE_STYLE, show="tree", columns=("answer",), selectmode="browse", takefocus=True, height=1
        )
        place.hold(self._tree)
        make_focusable(self._tree, around=place, corner=theme.SPACE_HALF)
        self._scrollbar = Scrollbar(self, self._tree)
        self._scrollbar.grid(row=1, column=2, sticky="ns", padx=(0, theme.SPACE_HALF), pady=(0, theme.SPACE_2))
        self._scrollbar.grid_remove()
        self._hint = ctk.CTkLabel(
            self,
            text="Files that you add appear here.",
            font=theme.small(),
            text_color=theme.ON_SURFACE_VARIANT,
        )
        self._hint.grid(row=1, column=0, columnspan=3, sticky="n", pady=theme.SPACE)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        self._tree.bind("<<TreeviewSelect>>", self._report_choice)
        bind_keys(self._tree, ("<Delete>", "<BackSpace>"), self._remove_chosen)
        self._tree.bind("<Configure>", lambda event: self.refresh())
        self._tree.bind("<FocusIn>", self._focus_a_line, add="+")
        repaint_with(self._tree, self.refresh)
        self.refresh()

    def _add_heading(self, on_clear: Callable[[], None], on_cancel: Callable[[], object]) -> None:
        self._heading = ctk.CTkLabel(
            self, text="Files", height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        self._heading.grid(row=0, column=0, sticky="w", padx=(theme.SPACE_3, 0), pady=_HEADING_PADDING)
        self._progress = ctk.CTkLabel(
            self, text="", height=32, anchor="w", padx=0, font=theme.small(), text_color=theme.ON_SURFACE_VARIANT
        )
        self._progress.grid(row=0, column=1, sticky="w", padx=theme.SPACE, pady=_HEADING_PADDING)
        self.clear_button = ActionButton(self, text="Clear", command=on_clear, kind="text", height=32)
        # In the same place while there is work: what is being done can be stopped, what was done is not lost.
        self.cancel_button = ActionButton(self, text="Cancel", command=on_cancel, kind="text", height=32)
        for button in (self.clear_button, self.cancel_button):
            button.grid(row=0, column=1, columnspan=2, sticky="e", padx=theme.SPACE, pady=_HEADING_PADDING)
            button.grid_remove()

    @property
    def tree(self) -> ttk.Treeview:
        """The list itself, for tests that look at its lines."""
        return self._tree

    @property
    def rows(self) -> list[TrackRow]:
        """What is shown, from top to bottom."""
        return list(self._rows.values())

    def show(self, row: TrackRow) -> None:
        """Add a line, or change it."""
        self._rows[row.track_id] = row
        if self._room_for(row.answer) > self._answer_width:
            self._arrange_columns()
        else:
            self._write(row)
        if len(self._rows) == 1:
            self._hint.grid_remove()
            self._show_buttons()

    def show_progress(self, text: str | None) -> None:
        """How many are done; ``None`` when nothing is left to do."""
        self._progress.configure(text=text or (str(len(self._rows)) if self._rows else ""))
        self._is_busy = text is not None
        self._show_buttons()

    def _show_buttons(self) -> None:
        for button, is_wanted in (
            (self.cancel_button, self._is_busy),
            (self.clear_button, bool(self._rows) and not self._is_busy),
        ):
            if is_wanted:
                button.grid()
            else:
                button.grid_remove()

    def select(self, track_id: str) -> None:
        """Mark a line and bring it into view."""
        if self._tree.selection() != (track_id,):
            self._tree.selection_set(track_id)
        self._tree.focus(track_id)
        self._tree.see(track_id)

    def remove(self, track_id: str) -> None:
        """Remove a line."""
        del self._rows[track_id]
        self._written_ids.discard(track_id)
        self._tree.delete(track_id)

    def clear(self) -> None:
        """Remove every line."""
        self._tree.delete(*self._rows)
        self._rows.clear()
        self._written_ids.clear()
        self._progress.configure(text="")
        self._hint.grid()
        self._show_buttons()

    def refresh(self) -> None:
        """Colours and sizes of now."""
        style_tables(self._tree)
        for state, colour in (
            (TrackState.WAITING, theme.ON_SURFACE_VARIANT),
            (TrackState.ANALYSING, theme.PRIMARY),
            (TrackState.DONE, theme.ON_SURFACE),
            (TrackState.FAILED, theme.ERROR),
            (TrackState.CANCELLED, theme.ON_SURFACE_VARIANT),
        ):
            self._tree.tag_configure(state.value, foreground=pick(colour))
        self._arrange_columns()

    def _room_for(self, answer: str) -> int:
        """The width in pixels that an answer needs."""
        return max(measure(answer, self._font) + self._padding, round(_MIN_ANSWER_WIDTH * widget_scaling(self)))

    def _arrange_columns(self) -> None:
        """Give the answers what they need and the names the rest."""
        self._font = scaled_font(self, theme.body())
        self._padding = round((theme.SPACE_2 + _CELL_PADDING) * widget_scaling(self))
        answers = {"", *(row.answer for row in self._rows.values())}
        self._answer_width = max(map(self._room_for, answers))
        name_width = max(1, self._tree.winfo_width() - self._answer_width)
        self._name_room = max(1, name_width - self._padding)
        column = self._tree.column
        column("answer", width=self._answer_width, minwidth=self._answer_width, stretch=False, anchor="e")
        column("#0", width=name_width, minwidth=1, stretch=False)
        for row in self._rows.values():
            self._write(row)

    def _write(self, row: TrackRow) -> None:
        # One question to Tk for each line: hundreds may come at once.
        options: dict[str, Any] = {
            "text": elide(row.name, self._font, self._name_room),
            "values": (row.answer,),
            "tags": (row.state.value,),
        }
        if row.track_id in self._written_ids:
            self._tree.item(row.track_id, **options)
        else:
            self._written_ids.add(row.track_id)
            self._tree.insert("", "end", iid=row.track_id, **options)

    def _report_choice(self, event: tkinter.Event[Any]) -> None:
        chosen = self._tree.selection()
        if chosen:
            self._on_choose(chosen[0])

    def _remove_chosen(self) -> None:
        for track_id in self._tree.selection():
            self._on_remove(track_id)

    def _focus_a_line(self, event: tkinter.Event[Any]) -> None:
        """Arrow keys start from a line; without one they do nothing."""
        if self._rows and not self._tree.focus():
            self._tree.focus(next(iter(self._rows)))
