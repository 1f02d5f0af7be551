"""The top of the window: which page this is, how the engine is doing, and the way to add files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui.connection import ApiState, Status
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton

HEIGHT: Final = 64

_CHIP_COLOURS: Final[dict[ApiState, tuple[theme.Colour, theme.Colour]]] = {
    ApiState.STARTING: (theme.SURFACE_CONTAINER_HIGH, theme.ON_SURFACE_VARIANT),
    ApiState.READY: (theme.SURFACE_CONTAINER_HIGH, theme.ON_SURFACE),
    ApiState.RESTARTING: (theme.SURFACE_CONTAINER_HIGH, theme.ON_SURFACE),
    ApiState.FAILED: (theme.ERROR_CONTAINER, theme.ON_ERROR_CONTAINER),
}


class StatusChip(ctk.CTkLabel):
    """One or two words on a coloured pill."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, text="", height=32, corner_radius=16, padx=theme.SPACE_HALF, font=theme.small())

    def show(self, status: Status) -> None:
        """Show a state."""
        fill, text_colour = _CHIP_COLOURS[status.state]
        self.configure(text=status.text, fg_color=fill, text_color=text_colour)


class Header(ctk.CTkFrame):
    """Page, status and the way to add files.

    Args:
        master: The parent widget.
        on_browse: Called when files are to be chosen.
    """

    def __init__(self, master: Any, on_browse: Callable[[], None]) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0, height=HEIGHT)
        self.grid_columnconfigure(1, weight=1)
        self._title = ctk.CTkLabel(
            self, text="", height=40, anchor="w", padx=0, font=theme.font(22, "bold"), text_color=theme.ON_SURFACE
        )
        self._title.grid(row=0, column=0, padx=(theme.SPACE, theme.SPACE_2), pady=12)
        self.chip = StatusChip(self)
        self.chip.grid(row=0, column=1, sticky="w")
        self.browse = ActionButton(self, text="Add files", command=on_browse, kind="tonal")
        self.browse.grid(row=0, column=2)

    @property
    def title(self) -> str:
        """The page's name as shown."""
        return str(self._title.cget("text"))

    def show_title(self, title: str) -> None:
        """Show a page's name."""
        self._title.configure(text=title)
