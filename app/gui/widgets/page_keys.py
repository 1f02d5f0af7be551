"""Keys that work wherever the keyboard is, as long as one page is in sight."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable
from typing import Any

_MODIFIER = "Command" if sys.platform == "darwin" else "Control"


def bind_page_key(page: tkinter.Misc, letter: str, action: Callable[[], object]) -> None:
    """Have a letter, pressed together with Ctrl, or Cmd on a Mac, do something while a page is in sight.

    Args:
        page: Lives as long as the window.
        letter: In lower case.
        action: Does it.
    """

    def act(event: tkinter.Event[Any]) -> None:
        # Within a line of text the key may mean something else: on X11, Ctrl+E goes to its end.
        if page.winfo_viewable() and not isinstance(event.widget, tkinter.Entry):
            action()

    for name in (letter, letter.upper()):
        tkinter.Misc.bind(page.winfo_toplevel(), f"<{_MODIFIER}-Key-{name}>", act, add="+")
