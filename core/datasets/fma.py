"""FMA, a dump of the Free Music Archive: 106,574 tracks.

The subsets: small (8,000 clips of 30 s), medium (25,000), large (a clip of each track) and full (untrimmed).

Citation:
    M. Defferrard, K. Benzi, P. Vandergheynst and X. Bresson: FMA: a dataset for music analysis. ISMIR 2017.

Licence: the metadata is CC BY 4.0; each recording is under the licence that its artist chose, mostly Creative Commons,
many of them without commercial use or changes. For research.

Expected beside each other: ``fma_metadata/tracks.csv`` and ``fma_small/000/000002.mp3`` (likewise the other subsets).
Genre is the top-level one (tracks without one are left out), the split is the official one, grouped by artist.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from core.datasets.pack_format import FMA_FORMAT, PackFormat
from core.datasets.registry import Dataset, Track, register_dataset
from core.errors import DatasetError

#: From small to large; each holds those before it.
SUBSETS = ("small", "medium", "large", "full")
SPLIT_NAMES = {"training": "train", "validation": "val", "test": "test"}

#: Their metadata told a wrong length, so that the clips were cut beyond the end: they hold little sound or none
#: (the dataset's list of known errors, github.com/mdeff/fma/issues/8).
WRONGLY_CUT = frozenset(
    {
        *(1486, 5574, 65753, 80391, 98558, 98559, 98560, 98565, 98566, 98567, 98568, 98569, 98571, 99134),
        *(105247, 108924, 108925, 126981, 127336, 133297, 143992),
    }
)

_COLUMNS = (("artist", "id"), ("set", "split"), ("set", "subset"), ("track", "genre_top"))
# Biographies in the table are longer than the module's usual limit.
_LONGEST_FIELD = 10_000_000


@register_dataset("fma")
class FmaDataset(Dataset):
    """A subset of FMA."""

    pack_format: ClassVar[PackFormat | None] = FMA_FORMAT

    def _read_tracks(self) -> list[Track]:
        subset = self.options.subset
        if subset not in SUBSETS:
            raise DatasetError(f"FMA has no subset “{subset}”; it has {', '.join(SUBSETS)}.")
        table = self._find_table()
        folder = self._find_audio_folder(subset)
        wanted = SUBSETS[: SUBSETS.index(subset) + 1]
        tracks = []
        n_wrongly_cut = n_without_genre = 0
        for number, artist, split, row_subset, genre in _read_table(table):
            if row_subset not in wanted:
                continue
            if number in WRONGLY_CUT:
                n_wrongly_cut += 1
            elif not genre or split not in SPLIT_NAMES:
                n_without_genre += 1
            else:
                track_id = f"{number:06d}"
                path = folder / track_id[:3] / f"{track_id}.mp3"
                tracks.append(Track(track_id, path, genre, artist, SPLIT_NAMES[split]))
        if n_wrongly_cut:
            self.notes.append(f"{n_wrongly_cut} clips that are known to be cut wrongly were left out.")
        if n_without_genre:
            self.notes.append(f"{n_without_genre} tracks without a top-level genre or a split were left out.")
        return tracks

    def _find_table(self) -> Path:
        places = (self.source / "fma_metadata", self.source, self.source.parent / "fma_metadata")
        for place in places:
            if (place / "tracks.csv").is_file():
                return place / "tracks.csv"
        raise DatasetError(f"“{self.source}” is not FMA: there is no fma_metadata/tracks.csv in it or beside it.")

    def _find_audio_folder(self, subset: str) -> Path:
        # A clip is the same in all subsets but “full”, so a larger one at hand will do.
        names = [f"fma_{name}" for name in SUBSETS[SUBSETS.index(subset) :]]
        if subset != SUBSETS[-1]:
            names.remove("fma_full")
        for name in names:
            if (self.source / name).is_dir():
                return self.source / name
        if self.source.name in names:
            return self.source
        raise DatasetError(f"“{self.source}” holds no folder {' or '.join(names)} with the audio.")


def _read_table(path: Path) -> Iterator[tuple[int, str, str, str, str]]:
    """Number, artist, split, subset and genre of each track of ``tracks.csv``.

    Two rows name the columns (``set`` over ``split``); a third holds only the name of the index.
    """
    try:
        with _long_fields(), path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            names = list(zip(next(rows, []), next(rows, []), strict=False))
            absent = [".".join(column) for column in _COLUMNS if column not in names]
            if absent:
                raise DatasetError(f"“{path}” lacks the columns {', '.join(absent)}; it is not FMA's table of tracks.")
            artist, split, subset, genre = (names.index(column) for column in _COLUMNS)
            for row in rows:
                if row and row[0].isdigit() and len(row) == len(names):
                    yield int(row[0]), row[artist], row[split], row[subset], row[genre]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"“{path}” could not be read: {error}") from error


@contextmanager
def _long_fields() -> Iterator[None]:
    usual = csv.field_size_limit(_LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(usual)
