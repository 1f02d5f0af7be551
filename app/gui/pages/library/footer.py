"""What was chosen in the table, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import customtkinter as ctk

from app.contract import Track
from app.gui.style import theme
from app.gui.widgets import track_text
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import ElidedLabel

_HINT = "Choose a song: Enter opens it in Identify, F2 corrects its genre."


class Footer(ctk.CTkFrame):
    """A line with the chosen song, and buttons.

    Args:
        master: The parent widget.
        on_open: Called when it is to be opened.
        on_correct: Called when its genre is to be corrected.
        on_try: Called when the file is to be tried once more.
    """

    def __init__(
        self,
        master: Any,
        *,
        on_open: Callable[[], object],
        on_correct: Callable[[], object],
        on_try: Callable[[], object],
    ) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.grid_columnconfigure(0, weight=1)
        self._line = ElidedLabel(self, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=40)
        self._line.grid(row=0, column=0, sticky="ew", padx=(theme.SPACE, theme.SPACE_2))
        self.try_again = ActionButton(self, text="Try again", kind="text", command=on_try)
        self.correct = ActionButton(self, text="Correct the genre…", kind="text", command=on_correct)
        self.open = ActionButton(self, text="Open in Identify", kind="tonal", command=on_open)
        for column, button in enumerate((self.try_again, self.correct, self.open), start=1):
            button.grid(row=0, column=column, padx=(theme.SPACE, 0))
            button.grid_remove()
        self._line.show(_HINT)

    @property
    def text(self) -> str:
        """What it says of the chosen song."""
        return self._line.full_text

    def show(self, track: Track | None) -> None:
        """Show what was chosen."""
        is_problem = track is not None and track.error is not None
        has_path = track is not None and track.path is not None
        if track is None:
            self._line.show(_HINT)
        else:
            self._line.show(track_text.reason(track) if is_problem else track.path or track.file_name)
        for button, is_wanted in (
            (self.open, has_path),
            (self.correct, track is not None and not is_problem),
            (self.try_again, is_problem and has_path),
        ):
            if is_wanted != bool(button.winfo_manager()):
                if is_wanted:
                    button.grid()
                else:
                    button.grid_remove()
