"""PortAudio: which microphones there are, and opening one. What goes wrong is told in one sentence."""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from core.errors import MicrophoneError

#: A sound card that takes longer to be opened or closed hangs, in seconds.
HANG_S: Final = 10.0
#: Of one block, in seconds.
BLOCK_S: Final = 0.05

_LATENCY_S = 0.1
# Sound servers claim to have dozens of channels, which are all the same; real microphones have few.
_MOST_OWN_CHANNELS = 8
_USUAL_RATES = (48_000, 44_100, 16_000)
_BAD_CHANNELS: Final = -9998
_BAD_RATE: Final = -9997
_UNAVAILABLE: Final = -9985
_BUSY_WORDS: Final = ("busy", "unavailable", "in use")
_DENIED_WORDS: Final = ("denied", "permission", "unauthorized")

#: PortAudio may be started anew only while nothing is open, and is not safe to call from two threads.
_lock = threading.RLock()
_n_open = 0

Result = TypeVar("Result")


@dataclass(frozen=True)
class InputDevice:
    """A microphone, or whatever else can be recorded from.

    Attributes:
        index: PortAudio's number; another one after the list was read anew.
        name: As the system calls it.
        n_channels: The most that it has.
        sample_rate: Its own, in Hz.
        is_default: Whether the system prefers it.
    """

    index: int
    name: str
    n_channels: int
    sample_rate: int
    is_default: bool


def list_input_devices() -> tuple[InputDevice, ...]:
    """What can be recorded from at this moment; perhaps nothing.

    PortAudio looks at the devices once, when it starts. So it is started anew, unless something is open.

    Raises:
        MicrophoneError: There is no PortAudio.
    """
    sounddevice = _load()
    with _lock:
        return _run_in_time(lambda: _query(sounddevice))


@contextlib.contextmanager
def open_input(device: InputDevice, callback: Callable[..., None]) -> Iterator[Any]:
    """Record from a device at its own rate and channels, or the nearest that it agrees to.

    Args:
        device: From the latest list.
        callback: Of ``sounddevice.InputStream``; gets float32 ``[n_samples, n_channels]``.

    Yields:
        The running ``sounddevice.InputStream``.

    Raises:
        MicrophoneError: It is in use, forbidden, gone, or agrees to nothing.
    """
    global _n_open
    sounddevice = _load()
    with _lock:
        stream = _run_in_time(lambda: _open(sounddevice, device, callback))
        _n_open += 1
    try:
        yield stream
    finally:
        with _lock, contextlib.suppress(MicrophoneError):
            _run_in_time(lambda: _close(sounddevice, stream))
            _n_open -= 1


def _query(sounddevice: Any) -> tuple[InputDevice, ...]:
    if not _n_open:
        # A device that is just being plugged in or out may fail once; the list is empty then.
        with contextlib.suppress(sounddevice.PortAudioError):
            sounddevice._terminate()
            sounddevice._initialize()
    try:
        apis, devices = sounddevice.query_hostapis(), sounddevice.query_devices()
    except sounddevice.PortAudioError:
        return ()
    # On Windows each device appears once for every interface to it; the system's favourite interface is enough.
    chosen = sorted(range(len(apis)), key=lambda api: apis[api]["default_input_device"] < 0)
    for api in chosen:
        default = apis[api]["default_input_device"]
        indices = [index for index in apis[api]["devices"] if devices[index]["max_input_channels"] > 0]
        if indices:
            return tuple(_describe(index, devices[index], index == default) for index in indices)
    return ()


def _describe(index: int, device: dict[str, Any], is_default: bool) -> InputDevice:
    rate = round(device["default_samplerate"])
    return InputDevice(index, str(device["name"]), int(device["max_input_channels"]), rate, is_default)


def _open(sounddevice: Any, device: InputDevice, callback: Callable[..., None]) -> Any:
    """Try the device's own form first."""
    most = device.n_channels
    own = [most] if most <= _MOST_OWN_CHANNELS else []
    refused_channels = None
    for n_channels in dict.fromkeys([*own, min(2, most), 1, most]):
        for rate in dict.fromkeys((device.sample_rate, *_USUAL_RATES)):
            if n_channels == refused_channels:
                break
            try:
                return _start(sounddevice, device, n_channels, rate, callback)
            except sounddevice.PortAudioError as error:
                code = error.args[1] if len(error.args) > 1 else None
                if code == _BAD_CHANNELS:
                    refused_channels = n_channels
                elif code != _BAD_RATE:
                    raise MicrophoneError(_explain_opening(device.name, error)) from error
    raise MicrophoneError(
        f"The microphone “{device.name}” takes none of the usual numbers of channels and sample rates. Choose another "
        "one, or set it to 48000 Hz in the system's sound settings."
    )


def _start(sounddevice: Any, device: InputDevice, n_channels: int, rate: int, callback: Callable[..., None]) -> Any:
    stream = sounddevice.InputStream(
        device=device.index,
        samplerate=rate,
        channels=n_channels,
        dtype="float32",
        blocksize=round(rate * BLOCK_S),
        latency=_LATENCY_S,
        callback=callback,
    )
    try:
        stream.start()
    except sounddevice.PortAudioError:
        stream.close()
        raise
    return stream


def _close(sounddevice: Any, stream: Any) -> None:
    # A device that is gone complains once more.
    for action in (stream.abort, stream.close):
        with contextlib.suppress(sounddevice.PortAudioError):
            action()


def _explain_opening(name: str, error: Exception) -> str:
    text = str(error).lower()
    if error.args[1:2] == (_UNAVAILABLE,) or any(word in text for word in _BUSY_WORDS):
        return f"The microphone “{name}” is in use by another program. Close that one and try again."
    if any(word in text for word in _DENIED_WORDS):
        return f"The system forbids recording from “{name}”. Allow it in the system's privacy settings and try again."
    return f"The microphone “{name}” could not be opened ({error.args[0]}). Connect it again, or choose another one."


def _run_in_time(action: Callable[[], Result]) -> Result:
    """Let a thread of its own talk to the sound card, which may never answer."""
    global _n_open
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(action())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="sound card", daemon=True)
    thread.start()
    thread.join(HANG_S)
    if results:
        return results[0]
    if errors:
        raise errors[0]
    # It counts as open for ever, and tidying up at the end of the process would hang as well.
    _n_open += 1
    atexit.unregister(sys.modules["sounddevice"]._exit_handler)
    raise MicrophoneError("The sound card does not answer. Connect it once more and start Genrescope again.")


def _load() -> Any:
    try:
        # Late: PortAudio looks at every device when it is loaded.
        import sounddevice
    except (ImportError, OSError) as error:
        raise MicrophoneError(
            "Sound cannot be recorded because PortAudio is missing. Install it (on Debian and Ubuntu: libportaudio2) "
            "and start Genrescope again."
        ) from error
    return sounddevice
