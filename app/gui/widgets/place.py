"""Where a widget lies that is not CustomTkinter's."""

from __future__ import annotations

import tkinter
from typing import Any

import customtkinter as ctk


class Place(ctk.CTkFrame):
    """Scales the distances around a widget, as CustomTkinter does for its own, and asks for no room by itself.

    A table asks for the width of its columns, which are made as wide as the table is. If that counted, two that share
    the width of the window could hand a pixel to each other for ever.

    Args:
        master: The parent widget.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, width=1, height=1, fg_color="transparent", corner_radius=0)
        self.pack_propagate(False)

    def hold(self, widget: tkinter.Misc) -> None:
        """Have a child take all the room that there is."""
        tkinter.Pack.pack_configure(widget, fill="both", expand=True)  # type: ignore[arg-type]
