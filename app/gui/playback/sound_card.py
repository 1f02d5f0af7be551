"""The sound card as PortAudio offers it; what goes wrong there is told in one sentence.

Everything here blocks: call it from a thread of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
from typing import Any, Final, Protocol

N_CHANNELS: Final = 2
_BYTES_PER_FRAME: Final = 2 * N_CHANNELS
#: A little more than a busy computer needs to keep up.
_LATENCY_S: Final = 0.15
_DEVICE_UNAVAILABLE: Final = -9985
_BUSY_WORDS: Final = ("busy", "unavailable", "in use")


class PlaybackError(Exception):
    """The sound cannot be heard; the message is one sentence for the person, who may try again."""


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

    #: PortAudio may be started anew only while nothing is open.
    _n_open = 0
    _lock = threading.Lock()

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        sounddevice = _import_sounddevice()
        self._error: type[Exception] = sounddevice.PortAudioError
        with PortAudioOutput._lock:
            try:
                self._stream = _open(sounddevice, sample_rate)
            except self._error as error:
                if PortAudioOutput._n_open:
                    raise PlaybackError(_explain_opening(error)) from error
                # The list of devices is frozen when PortAudio starts: headphones may have been plugged in since.
                self._stream = self._open_with_new_devices(sounddevice)
            PortAudioOutput._n_open += 1

    def _open_with_new_devices(self, sounddevice: Any) -> Any:
        try:
            sounddevice._terminate()
            sounddevice._initialize()
            return _open(sounddevice, self._sample_rate)
        except self._error as error:
            raise PlaybackError(_explain_opening(error)) from error

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
        # A card that is gone complains once more.
        with contextlib.suppress(self._error):
            self._stream.abort()
        with contextlib.suppress(self._error):
            self._stream.close()
        with PortAudioOutput._lock:
            PortAudioOutput._n_open -= 1


def leave_sound_cards() -> None:
    """Do not tidy up at the end of the process: a card hangs, and PortAudio would end the process with it."""
    if "sounddevice" in sys.modules:
        atexit.unregister(sys.modules["sounddevice"]._exit_handler)


def _import_sounddevice() -> Any:
    try:
        # Late: PortAudio looks at every device when it is loaded.
        import sounddevice
    except (ImportError, OSError) as error:
        raise PlaybackError(
            "Sound cannot be played because PortAudio is missing. Install it (on Debian and Ubuntu: libportaudio2) "
            "and start Genrescope again."
        ) from error
    return sounddevice


def _open(sounddevice: Any, sample_rate: int) -> Any:
    # Two channels: not every card takes one, and on some it would be heard on the left only.
    stream = sounddevice.RawOutputStream(samplerate=sample_rate, channels=N_CHANNELS, dtype="int16", latency=_LATENCY_S)
    try:
        stream.start()
    except sounddevice.PortAudioError:
        stream.close()
        raise
    return stream


def _explain_opening(error: Exception) -> str:
    text = str(error.args[0]) if error.args else str(error)
    code = error.args[1] if len(error.args) > 1 else None
    if "querying device" in text.lower():
        return "No sound card was found. Connect one and press Play again."
    if code == _DEVICE_UNAVAILABLE or any(word in str(error).lower() for word in _BUSY_WORDS):
        return "The sound card is in use by another program. Close that one and press Play again."
    return f"The sound card could not be opened ({text}). Choose another one in the system and press Play again."
