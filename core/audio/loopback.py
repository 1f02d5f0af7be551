"""Recording what the computer plays: WASAPI's loopback on Windows, the monitors of PulseAudio and PipeWire on Linux."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, Final

from core.audio.decode import DEFAULT_SAMPLE_RATE
from core.audio.patience import keep_loaded, run_in_time
from core.audio.recorder import BLOCK_S, Recorder, TakeBlock, choose_device
from core.errors import MicrophoneError

#: A sound system that takes longer for anything hangs, in seconds.
HANG_S: Final = 10.0

# What most outputs run at, so that the system need not resample.
_SAMPLE_RATE = 48_000
# What the end of the process waits for the sound system.
_CLOSE_S = 1.0
_OTHERWISE = "or listen through the microphone."

# Held by whoever connects or asks.
_lock = threading.RLock()
_open_taps: set[_Tap] = set()


@dataclass(frozen=True)
class OutputDevice:
    """Loudspeakers, headphones, or whatever else the computer plays on.

    Attributes:
        id: As the system identifies it.
        name: As the system calls it.
        is_default: Whether the system prefers it.
    """

    id: str
    name: str
    is_default: bool


class SystemAudio(Recorder):
    """What the computer plays, read in the same way as a microphone.

    Attributes:
        device: The output that is listened to.
        sample_rate: Of what is read, in Hz.

    Args:
        name: Of the output, or a part of it; ``None`` for the system's favourite. If it is gone, the favourite is taken
            instead, with a note.
        sample_rate: Of what is read, in Hz.

    Raises:
        MicrophoneError: The system does not offer it, or there is no output.
    """

    device: OutputDevice

    def __init__(self, name: str | None = None, sample_rate: int = DEFAULT_SAMPLE_RATE) -> None:
        devices = list_outputs()
        if not devices:
            raise MicrophoneError("No output was found. Connect loudspeakers or headphones and listen again.")
        device, note = choose_device("output", name, devices)
        super().__init__(device, partial(_tap, device), sample_rate, note)

    @property
    def _went_away(self) -> str:
        return f"The output “{self.device.name}” went away. Connect it once more and listen again."

    @property
    def _delivers_zeros(self) -> str:
        return f"Nothing is playing on “{self.device.name}”. Start the music, or choose another output."


def list_outputs() -> tuple[OutputDevice, ...]:
    """The outputs that can be listened to at this moment; perhaps none.

    Raises:
        MicrophoneError: This system does not let what it plays be recorded.
    """
    with _told():
        return run_in_time(_query, HANG_S)


def _query() -> tuple[OutputDevice, ...]:
    with _lock:
        soundcard = _load()
        speakers = soundcard.all_speakers()
        default_id = soundcard.default_speaker().id if speakers else None
        # Each name is asked for, too.
        devices = [OutputDevice(speaker.id, speaker.name, speaker.id == default_id) for speaker in speakers]
    return tuple(sorted(devices, key=lambda device: not device.is_default))


@contextlib.contextmanager
def _tap(device: OutputDevice, take: TakeBlock) -> Iterator[_Tap]:
    tap = _Tap(device, take)
    with _told():
        tap.wait_until_open()
    try:
        yield tap
    finally:
        tap.stop(HANG_S)


class _Tap:
    """Passes on what an output plays, from a thread of its own.

    Args:
        device: The output.
        take: Gets every block.
    """

    samplerate: Final = float(_SAMPLE_RATE)

    def __init__(self, device: OutputDevice, take: TakeBlock) -> None:
        self._device = device
        self._take = take
        self._error: Exception | None = None
        self._opened = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="system audio", daemon=True)
        _open_taps.add(self)
        self._thread.start()

    @property
    def active(self) -> bool:
        """Whether more may come."""
        return self._thread.is_alive()

    def wait_until_open(self) -> None:
        """Wait for the system to agree.

        Raises:
            TimeoutError: It does not answer.
            Exception: What prevents it.
        """
        if not self._opened.wait(HANG_S):
            self._stopped.set()
            raise TimeoutError
        if self._error is not None:
            raise self._error

    def stop(self, timeout_s: float) -> bool:
        """End it; whether it has ended."""
        self._stopped.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            source = _find_loopback(_load(), self._device)
            # Without a size PulseAudio gathers seconds.
            with source.recorder(samplerate=_SAMPLE_RATE, blocksize=round(2 * BLOCK_S * _SAMPLE_RATE)) as recorder:
                self._opened.set()
                self._pass_on(recorder)
        except Exception as error:
            # What soundcard raises for an output that is gone is of many kinds. After the opening, that is the reason.
            self._error = error
        finally:
            _open_taps.discard(self)
            self._opened.set()

    def _pass_on(self, recorder: Any) -> None:
        status = SimpleNamespace(input_overflow=False)
        while not self._stopped.is_set():
            channels = recorder.record(numframes=None)
            if len(channels):
                self._take(channels, len(channels), None, status)


def _find_loopback(soundcard: Any, device: OutputDevice) -> Any:
    # On Windows an output and what is played on it share their id; on Linux each has a monitor, which is named so.
    wanted = device.id if sys.platform == "win32" else f"{device.id}.monitor"
    source = soundcard.get_microphone(wanted, include_loopback=True)
    if source.id != wanted:
        raise LookupError(wanted)  # soundcard guesses where there is none
    return source


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except MicrophoneError:
        raise
    except TimeoutError as error:
        raise MicrophoneError(f"The sound system does not answer. Restart the computer, {_OTHERWISE}") from error
    except ModuleNotFoundError as error:
        raise MicrophoneError(
            f"What the computer plays cannot be recorded because “{error.name}” is missing. Install it with pip, "
            f"{_OTHERWISE}"
        ) from error
    except Exception as error:
        # What soundcard raises is of many kinds, and speaks to programmers: “AssertionError” where no PulseAudio runs.
        if sys.platform == "win32":
            reason = f"Windows does not let this output be recorded ({error}). Choose another one,"
        else:
            reason = "What the computer plays can be recorded only while PulseAudio or PipeWire runs. Start one,"
        raise MicrophoneError(f"{reason} {_OTHERWISE}") from error


def _load() -> Any:
    """Return soundcard's functions, connected to the system's sound.

    Raises:
        MicrophoneError: The system has nothing of this kind.
        Exception: What prevents it.
    """
    if sys.platform == "darwin":
        raise MicrophoneError(
            "macOS does not let programs record what it plays. Install a virtual output such as BlackHole, let the "
            "music play on it, and choose it as the microphone."
        )
    with _lock:
        # Late: it connects to the system's sound when it is imported, and raises where there is none.
        if sys.platform == "win32":
            import soundcard

            # Windows demands this of every thread; soundcard has done it for the one that was the first to import it.
            ctypes.windll.ole32.CoInitializeEx(None, 0)
        else:
            from soundcard import pulseaudio as soundcard

            keep_loaded(soundcard._pa)
            _keep_connected(soundcard)
        # After soundcard's own, so that it comes before it: that one must not end what is still in use.
        atexit.unregister(_stop_all)
        atexit.register(_stop_all)
    # A gap is no news: on Windows there is one whenever a player begins or ends. Each test begins with other filters.
    warnings.filterwarnings("ignore", "data discontinuity in recording", RuntimeWarning)
    return soundcard


def _keep_connected(pulseaudio: Any) -> None:
    """Connect anew if the server has gone since; soundcard itself would let libpulse abort the process."""
    pulse = pulseaudio._pulse
    if pulse._pa_context_get_state(pulse.context) == pulseaudio._pa.PA_CONTEXT_READY:
        return
    pulse = pulseaudio._PulseAudio()
    if pulse._pa_context_get_state(pulse.context) != pulseaudio._pa.PA_CONTEXT_READY:
        raise ConnectionError
    # The old one stays as it is: recordings that have not noticed yet may still use it.
    pulseaudio._pulse = pulse
    atexit.register(pulse._shutdown)


def _stop_all() -> None:
    """The process ends: nothing may use the sound system any more when soundcard disconnects from it."""
    deadline = time.monotonic() + _CLOSE_S
    hanging = [tap for tap in tuple(_open_taps) if not tap.stop(max(0.0, deadline - time.monotonic()))]
    # Not released: nobody may ask any more.
    is_left = _lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
    if hanging or not is_left:
        pulseaudio: Any = sys.modules.get("soundcard.pulseaudio")
        # It has neither as long as it is being loaded.
        if hasattr(pulseaudio, "_pa"):
            keep_loaded(pulseaudio._pa)
        if hasattr(pulseaudio, "_pulse"):
            atexit.unregister(pulseaudio._pulse._shutdown)


# Already here: the process may end while soundcard connects.
atexit.register(_stop_all)
