"""The files given so far and how far each has come. Choosing one shows it."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from tkinter import ttk
from typing import Any, Final

import customtkinter as ctk

from app.gui import theme
from app.gui.appearance import is_dark
from app.gui.buttons import ActionButton
from app.gui.scaling import widget_scaling
from app.gui.text_labels import elide, scaled_font
from app.gui.view import TrackRow, TrackState

_STYLE: Final = "Tracks.Treeview"
#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
_ROW_HEIGHT: Final = 40
_MIN_ANSWER_WIDTH: Final = 104
#: Of ttk's cells, in pixels.
_CELL_PADDING: Final = 8


class TrackList(ctk.CTkFrame):
    """A card with the files.

    Args:
        master: The parent widget.
        on_choose: Called with the id of the line that was chosen.
        on_clear: Called when the list is to be emptied.
    """

    def __init__(self, master: Any, on_choose: Callable[[str], None], on_clear: Callable[[], None]) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._on_choose = on_choose
        self._rows: dict[str, TrackRow] = {}
        self._add_heading(on_clear)
        # CustomTkinter scales the distances of its own widgets only.
        place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        place.grid(row=1, column=0, columnspan=2, sticky="nsew", padx=theme.SPACE, pady=(0, theme.SPACE_2))
        # It asks for one line and takes what there is.
        self._tree = ttk.Treeview(
            place, style=_STYLE, show="tree", columns=("answer",), selectmode="browse", takefocus=True, height=1
        )
        self._tree.pack(fill="both", expand=True)
        self._scrollbar = ctk.CTkScrollbar(
            self,
            command=self._tree.yview,
            width=16,
            fg_color="transparent",
            button_color=theme.OUTLINE_VARIANT,
            button_hover_color=theme.OUTLINE,
        )
        self._tree.configure(yscrollcommand=self._scroll)
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
        self._tree.bind("<Configure>", lambda event: self.refresh())
        self._tree.bind("<FocusIn>", self._focus_a_line)
        self.refresh()

    def _add_heading(self, on_clear: Callable[[], None]) -> None:
        self._heading = ctk.CTkLabel(
            self, text="Files", height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        self._heading.grid(row=0, column=0, sticky="w", padx=(theme.SPACE_3, 0), pady=_HEADING_PADDING)
        self._progress = ctk.CTkLabel(
            self, text="", height=32, anchor="w", padx=0, font=theme.small(), text_color=theme.ON_SURFACE_VARIANT
        )
        self._progress.grid(row=0, column=1, sticky="w", padx=theme.SPACE, pady=_HEADING_PADDING)
        self.clear_button = ActionButton(self, text="Clear", command=on_clear, kind="text", height=32)
        self.clear_button.grid(row=0, column=1, columnspan=2, sticky="e", padx=theme.SPACE, pady=_HEADING_PADDING)

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
        is_new = row.track_id not in self._rows
        self._rows[row.track_id] = row
        if is_new:
            self._tree.insert("", "end", iid=row.track_id)
        if self._room_for(row.answer) > int(self._tree.column("answer", "width")):
            self._arrange_columns()
        else:
            self._write(row)
        if len(self._rows) == 1:
            self._hint.grid_remove()
            self.clear_button.grid()

    def show_progress(self, text: str | None) -> None:
        """How many are done; ``None`` when nothing is left to do."""
        self._progress.configure(text=text or (str(len(self._rows)) if self._rows else ""))

    def select(self, track_id: str) -> None:
        """Mark a line and bring it into view."""
        if self._tree.selection() != (track_id,):
            self._tree.selection_set(track_id)
        self._tree.focus(track_id)
        self._tree.see(track_id)

    def clear(self) -> None:
        """Remove every line."""
        self._tree.delete(*self._rows)
        self._rows.clear()
        self._progress.configure(text="")
        self._hint.grid()
        self.clear_button.grid_remove()

    def refresh(self) -> None:
        """Colours and sizes of now. ttk knows neither CustomTkinter's modes nor its scaling."""
        dark, scaling = is_dark(), widget_scaling(self)
        style = ttk.Style(self)
        style.layout(_STYLE, [("Treeview.treearea", {"sticky": "nswe"})])
        # Without the little arrow's place, and with room before the text.
        style.layout(
            f"{_STYLE}.Item",
            [("Treeitem.padding", {"sticky": "nswe", "children": [("Treeitem.text", {"sticky": "we"})]})],
        )
        style.configure(f"{_STYLE}.Item", padding=(round(theme.SPACE_2 * scaling), 0, 0, 0))
        style.configure(f"{_STYLE}.Cell", padding=(0, 0, round(theme.SPACE_2 * scaling), 0))
        style.configure(
            _STYLE,
            background=theme.SURFACE_CONTAINER[dark],
            fieldbackground=theme.SURFACE_CONTAINER[dark],
            foreground=theme.ON_SURFACE[dark],
            font=scaled_font(self, theme.body()),
            rowheight=round(_ROW_HEIGHT * scaling),
            borderwidth=0,
            relief="flat",
            indent=0,
        )
        style.map(
            _STYLE,
            background=[
                ("selected", "focus", theme.PRIMARY[dark]),
                ("selected", theme.PRIMARY_CONTAINER[dark]),
            ],
            foreground=[
                ("selected", "focus", theme.ON_PRIMARY[dark]),
                ("selected", theme.ON_PRIMARY_CONTAINER[dark]),
            ],
        )
        for state, colour in (
            (TrackState.WAITING, theme.ON_SURFACE_VARIANT),
            (TrackState.ANALYSING, theme.PRIMARY),
            (TrackState.DONE, theme.ON_SURFACE),
            (TrackState.FAILED, theme.ERROR),
        ):
            self._tree.tag_configure(state.value, foreground=colour[dark])
        self._arrange_columns()
        if not self._rows:
            self.clear_button.grid_remove()

    def _room_for(self, answer: str) -> int:
        """The width in pixels that an answer needs."""
        scaling = widget_scaling(self)
        width = scaled_font(self, theme.body()).measure(answer) + round((theme.SPACE_2 + _CELL_PADDING) * scaling)
        return max(width, round(_MIN_ANSWER_WIDTH * scaling))

    def _arrange_columns(self) -> None:
        """Give the answers what they need and the names the rest."""
        answer_width = max(map(self._room_for, {"", *(row.answer for row in self._rows.values())}))
        self._tree.column("answer", width=answer_width, minwidth=answer_width, stretch=False, anchor="e")
        self._tree.column("#0", width=max(1, self._tree.winfo_width() - answer_width), minwidth=1, stretch=False)
        for row in self._rows.values():
            self._write(row)

    def _write(self, row: TrackRow) -> None:
        font = scaled_font(self, theme.body())
        scaling = widget_scaling(self)
        room = int(self._tree.column("#0", "width")) - round((theme.SPACE_2 + _CELL_PADDING) * scaling)
        self._tree.item(
            row.track_id,
            text=elide(row.name, font, max(room, 1)),
            values=(row.answer,),
            tags=(row.state.value,),
        )

    def _scroll(self, first: float | str, last: float | str) -> None:
        self._scrollbar.set(first, last)
        if float(first) <= 0 and float(last) >= 1:
            self._scrollbar.grid_remove()
        else:
            self._scrollbar.grid()

    def _report_choice(self, event: tkinter.Event[Any]) -> None:
        chosen = self._tree.selection()
        if chosen:
            self._on_choose(chosen[0])

    def _focus_a_line(self, event: tkinter.Event[Any]) -> None:
        """Arrow keys start from a line; without one they do nothing."""
        if self._rows and not self._tree.focus():
            self._tree.focus(next(iter(self._rows)))
