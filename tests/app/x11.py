"""Asks a window to close as a desktop's close button does; without a window manager no tool at hand does it."""

import ctypes
import os
import shutil
import subprocess

import pytest

needs_screen = pytest.mark.skipif(
    not (os.environ.get("DISPLAY") and shutil.which("xdotool")), reason="needs a screen (DISPLAY) and xdotool"
)


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent, as long as the union XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 24),
    )


def find_visible_windows() -> set[int]:
    """The program's windows on the screen, of any process: Tk does not tell which."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "^Genrescope$"]
    return {int(found) for found in subprocess.run(search, capture_output=True, text=True, timeout=20).stdout.split()}


def ask_to_close(window: int) -> None:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    message = _ClientMessage(type=33, window=window, format=32)  # ClientMessage
    message.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", False)
    message.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", False)
    x11.XSendEvent(display, ctypes.c_ulong(window), False, ctypes.c_long(0), ctypes.byref(message))
    x11.XCloseDisplay(display)
