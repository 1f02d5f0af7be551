"""Light or dark and in which accent: what the person wants, or what the desktop says.

CustomTkinter asks the desktop 33 times a second in Tk's thread, on Linux by starting a program each time. Here a
thread asks now and then instead, and CustomTkinter is only told the outcome.
"""

from __future__ import annotations

import threading
import tkinter
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal

import customtkinter as ctk

from app.gui.style import theme
from app.user_settings import AccentName, ThemeName

POLL_S: Final = 2.0
#: A desktop answers in a few hundredths of a second. One that hangs must not keep the window open.
STOP_TIMEOUT_S: Final = 0.5


def detect_desktop_mode() -> Literal["light", "dark"]:
    """What the desktop prefers; light where it does not say."""
    return "dark" if ctk.AppearanceModeTracker.detect_appearance_mode() == 1 else "light"


def is_dark() -> bool:
    """Whether the window is dark now."""
    return bool(ctk.get_appearance_mode() == "Dark")


def pick(colour: theme.Colour) -> str:
    """The one of a pair that fits the window now, for what CustomTkinter does not draw."""
    return colour[is_dark()]


#: What draws by itself: each is called when colours or sizes have changed.
_painters: list[Callable[[], None]] = []


def repaint_with(widget: tkinter.Misc, paint: Callable[[], None]) -> None:
    """Have something painted anew whenever colours or sizes change, for as long as its widget lives.

    CustomTkinter does so for its own widgets only.

    Args:
        widget: Ends it.
        paint: Draws with the colours and the scaling of now. Not called by this function itself.
    """

    def end(event: tkinter.Event[Any]) -> None:
        if event.widget is widget and paint in _painters:
            _painters.remove(paint)

    _painters.append(paint)
    tkinter.Misc.bind(widget, "<Destroy>", end, add="+")


def repaint() -> None:
    """Paint what CustomTkinter does not."""
    for paint in tuple(_painters):
        paint()


class Appearance:
    """The appearance of one window.

    Args:
        post: Has Tk's thread call something.
        detect: Asks the desktop.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], None]], None],
        detect: Callable[[], Literal["light", "dark"]] = detect_desktop_mode,
    ) -> None:
        self._post = post
        self._detect = detect
        self._mode: ThemeName = "system"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow_desktop, name="desktop-appearance", daemon=True)
        self._thread.start()

    def choose(self, mode: ThemeName) -> None:
        """Do what the person wants."""
        self._mode = mode
        self._apply(self._detect() if mode == "system" else mode)

    def choose_accent(self, name: AccentName) -> None:
        """Give the window another accent."""
        theme.use_accent(name)
        ctk.AppearanceModeTracker.update_callbacks()
        repaint()

    def stop(self) -> None:
        """Ask no more, and wait for an answer that is on its way: Python had better end without threads of ours."""
        self._stopped.set()
        self._thread.join(STOP_TIMEOUT_S)

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
            repaint()
