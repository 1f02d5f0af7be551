"""Use by keyboard: Tab reaches a widget, and a ring in the accent shows that it has."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.scaling import widget_scaling

RING_WIDTH: Final = 2
#: What presses a button.
PRESS_KEYS: Final = ("<Return>", "<KP_Enter>", "<space>")
#: Between the widget and its ring.
_GAP: Final = 3
#: A rounder ring would disappear behind the corners of the widget, which are square where Tk is concerned.
_MAX_CORNER: Final = 10


class _LastInput:
    """Whether the person works with keys or with the mouse: a ring around what was clicked only disturbs."""

    is_key = True


def watch_input(window: tkinter.Misc) -> None:
    """Notice what the person works with, in a window and all that it holds."""

    def notice(is_key: bool, event: tkinter.Event[Any]) -> None:
        _LastInput.is_key = is_key

    # On the window: what gives the keyboard to a widget, Tab or a click, is bound further out and comes later.
    window.bind("<Key>", partial(notice, True), add="+")
    window.bind("<Button>", partial(notice, False), add="+")


def is_ring_wanted() -> bool:
    """Whether what gets the keyboard now should show it."""
    return _LastInput.is_key


class FocusRing:
    """A ring around one widget, there only while the widget has the keyboard.

    Args:
        widget: Takes the keyboard.
        around: What the ring goes around, where that is not the widget itself.
        corner: The radius of what it goes around, in units of the layout.
    """

    def __init__(self, widget: tkinter.Misc, *, around: tkinter.Misc | None = None, corner: int) -> None:
        self._around = around or widget
        self._corner = corner
        self._frame: ctk.CTkFrame | None = None
        # The methods of tkinter itself are named: CustomTkinter's speak to the canvas inside, or refuse.
        tkinter.Misc.bind(widget, "<FocusIn>", self._show, add="+")
        tkinter.Misc.bind(widget, "<FocusOut>", self._hide, add="+")

    @property
    def is_shown(self) -> bool:
        """Whether it can be seen."""
        return self._frame is not None and bool(self._frame.winfo_ismapped())

    def _show(self, event: tkinter.Event[Any]) -> None:
        if not is_ring_wanted():
            return
        if self._frame is None:
            # Only now: most widgets are never reached by keyboard.
            self._frame = ctk.CTkFrame(
                self._around.master,
                fg_color="transparent",
                border_width=RING_WIDTH,
                border_color=theme.PRIMARY,
                corner_radius=min(self._corner + RING_WIDTH + _GAP, _MAX_CORNER),
            )
        reach = round((RING_WIDTH + _GAP) * widget_scaling(self._around))
        tkinter.Place.place_configure(
            self._frame,
            in_=self._around,
            bordermode="outside",
            x=-reach,
            y=-reach,
            relwidth=1,
            relheight=1,
            width=2 * reach,
            height=2 * reach,
        )
        # Beneath the widget, which covers all but the ring.
        tkinter.Misc.lower(self._frame, self._around)

    def _hide(self, event: tkinter.Event[Any]) -> None:
        if self._frame is not None:
            tkinter.Place.place_forget(self._frame)


def make_focusable(widget: Any, *, around: tkinter.Misc | None = None, corner: int) -> FocusRing:
    """Let Tab reach a widget, and show that it has.

    Args:
        widget: Of CustomTkinter or of Tk.
        around: What the ring goes around, where that is not the widget itself.
        corner: The radius of what it goes around, in units of the layout.
    """
    tkinter.Frame.configure(widget, takefocus=True)
    return FocusRing(widget, around=around, corner=corner)


def bind_keys(widget: Any, events: Iterable[str], action: Callable[[], object]) -> None:
    """Have keys do something while a widget has the keyboard.

    Args:
        widget: Of CustomTkinter or of Tk.
        events: Tk's names of the keys, for example ``<Left>``.
        action: Does it.
    """
    for event in events:
        tkinter.Misc.bind(widget, event, lambda event: action(), add="+")


def takes_key(widget: object, key: str) -> bool:
    """Whether a widget does something of its own with a key, so that nothing else should.

    Args:
        widget: What has the keyboard.
        key: Tk's name of it, for example ``space``.
    """
    if isinstance(widget, (tkinter.Entry, tkinter.Text)):
        return True
    if not isinstance(widget, tkinter.Misc) or widget is widget.winfo_toplevel():
        # What is bound to a window is meant for all that it holds.
        return False
    return f"<Key-{key}>" in tkinter.Misc.bind(widget)


def focus(widget: Any) -> None:
    """Give the keyboard to a widget that ``make_focusable`` has made ready."""
    tkinter.Misc.focus_set(widget)
