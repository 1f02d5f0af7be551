"""Which files a job is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.library.identified import locate
from core.audio.source import display_name, open_plain_file
from core.datasets.audio_files import find_audio_files
from core.errors import AudioNotFoundError


class UnwantedError(Exception):
    """Nobody waits for the files any more."""


def validate_job_paths(paths: Sequence[Path]) -> None:
    """Make sure that there is something to do; single files that are missing become problem files of the job.

    Raises:
        AudioNotFoundError: When none of the paths is a folder or a plain file that may be read.
    """
    refusals: list[AudioNotFoundError] = []
    for path in paths:
        try:
            if not _is_folder(path):
                open_plain_file(path).close()
            return
        except AudioNotFoundError as error:
            refusals.append(error)
    raise refusals[0]


def find_job_files(
    paths: Iterable[Path], recursive: bool, is_wanted: Callable[[], bool]
) -> tuple[set[Path], list[str]]:
    """The files among the paths, whatever they are called, and the music in the folders among them, by its suffix.

    Args:
        paths: Absolute.
        recursive: Whether folders inside the folders count too.
        is_wanted: Asked again and again: whether to go on.

    Returns:
        The files, as ``locate`` gives them, and one sentence for each folder that could not be read.

    Raises:
        UnwantedError: When it was not wanted any more.
    """
    found: set[Path] = set()
    notes: list[str] = []

    def is_passed_over(folder: Path) -> bool:
        if not is_wanted():
            raise UnwantedError
        return not recursive

    for path in paths:
        if not _is_folder(path):
            found.add(locate(path))
            continue
        try:
            found.update(find_audio_files(path.resolve(), is_passed_over))
        except OSError as error:
            notes.append(f"“{display_name(path)}” could not be read: {error.strerror or error}.")
    return found, notes


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
