"""Sounds that the tests make themselves."""

import io
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 22_050


def make_tune(duration_s: float, seed: int = 0) -> npt.NDArray[np.float32]:
    """Chords and a beat: nobody's music, but more like music than noise is. float32 ``[n_samples]``."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    beat = (time_s * 2).astype(int)
    roots_hz = 110 * 2 ** (random.integers(0, 12, beat.max() + 1 if len(beat) else 1) / 12)
    phase = 2 * np.pi * np.cumsum(roots_hz[beat]) / SAMPLE_RATE
    chord = sum(np.sin(phase * ratio) for ratio in (1, 1.25, 1.5, 2)) / 4
    drum = random.normal(0, 1, len(time_s)) * np.exp(-20 * (time_s * 2 % 1))
    return (0.5 * chord + 0.2 * drum).clip(-1, 1).astype(np.float32)


def encode_wav(samples: npt.NDArray[np.float32], sample_rate: int = SAMPLE_RATE) -> bytes:
    """16-bit mono WAV."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def write_wav(path: Path, duration_s: float = 12.0, seed: int = 0) -> Path:
    """A tune as a file."""
    path.write_bytes(encode_wav(make_tune(duration_s, seed)))
    return path
