"""Drawing a split: by a seed, whole groups at a time, with every genre in the same proportions as far as they allow."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.datasets.pack import SPLITS

#: Parts of ``train``, ``val`` and ``test``.
DEFAULT_PARTS = (0.8, 0.1, 0.1)


@dataclass(frozen=True)
class SplitItem:
    """What drawing a split needs to know of a track.

    Attributes:
        genre: Its label.
        group: Tracks of the same group stay together.
    """

    genre: str
    group: str


def draw_split(items: Sequence[SplitItem], seed: int, parts: Sequence[float] = DEFAULT_PARTS) -> list[str]:
    """Draw a split.

    The largest groups are placed first, each where most of its genres' tracks are still missing. A genre with
    at least two groups then gets one into ``val``, with three also into ``test``, however small it is.

    Args:
        items: Tracks.
        seed: The same one gives the same split for the same tracks in any order.
        parts: Of ``SPLITS``, sum to 1.

    Returns:
        The split of each item.
    """
    genres_of: dict[str, Counter[str]] = defaultdict(Counter)
    n_tracks: Counter[str] = Counter()
    for item in items:
        genres_of[item.group][item.genre] += 1
        n_tracks[item.genre] += 1
    groups = sorted(genres_of)
    random.Random(seed).shuffle(groups)  # noqa: S311 - a seeded draw, no secret
    groups.sort(key=lambda group: -genres_of[group].total())
    missing = {genre: [part * count for part in parts] for genre, count in n_tracks.items()}
    split_of: dict[str, str] = {}
    for group in groups:
        needs = [
            sum(count * missing[genre][index] for genre, count in genres_of[group].items())
            for index in range(len(SPLITS))
        ]
        chosen = needs.index(max(needs))
        split_of[group] = SPLITS[chosen]
        for genre, count in genres_of[group].items():
            missing[genre][chosen] -= count
    for genre in sorted(n_tracks):
        _fill_empty_splits([group for group in groups if genre in genres_of[group]], split_of)
    return [split_of[item.group] for item in items]


def _fill_empty_splits(groups: Sequence[str], split_of: dict[str, str]) -> None:
    """Move one genre's smallest training groups (``groups`` runs from large to small) into ``val`` and ``test``."""
    for split in SPLITS[1:]:
        in_train = [group for group in groups if split_of[group] == SPLITS[0]]
        if len(in_train) > 1 and all(split_of[group] != split for group in groups):
            split_of[in_train[-1]] = split


def group_by_artist_or_bytes(paths: Sequence[Path], artists: Sequence[str]) -> list[str]:
    """Groups that may not be split: by artist where known, else by the file's bytes, so that copies stay together.

    Only files of the same size are read.
    """
    sizes = [_size_of(path) for path in paths]
    n_of_size = Counter(size for size, artist in zip(sizes, artists, strict=True) if not artist)
    groups = []
    for index, (path, artist, size) in enumerate(zip(paths, artists, sizes, strict=True)):
        if artist:
            groups.append(f"artist {artist}")
        elif size and n_of_size[size] > 1 and (digest := digest_file(path)):
            groups.append(f"bytes {digest}")
        else:
            groups.append(f"track {index}")
    return groups


def digest_file(path: Path) -> str | None:
    """SHA-256 of a file's bytes in hexadecimal, or ``None`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
