"""How large the desktop wants things. CustomTkinter knows it on Windows and macOS, not on Linux."""

from __future__ import annotations

import re
import sys
import tkinter
from typing import Any, Final

import customtkinter as ctk

STANDARD_DPI: Final = 96
_MIN_SCALING, _MAX_SCALING = 0.75, 4.0


def apply_desktop_scaling() -> None:
    """Let every widget follow the desktop's setting. Must come before the first window."""
    if sys.platform.startswith("linux"):
        scaling = parse_xft_scaling(_read_x_resources())
        ctk.set_widget_scaling(scaling)
        ctk.set_window_scaling(scaling)


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
