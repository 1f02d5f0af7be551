"""One of a few, all of them in sight."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any, Final, Generic, TypeVar

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Picture, RoundedBox
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import bind_keys, make_focusable
from app.gui.widgets.text_labels import scaled_font

Value = TypeVar("Value", bound=Hashable)

_HEIGHT: Final = 36
_CORNER: Final = 8
_PADDING: Final = 16


class SegmentedChoice(tkinter.Canvas, Generic[Value]):
    """A row of names of which one is chosen, by mouse or with the arrow keys.

    One canvas: CustomTkinter's own is made of a button for each name, and takes so long that the window stutters.

    Args:
        master: The parent widget, of CustomTkinter.
        names: What each value is called, in the order of the row.
        on_choose: Called with the value that a person has chosen.
        ground: The colour of what lies beneath.
    """

    def __init__(
        self,
        master: Any,
        names: Mapping[Value, str],
        on_choose: Callable[[Value], None],
        ground: theme.Colour = theme.SURFACE_CONTAINER,
    ) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, cursor="hand2")
        self._names = dict(names)
        self._on_choose = on_choose
        self._ground = ground
        self._value = next(iter(names))
        self._hovered: int | None = None
        self._edges: list[int] = []
        self._photo: tkinter.PhotoImage | None = None
        make_focusable(self, corner=_CORNER)
        self.bind("<Button-1>", lambda event: self._choose(self._index_at(event.x)))
        self.bind("<Motion>", lambda event: self._hover(self._index_at(event.x)))
        self.bind("<Leave>", lambda event: self._hover(None))
        bind_keys(self, ("<Left>", "<Up>"), partial(self._step, -1))
        bind_keys(self, ("<Right>", "<Down>"), partial(self._step, 1))
        repaint_with(self, self._paint)
        self._paint()

    @property
    def value(self) -> Value:
        """Which one is chosen."""
        return self._value

    def show(self, value: Value) -> None:
        """Mark a value as chosen."""
        if value != self._value:
            self._value = value
            self._paint()

    def _index_at(self, x: int) -> int:
        return sum(x >= edge for edge in self._edges[1:-1])

    def _choose(self, index: int) -> None:
        values = list(self._names)
        if 0 <= index < len(values) and values[index] != self._value:
            self.show(values[index])
            self._on_choose(values[index])

    def _step(self, direction: int) -> None:
        self._choose(list(self._names).index(self._value) + direction)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self._paint()

    def _paint(self) -> None:
        scaling = widget_scaling(self.master)
        font = scaled_font(self.master, theme.small())
        padding, height = round(_PADDING * scaling), round(_HEIGHT * scaling)
        self._edges = [0]
        for name in self._names.values():
            self._edges.append(self._edges[-1] + font.measure(name) + 2 * padding)
        picture = Picture(self._edges[-1], height)
        radius = _CORNER * scaling
        picture.paint([RoundedBox(0, 0, picture.width, height, radius)], pick(theme.SURFACE_CONTAINER_HIGH))
        for index, value in enumerate(self._names):
            fill = self._fill(value, index)
            if fill is not None:
                picture.paint([RoundedBox(self._edges[index], 0, self._edges[index + 1], height, radius)], pick(fill))
        self._photo = picture.to_photo(self)
        self.configure(width=picture.width, height=height, background=pick(self._ground))
        self.delete("all")
        self.create_image(0, 0, anchor="nw", image=self._photo)
        for index, (value, name) in enumerate(self._names.items()):
            colour = theme.ON_PRIMARY_CONTAINER if value == self._value else theme.ON_SURFACE
            x = (self._edges[index] + self._edges[index + 1]) // 2
            self.create_text(x, height // 2, text=name, font=font, fill=pick(colour))

    def _fill(self, value: Value, index: int) -> theme.Colour | None:
        if value == self._value:
            return theme.PRIMARY_CONTAINER_HOVER if index == self._hovered else theme.PRIMARY_CONTAINER
        return theme.OUTLINE_VARIANT if index == self._hovered else None
