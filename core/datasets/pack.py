"""The log-mel pack: a dataset once its audio has been read.

Keys of the ``.npz``: ``log_mel`` uint8 ``[n_tracks, n_mels, n_frames]``, and ``track_id``, ``genre``, ``split``
(``train``, ``val``, ``test``) and ``artist`` (may be empty), each ``[n_tracks]`` of text.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import DatasetError
from core.features.handcrafted import FeatureTable
from core.types import FloatArray

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class LogMelPack:
    """Tracks of a dataset, or of one split of it.

    Attributes:
        log_mel: ``[n_tracks, n_mels, n_frames]``, each track scaled by its own range to 0..255. uint8; float32 where it
            holds other features than log-mels (``PackFormat.features``).
        track_ids: ``[n_tracks]``.
        genres: ``[n_tracks]``.
        splits: ``[n_tracks]``, each of ``SPLITS``.
        artists: ``[n_tracks]``, empty where unknown.
        label_names: All genres of the whole dataset, sorted.
        name: Of the dataset.
        track_features: float32 ``[n_tracks, n_features]`` that describe each whole track, where a table gave them.
    """

    log_mel: npt.NDArray[np.uint8] | npt.NDArray[np.float32]
    track_ids: npt.NDArray[np.str_]
    genres: npt.NDArray[np.str_]
    splits: npt.NDArray[np.str_]
    artists: npt.NDArray[np.str_]
    label_names: tuple[str, ...]
    name: str
    track_features: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.track_ids)

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """Index of each track's genre in ``label_names``, ``[n_tracks]``."""
        return np.searchsorted(np.array(self.label_names), self.genres).astype(np.int64)

    def select(self, split: str) -> LogMelPack:
        """The tracks of one split.

        Raises:
            DatasetError: When the pack has none of that split.
        """
        chosen = self.splits == split
        if not chosen.any():
            present = ", ".join(sorted(set(self.splits.tolist())))
            raise DatasetError(f"The pack “{self.name}” has no tracks of the split “{split}”; it has {present}.")
        return replace(
            self,
            log_mel=self.log_mel[chosen],
            track_ids=self.track_ids[chosen],
            genres=self.genres[chosen],
            splits=self.splits[chosen],
            artists=self.artists[chosen],
            track_features=None if self.track_features is None else self.track_features[chosen],
        )

    def attach_features(self, table: FeatureTable) -> LogMelPack:
        """The same tracks with their rows of a feature table beside them.

        Raises:
            DatasetError: When the table lacks a track.
        """
        rows = {track_id: row for row, track_id in enumerate(table.track_ids.tolist())}
        missing = [track_id for track_id in self.track_ids.tolist() if track_id not in rows]
        if missing:
            raise DatasetError(
                f"The feature table lacks {len(missing)} of the {len(self)} tracks of the pack “{self.name}”, "
                f"{missing[0]} for one."
            )
        order = [rows[track_id] for track_id in self.track_ids.tolist()]
        return replace(self, track_features=table.features[order].astype(np.float32))


def load_pack(path: Path) -> LogMelPack:
    """Read a pack and check what training and evaluation rely on.

    Raises:
        DatasetError: When it is missing, damaged or incomplete, or when an artist sits in two splits.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            log_mel = arrays["log_mel"]
            columns = [arrays[key].astype(str) for key in ("track_id", "genre", "split", "artist")]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"“{path}” is not a log-mel pack that can be read: {error}") from error
    track_ids, genres, splits, artists = columns
    if log_mel.dtype not in (np.uint8, np.float32) or log_mel.ndim != 3:
        raise DatasetError(
            f"log_mel in “{path}” is {log_mel.dtype}{list(log_mel.shape)}; it must be uint8 [tracks, mels, frames]."
        )
    if any(len(column) != len(log_mel) for column in columns):
        raise DatasetError(f"The arrays of “{path}” have different lengths; the pack must be made again.")
    unknown = set(splits.tolist()) - set(SPLITS)
    if unknown:
        raise DatasetError(f"“{path}” has splits {sorted(unknown)}; known are {', '.join(SPLITS)}.")
    validate_no_artist_leak(splits, artists)
    label_names = tuple(sorted(set(genres.tolist())))
    return LogMelPack(log_mel, track_ids, genres, splits, artists, label_names, path.stem.removesuffix("_logmel"))


def validate_no_artist_leak(splits: npt.NDArray[np.str_], artists: npt.NDArray[np.str_]) -> None:
    """Refuse a split where a model could recognise the artist instead of the genre.

    Raises:
        DatasetError: With the names that leak.
    """
    pairs = {(artist, split) for artist, split in zip(artists.tolist(), splits.tolist(), strict=True) if artist.strip()}
    in_splits = Counter(artist for artist, _ in pairs)
    leaking = sorted(artist for artist, count in in_splits.items() if count > 1)
    if leaking:
        shown = ", ".join(leaking[:10]) + (f" and {len(leaking) - 10} more" if len(leaking) > 10 else "")
        raise DatasetError(f"The split leaks: in more than one part are {shown}.")
