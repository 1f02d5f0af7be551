"""What sounds like the chosen song."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any, Final

import customtkinter as ctk

from app.contract import SimilarTrack, Track
from app.gui.style import theme
from app.gui.style.appearance import repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets import track_text
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.genre_dots import GenreDots
from app.gui.widgets.place import Place
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.table_style import TABLE_STYLE, style_tables
from app.gui.widgets.text_labels import elide, scaled_font

_ROW_HEIGHT: Final = 32
_SCORE_WIDTH: Final = 56
_DOT_ROOM: Final = 32
_STYLE: Final = f"Similar.{TABLE_STYLE}"


class SimilarList(ctk.CTkFrame):
    """Songs and how alike they sound, the nearest on top.

    Args:
        master: The parent widget.
        on_open: Called when one of them is to be opened.
    """

    def __init__(self, master: Any, on_open: Callable[[Track], object]) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._on_open = on_open
        self._tracks: Sequence[SimilarTrack] = ()
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(0, weight=1)
        place = Place(self)
        place.grid(row=0, column=0, sticky="nsew", padx=theme.SPACE, pady=theme.SPACE)
        self.tree = ttk.Treeview(
            place, style=_STYLE, show="tree", columns=("similarity",), selectmode="browse", takefocus=True, height=1
        )
        place.hold(self.tree)
        make_focusable(self.tree, around=place, corner=theme.SPACE_HALF)
        bar = Scrollbar(self, self.tree)
        bar.grid(row=0, column=1, sticky="ns", pady=theme.SPACE)
        bar.grid_remove()
        self._dots = GenreDots(self)
        self.tree.bind("<Double-Button-1>", lambda event: self._open())
        for event in ("<Return>", "<KP_Enter>"):
            self.tree.bind(event, lambda event: self._open())
        self.tree.bind("<FocusIn>", lambda event: self._start_somewhere(), add="+")
        self.tree.bind("<Configure>", lambda event: self._repaint())
        repaint_with(self.tree, self._repaint)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Songs and how alike they are, as shown."""
        return [(track_text.title_and_artist(item.track), _score(item)) for item in self._tracks]

    def show(self, tracks: Sequence[SimilarTrack]) -> None:
        """Show other songs."""
        self._tracks = tuple(tracks)
        self.tree.delete(*self.tree.get_children())
        for index in range(len(self._tracks)):
            self.tree.insert("", "end", iid=str(index))
        self._repaint()

    def _repaint(self) -> None:
        scaling = widget_scaling(self)
        style_tables(self)
        style = ttk.Style(self.tree)
        style.layout(_STYLE, [("Treeview.treearea", {"sticky": "nswe"})])
        style.configure(_STYLE, rowheight=round(_ROW_HEIGHT * scaling))
        style.layout(f"{_STYLE}.Item", style.layout(f"Tracks.{TABLE_STYLE}.Item"))
        style.configure(f"{_STYLE}.Item", padding=(0, 0, 0, 0))
        style.configure(f"{_STYLE}.Cell", padding=(0, 0, round(theme.SPACE * scaling), 0))
        self._dots.repaint()
        score_width = round(_SCORE_WIDTH * scaling)
        name_width = max(1, self.tree.winfo_width() - score_width)
        self.tree.column("similarity", width=score_width, minwidth=1, stretch=False, anchor="e")
        self.tree.column("#0", width=name_width, minwidth=1, stretch=False)
        font = scaled_font(self, theme.body())
        room = max(1, name_width - round(_DOT_ROOM * scaling))
        for index, item in enumerate(self._tracks):
            name = elide(track_text.title_and_artist(item.track), font, room)
            self.tree.item(str(index), text=name, image=self._dots.of(item.track), values=(_score(item),))

    def _open(self) -> None:
        chosen = self.tree.selection()
        if chosen:
            self._on_open(self._tracks[int(chosen[0])].track)

    def _start_somewhere(self) -> None:
        if self._tracks and not self.tree.selection():
            self.tree.focus("0")
            self.tree.selection_set("0")


def _score(item: SimilarTrack) -> str:
    return f"{item.similarity:.2f}"
