"""A button that offers a few things to do."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Mapping
from typing import Any

from app.gui.style import theme
from app.gui.style.appearance import pick
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.focus import bind_keys
from app.gui.widgets.text_labels import scaled_font


class MenuButton(ActionButton):
    """Drops a menu down, by click, Return, Space or the arrow key; the arrow keys walk through it.

    Args:
        master: The parent widget.
        text: What it is about.
        choices: What can be done, by its name.
    """

    def __init__(self, master: Any, *, text: str, choices: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(master, text=text, command=self.open, kind="text", height=32)
        self.menu = tkinter.Menu(self, tearoff=False, activeborderwidth=0, relief="flat")
        for name, action in choices.items():
            self.menu.add_command(label=f"  {name}  ", command=action)
        bind_keys(self, ("<Down>",), self.open)

    def open(self) -> None:
        """Show what can be done."""
        # Only now: a menu is not seen before, and the colours may have changed since.
        self.menu.configure(
            borderwidth=round(theme.SPACE_HALF * widget_scaling(self)),
            font=scaled_font(self, theme.body()),
            background=pick(theme.SURFACE_CONTAINER_HIGH),
            foreground=pick(theme.ON_SURFACE),
            activebackground=pick(theme.PRIMARY_CONTAINER),
            activeforeground=pick(theme.ON_PRIMARY_CONTAINER),
        )
        height = self.menu.winfo_reqheight()
        above = self.winfo_rooty() + self.winfo_height() + height > self.winfo_screenheight()
        y = self.winfo_rooty() - height if above else self.winfo_rooty() + self.winfo_height()
        self.menu.tk_popup(self.winfo_rootx(), round(y + theme.SPACE_HALF * widget_scaling(self)), 0)
