"""Buttons in Material's three weights, usable by keyboard, which CustomTkinter's are not."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import customtkinter as ctk

from app.gui.style import theme
from app.gui.widgets.focus import PRESS_KEYS, RING_WIDTH, bind_keys, is_ring_wanted

Kind = Literal["filled", "tonal", "text"]


@dataclass(frozen=True)
class _Look:
    """The colours of one kind."""

    fill: theme.Colour | str
    hover: theme.Colour
    text: theme.Colour


_LOOKS: Final[dict[Kind, _Look]] = {
    "filled": _Look(theme.PRIMARY, theme.PRIMARY_HOVER, theme.ON_PRIMARY),
    "tonal": _Look(theme.PRIMARY_CONTAINER, theme.PRIMARY_CONTAINER_HOVER, theme.ON_PRIMARY_CONTAINER),
    "text": _Look("transparent", theme.SURFACE_CONTAINER_HIGH, theme.PRIMARY),
}
#: The ring is in the accent and would not be seen on it.
_FOCUSED_LOOKS: Final[dict[Kind, _Look]] = _LOOKS | {"filled": _LOOKS["tonal"]}


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
        command: Callable[[], object],
        kind: Kind = "filled",
        height: int = theme.BUTTON_HEIGHT,
    ) -> None:
        self._kind: Kind = kind
        super().__init__(
            master,
            text=text,
            command=command,
            width=0,
            height=height,
            corner_radius=height // 2,
            border_spacing=theme.SPACE_HALF,
            border_width=0,
            border_color=theme.PRIMARY,
            font=theme.label(),
        )
        self._wear(_LOOKS[kind])
        # The methods of tkinter itself are named: CustomTkinter's speak to the canvas inside, or refuse.
        tkinter.Frame.configure(self, takefocus=True)
        tkinter.Frame.bind(self, "<FocusIn>", lambda event: self._show_focus(is_ring_wanted()), add="+")
        tkinter.Frame.bind(self, "<FocusOut>", lambda event: self._show_focus(False), add="+")
        bind_keys(self, PRESS_KEYS, self.invoke)

    def _show_focus(self, has_focus: bool) -> None:
        self._wear((_FOCUSED_LOOKS if has_focus else _LOOKS)[self._kind])
        self.configure(border_width=RING_WIDTH if has_focus else 0)

    def _wear(self, look: _Look) -> None:
        self.configure(fg_color=look.fill, hover_color=look.hover, text_color=look.text)
