"""What this computer can listen to, as the page uses it. The only part of it that knows the recording code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.pages.listen.recorder import SoundSource, SoundSourceError
from app.gui.playback.spectrum import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from core.audio.recorder import Recorder


def list_sources() -> list[str]:
    """The ids of what there is to listen to now, microphones first; perhaps none. Blocks."""
    # Late: the window is on the screen before anything of sound is needed.
    from PIL import ImageTk  # noqa: F401 - what the running spectrogram needs takes too long in Tk's thread

    from core.audio.sound_source import list_sound_sources

    return [source.id for source in list_sound_sources()]


def open_source(source_id: str) -> SoundSource:
    """Open a source, or the system's favourite of its kind where this one is gone. Blocks.

    Args:
        source_id: Of ``list_sources``, or ``sources.DEFAULT_ID``.

    Raises:
        SoundSourceError: Nothing can be opened.
    """
    from core.audio.sound_source import open_sound_source
    from core.errors import MicrophoneError

    try:
        return _OpenSource(open_sound_source(source_id, SAMPLE_RATE))
    except MicrophoneError as error:
        raise SoundSourceError(str(error)) from error


class _OpenSource:
    """A recording with the page's errors."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @property
    def name(self) -> str:
        return self._recorder.device.name

    @property
    def sample_rate(self) -> int:
        return self._recorder.sample_rate

    @property
    def is_mute(self) -> bool:
        return self._recorder.is_mute

    def read(self) -> npt.NDArray[np.float32]:
        from core.errors import MicrophoneError

        try:
            return self._recorder.read()
        except MicrophoneError as error:
            raise SoundSourceError(str(error)) from error

    def take_notes(self) -> list[str]:
        return self._recorder.take_notes()

    def close(self) -> None:
        self._recorder.close()
