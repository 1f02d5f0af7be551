"""Datasets in small, which the tests make themselves."""

import csv
from pathlib import Path

import numpy as np
import soundfile

from tests.sounds import SAMPLE_RATE, make_tune


def write_tune(path: Path, duration_s: float = 6.0, seed: int = 0, **tags: str) -> Path:
    """A tune with tags; the suffix chooses the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(path, "w", SAMPLE_RATE, 1) as file:
        for name, value in tags.items():
            setattr(file, name, value)
        file.write(make_tune(duration_s, seed))
    return path


def make_gtzan(folder: Path, n_per_genre: int = 4, genres: tuple[str, ...] = ("blues", "rock")) -> Path:
    """GTZAN with few and short clips, no two alike."""
    for number, genre in enumerate(genres):
        for index in range(n_per_genre):
            write_tune(folder / genre / f"{genre}.{index:05d}.wav", seed=100 * number + index)
    return folder


def write_fma_table(folder: Path, rows: list[tuple[object, ...]]) -> None:
    """``tracks.csv`` with its two rows of names, from (number, artist, split, subset, genre)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "tracks.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["", "artist", "artist", "set", "set", "track", "track"])
        writer.writerow(["", "bio", "id", "split", "subset", "genre_top", "title"])
        writer.writerow(["track_id", "", "", "", "", "", ""])
        for number, artist, split, subset, genre in rows:
            biography = 'many words,\nwith "quotes", and longer than csv\'s usual limit ' * 3000
            writer.writerow([number, biography, artist, split, subset, genre, "A title"])


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Everything in a pack."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays}
