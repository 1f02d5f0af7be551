"""What every chart offers to those who cannot see it, or want its numbers elsewhere: itself as text."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable
from typing import Any, Final

from app.gui.widgets.buttons import ActionButton

_LABEL: Final = "Copy as text"
_DONE_LABEL: Final = "Copied"
_DONE_MS: Final = 1500
_COPY_EVENT: Final = "<Command-c>" if sys.platform == "darwin" else "<Control-c>"


class CopyTextButton(ActionButton):
    """Puts a chart into the clipboard as text.

    Args:
        master: The parent widget.
        describe: The chart in words and numbers, a line for each thing it shows.
        chart: The chart's canvas: Ctrl+C does the same while it has the keyboard.
        label: What it says.
    """

    def __init__(
        self, master: Any, describe: Callable[[], str], chart: tkinter.Misc | None = None, label: str = _LABEL
    ) -> None:
        super().__init__(master, text=label, command=self.copy, kind="text", height=32)
        self._label = label
        self._describe = describe
        self._restore_id: str | None = None
        for widget in (self, chart):
            if widget is not None:
                tkinter.Misc.bind(widget, _COPY_EVENT, lambda event: self.copy(), add="+")

    def copy(self) -> None:
        """Copy, and say so for a moment."""
        self.clipboard_clear()
        self.clipboard_append(self._describe())
        self.configure(text=_DONE_LABEL)
        if self._restore_id is not None:
            self.after_cancel(self._restore_id)
        self._restore_id = self.after(_DONE_MS, self._restore)

    def _restore(self) -> None:
        self._restore_id = None
        self.configure(text=self._label)
