"""Opening a file so that nothing but its own bytes can be reached, and never waiting for a pipe."""

from __future__ import annotations

import io
import os
import stat
import time
from pathlib import Path
from typing import BinaryIO

from core.audio.limits import DecodeBudget
from core.errors import AudioNotFoundError

AudioSource = Path | str | bytes | BinaryIO

# Neither flag exists everywhere: Windows has no O_NONBLOCK, Unix has no O_BINARY.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_LONGEST_SUFFIX = 8


def display_name(source: AudioSource) -> str:
    """Return the file's name for messages; bytes that are no text are escaped.

    Args:
        source: Path, or an open file (its ``name`` is used if it has one).
    """
    name = source if isinstance(source, (str, bytes, Path)) else getattr(source, "name", None)
    if not isinstance(name, (str, bytes, Path)) or not name:
        return "audio"
    return os.fsencode(Path(os.fsdecode(name)).name).decode("utf-8", "backslashreplace") or "audio"


def open_plain_file(path: Path | str | bytes) -> BinaryIO:
    """Open a regular file for reading, unbuffered.

    Args:
        path: Any name that the system allows, also one that is not valid UTF-8.

    Raises:
        AudioNotFoundError: There is no such file, it is a folder, a pipe, a device or a socket, or it may not be read.
    """
    name = display_name(path)
    try:
        # Looked at before opening, because opening alone already acts on some devices …
        _validate_plain(os.stat(path).st_mode, name)  # noqa: PTH116 - pathlib knows no bytes paths
        # … and once more after it, because the name may mean another file by now. O_NONBLOCK: a pipe that slipped in
        # between does not wait for its writer.
        descriptor = os.open(path, _OPEN_FLAGS)
        try:
            _validate_plain(os.fstat(descriptor).st_mode, name)
            return open(descriptor, "rb", buffering=0)  # noqa: PTH123 - pathlib opens no descriptors
        except BaseException:
            os.close(descriptor)
            raise
    except FileNotFoundError as error:
        raise AudioNotFoundError(f"There is no file “{name}”.") from error
    except PermissionError as error:
        raise AudioNotFoundError(f"“{name}” may not be read: permission denied.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AudioNotFoundError(f"“{name}” could not be opened: {reason}.") from error


def _validate_plain(mode: int, name: str) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise AudioNotFoundError(f"“{name}” is a folder, not an audio file.")
    raise AudioNotFoundError(f"“{name}” is no plain file but a pipe, device or socket, and is not read.")


class GuardedReader:
    """The file as the decoders see it: reads end once the time is up, and nothing raises.

    Decoders call it from C, where a Python exception cannot pass: it would be printed, or come back later in the wrong
    place. So an error and the end of the time both look like the end of the file, and are told by ``read_error`` and
    the budget.

    Attributes:
        name: Tells FFmpeg no more than the file's suffix, which some formats are recognised by.
        read_error: What the system said when a read failed.
    """

    def __init__(self, file: BinaryIO, budget: DecodeBudget, file_name: str) -> None:
        self._file = file
        self._budget = budget
        suffix = Path(file_name).suffix.lower()
        suffix_is_plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= _LONGEST_SUFFIX
        self.name = f"audio{suffix}" if suffix_is_plain else "audio"
        self.read_error: str | None = None

    def read(self, n_bytes: int = -1) -> bytes:
        """Read up to ``n_bytes``; nothing at the end, after an error and when the time is up."""
        if self._budget.is_used_up():
            return b""
        started = time.monotonic()
        try:
            data = self._file.read(n_bytes)
        except (OSError, ValueError) as error:
            self.read_error = getattr(error, "strerror", None) or str(error)
            return b""
        self._budget.count_read(len(data), time.monotonic() - started)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position; return it, or -1 where there is none (both C libraries take that as a failure)."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1

    def tell(self) -> int:
        """Return the position in bytes."""
        try:
            return self._file.tell()
        except (OSError, ValueError):
            return -1

    def rewind(self) -> None:
        """Go back to the first byte, for the next backend."""
        self.seek(0)
