"""A pack as a dataset: its tracks' names, genres, artists and splits, without any audio.

Citation: that of the dataset it was made from. Licence: likewise; a pack of audio that may not be passed on may not be
passed on either.
"""

from __future__ import annotations

from core.datasets.pack import load_pack
from core.datasets.registry import Dataset, Track, register_dataset


@register_dataset("pack")
class PackDataset(Dataset):
    """Tracks of a pack; the path of each is the pack's."""

    def _read_tracks(self) -> list[Track]:
        pack = load_pack(self.source)
        columns = (pack.track_ids.tolist(), pack.genres.tolist(), pack.artists.tolist(), pack.splits.tolist())
        return [
            Track(track_id, self.source, genre, artist, split)
            for track_id, genre, artist, split in zip(*columns, strict=True)
        ]
