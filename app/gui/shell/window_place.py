"""Where the window was, and where it goes at the next start."""

from __future__ import annotations

import sys
import tkinter
from dataclasses import dataclass
from typing import Final

from app.user_settings import WindowPlace

_IS_LINUX: Final[bool] = sys.platform.startswith("linux")
#: So much of the title bar must lie on the screen to be caught with the mouse, in pixels.
_MIN_VISIBLE_WIDTH: Final = 120
_MIN_VISIBLE_HEIGHT: Final = 40


@dataclass(frozen=True)
class Screen:
    """All monitors together, in pixels. The origin may be negative where one lies left of the first."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, window: tkinter.Misc) -> Screen:
        """The screen that a window is on."""
        return cls(
            window.winfo_vrootx(),
            window.winfo_vrooty(),
            max(window.winfo_vrootwidth(), window.winfo_screenwidth()),
            max(window.winfo_vrootheight(), window.winfo_screenheight()),
        )


def is_reachable(place: WindowPlace, screen: Screen, scaling: float) -> bool:
    """Whether the top of a window at this place can be seen and caught: a monitor may be gone.

    Args:
        place: Where the window was.
        screen: What there is now.
        scaling: Pixels for one unit of the layout.
    """
    right = min(place.x + round(place.width * scaling), screen.x + screen.width)
    visible_width = right - max(place.x, screen.x)
    return visible_width >= _MIN_VISIBLE_WIDTH and (
        screen.y <= place.y <= screen.y + screen.height - _MIN_VISIBLE_HEIGHT
    )


def is_maximised(window: tkinter.Tk) -> bool:
    """Whether the window fills the screen."""
    if _IS_LINUX:
        return bool(window.attributes("-zoomed"))
    return window.state() == "zoomed"


def maximise(window: tkinter.Tk) -> None:
    """Let the window fill the screen, where the desktop allows it."""
    if _IS_LINUX:
        window.attributes("-zoomed", True)
    else:
        window.state("zoomed")


def describe_place(window: tkinter.Tk, scaling: float, before: WindowPlace | None) -> WindowPlace:
    """Where a window is.

    Args:
        window: On the screen.
        scaling: Pixels for one unit of the layout.
        before: Where it was at the last start: what a maximised window goes back to.
    """
    fills_screen = is_maximised(window)
    if fills_screen and before is not None:
        return before.model_copy(update={"is_maximised": True})
    return WindowPlace(
        x=window.winfo_x(),
        y=window.winfo_y(),
        width=round(window.winfo_width() / scaling),
        height=round(window.winfo_height() / scaling),
        is_maximised=fills_screen,
    )
