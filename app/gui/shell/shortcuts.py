"""The keys that work on every page. The help is made of the same list, so it tells the truth."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

_IS_MAC: Final = sys.platform == "darwin"
_MODIFIER: Final = "Command" if _IS_MAC else "Control"
_MODIFIER_NAME: Final = "Cmd" if _IS_MAC else "Ctrl"


@dataclass(frozen=True)
class Shortcut:
    """Keys and what they do.

    Attributes:
        keysyms: Tk's names of the keys, each pressed together with Ctrl unless it is a function key or Escape.
        keys: As people read them.
        meaning: What they do.
        action: Does it.
    """

    keysyms: tuple[str, ...]
    keys: str
    meaning: str
    action: Callable[[], object]


def shortcut(keysym: str, shown: str, meaning: str, action: Callable[[], object]) -> Shortcut:
    """A key that is pressed together with Ctrl, or Cmd on a Mac."""
    return Shortcut((keysym,), f"{_MODIFIER_NAME}+{shown}", meaning, action)


def bind_shortcuts(window: tkinter.Misc, shortcuts: Sequence[Shortcut]) -> None:
    """Have keys do their work wherever the keyboard is in a window."""
    for item in shortcuts:
        for keysym in item.keysyms:
            for event in _events(keysym):
                window.bind(event, partial(_act, item.action))


def _act(action: Callable[[], object], event: tkinter.Event[Any]) -> str:
    action()
    # No further binding of the window's: one key, one thing.
    return "break"


def _events(keysym: str) -> list[str]:
    if keysym == "Escape" or (keysym.startswith("F") and keysym[1:].isdigit()):
        return [f"<{keysym}>"]
    # With Shift or Caps Lock a letter's key has another name; a digit would be a mouse button without “Key”.
    names = {keysym, keysym.upper()} if len(keysym) == 1 else {keysym}
    return [f"<{_MODIFIER}-Key-{name}>" for name in sorted(names)]


def in_words(keys: str) -> str:
    """Keys of a page as people of this system read them.

    Args:
        keys: With “Ctrl”.
    """
    return keys.replace("Ctrl", _MODIFIER_NAME)
