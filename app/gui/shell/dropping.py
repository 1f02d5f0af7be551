"""Takes files that are dropped anywhere on the window."""

from __future__ import annotations

import logging
import tkinter
from collections.abc import Callable, Sequence
from typing import Any

from tkinterdnd2 import COPY, DND_FILES, TkinterDnD

log = logging.getLogger(__name__)


class FileDrop:
    """The window as a place to drop files on.

    Args:
        root: Loads the Tk extension.
        area: Covers the window; its children are covered too.
        on_files: Called with the names of what was dropped.
        on_hover: Called with whether files hang over the window.
    """

    def __init__(
        self,
        root: tkinter.Tk,
        area: Any,
        on_files: Callable[[Sequence[str]], None],
        on_hover: Callable[[bool], None],
    ) -> None:
        self._root = root
        self._on_files = on_files
        self._on_hover = on_hover
        #: Wayland sessions and remote displays may have no drag and drop; files can be chosen all the same.
        self.is_available = self._register(area)

    def _register(self, area: Any) -> bool:
        try:
            TkinterDnD.require(self._root)
            area.drop_target_register(DND_FILES)
        except (RuntimeError, tkinter.TclError) as error:
            log.warning("Files cannot be dropped on the window: %s", error)
            return False
        # As Tcl commands, without the event's values: asking for the data already while files hang over the window
        # makes the other program deliver them again and again.
        area.dnd_bind("<<DropEnter>>", self._root.register(self._enter))
        area.dnd_bind("<<DropLeave>>", self._root.register(self._leave))
        area.dnd_bind("<<Drop>>", self.take)
        return True

    def take(self, event: Any) -> str:
        """Handle ``<<Drop>>``. Names with spaces or braces come as a list of Tcl, which only Tcl reads right."""
        self._on_hover(False)
        self._on_files(self._root.tk.splitlist(event.data))
        return str(COPY)

    def _enter(self) -> str:
        self._on_hover(True)
        return str(COPY)

    def _leave(self) -> None:
        self._on_hover(False)
