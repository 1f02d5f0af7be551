"""On or off."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Outline, Picture, RoundedBox
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import PRESS_KEYS, bind_keys, make_focusable
from app.gui.widgets.text_labels import scaled_font

_WIDTH: Final = 44
_HEIGHT: Final = 24
_LINE_HEIGHT: Final = 32
_KNOB_OFF: Final = 12
_KNOB_ON: Final = 16
_BORDER: Final = 2


class Switch(tkinter.Canvas):
    """A switch with its name on the left, turned by click, Return or Space.

    One canvas, as wide as its place: CustomTkinter's own takes no keyboard.

    Args:
        master: The parent widget, of CustomTkinter.
        text: What it turns on.
        on_change: Called with whether it is on, when a person has turned it.
        ground: The colour of what lies beneath.
        around: What the ring goes around, where there is no room for it within the parent.
    """

    def __init__(
        self,
        master: Any,
        text: str,
        on_change: Callable[[bool], object],
        ground: theme.Colour = theme.SURFACE_CONTAINER,
        around: tkinter.Misc | None = None,
    ) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, cursor="hand2", width=1)
        self._text = text
        self._on_change = on_change
        self._ground = ground
        self._is_on = False
        self._photo: tkinter.PhotoImage | None = None
        make_focusable(self, around=around, corner=theme.SPACE_HALF)
        bind_keys(self, ("<Button-1>", *PRESS_KEYS), self._turn)
        self.bind("<Configure>", lambda event: self._paint())
        repaint_with(self, self._paint)
        self._paint()

    @property
    def is_on(self) -> bool:
        """Whether it is on."""
        return self._is_on

    def show(self, is_on: bool) -> None:
        """Show it on or off."""
        if is_on != self._is_on:
            self._is_on = is_on
            self._paint()

    def _turn(self) -> None:
        self.show(not self._is_on)
        self._on_change(self._is_on)

    def _paint(self) -> None:
        scaling = widget_scaling(self.master)
        line_height = round(_LINE_HEIGHT * scaling)
        self.configure(height=line_height, background=pick(self._ground))
        self._photo = self._draw(scaling)
        self.delete("all")
        self.create_text(
            0,
            line_height // 2,
            anchor="w",
            text=self._text,
            font=scaled_font(self.master, theme.body()),
            fill=pick(theme.ON_SURFACE),
        )
        self.create_image(self.winfo_width(), line_height // 2, anchor="e", image=self._photo)

    def _draw(self, scaling: float) -> tkinter.PhotoImage:
        width, height = round(_WIDTH * scaling), round(_HEIGHT * scaling)
        picture = Picture(width, height)
        track = RoundedBox(0, 0, width, height, height / 2)
        if self._is_on:
            picture.paint([track], pick(theme.PRIMARY))
        else:
            picture.paint([track], pick(theme.SURFACE_CONTAINER_HIGH))
            picture.paint([Outline(track, _BORDER * scaling)], pick(theme.OUTLINE))
        knob = (_KNOB_ON if self._is_on else _KNOB_OFF) * scaling
        x = width - height / 2 if self._is_on else height / 2
        box = RoundedBox(x - knob / 2, (height - knob) / 2, x + knob / 2, (height + knob) / 2, knob / 2)
        picture.paint([box], pick(theme.ON_PRIMARY if self._is_on else theme.OUTLINE))
        return picture.to_photo(self)
