"""What was heard while the window was open: a line for each song, the newest on top."""

from __future__ import annotations

from collections.abc import Sequence
from tkinter import ttk
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.listen.view import SongRow
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.genre_dots import GenreDots
from app.gui.widgets.place import Place
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.table_style import TABLE_STYLE, style_tables
from app.gui.widgets.text_labels import elide, scaled_font

_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
_STYLE: Final = f"Heard.{TABLE_STYLE}"
_ROW_HEIGHT: Final = 36
#: Of the columns beside the genre, in their order.
_WIDTHS: Final = {"confidence": 56, "duration": 72, "time": 64}
#: Narrower than this, how long it was heard is left out.
_ROOMY: Final = 288
_DOT_ROOM: Final = 36
#: With room for the dot.
_ITEM: Final[Any] = [
    (
        "Treeitem.padding",
        {
            "sticky": "nswe",
            "children": [
                ("Treeitem.image", {"side": "left", "sticky": ""}),
                ("Treeitem.text", {"side": "left", "sticky": ""}),
            ],
        },
    )
]
#: For each state of a line: its name among Tk's tags.
_PLAYING: Final = "playing"
_OVER: Final = "over"


class HeardCard(ctk.CTkFrame):
    """A card with the songs.

    Args:
        master: The parent widget.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(1, weight=1)
        self._rows: tuple[SongRow, ...] = ()
        title = ctk.CTkLabel(
            self, text="Heard", height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        title.grid(row=0, column=0, sticky="w", padx=theme.SPACE_3, pady=_HEADING_PADDING)
        place = Place(self)
        place.grid(row=1, column=0, columnspan=2, sticky="nsew", padx=theme.SPACE_2, pady=(0, theme.SPACE_2))
        self.tree = ttk.Treeview(
            place,
            style=_STYLE,
            show="tree",
            columns=tuple(_WIDTHS),
            selectmode="browse",
            takefocus=True,
            height=1,
        )
        place.hold(self.tree)
        make_focusable(self.tree, around=place, corner=theme.SPACE_HALF)
        bar = Scrollbar(self, self.tree)
        bar.grid(row=1, column=2, sticky="ns", padx=(0, theme.SPACE_HALF), pady=(0, theme.SPACE_2))
        bar.grid_remove()
        self.copy_button = CopyTextButton(self, self.describe, chart=self.tree)
        self.copy_button.grid(row=0, column=1, sticky="e", padx=theme.SPACE, pady=_HEADING_PADDING)
        self._hint = ctk.CTkLabel(
            self,
            text="Each song gets a line here.",
            height=24,
            font=theme.small(),
            text_color=theme.ON_SURFACE_VARIANT,
        )
        self._hint.grid(row=1, column=0, columnspan=2, sticky="n", pady=theme.SPACE)
        self._dots = GenreDots(self)
        self.tree.bind("<Configure>", lambda event: self._repaint())
        self.tree.bind("<FocusIn>", lambda event: self._start_somewhere(), add="+")
        repaint_with(self.tree, self._repaint)

    @property
    def rows(self) -> tuple[SongRow, ...]:
        """What is shown, from top to bottom."""
        return self._rows

    def describe(self) -> str:
        """All that it shows, as text."""
        lines = [" ".join(filter(None, (row.time, row.genre, row.confidence, row.duration))) for row in self._rows]
        return "\n".join(lines) if lines else "Nothing was heard yet."

    def show(self, rows: Sequence[SongRow]) -> None:
        """Show these songs; what is the same as before is not written again."""
        before = {row.song_id: row for row in self._rows}
        self._rows = tuple(rows)
        known = set(self.tree.get_children())
        gone = known - {str(row.song_id) for row in rows}
        if gone:
            self.tree.delete(*gone)
        for index, row in enumerate(rows):
            if str(row.song_id) not in known:
                self.tree.insert("", index, iid=str(row.song_id))
                # Whoever looks at an older song goes on looking at it.
                if not self.tree.selection():
                    self.tree.yview_moveto(0)
            if before.get(row.song_id) != row:
                self._write(row)
        if rows:
            self._hint.grid_remove()
        else:
            self._hint.grid()

    def _write(self, row: SongRow) -> None:
        room = max(1, int(self.tree.column("#0", "width")) - round(_DOT_ROOM * widget_scaling(self)))
        self.tree.item(
            str(row.song_id),
            text=elide(row.genre, scaled_font(self, theme.body()), room),
            image=self._dots.of_genre(row.label, is_sure=row.is_sure),
            values=(row.confidence, row.duration, row.time),
            tags=(_PLAYING if row.is_playing else _OVER,),
        )

    def _repaint(self) -> None:
        scaling = widget_scaling(self)
        style_tables(self)
        style = ttk.Style(self.tree)
        style.layout(_STYLE, [("Treeview.treearea", {"sticky": "nswe"})])
        style.configure(_STYLE, rowheight=round(_ROW_HEIGHT * scaling))
        style.layout(f"{_STYLE}.Item", _ITEM)
        style.configure(f"{_STYLE}.Item", padding=(round(theme.SPACE * scaling), 0, 0, 0))
        style.configure(f"{_STYLE}.Cell", padding=(0, 0, round(theme.SPACE * scaling), 0))
        self.tree.tag_configure(_PLAYING, foreground=pick(theme.PRIMARY))
        self.tree.tag_configure(_OVER, foreground=pick(theme.ON_SURFACE))
        self._dots.repaint()
        is_roomy = self.tree.winfo_width() >= _ROOMY * scaling
        shown = [column for column in _WIDTHS if is_roomy or column != "duration"]
        self.tree.configure(displaycolumns=shown)
        left = self.tree.winfo_width()
        for column in shown:
            pixels = round(_WIDTHS[column] * scaling)
            self.tree.column(column, width=pixels, minwidth=1, stretch=False, anchor="e")
            left -= pixels
        self.tree.column("#0", width=max(1, left), minwidth=1, stretch=False)
        for row in self._rows:
            self._write(row)

    def _start_somewhere(self) -> None:
        """The arrow keys need a line to start from."""
        if self._rows and not self.tree.selection():
            self.tree.focus(str(self._rows[0].song_id))
            self.tree.selection_set(str(self._rows[0].song_id))
