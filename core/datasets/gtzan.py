"""GTZAN: 1,000 clips of 30 s in ten genres.

Citations:
    G. Tzanetakis and P. Cook: Musical genre classification of audio signals. IEEE Transactions on Speech and Audio
    Processing 10(5), 2002. The dataset.
    B. L. Sturm: The state of the art ten years after a state of the art: future research in music information
    retrieval. Journal of New Music Research 43(2), 2014. Its faults, and the index of artists.
    C. Kereliuk, B. L. Sturm and J. Larsen: Deep learning and music adversaries. IEEE Transactions on Multimedia 17(11),
    2015. The split without the faults and with no artist on two sides.

Licence: none was ever given; the recordings are copyrighted. For research only, and not to be passed on.

The split is that of ``train_filtered.txt``, ``valid_filtered.txt`` and ``test_filtered.txt`` where these lie beside the
audio or are given; tracks that they do not name are left out. Elsewhere it is drawn by the seed, by artist where
``GTZANindex.txt`` is there, else by track, which flatters every model: an artist has several clips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from core.datasets.audio_files import AUDIO_SUFFIXES
from core.datasets.pack_format import GTZAN_FORMAT, PackFormat
from core.datasets.registry import Dataset, Track, register_dataset
from core.datasets.splits import SplitItem, draw_split, group_by_artist_or_bytes
from core.errors import DatasetError

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
SPLIT_LISTS = {"train": "train_filtered.txt", "val": "valid_filtered.txt", "test": "test_filtered.txt"}
ARTIST_INDEX = "GTZANindex.txt"

# Where copies of the dataset keep the genres' folders.
_AUDIO_FOLDERS = ("", "genres", "genres_original", "Data/genres_original")
_TRACK_ID = re.compile(rf"(?:{'|'.join(GENRES)})\.\d{{5}}")


@register_dataset("gtzan")
class GtzanDataset(Dataset):
    """GTZAN in one folder per genre, as WAV, AU or anything else."""

    pack_format: ClassVar[PackFormat | None] = GTZAN_FORMAT

    def _read_tracks(self) -> list[Track]:
        folder = self._find_audio_folder()
        paths = {
            path.stem: path
            for genre in GENRES
            for path in sorted((folder / genre).glob("*"))
            if _TRACK_ID.fullmatch(path.stem) and path.suffix.lower() in (*AUDIO_SUFFIXES, ".snd")
        }
        artists = self._read_artist_index(folder)
        if lists := self._find_split_lists(folder):
            splits = _read_split_lists(lists)
            missing = [track_id for track_id in splits if track_id not in paths]
            if missing:
                self.notes.append(f"{len(missing)} of {len(splits)} tracks of the split lists have no audio here.")
            track_ids = [track_id for track_id in splits if track_id in paths]
        else:
            track_ids = sorted(paths)
            known = [artists.get(track_id, "") for track_id in track_ids]
            groups = group_by_artist_or_bytes([paths[track_id] for track_id in track_ids], known)
            items = [SplitItem(_genre_of(track_id), group) for track_id, group in zip(track_ids, groups, strict=True)]
            splits = dict(zip(track_ids, draw_split(items, self.options.seed), strict=True))
            self.notes.append(
                "The published split lists are not here: the split was drawn by "
                + ("artist." if artists else "track, so artists may sit in two splits and results will flatter.")
            )
        return [
            Track(track_id, paths[track_id], _genre_of(track_id), artists.get(track_id, ""), splits[track_id])
            for track_id in track_ids
        ]

    def _find_audio_folder(self) -> Path:
        for name in _AUDIO_FOLDERS:
            folder = self.source / name
            if any((folder / genre).is_dir() for genre in GENRES):
                return folder
        raise DatasetError(f"“{self.source}” is not GTZAN: it has no folder of a genre, such as “{GENRES[0]}”.")

    def _find_split_lists(self, folder: Path) -> dict[str, Path]:
        given = self.options.split_lists
        for place in [given] if given else [self.source, folder]:
            lists = {split: place / name for split, name in SPLIT_LISTS.items()}
            absent = [path.name for path in lists.values() if not path.is_file()]
            if not absent:
                return lists
            if given or len(absent) < len(lists):
                raise DatasetError(f"“{place}” lacks {', '.join(absent)} of GTZAN's split lists; all three are needed.")
        return {}

    def _read_artist_index(self, folder: Path) -> dict[str, str]:
        given = self.options.artist_index
        for path in [given] if given else [self.source / ARTIST_INDEX, folder / ARTIST_INDEX]:
            if path.is_file():
                return dict(_parse_artist_lines(_read_lines(path)))
            if given:
                raise DatasetError(f"There is no artist index “{given}”.")
        return {}


def _genre_of(track_id: str) -> str:
    return track_id.partition(".")[0]


def _read_lines(path: Path) -> list[str]:
    try:
        # The index is older than its readers' agreement on UTF-8.
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DatasetError(f"“{path}” could not be read: {error}") from error


def _read_split_lists(lists: dict[str, Path]) -> dict[str, str]:
    """The split of each track that the lists name, in their order."""
    splits: dict[str, str] = {}
    for split, path in lists.items():
        for line in filter(None, map(str.strip, _read_lines(path))):
            track_id = line.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
            if not _TRACK_ID.fullmatch(track_id):
                raise DatasetError(f"“{line}” in “{path}” is no track of GTZAN, such as “blues/blues.00029.wav”.")
            if splits.setdefault(track_id, split) != split:
                raise DatasetError(f"The split lists name “{track_id}” in {splits[track_id]} and in {split}.")
    return splits


def _parse_artist_lines(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Track and artist of lines like ``blues.00002.wav ::: John Lee Hooker ::: Think Twice Before You Go``."""
    for line in lines:
        name, *rest = (part.strip() for part in line.split(":::"))
        track_id = name.rpartition(".")[0]
        if rest and rest[0] and _TRACK_ID.fullmatch(track_id):
            yield track_id, rest[0]
