"""The sound card to play on. Everything here blocks: call it from a thread of its own."""

from __future__ import annotations

import contextlib
from typing import Final, Protocol

from core.audio.port_audio import leave_sound_cards, open_output
from core.errors import PlaybackError

__all__ = ["N_CHANNELS", "Output", "PlaybackError", "PortAudioOutput", "leave_sound_cards"]

#: Not every card takes one, and on some it would be heard on the left only.
N_CHANNELS: Final = 2
_BYTES_PER_FRAME: Final = 2 * N_CHANNELS


class Output(Protocol):
    """An open sound card."""

    @property
    def latency_s(self) -> float:
        """How long it takes until what was written is heard."""

    def write(self, frames: bytes) -> None:
        """Play, and wait until there is room for more.

        Args:
            frames: 16-bit little-endian, left and right in turn.

        Raises:
            PlaybackError: The card went away.
        """

    def finish(self) -> None:
        """Wait until all is heard."""

    def close(self) -> None:
        """Be silent at once, and let go of the card."""


class PortAudioOutput:
    """The sound card that the system prefers at this moment.

    Args:
        sample_rate: In Hz.

    Raises:
        PlaybackError: There is none, or another program holds it.
    """

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._open = contextlib.ExitStack()
        self._stream, self._error = self._open.enter_context(open_output(sample_rate, N_CHANNELS))

    @property
    def latency_s(self) -> float:
        """How long it takes until what was written is heard."""
        return float(self._stream.latency)

    def write(self, frames: bytes) -> None:
        """Play, and wait until there is room for more."""
        try:
            self._stream.write(frames)
        except self._error as error:
            raise PlaybackError("The sound card went away. Connect it once more and press Play again.") from error

    def finish(self) -> None:
        """Wait until all is heard."""
        # Not every system waits by itself when a stream is stopped: what is pushed out by silence has been heard.
        self.write(bytes(_BYTES_PER_FRAME * round(self.latency_s * self._sample_rate)))

    def close(self) -> None:
        """Be silent at once, and let go of the card."""
        self._open.close()
