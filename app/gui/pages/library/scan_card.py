"""The work on folders: how far it has come, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import customtkinter as ctk

from app.gui.pages.library.view import ScanText
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.focus import focus
from app.gui.widgets.progress_line import ProgressLine
from app.gui.widgets.text_labels import ElidedLabel


class ScanCard(ctk.CTkFrame):
    """A card with two lines of text, a line that grows, and buttons.

    Args:
        master: The parent widget.
        on_add: Called when a folder is to be chosen.
        on_pause: Called when no further file is to be begun.
        on_resume: Called when it is to go on.
        on_cancel: Called when it is to end.
        on_retry: Called when the problem files are to be tried again.
    """

    def __init__(
        self,
        master: Any,
        *,
        on_add: Callable[[], object],
        on_pause: Callable[[], object],
        on_resume: Callable[[], object],
        on_cancel: Callable[[], object],
        on_retry: Callable[[], object],
    ) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._text = ScanText("", "")
        self.grid_columnconfigure(0, weight=1)
        texts = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        texts.grid(row=0, column=0, sticky="ew", padx=(theme.SPACE_3, theme.SPACE_2), pady=theme.SPACE_2)
        texts.grid_columnconfigure(0, weight=1)
        self._title = ElidedLabel(texts, theme.title(), text_color=theme.ON_SURFACE, height=24)
        self._title.grid(row=0, column=0, sticky="ew")
        self._detail = ElidedLabel(texts, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=24)
        self._detail.grid(row=1, column=0, sticky="ew")
        buttons = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        buttons.grid(row=0, column=1, padx=(0, theme.SPACE_2), pady=theme.SPACE_2)
        self.retry = ActionButton(buttons, text="Retry problems", kind="text", command=on_retry)
        self.cancel = ActionButton(buttons, text="Cancel", kind="text", command=on_cancel)
        self.pause = ActionButton(buttons, text="Pause", kind="text", command=on_pause)
        self.resume = ActionButton(buttons, text="Resume", kind="tonal", command=on_resume)
        self.add = ActionButton(buttons, text="Add a folder…", command=on_add)
        self._buttons = (self.retry, self.cancel, self.pause, self.resume, self.add)
        for column, button in enumerate(self._buttons):
            button.grid(row=0, column=column, padx=(theme.SPACE, 0))
            if button is not self.add:
                button.grid_remove()
        self._progress = ProgressLine(self)
        self._progress.grid(row=1, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_3, pady=(0, theme.SPACE_2))
        self._progress.grid_remove()

    @property
    def text(self) -> ScanText:
        """What it shows."""
        return self._text

    def show(self, text: ScanText) -> None:
        """Show how far it has come."""
        self._text = text
        self._title.show(text.title)
        self._detail.show(text.detail)
        self._progress.show(text.share, is_calm=text.can_resume)
        for widget, is_wanted in (
            (self.pause, text.can_pause),
            (self.resume, text.can_resume),
            (self.cancel, not text.is_over),
            (self.retry, text.can_retry),
            (self._progress, not text.is_over),
        ):
            if is_wanted == bool(widget.winfo_manager()):
                continue
            if is_wanted:
                widget.grid()
            else:
                self._keep_keyboard(widget)
                widget.grid_remove()

    def _keep_keyboard(self, widget: Any) -> None:
        """What is no longer there must not keep the keyboard: the next Tab would start in the dark."""
        if self.focus_get() is widget:
            shown = {self.pause: self.resume, self.resume: self.pause}.get(widget, self.add)
            shown.grid()
            focus(shown)
