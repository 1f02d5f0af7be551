"""The sound of one file, decoded beside the window and kept in a temporary file: a long recording needs no memory.

One thread decodes while another one plays what is there already.
"""

from __future__ import annotations

import tempfile
import threading
from typing import IO, Final

from app.gui.playback.sound_card import PlaybackError

#: In Hz. Higher than the model's: this is for ears.
SAMPLE_RATE: Final = 44_100
#: The most values that ``DecodedSound.decode`` returns.
N_FINE_PEAKS: Final = 12_000
_BYTES_PER_FRAME: Final = 2


class DecodedSound:
    """A file as 16-bit mono. Safe to use from several threads.

    Args:
        path: Of the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._changed = threading.Condition()
        self._file: IO[bytes] | None = None
        self._n_frames = 0
        self._is_complete = False
        self._is_closed = False
        self._problem: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether it could not be decoded; another try may."""
        with self._changed:
            return self._problem is not None

    def decode(self) -> tuple[float, ...]:
        """Decode everything; ``read`` works meanwhile. Ends early once the sound is closed.

        Returns:
            The largest absolute sample of equal parts, 0..1: finer than what the API sends.

        Raises:
            PlaybackError: The file cannot be read any more, or there is no room for its sound.
        """
        # Late: the window is on the screen before these are needed.
        from core.errors import AudioError

        try:
            return self._decode()
        except AudioError as error:
            self._fail(str(error))
            raise PlaybackError(str(error)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            sentence = f"The sound could not be kept in the folder for temporary files: {reason}."
            self._fail(sentence)
            raise PlaybackError(sentence) from error

    def read(self, start: int, n_frames: int) -> bytes:
        """A stretch of the sound, 16-bit little-endian mono. Waits until it is decoded.

        Args:
            start: In frames.
            n_frames: The most to be returned; less comes at the end, and nothing after it.

        Raises:
            PlaybackError: The stretch could not be decoded.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_complete or self._is_closed or self._n_frames >= start + n_frames)
            if self._is_closed or self._file is None or start >= self._n_frames:
                if self._problem is not None:
                    raise PlaybackError(self._problem)
                return b""
            self._file.seek(_BYTES_PER_FRAME * start)
            return self._file.read(_BYTES_PER_FRAME * n_frames)

    def close(self) -> None:
        """Forget the sound; whoever decodes or reads it comes to an end."""
        with self._changed:
            self._is_closed = True
            if self._file is not None:
                self._file.close()
                self._file = None
            self._changed.notify_all()

    def _decode(self) -> tuple[float, ...]:
        import numpy as np

        from core.audio.decode import open_audio
        from core.audio.peaks import PeakAccumulator

        peaks = PeakAccumulator(N_FINE_PEAKS)
        with open_audio(self.path, SAMPLE_RATE) as stream:
            for block in stream:
                peaks.add(block)
                if not self._append((block.clip(-1, 1) * 32767).astype("<i2").tobytes()):
                    return ()
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()
        return tuple(float(peak) for peak in np.round(peaks.result(), 4))

    def _append(self, data: bytes) -> bool:
        """Keep more of the sound; whether it is still wanted."""
        with self._changed:
            if self._is_closed:
                return False
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="genrescope-")  # noqa: SIM115 - closed by ``close``
            self._file.seek(_BYTES_PER_FRAME * self._n_frames)
            self._file.write(data)
            self._n_frames += len(data) // _BYTES_PER_FRAME
            self._changed.notify_all()
        return True

    def _fail(self, sentence: str) -> None:
        with self._changed:
            self._problem = sentence
            self._is_complete = True
            self._changed.notify_all()
