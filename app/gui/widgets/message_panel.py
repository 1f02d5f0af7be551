"""What is said where there is nothing to show: why, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import customtkinter as ctk

from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import WrappingLabel


@dataclass(frozen=True)
class Message:
    """A few words and a sentence.

    Attributes:
        title: A few words.
        sentence: What is the matter, and what to do.
        action: What the button says; empty for no button.
        is_error: Something went wrong.
    """

    title: str
    sentence: str
    action: str = ""
    is_error: bool = False


class MessagePanel(ctk.CTkFrame):
    """A message in the middle of its place, with a button where there is something to do.

    Args:
        master: The parent widget.
        on_action: Called when the button was pressed.
        ground: The colour of what lies beneath.
    """

    def __init__(
        self, master: Any, on_action: Callable[[], object], ground: theme.Colour = theme.SURFACE_CONTAINER
    ) -> None:
        super().__init__(master, fg_color=ground, corner_radius=theme.CORNER_CARD)
        self._message = Message("", "")
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure((0, 4), weight=1)
        self._title = WrappingLabel(
            self, font=theme.font(22), text_color=theme.ON_SURFACE, anchor="center", justify="center"
        )
        self._title.grid(row=1, column=0, sticky="ew", padx=theme.SPACE_3)
        self._sentence = WrappingLabel(self, font=theme.body(), anchor="center", justify="center")
        self._sentence.grid(row=2, column=0, sticky="ew", padx=6 * theme.SPACE, pady=(theme.SPACE, theme.SPACE_2))
        self.button = ActionButton(self, text="", kind="tonal", command=on_action)
        self.button.grid(row=3, column=0)
        self.button.grid_remove()

    @property
    def message(self) -> Message:
        """What it says."""
        return self._message

    def show(self, message: Message) -> None:
        """Say something."""
        if message == self._message:
            return
        self._message = message
        self._title.show(message.title)
        self._sentence.configure(text_color=theme.ERROR if message.is_error else theme.ON_SURFACE_VARIANT)
        self._sentence.show(message.sentence)
        if message.action:
            self.button.configure(text=message.action)
            self.button.grid()
        else:
            self.button.grid_remove()
