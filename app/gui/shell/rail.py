"""The way between the pages: one icon with its name for each, on the left of the window."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.page import Page
from app.gui.style import icons, theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Outline, Picture, RoundedBox
from app.gui.style.icons import Icon, place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import PRESS_KEYS, RING_WIDTH, bind_keys, is_ring_wanted
from app.gui.widgets.text_labels import scaled_font

WIDTH: Final = 80
_ITEM_HEIGHT: Final = 68
#: As high as the header beside it.
_EMBLEM_HEIGHT: Final = 64
_PILL_WIDTH: Final = 56
_PILL_HEIGHT: Final = 32
_ICON_SIZE: Final = 24
#: Room around the pill for the ring that shows the keyboard.
_RING_GAP: Final = 2
_EMBLEM_SIZE: Final = 40
_EMBLEM_CORNER: Final = 12


class RailItem(tkinter.Canvas):
    """One page in the rail. Click, Return or Space goes there.

    Args:
        master: The parent widget.
        icon: Its picture.
        text: Its name.
        on_choose: Called when a person wants to go there.
    """

    def __init__(self, master: Any, icon: Icon, text: str, on_choose: Callable[[], object]) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, takefocus=True, cursor="hand2")
        self._icon = icon
        self._text = text
        self._is_active = False
        self._is_hovered = False
        self._has_focus = False
        #: By what it depends on: going to and fro draws nothing anew.
        self._photos: dict[tuple[str, str, str, float], tkinter.PhotoImage] = {}
        bind_keys(self, ("<Button-1>", *PRESS_KEYS), on_choose)
        self.bind("<Enter>", lambda event: self._change(is_hovered=True))
        self.bind("<Leave>", lambda event: self._change(is_hovered=False))
        self.bind("<FocusIn>", lambda event: self._change(has_focus=is_ring_wanted()))
        self.bind("<FocusOut>", lambda event: self._change(has_focus=False))
        repaint_with(self, self._paint_anew)
        self._paint()

    @property
    def is_active(self) -> bool:
        """Whether its page is the one on the screen."""
        return self._is_active

    @property
    def text(self) -> str:
        """Its name."""
        return self._text

    def show_active(self, is_active: bool) -> None:
        """Mark it as the page on the screen, or as another one."""
        if is_active != self._is_active:
            self._is_active = is_active
            self._paint()

    def _change(self, *, is_hovered: bool | None = None, has_focus: bool | None = None) -> None:
        self._is_hovered = self._is_hovered if is_hovered is None else is_hovered
        self._has_focus = self._has_focus if has_focus is None else has_focus
        self._paint()

    def _paint_anew(self) -> None:
        self._photos.clear()
        self._paint()

    def _paint(self) -> None:
        scaling = widget_scaling(self.master)
        width, height = round(WIDTH * scaling), round(_ITEM_HEIGHT * scaling)
        self.configure(width=width, height=height, background=pick(theme.SURFACE))
        self.delete("all")
        reach = RING_WIDTH + _RING_GAP
        self.create_image(width // 2, round((theme.SPACE_HALF - reach) * scaling), anchor="n", image=self._photo())
        self.create_text(
            width // 2,
            round((theme.SPACE_HALF + _PILL_HEIGHT + theme.SPACE_HALF) * scaling),
            anchor="n",
            text=self._text,
            font=scaled_font(self.master, theme.font(12, "bold" if self._is_active else "normal")),
            fill=pick(theme.ON_SURFACE if self._is_active else theme.ON_SURFACE_VARIANT),
        )

    def _photo(self) -> tkinter.PhotoImage:
        """The pill with its icon, and the ring around it."""
        if self._is_active:
            fill, ink = pick(theme.PRIMARY_CONTAINER), pick(theme.ON_PRIMARY_CONTAINER)
        else:
            fill = pick(theme.SURFACE_CONTAINER_HIGH) if self._is_hovered else ""
            ink = pick(theme.ON_SURFACE_VARIANT)
        ring = pick(theme.PRIMARY) if self._has_focus else ""
        scaling = widget_scaling(self.master)
        key = (fill, ink, ring, scaling)
        if key not in self._photos:
            self._photos[key] = self._draw(fill, ink, ring, scaling)
        return self._photos[key]

    def _draw(self, fill: str, ink: str, ring: str, scaling: float) -> tkinter.PhotoImage:
        reach = round((RING_WIDTH + _RING_GAP) * scaling)
        width, height = round(_PILL_WIDTH * scaling), round(_PILL_HEIGHT * scaling)
        picture = Picture(width + 2 * reach, height + 2 * reach)
        if ring:
            whole = RoundedBox(0, 0, picture.width, picture.height, picture.height / 2)
            picture.paint([Outline(whole, RING_WIDTH * scaling)], ring)
        if fill:
            picture.paint([RoundedBox(reach, reach, reach + width, reach + height, height / 2)], fill)
        size = _ICON_SIZE * scaling
        left, top = reach + (width - size) / 2, reach + (height - size) / 2
        picture.paint(place_icon(self._icon, size, left, top), ink)
        return picture.to_photo(self)


class _Emblem(tkinter.Canvas):
    """The program's sign, in the accent."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0)
        self._photo: tkinter.PhotoImage | None = None
        repaint_with(self, self._paint)
        self._paint()

    def _paint(self) -> None:
        scaling = widget_scaling(self.master)
        size = round(_EMBLEM_SIZE * scaling)
        width, height = round(WIDTH * scaling), round(_EMBLEM_HEIGHT * scaling)
        self.configure(width=width, height=height, background=pick(theme.SURFACE))
        picture = Picture(size, size)
        picture.paint([RoundedBox(0, 0, size, size, _EMBLEM_CORNER * scaling)], pick(theme.PRIMARY))
        inner = _ICON_SIZE * scaling
        picture.paint(place_icon(icons.EMBLEM, inner, (size - inner) / 2, (size - inner) / 2), pick(theme.ON_PRIMARY))
        self._photo = picture.to_photo(self)
        self.delete("all")
        self.create_image(width // 2, height // 2, image=self._photo)


class Rail(ctk.CTkFrame):
    """All pages, one below the other.

    Args:
        master: The parent widget.
        pages: In their order.
        on_choose: Called with the id of the page that a person wants to see.
    """

    def __init__(self, master: Any, pages: Sequence[type[Page]], on_choose: Callable[[str], object]) -> None:
        super().__init__(master, width=WIDTH, fg_color="transparent", corner_radius=0)
        _Emblem(self).pack()
        self.items: dict[str, RailItem] = {}
        for page in pages:
            item = RailItem(self, page.icon, page.title, partial(on_choose, page.page_id))
            item.pack()
            bind_keys(item, ("<Up>",), partial(self._step, item, -1))
            bind_keys(item, ("<Down>",), partial(self._step, item, 1))
            self.items[page.page_id] = item

    def show_active(self, page_id: str) -> None:
        """Mark the page that is on the screen."""
        for known_id, item in self.items.items():
            item.show_active(known_id == page_id)

    def _step(self, item: RailItem, direction: int) -> None:
        items = list(self.items.values())
        index = items.index(item) + direction
        if 0 <= index < len(items):
            items[index].focus_set()
