"""A round button with a picture instead of words, for what everyone knows by its picture."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Outline, Picture, RoundedBox
from app.gui.style.icons import Icon, place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import PRESS_KEYS, RING_WIDTH, bind_keys, is_ring_wanted

_SIZE: Final = 36
_ICON_SIZE: Final = 22
#: Between the button and its ring.
_RING_GAP: Final = 1


class IconButton(tkinter.Canvas):
    """Does something by click, Return or Space.

    Args:
        master: The parent widget, of CustomTkinter.
        icon: Its picture.
        command: Does it.
        ground: The colour of what lies beneath.
    """

    def __init__(
        self,
        master: Any,
        icon: Icon,
        command: Callable[[], object],
        ground: theme.Colour = theme.SURFACE_CONTAINER,
    ) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, takefocus=True, cursor="hand2")
        self._icon = icon
        self._ground = ground
        self._is_hovered = self._has_focus = False
        #: By what it depends on: a button that changes to and fro draws nothing anew.
        self._photos: dict[tuple[object, ...], tkinter.PhotoImage] = {}
        bind_keys(self, ("<Button-1>", *PRESS_KEYS), command)
        self.bind("<Enter>", lambda event: self._change(is_hovered=True))
        self.bind("<Leave>", lambda event: self._change(is_hovered=False))
        self.bind("<FocusIn>", lambda event: self._change(has_focus=is_ring_wanted()))
        self.bind("<FocusOut>", lambda event: self._change(has_focus=False))
        repaint_with(self, self._paint_anew)
        self._paint()

    @property
    def icon(self) -> Icon:
        """What it shows."""
        return self._icon

    def show(self, icon: Icon) -> None:
        """Show another picture."""
        if icon is not self._icon:
            self._icon = icon
            self._paint()

    def _change(self, *, is_hovered: bool | None = None, has_focus: bool | None = None) -> None:
        self._is_hovered = self._is_hovered if is_hovered is None else is_hovered
        self._has_focus = self._has_focus if has_focus is None else has_focus
        self._paint()

    def _paint_anew(self) -> None:
        self._photos.clear()
        self._paint()

    def _paint(self) -> None:
        fill = pick(theme.PRIMARY_CONTAINER_HOVER if self._is_hovered else theme.PRIMARY_CONTAINER)
        key = (self._icon, fill, self._has_focus)
        if key not in self._photos:
            self._photos[key] = self._draw(fill)
        photo = self._photos[key]
        self.configure(width=photo.width(), height=photo.height(), background=pick(self._ground))
        self.delete("all")
        self.create_image(0, 0, anchor="nw", image=photo)

    def _draw(self, fill: str) -> tkinter.PhotoImage:
        scaling = widget_scaling(self.master)
        reach = round((RING_WIDTH + _RING_GAP) * scaling)
        size, icon_size = round(_SIZE * scaling), _ICON_SIZE * scaling
        whole = size + 2 * reach
        picture = Picture(whole, whole)
        if self._has_focus:
            picture.paint(
                [Outline(RoundedBox(0, 0, whole, whole, whole / 2), RING_WIDTH * scaling)], pick(theme.PRIMARY)
            )
        picture.paint([RoundedBox(reach, reach, reach + size, reach + size, size / 2)], fill)
        place = (whole - icon_size) / 2
        picture.paint(place_icon(self._icon, icon_size, place, place), pick(theme.ON_PRIMARY_CONTAINER))
        return picture.to_photo(self)
