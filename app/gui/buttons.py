"""Buttons in Material's three weights, usable by keyboard, which CustomTkinter's are not."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final, Literal

import customtkinter as ctk

from app.gui import theme

Kind = Literal["filled", "tonal", "text"]

_COLOURS: Final[dict[Kind, tuple[theme.Colour | str, theme.Colour, theme.Colour]]] = {
    "filled": (theme.PRIMARY, theme.PRIMARY_HOVER, theme.ON_PRIMARY),
    "tonal": (theme.PRIMARY_CONTAINER, theme.PRIMARY_CONTAINER_HOVER, theme.ON_PRIMARY_CONTAINER),
    "text": ("transparent", theme.SURFACE_CONTAINER_HIGH, theme.PRIMARY),
}
_RING_WIDTH: Final = 2


class ActionButton(ctk.CTkButton):
    """A pill that does something.

    Args:
        master: The parent widget.
        text: What it does.
        command: Does it.
        kind: How much it asks for attention.
        height: In units of the layout.
    """

    def __init__(
        self,
        master: Any,
        *,
        text: str,
        command: Callable[[], None],
        kind: Kind = "filled",
        height: int = theme.BUTTON_HEIGHT,
    ) -> None:
        fill, hover, text_colour = _COLOURS[kind]
        super().__init__(
            master,
            text=text,
            command=command,
            width=0,
            height=height,
            corner_radius=height // 2,
            border_spacing=theme.SPACE_HALF,
            border_width=0,
            border_color=theme.ON_SURFACE if kind == "filled" else theme.PRIMARY,
            fg_color=fill,
            hover_color=hover,
            text_color=text_colour,
            font=theme.label(),
        )
        make_focusable(self, self)
        for key in ("<Return>", "<KP_Enter>", "<space>"):
            tkinter.Frame.bind(self, key, lambda event: self.invoke())


def make_focusable(frame: tkinter.Frame, ringed: Any) -> None:
    """Let Tab reach a widget of CustomTkinter, and show that it has.

    Args:
        frame: Takes the keyboard. The methods of ``tkinter.Frame`` are named, as CustomTkinter's own ones speak to
            the canvas inside, or refuse.
        ringed: Shows the ring by its border.
    """
    tkinter.Frame.configure(frame, takefocus=True)
    tkinter.Frame.bind(frame, "<FocusIn>", lambda event: ringed.configure(border_width=_RING_WIDTH), add="+")
    tkinter.Frame.bind(frame, "<FocusOut>", lambda event: ringed.configure(border_width=0), add="+")
