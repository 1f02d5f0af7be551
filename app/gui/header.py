"""The top of the window: its name, how the engine is doing, and the person's choices."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui import theme
from app.gui.appearance import MODES, Mode
from app.gui.buttons import ActionButton, make_focusable
from app.gui.view import ApiState, Status
from app.settings import PROJECT

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


class AppearanceSwitch(ctk.CTkSegmentedButton):
    """System, light or dark.

    Args:
        master: The parent widget.
        on_choose: Called with the mode that was chosen.
    """

    def __init__(self, master: Any, on_choose: Callable[[Mode], None]) -> None:
        self._names = {mode.capitalize(): mode for mode in MODES}
        self._on_choose = on_choose
        super().__init__(
            master,
            values=list(self._names),
            command=self._report,
            height=32,
            corner_radius=16,
            border_width=0,
            fg_color=theme.SURFACE_CONTAINER_HIGH,
            unselected_color=theme.SURFACE_CONTAINER_HIGH,
            unselected_hover_color=theme.OUTLINE_VARIANT,
            selected_color=theme.PRIMARY_CONTAINER,
            selected_hover_color=theme.PRIMARY_CONTAINER_HOVER,
            text_color=theme.ON_SURFACE,
            font=theme.small(),
        )
        self.set("System")
        make_focusable(self, self)
        tkinter.Frame.bind(self, "<Left>", lambda event: self._step(-1))
        tkinter.Frame.bind(self, "<Right>", lambda event: self._step(1))

    def choose(self, mode: Mode) -> None:
        """Do as if the person had chosen."""
        self.set(next(name for name, known in self._names.items() if known == mode))
        self._on_choose(mode)

    def _report(self, name: str) -> None:
        self._on_choose(self._names[name])

    def _step(self, direction: int) -> None:
        names = list(self._names)
        index = names.index(self.get()) + direction
        if 0 <= index < len(names):
            self.set(names[index])
            self._report(names[index])


class Header(ctk.CTkFrame):
    """Name, status, appearance and the way to add files.

    Args:
        master: The parent widget.
        on_browse: Called when files are to be chosen.
        on_choose_mode: Called with the appearance that was chosen.
    """

    def __init__(self, master: Any, on_browse: Callable[[], None], on_choose_mode: Callable[[Mode], None]) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0, height=64)
        self.grid_columnconfigure(2, weight=1)
        name = ctk.CTkLabel(
            self, text=PROJECT, height=40, padx=0, font=theme.font(22, "bold"), text_color=theme.ON_SURFACE
        )
        name.grid(row=0, column=0, padx=(theme.SPACE_3, theme.SPACE_2), pady=12)
        self.chip = StatusChip(self)
        self.chip.grid(row=0, column=1)
        self.switch = AppearanceSwitch(self, on_choose_mode)
        self.switch.grid(row=0, column=3, padx=theme.SPACE_2)
        self.browse = ActionButton(self, text="Add files", command=on_browse, kind="tonal")
        self.browse.grid(row=0, column=4, padx=(0, theme.SPACE_2))
