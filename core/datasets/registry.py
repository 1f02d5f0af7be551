"""Datasets by name: labelled audio as tracks with genre, artist and split."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.datasets.pack import SPLITS, validate_no_artist_leak
from core.datasets.pack_format import PackFormat
from core.errors import DatasetError, describe_unknown_name


@dataclass(frozen=True)
class Track:
    """One labelled recording.

    Attributes:
        track_id: Unique in its dataset.
        path: Of the audio file; for a track of a pack, of the pack.
        genre: Its label.
        artist: Empty where unknown.
        split: One of ``SPLITS``.
    """

    track_id: str
    path: Path
    genre: str
    artist: str
    split: str


@dataclass(frozen=True)
class DatasetOptions:
    """What a dataset may be told; each takes what concerns it.

    Attributes:
        seed: Of a split that is drawn, not published.
        subset: Of FMA: ``small``, ``medium``, ``large`` or ``full``.
        split_lists: Folder with GTZAN's published split lists, where they do not lie beside the audio.
        artist_index: Sturm's index of GTZAN's artists, where it does not lie beside the audio.
    """

    seed: int = 0
    subset: str = "small"
    split_lists: Path | None = None
    artist_index: Path | None = None


class Dataset(ABC):
    """A place that holds labelled music.

    Attributes:
        pack_format: How its clips become a pack; ``None`` where there is no audio to read.
        notes: One sentence for each thing about the source that a person should know; filled by ``list_tracks``.
    """

    pack_format: ClassVar[PackFormat | None] = None

    def __init__(self, source: Path, options: DatasetOptions) -> None:
        self.source = source
        self.options = options
        self.notes: list[str] = []

    def list_tracks(self) -> list[Track]:
        """All tracks, in an order that depends on the source and the options only.

        Raises:
            DatasetError: When the source is missing or not of this kind, when it holds no tracks, or when an artist
                sits in two splits.
        """
        if not self.source.exists():
            raise DatasetError(f"There is no “{self.source}”.")
        self.notes = []
        tracks = self._read_tracks()
        if not tracks:
            raise DatasetError(f"“{self.source}” holds no tracks of this dataset. {' '.join(self.notes)}".rstrip())
        twice = [track_id for track_id, count in Counter(track.track_id for track in tracks).items() if count > 1]
        if twice:
            raise DatasetError(f"“{self.source}” holds more than one track “{twice[0]}”; remove or rename one of them.")
        unknown = {track.split for track in tracks} - set(SPLITS)
        if unknown:
            raise DatasetError(f"“{self.source}” has splits {sorted(unknown)}; known are {', '.join(SPLITS)}.")
        validate_no_artist_leak(
            np.array([track.split for track in tracks]), np.array([track.artist for track in tracks])
        )
        return tracks

    @abstractmethod
    def _read_tracks(self) -> list[Track]:
        """What ``list_tracks`` then checks."""


_DATASETS: dict[str, type[Dataset]] = {}


def register_dataset(name: str) -> Callable[[type[Dataset]], type[Dataset]]:
    """Class decorator that makes a dataset known by ``name``."""

    def register(dataset: type[Dataset]) -> type[Dataset]:
        _DATASETS[name] = dataset
        return dataset

    return register


def list_datasets() -> list[str]:
    """Names of all datasets, sorted."""
    _import_datasets()
    return sorted(_DATASETS)


def create_dataset(name: str, source: Path, options: DatasetOptions | None = None) -> Dataset:
    """The dataset of that name at ``source``; nothing is read yet.

    Raises:
        DatasetError: When there is none of that name, with the known ones and the nearest.
    """
    known = list_datasets()
    if name not in known:
        raise DatasetError(describe_unknown_name("dataset", name, known))
    return _DATASETS[name](source, options or DatasetOptions())


def _import_datasets() -> None:
    # Late, because each of them imports this module to register itself.
    from core.datasets import fma, folder, gtzan, packed  # noqa: F401
