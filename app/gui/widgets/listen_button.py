"""The one large round button of a page that listens; a halo around it moves with what is heard."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from typing import Any, Final

from app.gui.style import icons, theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Outline, Picture, RoundedBox
from app.gui.style.icons import place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import PRESS_KEYS, RING_WIDTH, bind_keys, is_ring_wanted

_SIZE: Final = 176
_DISC: Final = 112
_ICON_SIZE: Final = 56
#: Between the disc and its ring.
_RING_GAP: Final = 4
#: As many sizes of the halo: each is drawn once.
_N_HALOS: Final = 12


class ListenButton(tkinter.Canvas):
    """Begins and ends, by click, Return or Space.

    Args:
        master: The parent widget, of CustomTkinter.
        command: Does it.
        ground: The colour of what lies beneath.
    """

    def __init__(
        self, master: Any, command: Callable[[], object], ground: theme.Colour = theme.SURFACE_CONTAINER
    ) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, takefocus=True, cursor="hand2")
        self._ground = ground
        self._is_listening = self._is_hovered = self._has_focus = False
        self._halo = 0
        #: By what it depends on: moving to and fro draws nothing anew.
        self._photos: dict[tuple[object, ...], tkinter.PhotoImage] = {}
        bind_keys(self, ("<Button-1>", *PRESS_KEYS), command)
        self.bind("<Enter>", lambda event: self._change(is_hovered=True))
        self.bind("<Leave>", lambda event: self._change(is_hovered=False))
        self.bind("<FocusIn>", lambda event: self._change(has_focus=is_ring_wanted()))
        self.bind("<FocusOut>", lambda event: self._change(has_focus=False))
        repaint_with(self, self._paint_anew)
        self._paint()

    @property
    def is_listening(self) -> bool:
        """Whether it would end the listening."""
        return self._is_listening

    def show_listening(self, is_listening: bool) -> None:
        """Offer to end, or to begin."""
        if is_listening != self._is_listening:
            self._is_listening = is_listening
            self._halo = 0
            self._paint()

    def show_level(self, share: float) -> None:
        """Let the halo follow the sound.

        Args:
            share: Of the largest halo, 0..1.
        """
        halo = round(min(max(share, 0.0), 1.0) * _N_HALOS) if self._is_listening else 0
        # It jumps up with the sound, and sinks in steps.
        halo = max(halo, self._halo - 1)
        if halo != self._halo:
            self._halo = halo
            self._paint()

    def _change(self, *, is_hovered: bool | None = None, has_focus: bool | None = None) -> None:
        self._is_hovered = self._is_hovered if is_hovered is None else is_hovered
        self._has_focus = self._has_focus if has_focus is None else has_focus
        self._paint()

    def _paint_anew(self) -> None:
        self._photos.clear()
        self._paint()

    def _paint(self) -> None:
        fill = pick(theme.PRIMARY_HOVER if self._is_hovered else theme.PRIMARY)
        key = (self._is_listening, self._halo, fill, self._has_focus)
        if key not in self._photos:
            self._photos[key] = self._draw(fill)
        photo = self._photos[key]
        self.configure(width=photo.width(), height=photo.height(), background=pick(self._ground))
        self.delete("all")
        self.create_image(0, 0, anchor="nw", image=photo)

    def _draw(self, fill: str) -> tkinter.PhotoImage:
        scaling = widget_scaling(self.master)
        size = round(_SIZE * scaling)
        picture = Picture(size, size)

        def disc(diameter: float) -> RoundedBox:
            margin = (size - diameter) / 2
            return RoundedBox(margin, margin, size - margin, size - margin, diameter / 2)

        if self._halo:
            reach = (_SIZE - _DISC - 2 * RING_WIDTH) * self._halo / _N_HALOS
            picture.paint([disc((_DISC + reach) * scaling)], pick(theme.PRIMARY_CONTAINER))
        if self._has_focus:
            ring = disc((_DISC + 2 * (_RING_GAP + RING_WIDTH)) * scaling)
            picture.paint([Outline(ring, RING_WIDTH * scaling)], pick(theme.PRIMARY))
        picture.paint([disc(_DISC * scaling)], fill)
        place = (size - _ICON_SIZE * scaling) / 2
        icon = icons.STOP if self._is_listening else icons.LISTEN
        picture.paint(place_icon(icon, _ICON_SIZE * scaling, place, place), pick(theme.ON_PRIMARY))
        return picture.to_photo(self)
