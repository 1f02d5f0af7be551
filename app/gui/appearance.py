"""Light or dark: what the person wants, or what the desktop says.

CustomTkinter asks the desktop 33 times a second in Tk's thread, on Linux by starting a program each time. Here a
thread asks now and then instead, and CustomTkinter is only told the outcome.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Final, Literal

import customtkinter as ctk

Mode = Literal["system", "light", "dark"]
MODES: Final[tuple[Mode, ...]] = ("system", "light", "dark")

POLL_S: Final = 2.0


def detect_desktop_mode() -> Literal["light", "dark"]:
    """What the desktop prefers; light where it does not say."""
    return "dark" if ctk.AppearanceModeTracker.detect_appearance_mode() == 1 else "light"


def is_dark() -> bool:
    """Whether the window is dark now."""
    return bool(ctk.get_appearance_mode() == "Dark")


class Appearance:
    """The appearance of one window.

    Args:
        post: Has Tk's thread call something.
        on_change: Called in Tk's thread after the colours have changed.
        detect: Asks the desktop.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], None]], None],
        on_change: Callable[[], None],
        detect: Callable[[], Literal["light", "dark"]] = detect_desktop_mode,
    ) -> None:
        self._post = post
        self._on_change = on_change
        self._detect = detect
        self._mode: Mode = "system"
        self._stopped = threading.Event()
        threading.Thread(target=self._follow_desktop, name="desktop-appearance", daemon=True).start()

    def choose(self, mode: Mode) -> None:
        """Do what the person wants."""
        self._mode = mode
        self._apply(self._detect() if mode == "system" else mode)

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()

    def _follow_desktop(self) -> None:
        while not self._stopped.wait(POLL_S):
            if self._mode == "system":
                self._post(partial(self._follow, self._detect()))

    def _follow(self, wanted: Literal["light", "dark"]) -> None:
        # The person may have chosen since the desktop was asked.
        if self._mode == "system":
            self._apply(wanted)

    def _apply(self, mode: Literal["light", "dark"]) -> None:
        if is_dark() != (mode == "dark"):
            ctk.set_appearance_mode(mode)
            self._on_change()
