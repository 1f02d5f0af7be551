"""A place that is higher than the window: scrolls by wheel, by bar, and to wherever the keyboard goes."""

from __future__ import annotations

import sys
import tkinter
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.scrollbar import Scrollbar

_STEP: Final = 48


class ScrollArea(ctk.CTkFrame):
    """Put widgets on ``content``. CustomTkinter's own leaves bindings behind and does not follow the keyboard.

    Args:
        master: The parent widget.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(0, weight=1)
        self._canvas = tkinter.Canvas(self, highlightthickness=0, borderwidth=0, width=1, height=1, takefocus=False)
        self._canvas.grid(row=0, column=0, sticky="nsew")
        self._bar = Scrollbar(self, self._canvas)
        self._bar.grid(row=0, column=1, sticky="ns")
        self._bar.grid_remove()
        self.content = ctk.CTkFrame(self._canvas, fg_color=theme.SURFACE, corner_radius=0)
        self._item = self._canvas.create_window(0, 0, anchor="nw", window=self.content)
        self._canvas.bind("<Configure>", lambda event: self._fit())
        tkinter.Frame.bind(self.content, "<Configure>", lambda event: self._fit(), add="+")
        # On the window, as the wheel turns over whatever lies on the area. One area lives as long as its page.
        window = self.winfo_toplevel()
        for event in ("<Button-4>", "<Button-5>") if sys.platform.startswith("linux") else ("<MouseWheel>",):
            tkinter.Misc.bind(window, event, self._turn, add="+")
        tkinter.Misc.bind(window, "<FocusIn>", self._follow_focus, add="+")
        repaint_with(self, self._paint)
        self._paint()

    def _paint(self) -> None:
        self._canvas.configure(background=pick(theme.SURFACE))

    def _fit(self) -> None:
        self._canvas.itemconfigure(self._item, width=self._canvas.winfo_width())
        # Less than the canvas would let the content be dragged down.
        height = max(self.content.winfo_reqheight(), self._canvas.winfo_height())
        self._canvas.configure(scrollregion=(0, 0, 0, height), yscrollincrement=1)

    def _holds(self, widget: object) -> bool:
        return str(widget).startswith(f"{self.content}.") and bool(self.winfo_viewable())

    def _turn(self, event: tkinter.Event[Any]) -> None:
        if self._bar.is_needed and (self._holds(event.widget) or event.widget in (self._canvas, self.content)):
            direction = {4: -1, 5: 1}.get(event.num) if isinstance(event.num, int) else None
            steps = direction if direction is not None else -event.delta / (120 if abs(event.delta) >= 120 else 1)
            self._canvas.yview_scroll(round(steps * _STEP * widget_scaling(self)), "units")

    def _follow_focus(self, event: tkinter.Event[Any]) -> None:
        """Bring what has the keyboard into view, with room for its ring."""
        if not self._bar.is_needed or not self._holds(event.widget):
            return
        margin = round(theme.SPACE_2 * widget_scaling(self))
        top = event.widget.winfo_rooty() - self.content.winfo_rooty() - margin
        bottom = top + event.widget.winfo_height() + 2 * margin
        seen_top = self._canvas.canvasy(0)
        seen_bottom = seen_top + self._canvas.winfo_height()
        if top < seen_top:
            self._canvas.yview_scroll(round(top - seen_top), "units")
        elif bottom > seen_bottom:
            self._canvas.yview_scroll(round(bottom - seen_bottom), "units")
