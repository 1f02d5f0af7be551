"""The cards of the page: words, and the frame that scores, charts and the model card have in common."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.model.view import PageMessage
from app.gui.style import icons, theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Picture
from app.gui.style.icons import place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel

#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
_EMBLEM_SIZE: Final = 72


class MessagePanel(ctk.CTkFrame):
    """A few words in the middle of a card, with a sentence and perhaps a button below.

    Args:
        master: The parent widget.
        on_retry: Called when the person wants to try again.
    """

    def __init__(self, master: Any, on_retry: Callable[[], object]) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure((0, 5), weight=1)
        self._emblem = tkinter.Canvas(self, highlightthickness=0, borderwidth=0)
        self._emblem.grid(row=1, column=0)
        self._photo: tkinter.PhotoImage | None = None
        self._is_error = False
        self._title = WrappingLabel(self, font=theme.headline(), anchor="center", justify="center")
        self._title.grid(row=2, column=0, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE_3, 0))
        self._sentence = WrappingLabel(self, font=theme.body(), anchor="center", justify="center")
        self._sentence.grid(row=3, column=0, sticky="ew", padx=6 * theme.SPACE, pady=(theme.SPACE, theme.SPACE_3))
        self.retry = ActionButton(self, text="Try again", kind="tonal", command=on_retry)
        self.retry.grid(row=4, column=0, pady=(0, theme.SPACE_3))
        self.retry.grid_remove()
        self._emblem.bind("<Map>", lambda event: self._paint())
        repaint_with(self._emblem, self._paint)

    @property
    def texts(self) -> tuple[str, str]:
        """Title and sentence as shown."""
        return str(self._title.cget("text")), str(self._sentence.cget("text"))

    def show(self, message: PageMessage) -> None:
        """Show a message."""
        self._is_error = message.is_error
        self._paint()
        self._title.configure(text_color=theme.ON_SURFACE)
        self._title.show(message.title)
        self._sentence.configure(text_color=theme.ERROR if message.is_error else theme.ON_SURFACE_VARIANT)
        self._sentence.show(message.sentence)
        if message.can_retry:
            self.retry.grid()
        else:
            self.retry.grid_remove()

    def _paint(self) -> None:
        # It is hidden most of the time, and takes long enough to be felt where everything changes its colour.
        if not self._emblem.winfo_ismapped():
            return
        size = round(_EMBLEM_SIZE * widget_scaling(self))
        picture = Picture(size, size)
        colour = theme.ERROR if self._is_error else theme.OUTLINE_VARIANT
        picture.paint(place_icon(icons.MODEL, size, 0, 0), pick(colour))
        self._photo = picture.to_photo(self._emblem)
        self._emblem.configure(width=size, height=size, background=pick(theme.SURFACE_CONTAINER))
        self._emblem.delete("all")
        self._emblem.create_image(0, 0, anchor="nw", image=self._photo)


class HeadedCard(ctk.CTkFrame):
    """A heading, what it is good for, a button that copies all as text, and below them the place for the rest.

    Args:
        master: The parent widget.
        heading: Its name.
        hint: How to read what is shown.
        describe: All that it shows, as text.
    """

    def __init__(self, master: Any, heading: str, hint: str, describe: Callable[[], str]) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        title = ctk.CTkLabel(
            self, text=heading, height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        title.grid(row=0, column=0, sticky="w", padx=(theme.SPACE_3, 0), pady=_HEADING_PADDING)
        remark = ElidedLabel(self, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=32)
        remark.grid(row=0, column=1, sticky="ew", padx=theme.SPACE_2, pady=_HEADING_PADDING)
        remark.show(hint)
        # CustomTkinter scales the distances of its own widgets only.
        self._body = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        self._body.grid(
            row=1, column=0, columnspan=3, sticky="nsew", padx=theme.SPACE_2, pady=(theme.SPACE_HALF, theme.SPACE_2)
        )
        self.copy_button = CopyTextButton(self, describe)
        self.copy_button.grid(row=0, column=2, sticky="e", padx=(0, theme.SPACE), pady=_HEADING_PADDING)

    @property
    def body(self) -> ctk.CTkFrame:
        """Where the rest goes."""
        return self._body

    def offer_copy(self, is_wanted: bool) -> None:
        """Show the button only where there is something to copy."""
        if is_wanted:
            self.copy_button.grid()
        else:
            self.copy_button.grid_remove()
