"""What all recordings have in common: a stream of mono sound at the rate that the listener wants.

The device keeps its own rate and channels; mixing and resampling are ours, because what systems do instead ranges from
good to none. If the listener does not keep up, sound is lost and that is said, but memory does not grow.
"""

from __future__ import annotations

import contextlib
import queue
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

import numpy as np

from core.audio.decode import DEFAULT_SAMPLE_RATE
from core.audio.resample import MonoResampler
from core.errors import MicrophoneError
from core.types import FloatArray

#: Without any sound for so long, not even silence, the device is gone, in seconds. ALSA may need two to begin.
STALL_S: Final = 5.0
#: Nothing but zeros for so long from the start is no quiet room, in seconds.
ZEROS_S: Final = 3.0

#: Of one block, in seconds, as near as the system comes to it.
BLOCK_S: Final = 0.05

_QUEUED_S = 10.0
_POLL_S = 0.1


class Device(Protocol):
    """Something that can be recorded from."""

    @property
    def name(self) -> str:
        """As the system calls it."""

    @property
    def is_default(self) -> bool:
        """Whether the system prefers it."""


class Stream(Protocol):
    """A device that is open."""

    @property
    def samplerate(self) -> float:
        """Its own, in Hz."""

    @property
    def active(self) -> bool:
        """Whether more may come."""


AnyDevice = TypeVar("AnyDevice", bound=Device)

#: Gets float32 ``[n_samples, n_channels]``, their number, PortAudio's times, and a status with ``input_overflow``.
TakeBlock = Callable[[FloatArray, int, object, Any], None]
OpenStream = Callable[[TakeBlock], contextlib.AbstractContextManager[Stream]]


class Recorder(ABC):
    """A device that is open: a context manager to read from, in one thread.

    Attributes:
        device: The one that is open.
        sample_rate: Of what is read, in Hz.

    Args:
        device: The one to open.
        open_stream: Opens it.
        sample_rate: Of what is read, in Hz.
        note: What ``take_notes`` says first.

    Raises:
        MicrophoneError: It cannot be opened.
    """

    device: Device

    def __init__(
        self,
        device: Device,
        open_stream: OpenStream,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        note: str | None = None,
    ) -> None:
        self.device = device
        self.sample_rate = sample_rate
        self._notes = [note] if note is not None else []
        self._blocks: queue.Queue[FloatArray] = queue.Queue(maxsize=round(_QUEUED_S / BLOCK_S))
        self._has_lost_sound = self._has_told_loss = False
        self._zeros_s: float | None = 0.0
        self._resampler = MonoResampler(sample_rate, BLOCK_S)
        self._open = contextlib.ExitStack()
        self._stream = self._open.enter_context(open_stream(self._take))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_mute(self) -> bool:
        """Whether nothing but zeros has come for ``ZEROS_S`` from the start on; a note has said so."""
        return self._zeros_s is not None and self._zeros_s >= ZEROS_S

    @property
    @abstractmethod
    def _went_away(self) -> str:
        """The sentence for a device that delivers no more."""

    @property
    @abstractmethod
    def _delivers_zeros(self) -> str:
        """The sentence for a device that has delivered only zeros."""

    def read(self) -> FloatArray:
        """Wait for more sound, a twentieth of a second or more.

        Returns:
            float32 mono ``[n_samples]``.

        Raises:
            MicrophoneError: The device is gone.
        """
        while True:
            channels = self._wait_for_block()
            self._watch_for_zeros(channels)
            mono = channels.mean(axis=1, dtype=np.float32)
            resampled = self._resampler.push_samples(mono, round(self._stream.samplerate))
            if resampled:
                return np.concatenate(resampled)

    def take_notes(self) -> list[str]:
        """One sentence for each thing that the person should know and that did not stop the recording; told once."""
        if self._has_lost_sound and not self._has_told_loss:
            self._has_told_loss = True
            self._notes.append("The computer was too busy to listen all the time, so some sound was lost.")
        notes, self._notes = self._notes, []
        return notes

    def close(self) -> None:
        """Let go of the device; more than once does no harm."""
        self._open.close()

    def _take(self, channels: FloatArray, n_samples: int, times: object, status: Any) -> None:
        """Called in the thread of the sound card, which must never wait."""
        self._has_lost_sound |= bool(status.input_overflow)
        try:
            self._blocks.put_nowait(channels.copy())
        except queue.Full:
            self._has_lost_sound = True

    def _wait_for_block(self) -> FloatArray:
        deadline = time.monotonic() + STALL_S
        while True:
            try:
                # In short turns: on Windows, Ctrl-C is noticed only between them.
                return self._blocks.get(timeout=_POLL_S)
            except queue.Empty:
                if time.monotonic() > deadline or not self._stream.active:
                    raise MicrophoneError(self._went_away) from None

    def _watch_for_zeros(self, channels: FloatArray) -> None:
        if self._zeros_s is None:
            return
        if channels.any():
            self._zeros_s = None
            return
        was_mute = self.is_mute
        self._zeros_s += len(channels) / self._stream.samplerate
        if self.is_mute and not was_mute:
            self._notes.append(self._delivers_zeros)


def choose_device(what: str, name: str | None, devices: Sequence[AnyDevice]) -> tuple[AnyDevice, str | None]:
    """The device of this name, or else the system's favourite and a note.

    Args:
        what: Kind of thing: ``microphone``.
        name: Of the device, or a part of it; ``None`` for the favourite.
        devices: At least one.
    """
    favourite = next((device for device in devices if device.is_default), devices[0])
    if name is None:
        return favourite, None
    wanted = name.casefold().strip()
    # The whole name goes before a part of it.
    for device in sorted(devices, key=lambda device: device.name.casefold() != wanted):
        if wanted in device.name.casefold():
            return device, None
    known = ", ".join(f"“{device.name}”" for device in devices)
    return favourite, f"There is no {what} “{name}” now, so “{favourite.name}” is used. Known are {known}."
