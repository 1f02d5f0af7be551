"""The accents as coloured discs."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from app.gui.style import icons, theme
from app.gui.style.accents import ACCENTS
from app.gui.style.appearance import is_dark, pick, repaint_with
from app.gui.style.drawing import Picture, RoundedBox
from app.gui.style.icons import place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import bind_keys, make_focusable
from app.user_settings import AccentName

_CELL: Final = 40
_DISC: Final = 28
_CHECK: Final = 18


class AccentPicker(tkinter.Canvas):
    """A row of discs of which one is chosen, by mouse or with the arrow keys.

    Args:
        master: The parent widget.
        on_choose: Called with the accent that a person has chosen.
    """

    def __init__(self, master: Any, on_choose: Callable[[AccentName], None]) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, cursor="hand2")
        self._on_choose = on_choose
        self._names = list(ACCENTS)
        self._chosen: AccentName = self._names[0]
        self._photo: tkinter.PhotoImage | None = None
        make_focusable(self, corner=_CELL // 2)
        self.bind("<Button-1>", self._click)
        bind_keys(self, ("<Left>", "<Up>"), partial(self._step, -1))
        bind_keys(self, ("<Right>", "<Down>"), partial(self._step, 1))
        repaint_with(self, self._paint)
        self._paint()

    def show(self, accent: AccentName) -> None:
        """Mark an accent as chosen."""
        if accent != self._chosen:
            self._chosen = accent
            self._paint()

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._names) and self._names[index] != self._chosen:
            self.show(self._names[index])
            self._on_choose(self._names[index])

    def _click(self, event: tkinter.Event[Any]) -> None:
        self._choose(int(event.x / (_CELL * widget_scaling(self.master))))

    def _step(self, direction: int) -> None:
        self._choose(self._names.index(self._chosen) + direction)

    def _paint(self) -> None:
        scaling = widget_scaling(self.master)
        cell = round(_CELL * scaling)
        picture = Picture(cell * len(self._names), cell)
        for index, name in enumerate(self._names):
            middle = (index + 0.5) * cell
            reach = _DISC * scaling / 2
            disc = RoundedBox(middle - reach, cell / 2 - reach, middle + reach, cell / 2 + reach, reach)
            picture.paint([disc], ACCENTS[name].primary[is_dark()])
            if name == self._chosen:
                size = _CHECK * scaling
                check = place_icon(icons.CHECK, size, middle - size / 2, (cell - size) / 2)
                picture.paint(check, ACCENTS[name].on_primary[is_dark()])
        self._photo = picture.to_photo(self)
        self.configure(width=picture.width, height=picture.height, background=pick(theme.SURFACE_CONTAINER))
        self.delete("all")
        self.create_image(0, 0, anchor="nw", image=self._photo)
