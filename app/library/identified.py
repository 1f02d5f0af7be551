"""What came of one file, on its way into the library."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.contract import Prediction, TrackProblem
from core.types import FloatArray


@dataclass(frozen=True)
class FileState:
    """By which it is seen that a file has not changed.

    Attributes:
        size: In bytes.
        mtime_ns: When it was last changed.
    """

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> FileState | None:
        """As it is now; ``None`` where nobody can say."""
        try:
            status = path.stat()
        except (OSError, ValueError):
            return None
        return cls(status.st_size, status.st_mtime_ns)


@dataclass(frozen=True)
class Identified:
    """What came of one file.

    Attributes:
        path: Of the file, as ``locate`` gives it; ``None`` for an upload.
        file_name: For display.
        state: Of the file before it was read; ``None`` for an upload.
        model_id: Of the model that was asked.
        prediction: The answer; ``None`` where there was none.
        embedding: float32 ``[n_dims]``, of the answer; empty where all was silence.
        problem: Why there was no answer.
    """

    path: Path | None
    file_name: str
    state: FileState | None
    model_id: str
    prediction: Prediction | None = None
    embedding: FloatArray | None = None
    problem: TrackProblem | None = None


def locate(path: Path) -> Path:
    """The one path by which the library knows a file: links to folders are followed, the file's own name stays."""
    try:
        return path.parent.resolve() / path.name
    except (OSError, RuntimeError, ValueError):  # links that lead in a circle, a name that is none
        return path


def display_path(path: bytes) -> str:
    """A path as text: bytes that are no text become escapes."""
    return path.decode("utf-8", "backslashreplace")


def encode_path(path: Path) -> bytes:
    """A path as the library keeps it."""
    return os.fsencode(path)
