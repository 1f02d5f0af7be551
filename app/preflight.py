"""What this computer lacks, each as one sentence that names what to install.

Only the launcher asks: verbs that need no screen must work without one.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib
import os
import platform
import sys
from typing import Final

from app.settings import PROJECT

MINIMUM_PYTHON: Final = (3, 11)

#: By the identifiers of os-release's ID and ID_LIKE: how Tk and PortAudio are installed.
_LINUX_INSTALLERS: Final = {
    "debian": ("sudo apt-get install python3-tk", "sudo apt-get install libportaudio2"),
    "ubuntu": ("sudo apt-get install python3-tk", "sudo apt-get install libportaudio2"),
    "fedora": ("sudo dnf install python3-tkinter", "sudo dnf install portaudio"),
    "rhel": ("sudo dnf install python3-tkinter", "sudo dnf install portaudio"),
    "arch": ("sudo pacman -S tk", "sudo pacman -S portaudio"),
    "suse": ("sudo zypper install python3-tk", "sudo zypper install portaudio"),
    "alpine": ("sudo apk add python3-tkinter", "sudo apk add portaudio"),
}


def find_obstacles() -> list[str]:
    """What keeps the window from opening, one sentence each; empty when nothing does."""
    checks = (_check_python, _check_tk, _check_display)
    return [sentence for check in checks if (sentence := check()) is not None]


def find_warnings() -> list[str]:
    """What will not work although the window opens, one sentence each."""
    # The wheels for Windows and macOS carry PortAudio.
    if platform.system() != "Linux" or ctypes.util.find_library("portaudio") is not None:
        return []
    installer = _find_linux_installer()
    how = f"“{installer[1]}”" if installer else "your system's package of PortAudio"
    return [f"Sound in and out need PortAudio, which is missing: install it with {how}."]


def _check_python() -> str | None:
    if sys.version_info >= MINIMUM_PYTHON:
        return None
    wanted = ".".join(map(str, MINIMUM_PYTHON))
    return f"{PROJECT} needs Python {wanted} or newer and this is {platform.python_version()}: install a newer one."


def _check_tk() -> str | None:
    try:
        importlib.import_module("tkinter")
    except ImportError:
        return f"Tk, which draws the window, is missing: {_how_to_install_tk()}."
    return None


def _how_to_install_tk() -> str:
    if platform.system() == "Windows":
        return "run Python's installer again, choose “Modify” and tick “tcl/tk and IDLE”"
    if platform.system() == "Darwin":
        return f"install it with “brew install python-tk@{sys.version_info.major}.{sys.version_info.minor}”"
    installer = _find_linux_installer()
    how = f"install it with “{installer[0]}”" if installer else "install your system's package of Tk for Python"
    # The system's package serves the system's Python; an environment made from another one must be made anew.
    is_system_python = sys.base_prefix == "/usr" or sys.prefix == sys.base_prefix
    return how if is_system_python else f"{how}, delete the folder “{sys.prefix}” and start again"


def _check_display() -> str | None:
    if platform.system() in ("Windows", "Darwin"):
        return None
    display = os.environ.get("DISPLAY")
    if display:
        if _can_open_display():
            return None
        return f"The screen “{display}” (DISPLAY) cannot be opened: start {PROJECT} from a desktop session."
    if os.environ.get("WAYLAND_DISPLAY"):
        return "The window needs X11, which this Wayland session does not offer: install the package “xwayland”."
    return f"There is no screen to open the window on: start {PROJECT} from a desktop session or use “predict FILE…”."


def _can_open_display() -> bool:
    # Asked of Xlib: Tk would keep the connection open for as long as this process lives.
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True  # Tk brings its own; it will tell
    x11.XOpenDisplay.restype = ctypes.c_void_p
    connection = x11.XOpenDisplay(None)
    if connection:
        x11.XCloseDisplay(ctypes.c_void_p(connection))
    return bool(connection)


def _find_linux_installer() -> tuple[str, str] | None:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return None
    names = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    return next((_LINUX_INSTALLERS[name] for name in names if name in _LINUX_INSTALLERS), None)
