"""What a track's timeline asks for when a person uses it; whoever plays the track does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sight:
    """What of a track is in sight, and how.

    Attributes:
        width, height: Of the place for a picture, in pixels.
        start_s, end_s: The stretch of the track.
        is_zoomed: Not all of it is in sight.
        wants_spectrogram: A spectrogram is to be seen instead of the waveform.
    """

    width: int
    height: int
    start_s: float
    end_s: float
    is_zoomed: bool
    wants_spectrogram: bool


@dataclass(frozen=True)
class SpectrumPicture:
    """A painted spectrogram.

    Attributes:
        image: A file that Tk reads, in pixels of the screen.
        marks: Frequencies to be labelled: where, from 0 at the bottom to 1 at the top, and as what.
    """

    image: bytes
    marks: tuple[tuple[float, str], ...]


class Transport(Protocol):
    """Plays one track. Everything returns at once."""

    def toggle(self) -> None:
        """Play on, or pause."""

    def listen(self, time_s: float) -> None:
        """Play from a moment on."""

    def hear(self, start_s: float, end_s: float) -> None:
        """Play a stretch and stop at its end."""

    def seek(self, time_s: float) -> None:
        """Go to a moment, without beginning to play."""

    def look(self, sight: Sight) -> None:
        """Another part is in sight, or in another way."""
