"""One sentence across the window that needs no answer."""

from __future__ import annotations

from typing import Any

import customtkinter as ctk

from app.gui import theme
from app.gui.buttons import ActionButton
from app.gui.text_labels import WrappingLabel


class NoticeBar(ctk.CTkFrame):
    """A bar that is there only while there is something to say."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, corner_radius=theme.CORNER_CARD, fg_color=theme.SURFACE_CONTAINER_HIGH)
        self.grid_columnconfigure(0, weight=1)
        self._label = WrappingLabel(self, font=theme.body())
        self._label.grid(row=0, column=0, sticky="ew", padx=theme.SPACE_3, pady=theme.SPACE_2)
        self._dismiss = ActionButton(self, text="Dismiss", kind="text", height=32, command=self.grid_remove)
        self._dismiss.grid(row=0, column=1, padx=(0, theme.SPACE))

    @property
    def text(self) -> str:
        """What it says; empty while it is not shown."""
        return str(self._label.cget("text")) if self.winfo_manager() else ""

    def show(self, text: str | None, *, is_error: bool = False) -> None:
        """Say something, or be gone."""
        if text is None:
            self.grid_remove()
            return
        self.configure(fg_color=theme.ERROR_CONTAINER if is_error else theme.SURFACE_CONTAINER_HIGH)
        text_colour = theme.ON_ERROR_CONTAINER if is_error else theme.ON_SURFACE
        self._label.configure(text_color=text_colour)
        # An error stays until what it tells of is over.
        if is_error:
            self._dismiss.grid_remove()
        else:
            self._dismiss.grid()
        self._label.show(text)
        self.grid()
