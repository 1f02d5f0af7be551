"""The lines of a table that are in sight. Tens of thousands of rows scroll through a few dozen lines."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from tkinter import ttk
from typing import Any, Final, Protocol

from app.contract import Track, TrackSort
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.genre_dots import GenreDots
from app.gui.widgets.table_style import ROW_HEIGHT, TABLE_STYLE, style_tables
from app.gui.widgets.text_labels import elide, scaled_font

_STYLE: Final = f"Tracks.{TABLE_STYLE}"
_WHEEL_ROWS: Final = 3
#: On either side of a cell; ttk adds a little.
_PADDING: Final = 12
_TTK_PADDING: Final = 4
_DOT_ROOM: Final = 24
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


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        key: Names it.
        title: Above it.
        text: What it says of a track.
        width: At least, in units of the layout.
        share: Of the room that is left.
        sort: By what the server sorts it; ``None`` where it cannot.
        is_number: Its figures stand below each other.
    """

    key: str
    title: str
    text: Callable[[Track], str]
    width: int
    share: int = 0
    sort: TrackSort | None = None
    is_number: bool = False


class Rows(Protocol):
    """All that a table shows, see ``TrackPages``."""

    @property
    def total(self) -> int | None:
        """How many rows there are."""

    def want(self, first: int, last: int) -> None:
        """These rows are in view."""

    def get(self, index: int) -> Track | None:
        """A row, if it is there yet."""

    def find(self, track_id: int) -> int | None:
        """Where a track is."""


