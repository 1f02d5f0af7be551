"""From what a person dropped or chose to the files to analyse."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: Which files of a folder are tried. A file that is given by itself is always tried.
AUDIO_SUFFIXES: Final = frozenset(
    {
        *(".aac", ".aif", ".aifc", ".aiff", ".ape", ".au", ".caf", ".flac", ".m4a", ".m4b", ".mka", ".mp2", ".mp3"),
        *(".mp4", ".mpc", ".oga", ".ogg", ".opus", ".spx", ".tta", ".w64", ".wav", ".webm", ".wma", ".wv"),
    }
)

#: More than anyone wants to watch; whole libraries are a task of their own.
MAX_FILES: Final = 500


@dataclass
class GivenFiles:
    """What came of one gift.

    Attributes:
        paths: Absolute, each once, in the order given.
        notice: A sentence for the person, where something was left out.
    """

    paths: list[str] = field(default_factory=list)
    notice: str | None = None


def collect_given_files(names: Sequence[str]) -> GivenFiles:
    """Resolve names, and take the audio files that lie directly in a folder. Touches the disk.

    Args:
        names: Of files and folders, as Tk delivers them.
    """
    found: dict[str, None] = {}
    empty_folders = []
    for path in (find_existing_path(name) for name in names):
        if path.is_dir():
            inside = list_audio_files(path)
            found.update(dict.fromkeys(map(str, inside)))
            if not inside:
                empty_folders.append(path.name)
        else:
            found[str(path)] = None
    paths = list(found)
    if len(paths) > MAX_FILES:
        notice = f"Taken: the first {MAX_FILES} of {len(paths)} files."
        return GivenFiles(paths[:MAX_FILES], notice)
    if empty_folders:
        folders = ", ".join(f"“{os.fsencode(name).decode('utf-8', 'backslashreplace')}”" for name in empty_folders)
        return GivenFiles(paths, f"No audio files lie directly in {folders}. Subfolders are not searched.")
    return GivenFiles(paths)


def list_audio_files(folder: Path) -> list[Path]:
    """Audio files directly in a folder, by their suffix, sorted by name; none where it cannot be read."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name.casefold())
    except OSError:
        return []
    return [
        path
        for path in entries
        if path.suffix.lower() in AUDIO_SUFFIXES and not path.name.startswith(".") and path.is_file()
    ]


def find_existing_path(name: str) -> Path:
    """The path that Tk means by a name.

    Tk reads a byte that is no UTF-8 as the letter of the same number, so such a name points nowhere. It is looked for
    among what really lies in the folder.

    Args:
        name: Of a file or folder, as Tk delivers it.
    """
    path = Path(name).absolute()
    if os.path.lexists(path) or path.parent == path:
        return path
    folder = find_existing_path(str(path.parent))
    try:
        return next(entry for entry in folder.iterdir() if _as_tk_reads(entry.name) == path.name)
    except (StopIteration, OSError):
        return path


def _as_tk_reads(name: str) -> str:
    # Python keeps the byte 0xE9, where it is no text, as the surrogate U+DCE9.
    return "".join(chr(ord(letter) - 0xDC00) if "\udc80" <= letter <= "\udcff" else letter for letter in name)
