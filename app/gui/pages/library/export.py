"""Writes tracks into files of other programs. Runs beside Tk's thread."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from app.contract import Track, TrackFilters
from app.gui import wording
from app.gui.client import ApiClient

#: Stands in a playlist for each track.
_ENTRY: Final = b"#EXTINF:"
#: What no file system, or not every one, allows in a name.
_FORBIDDEN: Final = r'[<>:"/\\|?*\x00-\x1f]'


def write_table(client: ApiClient, format: Literal["csv", "json"], filters: TrackFilters, path: Path) -> str:
    """Write all tracks into one file.

    Returns:
        What was done, as a sentence.

    Raises:
        OSError: When it cannot be written; a file that was there before is left as it was.
        ApiError: When the API cannot give them.
        ApiUnavailableError: When the API is gone.
    """
    replace_file(path, client.export_tracks(format, filters))
    return f"The songs are in “{path.name}”."


def write_playlists(client: ApiClient, filters: TrackFilters, folder: Path) -> str:
    """Write one playlist for each genre among the tracks, as the person set it, or else as it was heard.

    Raises:
        OSError: When they cannot be written.
        ApiError: When the API cannot give them.
        ApiUnavailableError: When the API is gone.
    """
    tracks = TypeAdapter(list[Track]).validate_json(client.export_tracks("json", filters))
    genres = {genre for track in tracks if (genre := track.corrected_label or track.label) is not None}
    n_written = 0
    for genre in sorted(genres, key=str.casefold):
        playlist = client.export_tracks("m3u8", filters.model_copy(update={"label": genre}))
        if _ENTRY in playlist:
            name = re.sub(_FORBIDDEN, "-", wording.genre_name(genre))
            replace_file(folder / f"Genrescope – {name}.m3u8", playlist)
            n_written += 1
    if not n_written:
        return "There is no song to put into a playlist."
    playlists = "One playlist is" if n_written == 1 else f"{n_written} playlists, one for each genre, are"
    return f"{playlists} in “{folder.name or folder}”."


def replace_file(path: Path, content: bytes) -> None:
    """Write a file as a whole, or leave it as it was.

    Raises:
        OSError: When it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
