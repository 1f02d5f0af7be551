"""What is said where there is nothing to show: why, and what to do about it."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Picture
from app.gui.style.icons import Icon, place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import WrappingLabel

#: On the button, where asking again may help.
TRY_AGAIN: Final = "Try again"

_EMBLEM_SIZE: Final = 72


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


class Emblem(tkinter.Canvas):
    """A large icon that says at a glance what a message is about.

    Args:
        master: The parent widget, of CustomTkinter.
        icon: What it shows.
        ground: The colour of what lies beneath.
    """

    def __init__(self, master: Any, icon: Icon, ground: theme.Colour) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0)
        self._icon = icon
        self._ground = ground
        self._colour: theme.Colour = theme.OUTLINE_VARIANT
        self._photo: tkinter.PhotoImage | None = None
        self.bind("<Map>", lambda event: self._paint())
        repaint_with(self, self._paint)

    def show(self, colour: theme.Colour) -> None:
        """Draw it in another colour."""
        self._colour = colour
        self._paint()

    def _paint(self) -> None:
        # It is hidden most of the time, and takes long enough to be felt where everything changes its colour.
        if not self.winfo_ismapped():
            return
        size = round(_EMBLEM_SIZE * widget_scaling(self.master))
        picture = Picture(size, size)
        picture.paint(place_icon(self._icon, size, 0, 0), pick(self._colour))
        self._photo = picture.to_photo(self)
        self.configure(width=size, height=size, background=pick(self._ground))
        self.delete("all")
        self.create_image(0, 0, anchor="nw", image=self._photo)


class MessagePanel(ctk.CTkFrame):
    """A message in the middle of its place, with a button where there is something to do.

    Args:
        master: The parent widget.
        on_action: Called when the button was pressed.
        ground: The colour of what lies beneath.
        icon: Drawn above the words, which are larger then: the message has a whole page to itself.
    """

    def __init__(
        self,
        master: Any,
        on_action: Callable[[], object],
        ground: theme.Colour = theme.SURFACE_CONTAINER,
        icon: Icon | None = None,
    ) -> None:
        super().__init__(master, fg_color=ground, corner_radius=theme.CORNER_CARD)
        self._message = Message("", "")
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure((0, 5), weight=1)
        self._emblem = None if icon is None else Emblem(self, icon, ground)
        if self._emblem is not None:
            self._emblem.grid(row=1, column=0, pady=(0, theme.SPACE_2))
        self._title = WrappingLabel(
            self,
            font=theme.font(22) if icon is None else theme.headline(),
            text_color=theme.ON_SURFACE,
            anchor="center",
            justify="center",
        )
        self._title.grid(row=2, column=0, sticky="ew", padx=theme.SPACE_3)
        self._sentence = WrappingLabel(self, font=theme.body(), anchor="center", justify="center")
        self._sentence.grid(row=3, column=0, sticky="ew", padx=6 * theme.SPACE, pady=(theme.SPACE, theme.SPACE_2))
        self.button = ActionButton(self, text="", kind="tonal", command=on_action)
        self.button.grid(row=4, column=0, pady=(0, theme.SPACE))
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
        if self._emblem is not None:
            self._emblem.show(theme.ERROR if message.is_error else theme.OUTLINE_VARIANT)
        self._title.show(message.title)
        self._sentence.configure(text_color=theme.ERROR if message.is_error else theme.ON_SURFACE_VARIANT)
        self._sentence.show(message.sentence)
        if message.action:
            self.button.configure(text=message.action)
            self.button.grid()
        else:
            self.button.grid_remove()
