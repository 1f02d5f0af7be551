"""The list of keys. One dialog for the whole life of the window: each new one would leave a binding behind."""

from __future__ import annotations

import tkinter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.focus import focus

_TITLE: Final = "Keyboard"
_KEYS_WIDTH: Final = 136


class HelpDialog(ctk.CTkToplevel):
    """Keys and what they do, in groups. Hidden until it is opened.

    Args:
        master: The window.
    """

    def __init__(self, master: tkinter.Tk) -> None:
        super().__init__(master, fg_color=theme.SURFACE)
        self.withdraw()
        self.title(_TITLE)
        self.resizable(False, False)
        self.transient(master)
        self._groups: dict[str, tuple[tuple[str, str], ...]] = {}
        self._focus_before: tkinter.Misc | None = None
        self._card: ctk.CTkFrame | None = None
        self._close = ActionButton(self, text="Close", command=self.close)
        self._close.pack(side="bottom", anchor="e", padx=theme.SPACE_3, pady=(0, theme.SPACE_3))
        self.protocol("WM_DELETE_WINDOW", self.close)
        for event in ("<Escape>", "<F1>"):
            self.bind(event, lambda event: self.close())

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return bool(self.winfo_viewable())

    @property
    def lines(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Keys and meanings as shown, by the heading of their group."""
        return self._groups

    def open(self, groups: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Show keys and meanings.

        Args:
            groups: By their heading.
        """
        wanted = {heading: tuple(lines) for heading, lines in groups.items() if lines}
        if wanted != self._groups:
            self._groups = wanted
            self._fill()
        if not self.is_open:
            self._focus_before = self.master.focus_get()
        self.update_idletasks()
        self._move_over_the_window()
        self.deiconify()
        self.lift()
        # Only a window that is there can take the keyboard.
        self.wait_visibility()
        self.grab_set()
        focus(self._close)
        self.focus_force()
        focus(self._close)

    def close(self) -> None:
        """Hide it, and give the keyboard back."""
        self.grab_release()
        self.withdraw()
        before, self._focus_before = self._focus_before, None
        if before is not None and before.winfo_exists():
            tkinter.Misc.focus_force(before)
        else:
            tkinter.Misc.focus_force(self.master)

    def _fill(self) -> None:
        if self._card is not None:
            self._card.destroy()
        self._card = ctk.CTkFrame(self, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._card.pack(fill="both", expand=True, padx=theme.SPACE_3, pady=theme.SPACE_3)
        for column, (heading, lines) in enumerate(self._groups.items()):
            self._add_group(self._card, column, heading, lines)

    def _add_group(self, card: Any, column: int, heading: str, lines: Sequence[tuple[str, str]]) -> None:
        group = ctk.CTkFrame(card, fg_color="transparent", corner_radius=0)
        group.grid(row=0, column=column, sticky="n", padx=theme.SPACE_3, pady=(theme.SPACE_2, theme.SPACE_3))
        title = ctk.CTkLabel(
            group, text=heading, height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        title.grid(row=0, column=0, columnspan=2, sticky="w")
        for row, (keys, meaning) in enumerate(lines, start=1):
            for place, (text, colour, width) in enumerate(
                ((keys, theme.PRIMARY, _KEYS_WIDTH), (meaning, theme.ON_SURFACE, 0))
            ):
                label = ctk.CTkLabel(
                    group,
                    text=text,
                    width=width,
                    height=32,
                    anchor="w",
                    padx=0,
                    font=theme.label() if place == 0 else theme.body(),
                    text_color=colour,
                )
                label.grid(row=row, column=place, sticky="w")

    def _move_over_the_window(self) -> None:
        scaling = widget_scaling(self)
        master = self.master
        width, height = self.winfo_reqwidth(), self.winfo_reqheight()
        x = master.winfo_rootx() + (master.winfo_width() - width) // 2
        y = master.winfo_rooty() + (master.winfo_height() - height) // 3
        # CustomTkinter scales sizes that are given to it, and no places.
        self.geometry(f"{round(width / scaling)}x{round(height / scaling)}+{max(x, 0)}+{max(y, 0)}")
