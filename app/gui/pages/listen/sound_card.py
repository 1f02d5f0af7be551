"""The sound as it comes in, and what can be done with the recording of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui import wording
from app.gui.pages.listen.sound_picture import COLUMNS_PER_S, MARKS, Glance
from app.gui.playback.spectrum import N_BANDS
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.place import Place
from app.gui.widgets.running_spectrogram import RunningSpectrogram
from app.gui.widgets.text_labels import ElidedLabel

#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)


class SoundCard(ctk.CTkFrame):
    """A card with a running spectrogram.

    Args:
        master: The parent widget.
        describe: The picture in words.
        on_save: Called when the recording is to be saved.
        on_identify: Called when the recording is to be identified as a whole.
    """

    def __init__(
        self,
        master: Any,
        describe: Callable[[], str],
        on_save: Callable[[], object],
        on_identify: Callable[[], object],
    ) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        title = ctk.CTkLabel(
            self, text="Sound", height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        title.grid(row=0, column=0, sticky="w", padx=(theme.SPACE_3, 0), pady=_HEADING_PADDING)
        self._length = ElidedLabel(self, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=32)
        self._length.grid(row=0, column=1, sticky="ew", padx=theme.SPACE, pady=_HEADING_PADDING)
        place = Place(self)
        place.grid(row=1, column=0, columnspan=3, sticky="nsew", padx=theme.SPACE_3)
        self.drawing = RunningSpectrogram(place, N_BANDS, COLUMNS_PER_S, MARKS)
        place.hold(self.drawing)
        make_focusable(self.drawing, around=place, corner=theme.SPACE_HALF)
        self.copy_button = CopyTextButton(self, describe, chart=self.drawing)
        self.copy_button.grid(row=0, column=2, sticky="e", padx=(0, theme.SPACE), pady=_HEADING_PADDING)
        actions = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0, height=32)
        actions.grid(row=2, column=0, columnspan=3, sticky="ew", padx=theme.SPACE, pady=theme.SPACE)
        # Its height is kept while there is nothing to save.
        ctk.CTkFrame(actions, width=0, height=32, fg_color="transparent").grid(row=0, column=2)
        self.save = ActionButton(actions, text="Save recording…", command=on_save, kind="text", height=32)
        self.identify = ActionButton(actions, text="Identify again", command=on_identify, kind="text", height=32)
        for column, button in enumerate((self.save, self.identify)):
            button.grid(row=0, column=column)
            button.grid_remove()

    @property
    def length_text(self) -> str:
        """How long the recording is, as shown."""
        return self._length.full_text

    def show_recording(self, duration_s: float | None, *, can_keep: bool) -> None:
        """How long it is, and whether it can be saved now."""
        text = "" if duration_s is None else f"{wording.clock(duration_s)} recorded"
        if text != self._length.full_text:
            self._length.show(text)
        for button in (self.save, self.identify):
            if can_keep:
                button.grid()
            else:
                button.grid_remove()

    def show_sound(self, glance: Glance, elapsed_s: float) -> None:
        """Draw what has come."""
        self.drawing.advance(glance.columns, elapsed_s)
