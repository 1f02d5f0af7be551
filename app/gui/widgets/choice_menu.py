"""One of several, of which only the chosen one is in sight."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.appearance import repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import PRESS_KEYS, bind_keys, make_focusable
from app.gui.widgets.text_labels import elide, scaled_font

Value = TypeVar("Value", bound=Hashable)

_HEIGHT = 40
_CORNER = 8
#: Between the name and the arrow.
_GAP = 4


class ChoiceMenu(ctk.CTkOptionMenu, Generic[Value]):
    """A menu that drops down. Space opens it, the arrow keys go through it without opening.

    Args:
        master: The parent widget.
        on_choose: Called with the value that a person has chosen.
        width: In units of the layout.
    """

    def __init__(self, master: Any, on_choose: Callable[[Value], None], width: int = 240) -> None:
        self._values_by_name: dict[str, Value] = {}
        self._on_choose = on_choose
        self._name_width = width - _HEIGHT - _CORNER - _GAP
        super().__init__(
            master,
            values=[],
            command=self._report,
            width=width,
            height=_HEIGHT,
            corner_radius=_CORNER,
            dynamic_resizing=False,
            fg_color=theme.SURFACE_CONTAINER_HIGH,
            button_color=theme.SURFACE_CONTAINER_HIGH,
            button_hover_color=theme.OUTLINE_VARIANT,
            text_color=theme.ON_SURFACE,
            dropdown_fg_color=theme.SURFACE_CONTAINER_HIGH,
            dropdown_hover_color=theme.PRIMARY_CONTAINER,
            dropdown_text_color=theme.ON_SURFACE,
            font=theme.body(),
            dropdown_font=theme.body(),
        )
        repaint_with(self, self._fit)
        self.focus_ring = make_focusable(self, corner=_CORNER)
        # As by mouse: what is disabled does not open.
        bind_keys(self, PRESS_KEYS, self._clicked)
        bind_keys(self, ("<Up>",), partial(self._step, -1))
        bind_keys(self, ("<Down>",), partial(self._step, 1))

    @property
    def names(self) -> list[str]:
        """What can be chosen, as shown."""
        return list(self._values_by_name)

    def show(self, names: Mapping[Value, str], value: Value) -> None:
        """Show what can be chosen and what is.

        Args:
            names: What each value is called, in the order of the menu.
            value: One of them.
        """
        self._values_by_name = {name: known for known, name in names.items()}
        self.configure(values=list(self._values_by_name))
        self.set(names[value])

    def set(self, name: str) -> None:
        """Show a name as chosen, shortened where there is no room for it. Nobody is told."""
        super().set(name)
        self._fit()

    def _fit(self) -> None:
        room = round(self._name_width * widget_scaling(self))
        self._text_label.configure(text=elide(self.get(), scaled_font(self, theme.body()), room))

    def _report(self, name: str) -> None:
        self._fit()
        self._on_choose(self._values_by_name[name])

    def _step(self, direction: int) -> None:
        if self.cget("state") == "disabled":
            return
        names = self.names
        index = (names.index(self.get()) if self.get() in names else 0) + direction
        if 0 <= index < len(names):
            self.set(names[index])
            self._report(names[index])
