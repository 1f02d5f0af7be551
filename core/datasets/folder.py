"""Your own music: one folder per genre, with whatever folders inside.

    Music/
        jazz/  Some Artist/Some Album/01.flac …
        rock/  song.mp3 …

Citation: none. Licence: as you have it; the pack is no audio, but do not pass it on without leave either.

The artist is read from the tags, and all tracks of one artist go into the same split. Where there is no artist,
identical files at least stay together.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from core.audio.decode import open_audio
from core.datasets.audio_files import find_audio_files, printable_name
from core.datasets.pack_format import SONG_FORMAT, PackFormat
from core.datasets.registry import Dataset, Track, register_dataset
from core.datasets.splits import SplitItem, draw_split, group_by_artist_or_bytes
from core.errors import AudioError, DatasetError


@register_dataset("folder")
class FolderDataset(Dataset):
    """Audio in one folder per genre."""

    pack_format: ClassVar[PackFormat | None] = SONG_FORMAT

    def _read_tracks(self) -> list[Track]:
        if not self.source.is_dir():
            raise DatasetError(f"“{self.source}” is not a folder.")
        files = find_audio_files(self.source)
        paths = [path for path in files if path.parent != self.source]
        if len(paths) < len(files):
            self.notes.append(f"{len(files) - len(paths)} files that lie in no genre's folder were left out.")
        genres = [printable_name(path.relative_to(self.source).parts[0]) for path in paths]
        artists = _unify_spelling([_read_artist(path) for path in paths])
        n_unknown = artists.count("")
        if n_unknown:
            self.notes.append(f"{n_unknown} of {len(paths)} files name no artist; each of them was split on its own.")
        groups = group_by_artist_or_bytes(paths, artists)
        splits = draw_split([SplitItem(*pair) for pair in zip(genres, groups, strict=True)], self.options.seed)
        track_ids = [printable_name(path.relative_to(self.source).as_posix()) for path in paths]
        return [Track(*row) for row in zip(track_ids, paths, genres, artists, splits, strict=True)]


def _read_artist(path: Path) -> str:
    try:
        with open_audio(path) as stream:
            return stream.metadata.artist or ""
    except AudioError:
        # What is wrong with the file is told when its sound is read.
        return ""


def _unify_spelling(artists: list[str]) -> list[str]:
    """Give “The Band” and “the  band” the spelling that comes first in the alphabet."""
    spelling: dict[str, str] = {}
    for artist in sorted(artists):
        spelling.setdefault(" ".join(artist.casefold().split()), artist)
    return [spelling[" ".join(artist.casefold().split())] for artist in artists]
