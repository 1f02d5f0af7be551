"""What was heard, as a file: written while it comes, kept when the person saves it, else deleted.

Memory stays as it is, however long it takes, and what is on the disk is a whole WAV at any moment.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import wave
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

#: A WAV cannot be larger than 4 GiB: at 22 050 Hz that is a day, and then some.
MAX_S: Final = 24 * 3600
_LOUDEST: Final = 32767
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class RecordingError(Exception):
    """The recording cannot go on, or could not be saved; the message is a sentence for the person."""


class Recordings:
    """The folder of this window's recordings; gone with the window."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def begin(self, sample_rate: int) -> Recording:
        """A new file.

        Args:
            sample_rate: Of what will be written, in Hz.

        Raises:
            RecordingError: There is no room, or no folder for passing things.
        """
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="genrescope-"))
            # Identify and the history show this name.
            stem = f"Heard {datetime.now():%Y-%m-%d %H.%M.%S}"
            path = self._folder / f"{stem}.wav"
            number = 2
            while path.exists():
                path = self._folder / f"{stem} ({number}).wav"
                number += 1
            return Recording(path, sample_rate)
        except OSError as error:
            raise RecordingError(f"Nothing can be recorded: {_reason(error)}.") from error

    def delete(self) -> None:
        """The window closes: what was not saved goes with it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


class Recording:
    """One file that grows, 16 bits and mono. Written in one thread; saved from any, once it is closed.

    Args:
        path: Where it lies until it is saved or forgotten.
        sample_rate: In Hz.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        self.path = path
        self.sample_rate = sample_rate
        self._n_samples = 0
        # Not soundfile's: it says of a full disk only that fewer samples were written than it was given.
        self._raw = path.open("wb", buffering=0)
        self._file: wave.Wave_write | None = wave.Wave_write(self._raw)
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(sample_rate)

    @property
    def duration_s(self) -> float:
        """How much is recorded, in seconds."""
        return self._n_samples / self.sample_rate

    @property
    def is_open(self) -> bool:
        """Whether it still grows."""
        return self._file is not None

    def write(self, samples: npt.NDArray[np.float32]) -> None:
        """Add sound; once closed, nothing happens.

        Args:
            samples: float32 mono ``[n_samples]``.

        Raises:
            RecordingError: No more can be written. What was written before is closed and stays.
        """
        if self._file is None:
            return
        if self.duration_s >= MAX_S:
            self.close()
            raise RecordingError("A recording holds 24 hours, so this one ends here; listening goes on.")
        import numpy as np

        data = (np.nan_to_num(samples).clip(-1, 1) * _LOUDEST).astype("<i2")
        try:
            self._file.writeframes(data.tobytes())
        except OSError as error:
            self.close()
            raise RecordingError(f"The recording ends here, because {_reason(error)}; listening goes on.") from error
        self._n_samples += len(data)

    def close(self) -> None:
        """It grows no more; more than once does no harm."""
        file, self._file = self._file, None
        if file is not None:
            # On a full disk even the last word of the header may have no room; readers count the bytes themselves.
            with contextlib.suppress(OSError):
                file.close()
            self._raw.close()

    def save(self, target: Path) -> None:
        """Copy it to where the person wants it, as a whole or not at all. Blocks.

        Args:
            target: What is there is replaced.

        Raises:
            RecordingError: It cannot be written there.
        """
        part = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
        try:
            shutil.copyfile(self.path, part)
            part.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            name = os.fsencode(target.name).decode("utf-8", "backslashreplace")
            raise RecordingError(
                f"“{name}” could not be saved: {_reason(error)}. Choose another folder or name."
            ) from error

    def forget(self) -> None:
        """Close and delete it."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    if error.errno in _NO_ROOM:
        return "the disk is full"
    return (error.strerror or str(error) or "unknown error")[:1].lower() + (error.strerror or str(error))[1:]
