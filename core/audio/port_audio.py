"""PortAudio, of which a process has one: the devices that it sees, and every stream that it opens, in and out.

Nothing else may start or end PortAudio, because that ends all streams. What goes wrong is told in one sentence.
"""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from core.audio.patience import Result, keep_loaded, run_in_time
from core.errors import GenrescopeError, MicrophoneError, PlaybackError

#: A sound card that takes longer to be opened or closed hangs, in seconds.
HANG_S: Final = 10.0

# What the end of the process waits for the sound card to answer.
_END_S = 2.0
_INPUT_LATENCY_S = 0.1
# A little more than a busy computer needs to keep up.
_OUTPUT_LATENCY_S = 0.15
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
    with _told_as(MicrophoneError, "recorded"), _lock:
        sounddevice = _run(_load)
        return _run(lambda: _query(sounddevice))


@contextlib.contextmanager
def open_input(device: InputDevice, block_s: float, callback: Callable[..., None]) -> Iterator[Any]:
    """Record from a device at its own rate and channels, or the nearest that it agrees to.

    Args:
        device: From the latest list.
        block_s: How much comes at once, in seconds.
        callback: Of ``sounddevice.InputStream``; gets float32 ``[n_samples, n_channels]``.

    Yields:
        The running ``sounddevice.InputStream``.

    Raises:
        MicrophoneError: It is in use, forbidden, gone, or agrees to nothing.
    """
    with _told_as(MicrophoneError, "recorded"), _lock:
        sounddevice = _run(_load)
        stream = _open(lambda: _open_input(sounddevice, device, block_s, callback))
    try:
        yield stream
    finally:
        _close(sounddevice, stream)


@contextlib.contextmanager
def open_output(sample_rate: int, n_channels: int) -> Iterator[Any]:
    """Play on the sound card that the system prefers at this moment.

    Args:
        sample_rate: In Hz.
        n_channels: Of what is written.

    Yields:
        The running ``sounddevice.RawOutputStream``, which takes 16-bit samples, and the error that it raises when the
        card goes away.

    Raises:
        PlaybackError: There is no card, or another program holds it.
    """
    with _told_as(PlaybackError, "played"), _lock:
        sounddevice = _run(_load)
        stream = _open(lambda: _open_output(sounddevice, sample_rate, n_channels))
    try:
        yield stream, sounddevice.PortAudioError
    finally:
        _close(sounddevice, stream)


def leave_sound_cards() -> None:
    """Do not tidy up at the end of the process: a card hangs, and PortAudio would hang with it."""
    sounddevice: Any = sys.modules.get("sounddevice")
    # It has neither as long as it is being loaded.
    if hasattr(sounddevice, "_lib"):
        keep_loaded(sounddevice._lib)
    if hasattr(sounddevice, "_exit_handler"):
        atexit.unregister(sounddevice._exit_handler)


def _end() -> None:
    """The process ends: nobody may be in PortAudio when sounddevice ends it, or go there afterwards."""
    if not _lock.acquire(timeout=_END_S):
        leave_sound_cards()


def _query(sounddevice: Any) -> tuple[InputDevice, ...]:
    if not _n_open:
        # A device that is just being plugged in or out may fail once; the list is empty then.
        with contextlib.suppress(sounddevice.PortAudioError):
            _restart(sounddevice)
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


def _restart(sounddevice: Any) -> None:
    sounddevice._terminate()
    sounddevice._initialize()


def _describe(index: int, device: dict[str, Any], is_default: bool) -> InputDevice:
    rate = round(device["default_samplerate"])
    return InputDevice(index, str(device["name"]), int(device["max_input_channels"]), rate, is_default)


