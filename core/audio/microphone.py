"""Recording from a microphone."""

from __future__ import annotations

from functools import partial

from core.audio.decode import DEFAULT_SAMPLE_RATE
from core.audio.port_audio import InputDevice, list_input_devices, open_input
from core.audio.recorder import BLOCK_S, Recorder, choose_device
from core.errors import MicrophoneError


class Microphone(Recorder):
    """A microphone that is open: a context manager to read from, in one thread.

    Attributes:
        device: The one that is open.
        sample_rate: Of what is read, in Hz.

    Args:
        name: Of the device, or a part of it; ``None`` for the system's favourite. If it is gone, the favourite is taken
            instead, with a note.
        sample_rate: Of what is read, in Hz.

    Raises:
        MicrophoneError: There is none, or it cannot be opened.
    """

    device: InputDevice

    def __init__(self, name: str | None = None, sample_rate: int = DEFAULT_SAMPLE_RATE) -> None:
        devices = list_input_devices()
        if not devices:
            raise MicrophoneError("No microphone was found. Connect one and listen again.")
        device, note = choose_device("microphone", name, devices)
        super().__init__(device, partial(open_input, device, BLOCK_S), sample_rate, note)

    @property
    def _went_away(self) -> str:
        return f"The microphone “{self.device.name}” went away. Connect it once more and listen again."

    @property
    def _delivers_zeros(self) -> str:
        # No real microphone is perfectly quiet. To programs without permission, macOS gives zeros and no error.
        return (
            f"The microphone “{self.device.name}” delivers nothing at all. Switch it on; on macOS, allow the program "
            "to use it in System Settings → Privacy & Security → Microphone."
        )
