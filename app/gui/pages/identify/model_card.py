"""What the model says of itself: small, always there, so that no number on the page stands alone."""

from __future__ import annotations

from typing import Any

import customtkinter as ctk

from app.gui.style import theme

UNKNOWN = "–"


class ModelCard(ctk.CTkFrame):
    """A card with names and values."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(1, weight=1)
        heading = ctk.CTkLabel(
            self, text="Model", height=24, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        heading.grid(row=0, column=0, columnspan=2, sticky="w", padx=theme.SPACE_3, pady=(theme.SPACE_2, theme.SPACE))
        self._values: dict[str, ctk.CTkLabel] = {}

    @property
    def facts(self) -> dict[str, str]:
        """Names and values as shown."""
        return {name: value.cget("text") for name, value in self._values.items()}

    def show(self, facts: list[tuple[str, str]]) -> None:
        """Show names and values; the names must be the same each time.

        Args:
            facts: From top to bottom.
        """
        for name, value in facts:
            if name not in self._values:
                self._values[name] = self._add_line(name, is_last=name == facts[-1][0])
            self._values[name].configure(text=value)

    def _add_line(self, name: str, *, is_last: bool) -> ctk.CTkLabel:
        row = len(self._values) + 1
        below = theme.SPACE_2 if is_last else 0
        name_label = ctk.CTkLabel(
            self, text=name, height=24, anchor="w", padx=0, font=theme.small(), text_color=theme.ON_SURFACE_VARIANT
        )
        value_label = ctk.CTkLabel(
            self, text=UNKNOWN, height=24, anchor="e", padx=0, font=theme.small(), text_color=theme.ON_SURFACE
        )
        name_label.grid(row=row, column=0, sticky="w", padx=(theme.SPACE_3, theme.SPACE), pady=(0, below))
        value_label.grid(row=row, column=1, sticky="e", padx=(0, theme.SPACE_3), pady=(0, below))
        return value_label
