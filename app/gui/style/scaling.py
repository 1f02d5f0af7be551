"""How large things are: as the desktop says, or as the person wants.

CustomTkinter knows the desktop's wish on Windows and macOS, not on Linux.
"""

from __future__ import annotations

import re
import sys
import tkinter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import customtkinter as ctk

from app.user_settings import SCALING_PERCENTS

#: The layout needs this much, in its own units: width and height.
SMALLEST_WINDOW: Final = (1024, 640)

STANDARD_DPI: Final = 96
_IS_LINUX: Final[bool] = sys.platform.startswith("linux")
_MIN_SCALING, _MAX_SCALING = 0.75, 4.0


def apply_scaling(root: tkinter.Tk, percent: int | None) -> None:
    """Size every widget, those that exist and those to come.

    Args:
        root: The window. Cheapest before it holds anything.
        percent: See ``choose_scaling``.
    """
    known_to_ctk = float(ctk.ScalingTracker.get_window_dpi_scaling(root))
    wanted = choose_scaling(root, percent)
    if wanted == widget_scaling(root):
        return
    hidden = [widget for widget in _descendants(root) if not widget.winfo_manager()]
    ctk.set_widget_scaling(wanted / known_to_ctk)
    ctk.set_window_scaling(wanted / known_to_ctk)
    # CustomTkinter lays each widget out again as it was last, also those that were taken off the screen.
    for widget in hidden:
        if widget.winfo_manager() == "grid":
            tkinter.Grid.grid_remove(widget)  # type: ignore[arg-type]
        elif widget.winfo_manager() == "place":
            tkinter.Place.place_forget(widget)  # type: ignore[arg-type]


def largest_percent_on_screen_of(widget: tkinter.Misc) -> int:
    """What fits the screen that a widget is on."""
    return largest_fitting_percent((widget.winfo_screenwidth(), widget.winfo_screenheight()))


def desktop_scaling(root: tkinter.Tk) -> float:
    """What the desktop asks for: 1 for 96 pixels an inch."""
    if _IS_LINUX:
        return parse_xft_scaling(_read_x_resources())
    return float(ctk.ScalingTracker.get_window_dpi_scaling(root))


def choose_scaling(root: tkinter.Tk, percent: int | None) -> float:
    """Pixels for one unit of the layout.

    Args:
        root: The window.
        percent: As the person wants it; no more than fits the screen. ``None`` for the desktop's wish.
    """
    return desktop_scaling(root) if percent is None else min(percent, largest_percent_on_screen_of(root)) / 100


def largest_fitting_percent(screen: tuple[int, int], choices: Sequence[int] = SCALING_PERCENTS) -> int:
    """The largest scaling at which the smallest window still lies on the screen; the least one if none does.

    Args:
        screen: Width and height in pixels.
        choices: In percent, ascending.
    """
    fitting = [
        percent
        for percent in choices
        if all(100 * room >= percent * need for room, need in zip(screen, SMALLEST_WINDOW, strict=True))
    ]
    return fitting[-1] if fitting else choices[0]


def parse_xft_scaling(resources: str) -> float:
    """The factor that ``Xft.dpi`` asks for, in quarters and within reason; 1 where it is not set.

    Every length of the layout is a multiple of 4, so quarters leave whole pixels: corners stay round.

    Args:
        resources: The X resource database, one ``name: value`` a line.
    """
    match = re.search(r"^Xft\.dpi:\s*([\d.]+)\s*$", resources, re.MULTILINE)
    try:
        dpi = float(match[1]) if match else STANDARD_DPI
    except ValueError:
        return 1.0
    return min(max(round(4 * dpi / STANDARD_DPI) / 4, _MIN_SCALING), _MAX_SCALING)


def widget_scaling(widget: tkinter.Misc) -> float:
    """Pixels of the screen for one unit of our layout."""
    return float(ctk.ScalingTracker.get_widget_scaling(widget))


def _descendants(widget: tkinter.Misc) -> Iterator[tkinter.Misc]:
    # The names of Tk's own list: CustomTkinter leaves some of its parts out.
    for child in tkinter.Misc.winfo_children(widget):
        yield child
        yield from _descendants(child)


def _read_x_resources() -> str:
    """The resource database of the X server, through the library that Tk itself uses; empty where there is none.

    The tool ``xrdb`` would say the same but is missing on many desktops.
    """
    import ctypes

    try:
        x11: Any = ctypes.CDLL("libX11.so.6")
    except OSError:
        return ""
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XResourceManagerString.argtypes = [ctypes.c_void_p]
    x11.XResourceManagerString.restype = ctypes.c_char_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return ""
    try:
        return (x11.XResourceManagerString(display) or b"").decode("latin-1")
    finally:
        x11.XCloseDisplay(display)
