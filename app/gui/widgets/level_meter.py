"""How loud it is, as a bar and as a number."""

from __future__ import annotations

from typing import Any, Final

import customtkinter as ctk

from app.gui import wording
from app.gui.style import theme

#: Where the bar begins, in dB below full scale.
LOWEST_DB: Final = -60.0
#: From here on samples are cut off.
_CLIPPED_DB: Final = -0.1
#: For so long it is said that the sound was too loud, in updates.
_N_TOO_LOUD: Final = 20
_TOO_LOUD: Final = "too loud"


class LevelMeter(ctk.CTkFrame):
    """A bar from −60 dB to full scale, with the number beside its name.

    Args:
        master: The parent widget.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.grid_columnconfigure(1, weight=1)
        name = ctk.CTkLabel(
            self, text="Level", height=24, anchor="w", padx=0, font=theme.small(), text_color=theme.ON_SURFACE_VARIANT
        )
        name.grid(row=0, column=0, sticky="w")
        self._value = ctk.CTkLabel(self, text="", height=24, anchor="e", padx=0, font=theme.small())
        self._value.grid(row=0, column=1, sticky="e")
        self._bar = ctk.CTkProgressBar(
            self, height=8, width=40, corner_radius=4, border_width=0, fg_color=theme.SURFACE_CONTAINER_HIGH
        )
        self._bar.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(theme.SPACE_HALF, 0))
        self._n_loud = 0
        self._look = ("", False)
        self._steps = -1
        self.show(None)

    @property
    def text(self) -> str:
        """The level in words."""
        return str(self._value.cget("text"))

    @property
    def share(self) -> float:
        """How far the bar reaches, 0..1."""
        return float(self._bar.get())

    def show(self, rms_db: float | None, peak_db: float = LOWEST_DB) -> None:
        """Show a level.

        Args:
            rms_db: In dB below full scale; ``None`` while nothing is heard.
            peak_db: Of the loudest sample.
        """
        self._n_loud = 0 if rms_db is None else _N_TOO_LOUD if peak_db >= _CLIPPED_DB else max(0, self._n_loud - 1)
        is_too_loud = self._n_loud > 0
        share = 0.0 if rms_db is None else to_share(rms_db)
        # Each change has Tk draw: a hundredth more is not seen.
        if round(100 * share) != self._steps:
            self._steps = round(100 * share)
            self._bar.set(self._steps / 100)
        look = (_TOO_LOUD if is_too_loud else describe_level(rms_db), is_too_loud or self._steps == 0)
        if look != self._look:
            self._look = look
            self._value.configure(text=look[0], text_color=theme.ERROR if is_too_loud else theme.ON_SURFACE)
            # The bar's round end has a width of its own, which would make a little of nothing.
            nothing = theme.SURFACE_CONTAINER_HIGH if self._steps == 0 else theme.PRIMARY
            self._bar.configure(progress_color=theme.ERROR if is_too_loud else nothing)


def to_share(level_db: float) -> float:
    """A level as a part of the meter, 0..1."""
    return min(max(1 - level_db / LOWEST_DB, 0.0), 1.0)


def describe_level(rms_db: float | None) -> str:
    """A level in words, for example “−23 dB”."""
    if rms_db is None:
        return "–"
    if rms_db <= LOWEST_DB:
        return "quiet"
    return f"{rms_db:.0f}{wording.NO_BREAK_SPACE}dB".replace("-", "−")
