"""A line to write on."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.widgets.focus import FocusRing

_HEIGHT: Final = 40
_CORNER: Final = 8
_SEARCH_DELAY_MS: Final = 200


class TextField(ctk.CTkEntry):
    """A field with a hint while it is empty.

    Args:
        master: The parent widget.
        hint: What to write.
        on_change: Called with the text whenever the person changes it.
        delay_ms: For how long the person must have stopped writing.
        width: In units of the layout.
    """

    def __init__(
        self, master: Any, hint: str, on_change: Callable[[str], None], delay_ms: int = 0, width: int = 200
    ) -> None:
        super().__init__(
            master,
            width=width,
            height=_HEIGHT,
            corner_radius=_CORNER,
            border_width=0,
            fg_color=theme.SURFACE_CONTAINER_HIGH,
            text_color=theme.ON_SURFACE,
            placeholder_text=hint,
            placeholder_text_color=theme.ON_SURFACE_VARIANT,
            font=theme.body(),
        )
        # CustomTkinter takes it for focused until it has lost the keyboard once, and would show no hint again.
        self._is_focused = False
        self._on_change = on_change
        self._delay_ms = delay_ms
        self._told = ""
        self._due_id: str | None = None
        self.focus_ring = FocusRing(self._entry, around=self, corner=_CORNER)
        # CustomTkinter's own methods speak to the entry inside.
        for event in ("<Key>", "<<Paste>>", "<<Cut>>", "<<Clear>>"):
            tkinter.Misc.bind(self._entry, event, lambda event: self._wait(), add="+")

    @property
    def line(self) -> tkinter.Entry:
        """Where the keyboard goes."""
        entry: tkinter.Entry = self._entry
        return entry

    @property
    def text(self) -> str:
        """What is written, without the blanks around it."""
        return str(self.get()).strip()

    def write(self, text: str) -> None:
        """Replace what is written. Nobody is told."""
        if text != self.text:
            self.delete(0, "end")
            if text:
                self.insert(0, text)
        self._told = text

    def take_keyboard(self) -> None:
        """Give it the keyboard, with all of its text chosen, so that writing replaces it."""
        self.line.focus_set()
        self.line.selection_range(0, "end")

    def _wait(self) -> None:
        if self._due_id is not None:
            self.after_cancel(self._due_id)
        self._due_id = self.after(self._delay_ms, self._tell)

    def _tell(self) -> None:
        self._due_id = None
        if self.text != self._told:
            self._told = self.text
            self._on_change(self.text)


class SearchField(TextField):
    """A field whose text is looked for as soon as the person pauses. Escape empties it.

    Args:
        master: The parent widget.
        on_change: Called with the text.
        width: In units of the layout.
    """

    def __init__(self, master: Any, on_change: Callable[[str], None], width: int = 200) -> None:
        super().__init__(master, "Search songs and folders", on_change, _SEARCH_DELAY_MS, width)
        tkinter.Misc.bind(self._entry, "<Escape>", self._empty, add="+")

    def _empty(self, event: tkinter.Event[Any]) -> str | None:
        if not self.text:
            return None
        self.line.delete(0, "end")
        self._tell()
        # The text is what Escape was meant for, and nothing behind it.
        return "break"
