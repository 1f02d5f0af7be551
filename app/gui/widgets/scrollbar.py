"""A scrollbar that is there only while there is something to scroll."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme

_WIDTH: Final = 16


class Scrollbar(ctk.CTkScrollbar):
    """For a canvas, a text or a table. Lay it out by ``grid``; it hides itself.

    Args:
        master: The parent widget.
        scrolled: What it moves.
    """

    def __init__(self, master: Any, scrolled: tkinter.Canvas | tkinter.Text | ttk.Treeview) -> None:
        super().__init__(
            master,
            command=scrolled.yview,
            width=_WIDTH,
            fg_color="transparent",
            button_color=theme.OUTLINE_VARIANT,
            button_hover_color=theme.OUTLINE,
        )
        self._scrolled = scrolled
        scrolled.configure(yscrollcommand=self._follow)

    @property
    def is_needed(self) -> bool:
        """Whether not all is in sight."""
        first, last = self._scrolled.yview()
        return first > 0 or last < 1

    def _follow(self, first: float, last: float) -> None:
        if self.is_needed:
            self.grid()
            # Last, and only when there is news: it has Tk lay things out, which ends up here again with newer values.
            if self.get() != self._scrolled.yview():
                self.set(*self._scrolled.yview())
        else:
            self.grid_remove()