class TrackLines(ttk.Treeview):
    """Shows some of the rows, and tells its scrollbar of all of them.

    Args:
        master: The parent widget, of CustomTkinter.
        columns: From left to right. The first one always stays.
        rows: All there are.
    """

    def __init__(self, master: Any, columns: Sequence[Column], rows: Rows) -> None:
        self._columns = tuple(columns)
        self._shown = self._columns
        self._rows = rows
        #: Which row is on the first line.
        self.top = 0
        self._n_lines = 0
        self._cursor: int | None = None
        self._room: dict[str, int] = {}
        super().__init__(master, style=_STYLE, show="tree headings", selectmode="browse", takefocus=True, height=1)
        self.configure(columns=[column.key for column in self._columns[1:]])
        self._dots = GenreDots(self)
        for wheel in ("<Button-4>", "<Button-5>") if sys.platform.startswith("linux") else ("<MouseWheel>",):
            self.bind(wheel, self._turn)
        self.bind("<Configure>", lambda event: self._fit())
        repaint_with(self, self._repaint)
        self._repaint()

    @property
    def total(self) -> int:
        """Rows, in sight or not."""
        return self._rows.total or 0

    @property
    def n_whole(self) -> int:
        """Lines that are in sight as a whole."""
        return max(1, self._n_lines - 1)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """From left to right."""
        return self._shown

    def index_at(self, y: int) -> int | None:
        """Which row is at a height."""
        line = self.identify_row(y)
        index = self.top + int(line.removeprefix("line-")) if line else self.total
        return index if index < self.total else None

    def bottom_of(self, index: int) -> int:
        """Where the line of a row ends, or the nearest one in sight."""
        box = self.bbox(f"line-{min(max(index - self.top, 0), self.n_whole - 1)}")
        return box[1] + box[3] if box else 0

    def yview(self, *arguments: Any) -> Any:
        """As every widget that can be scrolled: without arguments which part is in sight, else move there."""
        if arguments:
            verb, amount = str(arguments[0]), float(arguments[1])
            if verb == "moveto":
                self.scroll_to(round(amount * self.total))
            else:
                n_rows = self.n_whole if str(arguments[2]).startswith("page") else _WHEEL_ROWS
                self.scroll_to(self.top + round(amount) * n_rows)
        total = max(self.total, 1)
        return self.top / total, min(1.0, (self.top + self.n_whole) / total)

    def scroll_to(self, top: int) -> None:
        """Bring a row to the first line."""
        self.top = min(max(top, 0), max(0, self.total - self.n_whole))
        self._rows.want(self.top, min(self.top + self._n_lines, self.total))
        self._write()
        follow = str(self.cget("yscrollcommand"))
        if follow:
            self.tk.call(follow, *self.yview())

    def bring_into_sight(self, index: int) -> None:
        """Move no farther than is needed to see a row."""
        if index < self.top:
            self.scroll_to(index)
        elif index >= self.top + self.n_whole:
            self.scroll_to(index - self.n_whole + 1)

    def mark(self, cursor: int | None) -> None:
        """Colour the chosen row while it is in sight."""
        self._cursor = cursor
        number = -1 if cursor is None else cursor - self.top
        wanted = (f"line-{number}",) if 0 <= number < self._n_lines and self.total else ()
        if self.selection() != wanted:
            self.selection_set(wanted)

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns only, besides the first one."""
        shown = tuple(column for column in self._columns if column is self._columns[0] or column.key in keys)
        if shown != self._shown:
            self._shown = shown
            self.configure(displaycolumns=[column.key for column in shown[1:]])
            self._arrange()

    def show_sort(self, sort: TrackSort, descending: bool, on_sort: Callable[[TrackSort], object]) -> None:
        """Mark by what the rows are sorted, and let the headings change it."""
        for column in self._columns:
            mark = (" ↓" if descending else " ↑") if column.sort == sort else ""
            self.heading(
                self._tk_name(column),
                text=column.title + mark,
                anchor="e" if column.is_number else "w",
                command=partial(on_sort, column.sort) if column.sort else "",
            )

    def _turn(self, event: tkinter.Event[Any]) -> str:
        direction = {4: -1, 5: 1}.get(event.num) if isinstance(event.num, int) else None
        steps = direction if direction is not None else -event.delta / (120 if abs(event.delta) >= 120 else 1)
        self.scroll_to(self.top + round(steps * _WHEEL_ROWS))
        return "break"

    def _repaint(self) -> None:
        scaling = widget_scaling(self.master)
        style_tables(self.master)
        style = ttk.Style(self)
        side = round(_PADDING * scaling)
        style.layout(f"{_STYLE}.Item", _ITEM)
        style.configure(f"{_STYLE}.Item", padding=(side, 0, 0, 0))
        style.configure(f"{_STYLE}.Cell", padding=(side - _TTK_PADDING, 0, side - _TTK_PADDING, 0))
        style.configure(f"{_STYLE}.Heading", padding=(side, round(theme.SPACE * scaling)))
        self.tag_configure("waiting", foreground=pick(theme.OUTLINE))
        self._font = scaled_font(self.master, theme.body())
        self._dots.repaint()
        self._fit()

    def _fit(self) -> None:
        """As many lines as there is room for, the last one perhaps cut off."""
        scaling = widget_scaling(self.master)
        heading = round(2 * theme.SPACE * scaling) + scaled_font(self.master, theme.small()).metrics("linespace")
        n_lines = max(2, (self.winfo_height() - heading) // round(ROW_HEIGHT * scaling) + 1)
        if n_lines != self._n_lines:
            lines = self.get_children()
            self.delete(*lines[n_lines:])
            for number in range(len(lines), n_lines):
                self.insert("", "end", iid=f"line-{number}")
            self._n_lines = n_lines
        self._arrange()

    def _arrange(self) -> None:
        """Share the width among the columns."""
        scaling = widget_scaling(self.master)
        n_shares = sum(column.share for column in self._shown) or 1
        spare = max(0, self.winfo_width() - sum(round(column.width * scaling) for column in self._shown))
        for column in self._shown:
            width = round(column.width * scaling) + spare * column.share // n_shares
            name = self._tk_name(column)
            self.column(name, width=width, minwidth=1, stretch=False, anchor="e" if column.is_number else "w")
            taken = 2 * _PADDING + (_DOT_ROOM if name == "#0" else 0)
            self._room[column.key] = max(1, width - round(taken * scaling))
        self.scroll_to(self.top)

    def _write(self) -> None:
        # Cells of columns that are not shown stay empty: nobody sees what they would cost.
        n_places = len(self._columns) - 1
        places = [column if column in self._shown else None for column in self._columns[1:]]
        for number in range(self._n_lines):
            index = self.top + number
            track = self._rows.get(index) if index < self.total else None
            if track is None:
                text = "…" if index < self.total else ""
                options: dict[str, Any] = {"text": text, "image": self._dots.nothing, "values": ("",) * n_places}
                self.item(f"line-{number}", tags=("waiting",), **options)
            else:
                self.item(
                    f"line-{number}",
                    text=self._cell(self._columns[0], track),
                    image=self._dots.of(track),
                    values=["" if column is None else self._cell(column, track) for column in places],
                    tags=(),
                )
        self.mark(self._cursor)

    def _cell(self, column: Column, track: Track) -> str:
        # A line break would hide the rest of the text.
        text = " ".join(column.text(track).split())
        return elide(text, self._font, self._room.get(column.key, 1))

    def _tk_name(self, column: Column) -> str:
        return "#0" if column is self._columns[0] else column.key
