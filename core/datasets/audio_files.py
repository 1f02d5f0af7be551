"""Which files of a folder are music, and which of them are of use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

#: Others (covers, playlists, lyrics) are passed over.
AUDIO_SUFFIXES: Final = frozenset(
    {
        *(".aac", ".ac3", ".aif", ".aifc", ".aiff", ".ape", ".au", ".caf", ".flac", ".m4a", ".m4b", ".mka", ".mp2"),
        *(".mp3", ".mp4", ".mpc", ".oga", ".ogg", ".opus", ".spx", ".tta", ".w64", ".wav", ".webm", ".wma", ".wv"),
    }
)


#: A clip with less sound than this says nothing about its genre, in seconds.
MIN_CLIP_S: Final = 5.0

#: A clip whose loudest sample is quieter is silence, in dB below full scale.
SILENCE_DB: Final = -60.0


def find_audio_files(folder: Path, is_passed_over: Callable[[Path], bool] | None = None) -> list[Path]:
    """All audio files in a folder and its subfolders, by their suffix, sorted.

    Links are not followed, so that no file comes twice; hidden files and folders are passed over.

    Args:
        folder: Where to look.
        is_passed_over: Tells of a folder whether to leave it out, with all that is in it.
    """
    found: list[Path] = []
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            entries = list(os.scandir(current))
        except OSError:
            if current == folder:
                raise
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if is_passed_over is None or not is_passed_over(path):
                    waiting.append(path)
            elif path.suffix.lower() in AUDIO_SUFFIXES and entry.is_file(follow_symlinks=False):
                found.append(path)
    return sorted(found)


def printable_name(path: Path | str) -> str:
    """A path as text that every file and terminal can take: bytes that are no text become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
