"""The frame that scores, charts and the model card have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.text_labels import ElidedLabel

#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)


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
