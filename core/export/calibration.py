"""Music, or sound that stands for it, by which the ranges of 8-bit numbers are set and exports are checked."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from core.audio.decode import open_audio
from core.audio.windows import split_into_windows
from core.datasets.audio_files import find_audio_files
from core.datasets.pack import load_pack
from core.errors import AudioError, DatasetError, FeatureError
from core.features.log_mel import LogMel, scale_log_mel
from core.features.log_mel_config import LogMelConfig
from core.types import FloatArray

#: Tracks that are enough to see the range of every value in the network.
MAX_TRACKS: Final = 64

_N_SOUNDS = 16
_N_PARTIALS = 5


def read_log_mels(source: Path, front_end: LogMel) -> list[Tensor]:
    """Log-mels of labelled or unlabelled music.

    Args:
        source: A pack, whose training tracks count where it has any, or a folder of audio files, whose first window
            counts. Of many, ``MAX_TRACKS`` from the first to the last are taken.
        front_end: Of the model.

    Returns:
        Float32 ``[n_mels, n_frames]`` in 0..1 of each track.

    Raises:
        DatasetError: When it is neither, or holds nothing that can be used.
        FeatureError: When the pack's mel bands are not the model's.
    """
    if source.is_dir():
        return _read_folder(source, front_end)
    pack = load_pack(source)
    if "train" in pack.splits:
        pack = pack.select("train")
    if pack.log_mel.shape[1] != front_end.config.n_mels:
        raise FeatureError(
            f"The log-mels of “{source}” have {pack.log_mel.shape[1]} bands, and this model takes "
            f"{front_end.config.n_mels}."
        )
    return [scale_log_mel(torch.from_numpy(pack.log_mel[index])) for index in _choose(len(pack))]


def synthesize_log_mels(front_end: LogMel) -> list[Tensor]:
    """Log-mels of made-up sounds, where there is no music at hand."""
    return [front_end(torch.from_numpy(sound)) for sound in synthesize_sounds(front_end.config, _N_SOUNDS)]


def synthesize_sounds(config: LogMelConfig, n_sounds: int) -> list[FloatArray]:
    """Chords with a beat, from dull to shrill: a window of each, always the same ones."""
    random = np.random.default_rng(0)
    return [_make_tune(random, config.window_length, config.sample_rate) for _ in range(n_sounds)]


def _read_folder(folder: Path, front_end: LogMel) -> list[Tensor]:
    files = find_audio_files(folder)
    log_mels = []
    for index in _choose(len(files)):
        try:
            with open_audio(files[index], front_end.config.sample_rate) as stream:
                _, window = next(split_into_windows(stream, front_end.config.window_length, 1))
        except (AudioError, StopIteration):
            continue
        log_mels.append(front_end(torch.from_numpy(window)))
    if not log_mels:
        raise DatasetError(f"No file in “{folder}” can be read as audio: give a folder of music, or a pack.")
    return log_mels


def _choose(n_tracks: int) -> list[int]:
    """Evenly spread, as packs and folders are sorted by genre."""
    n_chosen = min(n_tracks, MAX_TRACKS)
    return [index * n_tracks // n_chosen for index in range(n_chosen)]


def _make_tune(random: np.random.Generator, n_samples: int, sample_rate: int) -> FloatArray:
    time_s = np.arange(n_samples) / sample_rate
    beats_per_s = random.uniform(1, 3)
    beat = (time_s * beats_per_s).astype(int)
    roots_hz = random.uniform(55, 220) * 2 ** (random.integers(0, 12, beat.max() + 1) / 12)
    phase = 2 * np.pi * np.cumsum(roots_hz[beat]) / sample_rate
    partials = random.uniform(0, 1, _N_PARTIALS) / np.arange(1, _N_PARTIALS + 1)
    chord = sum(
        amplitude * np.sin(phase * tone * (index + 1))
        for tone in (1, random.choice([1.2, 1.25]), 1.5)
        for index, amplitude in enumerate(partials)
    )
    drum = random.normal(0, 1, n_samples) * np.exp(-random.uniform(5, 30) * (time_s * beats_per_s % 1))
    spectrum = np.fft.rfft(random.uniform(0.1, 1) * chord + random.uniform(0, 0.5) * drum)
    # Recordings differ by their colour: without it, values of real music fall outside of the ranges.
    frequencies = np.maximum(np.arange(len(spectrum)), len(spectrum) / 200) / len(spectrum)
    sound = np.fft.irfft(spectrum * frequencies ** random.uniform(-1.5, 1), n_samples)
    scaled: FloatArray = (0.5 * sound / np.abs(sound).max()).astype(np.float32)
    return scaled
