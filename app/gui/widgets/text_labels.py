"""Labels whose text follows their width: one breaks its lines, one shortens its text."""

from __future__ import annotations

import tkinter
import tkinter.font
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.scaling import widget_scaling

ELLIPSIS: Final = "…"


def elide(text: str, font: tkinter.font.Font, width: int) -> str:
    """Shorten a text in its middle until it fits: both the start and the end of a file name tell something.

    Args:
        text: One line.
        font: Measures it.
        width: In pixels.
    """
    letters = [_measure_letter(font, letter) for letter in text]
    if sum(letters) <= width:
        return text
    room = width - _measure_letter(font, ELLIPSIS)
    n_end = _count_fitting(reversed(letters), room // 3)
    n_start = _count_fitting(letters, room - sum(letters[len(text) - n_end :]))
    return text[:n_start].rstrip() + ELLIPSIS + text[len(text) - n_end :].lstrip()


def measure(text: str, font: tkinter.font.Font) -> int:
    """The width of one line in pixels, letter by letter.

    Args:
        text: One line.
        font: Measures it.
    """
    return sum(_measure_letter(font, letter) for letter in text)


def _count_fitting(widths: Iterable[int], room: int) -> int:
    return sum(reached <= room for reached in accumulate(widths))


#: By the name of the font and the letter. Adding up is far faster than asking Tk for each text: lists are long.
_letter_widths: dict[tuple[str, str], int] = {}


def _measure_letter(font: tkinter.font.Font, letter: str) -> int:
    key = (font.name, letter)
    if key not in _letter_widths:
        _letter_widths[key] = font.measure(letter)
    return _letter_widths[key]


def scaled_font(widget: tkinter.Misc, font: theme.Font) -> tkinter.font.Font:
    """The font as Tk draws it on this screen, for measuring and for widgets that are not CustomTkinter's."""
    family, size, weight = font
    return _create_font(family, max(1, round(size * widget_scaling(widget))), weight == "bold")


@cache
def _create_font(family: str, pixels: int, is_bold: bool) -> tkinter.font.Font:
    # Negative means pixels to Tk.
    return tkinter.font.Font(family=family, size=-pixels, weight="bold" if is_bold else "normal")


class WrappingLabel(ctk.CTkLabel):
    """Text that breaks where its place ends, and takes no room while it is empty."""

    def __init__(self, master: Any, **options: Any) -> None:
        super().__init__(master, **{"text": "", "anchor": "w", "justify": "left", "height": 0, "padx": 0, **options})
        tkinter.Frame.bind(self, "<Configure>", self._wrap, add="+")

    def show(self, text: str) -> None:
        """Show a text, or nothing."""
        self.configure(text=text)
        if text:
            self.grid()
        else:
            self.grid_remove()

    def _wrap(self, event: tkinter.Event[Any]) -> None:
        width = int(event.width / widget_scaling(self))
        if abs(width - self.cget("wraplength")) > 1:
            self.configure(wraplength=width)


class ElidedLabel(ctk.CTkLabel):
    """One line that is shortened where its place ends."""

    def __init__(self, master: Any, font: theme.Font, **options: Any) -> None:
        self._full_text = ""
        self._plain_font = font
        super().__init__(
            master, **{"text": "", "font": font, "anchor": "w", "height": 0, "padx": 0, "width": 1, **options}
        )
        tkinter.Frame.bind(self, "<Configure>", lambda event: self._fit(event.width), add="+")

    @property
    def full_text(self) -> str:
        """The text before it was shortened."""
        return self._full_text

    def show(self, text: str) -> None:
        """Show a text, or nothing."""
        self._full_text = text
        if text:
            self.grid()
            self._fit(self.winfo_width())
        else:
            self.configure(text="")
            self.grid_remove()

    def _fit(self, width: int) -> None:
        # A widget that was never laid out is one pixel wide; the layout will call again.
        if width > 1:
            fitting = elide(self._full_text, scaled_font(self, self._plain_font), width - 2)
            if fitting != self.cget("text"):
                self.configure(text=fitting)
        else:
            self.configure(text=self._full_text)
