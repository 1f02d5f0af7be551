"""The menu of what was clicked with the right button."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence

from app.gui.style import theme
from app.gui.style.appearance import pick
from app.gui.widgets.text_labels import scaled_font


class ActionMenu(tkinter.Menu):
    """Opens wherever it is wanted. The arrow keys, Return and Escape are Tk's own.

    Args:
        master: The parent widget.
    """

    def __init__(self, master: tkinter.Misc) -> None:
        super().__init__(master, tearoff=False, borderwidth=0, activeborderwidth=0, relief="flat")

    @property
    def names(self) -> list[str]:
        """What can be done, as shown last."""
        last = self.index("end")
        return [] if last is None else [str(self.entrycget(index, "label")) for index in range(last + 1)]

    def open(self, actions: Sequence[tuple[str, Callable[[], object]]], x: int, y: int) -> None:
        """Show what can be done.

        Args:
            actions: Names and what they do.
            x: On the screen.
            y: On the screen.
        """
        self.configure(
            background=pick(theme.SURFACE_CONTAINER_HIGH),
            foreground=pick(theme.ON_SURFACE),
            activebackground=pick(theme.PRIMARY_CONTAINER),
            activeforeground=pick(theme.ON_PRIMARY_CONTAINER),
            font=scaled_font(self.master, theme.body()),
        )
        self.delete(0, "end")
        for name, action in actions:
            self.add_command(label=f"  {name}  ", command=action)
        try:
            self.tk_popup(x, y)
        finally:
            self.grab_release()
