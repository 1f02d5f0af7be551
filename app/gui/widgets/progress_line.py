"""How far something has come, as a line."""

from __future__ import annotations

from typing import Any

import customtkinter as ctk

from app.gui.style import theme


class ProgressLine(ctk.CTkProgressBar):
    """A share that is done, or a movement where nobody knows how much there is.

    Args:
        master: The parent widget.
        ground: The colour of what is not done yet.
    """

    def __init__(self, master: Any, ground: theme.Colour = theme.SURFACE_CONTAINER_HIGH) -> None:
        super().__init__(
            master, height=8, corner_radius=4, border_width=0, fg_color=ground, progress_color=theme.PRIMARY
        )
        self._share: float | None = 0.0
        self._is_calm = False
        self.set(0)

    @property
    def share(self) -> float | None:
        """What it shows, 0..1; ``None`` while it moves."""
        return self._share

    def show(self, share: float | None, *, is_calm: bool = False) -> None:
        """Show how far it has come.

        Args:
            share: 0..1, or ``None``.
            is_calm: Nothing is being done: it steps into the background.
        """
        if is_calm != self._is_calm:
            self._is_calm = is_calm
            self.configure(progress_color=theme.OUTLINE if is_calm else theme.PRIMARY)
        if share is None and self._share is not None:
            self.configure(mode="indeterminate")
            self.start()
        elif share is not None:
            if self._share is None:
                self.stop()
                self.configure(mode="determinate")
            if share != self._share:
                self.set(share)
        self._share = share
