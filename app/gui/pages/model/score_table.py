"""How well each genre is known, as a table."""

from __future__ import annotations

import tkinter
from collections.abc import Iterable
from statistics import fmean
from tkinter import ttk
from typing import Any, Final

from app.contract import ModelDetails
from app.gui import wording
from app.gui.pages.model.model_text import scores_as_text
from app.gui.pages.model.panels import HeadedCard
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.table_style import TABLE_STYLE, style_tables

_HINT: Final = "On the validation tracks, which it was not trained on"
_COLUMNS: Final = {"precision": "Precision", "recall": "Recall", "f1": "F1", "tracks": "Tracks"}
_COLUMN_WIDTH: Final = 104
_ROW_HEIGHT: Final = 32
_MEAN: Final = "Mean of all"
#: Closer than lists are, and in line with the heading of the card.
_STYLE: Final = f"Scores.{TABLE_STYLE}"


class ScoreTable(HeadedCard):
    """A line for each genre, and one for all of them."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, "Scores by genre", _HINT, self.describe)
        self._details: ModelDetails | None = None
        self._tree = ttk.Treeview(
            self.body, style=_STYLE, columns=tuple(_COLUMNS), selectmode="browse", takefocus=True, height=1
        )
        self.body.grid_columnconfigure(0, weight=1)
        self.body.grid_rowconfigure(0, weight=1)
        self._tree.grid(row=0, column=0, sticky="nsew")
        scrollbar = Scrollbar(self.body, self._tree)
        scrollbar.grid(row=0, column=1, sticky="ns")
        scrollbar.grid_remove()
        make_focusable(self._tree, around=self.body, corner=theme.SPACE_HALF)
        self._tree.heading("#0", text="Genre", anchor="w")
        for column, name in _COLUMNS.items():
            self._tree.heading(column, text=name, anchor="e")
        self._tree.bind("<FocusIn>", self._focus_a_line, add="+")
        repaint_with(self._tree, self._refresh)
        self._refresh()

    @property
    def tree(self) -> ttk.Treeview:
        """The table itself."""
        return self._tree

    def describe(self) -> str:
        """All that it shows, as text."""
        return scores_as_text(self._details) if self._details is not None else ""

    def show(self, details: ModelDetails) -> None:
        """Show the scores of a model."""
        if details == self._details:
            return
        self._details = details
        self._tree.delete(*self._tree.get_children())
        scores = details.genre_scores
        if not scores:
            self._tree.insert("", "end", text="This checkpoint has no scores by genre.", tags=("mean",))
        else:
            means = (
                fmean(score.precision for score in scores),
                fmean(score.recall for score in scores),
                fmean(score.f1 for score in scores),
            )
            self._add_line(_MEAN, means, sum(score.support for score in scores), "mean")
        for score in scores:
            figures = (score.precision, score.recall, score.f1)
            self._add_line(wording.genre_name(score.genre), figures, score.support)
        self.offer_copy(bool(details.genre_scores))

    def _add_line(self, name: str, shares: Iterable[float], n_tracks: int, *tags: str) -> None:
        values = (*map(wording.exact_percent, shares), f"{n_tracks:,}")
        self._tree.insert("", "end", text=name, values=values, tags=tags)

    def _refresh(self) -> None:
        scaling = widget_scaling(self)
        style_tables(self._tree)
        style = ttk.Style(self._tree)
        style.configure(_STYLE, rowheight=round(_ROW_HEIGHT * scaling))
        style.configure(f"{_STYLE}.Item", padding=(round(theme.SPACE * scaling), 0, 0, 0))
        style.configure(f"{_STYLE}.Cell", padding=(0, 0, round(theme.SPACE_HALF * scaling), 0))
        self._tree.tag_configure("mean", foreground=pick(theme.ON_SURFACE_VARIANT))
        width = round(_COLUMN_WIDTH * scaling)
        for column in _COLUMNS:
            self._tree.column(column, width=width, minwidth=width, stretch=False, anchor="e")
        self._tree.column("#0", width=width, minwidth=width, stretch=True)

    def _focus_a_line(self, event: tkinter.Event[Any]) -> None:
        """The arrow keys need a line to start from."""
        lines = self._tree.get_children()
        if lines and not self._tree.focus():
            self._tree.focus(lines[0])
            self._tree.selection_set(lines[0])
