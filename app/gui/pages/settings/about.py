"""Which program this is, and what helps where it fails: the log, and a report of this computer."""

from __future__ import annotations

import tkinter
from functools import partial
from typing import Any, Final, Protocol

import customtkinter as ctk

from app.crash import log_of_launcher
from app.gui.desktop import examine_this_computer, open_on_desktop
from app.gui.jobs import Jobs
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.settings import PROJECT, VERSION

HEADING: Final = "About"
_HINT: Final = "The log names no music; the report tells what works on this computer."


class Line(Protocol):
    """The place of a control, with room for a remark."""

    def hold(self, control: tkinter.Misc) -> None:
        """Take a control whose parent is this line."""

    def show_remark(self, text: str) -> None:
        """Say something, or nothing."""


class Card(Protocol):
    """Lines with a name each."""

    def add_line(self, name: str) -> Any:
        """Add a ``Line``."""


class About:
    """The lines of the card.

    Args:
        card: What they are put on.
        jobs: Where other programs run.
    """

    def __init__(self, card: Card, jobs: Jobs) -> None:
        self._jobs = jobs
        self._log = log_of_launcher()
        version = card.add_line("Version")
        version.hold(ctk.CTkLabel(version, text=f"{PROJECT} {VERSION}", font=theme.body(), text_color=theme.ON_SURFACE))
        self.line: Line = card.add_line("If something goes wrong")
        buttons = ctk.CTkFrame(self.line, fg_color="transparent", corner_radius=0)
        self.line.hold(buttons)
        self.copy = ActionButton(buttons, text="Copy report", kind="tonal", command=self.copy_report)
        self.copy.grid(row=0, column=0)
        self.open = ActionButton(buttons, text="Open log folder", kind="text", command=self.open_log_folder)
        if self._log is not None:
            self.open.grid(row=0, column=1, padx=(theme.SPACE, 0))
        self.line.show_remark(_HINT)
        self._is_examining = False

    def copy_report(self) -> None:
        """Have the doctor examine this computer, and put what it says on the clipboard."""
        if self._is_examining:
            return
        self._is_examining = True
        self.line.show_remark("Examining this computer, which takes some seconds…")
        self._jobs.submit(examine_this_computer, self._copy, self._tell_no_report)

    def open_log_folder(self) -> None:
        """Show the folder of the logs in the person's file manager."""
        if self._log is not None:
            folder = self._log.parent
            tell_where = partial(self.line.show_remark, f"The logs are in “{folder}”.")
            self._jobs.submit(partial(open_on_desktop, folder), lambda done: None, lambda error: tell_where())

    def _copy(self, report: str) -> None:
        self._is_examining = False
        self.copy.clipboard_clear()
        self.copy.clipboard_append(report)
        self.line.show_remark("The report is on the clipboard.")

    def _tell_no_report(self, error: Exception) -> None:
        self._is_examining = False
        self.line.show_remark(f"There is no report: {error}. “genrescope doctor” may tell more.")
