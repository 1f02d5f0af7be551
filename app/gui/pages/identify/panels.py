"""What is shown where there is no result: nothing given yet, a file that waits, a file that failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.identify.view import MessageText, TrackState
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel

_EMBLEM_HEIGHTS: Final = (24, 56, 88, 48, 72, 32)
_EMBLEM_BAR_WIDTH: Final = 12


class _Emblem(ctk.CTkFrame):
    """A few bars of sound, made of rounded frames: smooth, and in the colours of either mode."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent")
        self._bars = []
        for column, height in enumerate(_EMBLEM_HEIGHTS):
            bar = ctk.CTkFrame(self, width=_EMBLEM_BAR_WIDTH, height=height, corner_radius=_EMBLEM_BAR_WIDTH // 2)
            bar.grid(row=0, column=column, padx=theme.SPACE_HALF)
            self._bars.append(bar)
        self.colour(theme.PRIMARY)

    def colour(self, colour: theme.Colour) -> None:
        """Paint all bars."""
        for bar in self._bars:
            bar.configure(fg_color=colour)


class EmptyPanel(ctk.CTkFrame):
    """A large place to drop files on.

    Args:
        master: The parent widget.
        on_browse: Called when files are to be chosen.
    """

    def __init__(self, master: Any, on_browse: Callable[[], None]) -> None:
        super().__init__(
            master,
            fg_color=theme.SURFACE_CONTAINER,
            corner_radius=theme.CORNER_CARD,
            border_width=2,
            border_color=theme.OUTLINE_VARIANT,
        )
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure((0, 5), weight=1)
        _Emblem(self).grid(row=1, column=0, pady=(theme.SPACE_3, theme.SPACE_3))
        heading = ctk.CTkLabel(
            self, text="Drop music here", height=40, font=theme.headline(), text_color=theme.ON_SURFACE
        )
        heading.grid(row=2, column=0)
        sentence = ctk.CTkLabel(
            self,
            text="Genrescope listens to each song on this computer and tells its genre.",
            height=32,
            font=theme.body(),
            text_color=theme.ON_SURFACE_VARIANT,
        )
        sentence.grid(row=3, column=0, padx=theme.SPACE_3)
        self.browse = ActionButton(self, text="Browse…", command=on_browse)
        self.browse.grid(row=4, column=0, pady=theme.SPACE_3)

    def show_hover(self, is_over: bool) -> None:
        """Files hang over the window, or no longer."""
        self.configure(border_color=theme.PRIMARY if is_over else theme.OUTLINE_VARIANT)


class WordsPanel(ctk.CTkFrame):
    """A file's name and a sentence about it."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure((0, 4), weight=1)
        self._emblem = _Emblem(self)
        self._emblem.grid(row=1, column=0, pady=theme.SPACE_3)
        self._title = ElidedLabel(self, theme.headline(), text_color=theme.ON_SURFACE, anchor="center")
        self._title.grid(row=2, column=0, sticky="ew", padx=theme.SPACE_3)
        self._text = WrappingLabel(self, font=theme.body(), anchor="center", justify="center")
        self._text.grid(row=3, column=0, sticky="ew", padx=48, pady=(theme.SPACE, theme.SPACE_3))

    @property
    def texts(self) -> tuple[str, str]:
        """Title and sentence as shown."""
        return self._title.full_text, str(self._text.cget("text"))

    def show(self, message: MessageText) -> None:
        """Show a message."""
        is_error = message.state is TrackState.FAILED
        emblem = theme.PRIMARY if message.state is TrackState.ANALYSING else theme.OUTLINE_VARIANT
        self._emblem.colour(theme.ERROR if is_error else emblem)
        self._title.show(message.title)
        self._text.configure(text_color=theme.ERROR if is_error else theme.ON_SURFACE_VARIANT)
        self._text.show(message.text)
