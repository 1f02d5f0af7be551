"""A small pack with something to learn in it."""

from pathlib import Path

import numpy as np

from core.datasets.pack import LogMelPack


def make_pulse_pack(n_per_genre: int = 12) -> LogMelPack:
    """Three “genres” that differ in how fast the sound pulses; a third of the tracks is ``val``."""
    random = np.random.default_rng(0)
    genres = np.repeat(["fast", "medium", "slow"], n_per_genre)
    period = {"fast": 4, "medium": 11, "slow": 31}
    frames = np.arange(387)
    log_mel = np.stack(
        [
            128
            + 80 * np.sign(np.sin(2 * np.pi * (frames + random.integers(31)) / period[genre]))[None]
            + random.normal(0, 12, (128, 387))
            for genre in genres
        ]
    )
    splits = np.where(np.arange(len(genres)) % 3 == 0, "val", "train")
    return LogMelPack(
        log_mel=log_mel.clip(0, 255).astype(np.uint8),
        track_ids=np.array([f"{genre}.{index}" for index, genre in enumerate(genres)]),
        genres=genres,
        splits=splits,
        artists=np.full(len(genres), ""),
        label_names=("fast", "medium", "slow"),
        name="pulses",
    )


def save_pulse_pack(folder: Path) -> Path:
    pack = make_pulse_pack()
    path = folder / "pulses_logmel.npz"
    np.savez(
        path,
        log_mel=pack.log_mel,
        track_id=pack.track_ids,
        genre=pack.genres,
        split=pack.splits,
        artist=pack.artists,
    )
    return path
