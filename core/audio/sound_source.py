"""Everything that can be listened to: microphones, and what the computer plays. All are read in the same way."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Final, Literal

from core.audio.decode import DEFAULT_SAMPLE_RATE
from core.audio.loopback import SystemAudio, list_outputs
from core.audio.microphone import Microphone
from core.audio.port_audio import list_input_devices
from core.audio.recorder import Recorder
from core.errors import MicrophoneError

#: Opens whichever microphone the system prefers.
DEFAULT_MICROPHONE: Final = ""
#: Opens what the computer plays on whichever output the system prefers; the name of an output may follow a colon.
SYSTEM_AUDIO: Final = "System audio"

_SEPARATOR: Final = ": "


@dataclass(frozen=True)
class SoundSource:
    """Something that can be listened to.

    Attributes:
        kind: A microphone, or what the computer plays.
        name: Of the microphone, or of the output that plays, as the system calls it.
        is_default: Whether the system prefers it among those of its kind.
    """

    kind: Literal["microphone", "system_audio"]
    name: str
    is_default: bool

    @property
    def id(self) -> str:
        """For ``open_sound_source``, and for people; still the same when the device is plugged in again."""
        return self.name if self.kind == "microphone" else f"{SYSTEM_AUDIO}{_SEPARATOR}{self.name}"


def list_sound_sources() -> tuple[SoundSource, ...]:
    """What can be listened to at this moment, microphones first; perhaps nothing. Takes a moment.

    A kind that this computer does not offer is left out; opening it says why.
    """
    found: list[SoundSource] = []
    with contextlib.suppress(MicrophoneError):
        found += [SoundSource("microphone", device.name, device.is_default) for device in list_input_devices()]
    with contextlib.suppress(MicrophoneError):
        found += [SoundSource("system_audio", device.name, device.is_default) for device in list_outputs()]
    return tuple(found)


def open_sound_source(source_id: str = DEFAULT_MICROPHONE, sample_rate: int = DEFAULT_SAMPLE_RATE) -> Recorder:
    """Begin to listen. If the device is gone, the system's favourite of its kind is taken instead, with a note.

    Args:
        source_id: Of a ``SoundSource``, or a part of a microphone's name, or one of the constants above.
        sample_rate: Of what is read, in Hz.

    Raises:
        MicrophoneError: There is nothing of this kind, or it cannot be opened.
    """
    kind, _, output = source_id.partition(_SEPARATOR)
    if kind.casefold() == SYSTEM_AUDIO.casefold():
        return SystemAudio(output or None, sample_rate)
    return Microphone(source_id or None, sample_rate)