def _open_input(sounddevice: Any, device: InputDevice, block_s: float, callback: Callable[..., None]) -> Any:
    """Try the device's own form first."""
    most = device.n_channels
    own = [most] if most <= _MOST_OWN_CHANNELS else []
    refused_channels = None
    for n_channels in dict.fromkeys([*own, min(2, most), 1, most]):
        for rate in dict.fromkeys((device.sample_rate, *_USUAL_RATES)):
            if n_channels == refused_channels:
                break
            options = {"device": device.index, "channels": n_channels, "samplerate": rate, "dtype": "float32"}
            options |= {"blocksize": round(rate * block_s), "latency": _INPUT_LATENCY_S, "callback": callback}
            try:
                return _start(sounddevice, sounddevice.InputStream, options)
            except sounddevice.PortAudioError as error:
                code = error.args[1] if len(error.args) > 1 else None
                if code == _BAD_CHANNELS:
                    refused_channels = n_channels
                elif code != _BAD_RATE:
                    raise MicrophoneError(_explain_input(device.name, error)) from error
    raise MicrophoneError(
        f"The microphone “{device.name}” takes none of the usual numbers of channels and sample rates. Choose another "
        "one, or set it to 48000 Hz in the system's sound settings."
    )


def _open_output(sounddevice: Any, sample_rate: int, n_channels: int) -> Any:
    options = {"channels": n_channels, "samplerate": sample_rate, "dtype": "int16", "latency": _OUTPUT_LATENCY_S}
    try:
        try:
            return _start(sounddevice, sounddevice.RawOutputStream, options)
        except sounddevice.PortAudioError:
            if _n_open:
                raise
            # The list of devices is frozen when PortAudio starts: headphones may have been plugged in since.
            _restart(sounddevice)
            return _start(sounddevice, sounddevice.RawOutputStream, options)
    except sounddevice.PortAudioError as error:
        raise PlaybackError(_explain_output(error)) from error


def _start(sounddevice: Any, create: Callable[..., Any], options: dict[str, Any]) -> Any:
    stream = create(**options)
    try:
        stream.start()
    except sounddevice.PortAudioError:
        stream.close()
        raise
    return stream


def _open(action: Callable[[], Any]) -> Any:
    global _n_open
    stream = _run(action)
    _n_open += 1
    return stream


def _close(sounddevice: Any, stream: Any) -> None:
    global _n_open

    def let_go() -> None:
        # A device that is gone complains once more.
        for action in (stream.abort, stream.close):
            with contextlib.suppress(sounddevice.PortAudioError):
                action()

    with _lock, contextlib.suppress(TimeoutError):
        _run(let_go)
        _n_open -= 1


def _explain_input(name: str, error: Exception) -> str:
    if _is_busy(error):
        return f"The microphone “{name}” is in use by another program. Close that one and try again."
    if any(word in str(error).lower() for word in _DENIED_WORDS):
        return f"The system forbids recording from “{name}”. Allow it in the system's privacy settings and try again."
    return f"The microphone “{name}” could not be opened ({error.args[0]}). Connect it again, or choose another one."


def _explain_output(error: Exception) -> str:
    text = str(error.args[0]) if error.args else str(error)
    if "querying device" in text.lower():
        return "No sound card was found. Connect one and press Play again."
    if _is_busy(error):
        return "The sound card is in use by another program. Close that one and press Play again."
    return f"The sound card could not be opened ({text}). Choose another one in the system and press Play again."


def _is_busy(error: Exception) -> bool:
    return error.args[1:2] == (_UNAVAILABLE,) or any(word in str(error).lower() for word in _BUSY_WORDS)


def _run(action: Callable[[], Result]) -> Result:
    """Talk to the sound card, which may never answer; the lock is held."""
    global _n_open
    try:
        return run_in_time(action, HANG_S)
    except TimeoutError:
        # What hangs counts as open for ever.
        _n_open += 1
        leave_sound_cards()
        raise


@contextlib.contextmanager
def _told_as(kind: type[GenrescopeError], verb: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise kind("The sound card does not answer. Connect it once more and start Genrescope again.") from error
    except (ImportError, OSError) as error:
        raise kind(
            f"Sound cannot be {verb} because PortAudio is missing. Install it (on Debian and Ubuntu: libportaudio2) "
            "and start Genrescope again."
        ) from error


def _load() -> Any:
    # Late: PortAudio looks at every device when it is loaded.
    import sounddevice

    keep_loaded(sounddevice._lib)
    # After sounddevice's own, so that it comes before it.
    atexit.unregister(_end)
    atexit.register(_end)
    return sounddevice


# Already here: the process may end while PortAudio is being loaded.
atexit.register(_end)
