"""Tones that can be told apart when they come out of a sound card."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.sounds import SAMPLE_RATE, encode_wav
from tests.virtual_sound_card import RECORDING_RATE


def write_tones(path: Path, *tones: tuple[float, float]) -> Path:
    """One tone after the other.

    Args:
        path: Of the file, a WAV.
        tones: Frequency in Hz and duration in seconds.
    """
    sound = [
        0.4 * np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE)
        for frequency_hz, duration_s in tones
    ]
    path.write_bytes(encode_wav(np.concatenate(sound).astype(np.float32)))
    return path


def heard_tones(recording: npt.NDArray[np.float32]) -> list[int]:
    """The tones of a recording in Hz, in tens, one after the other; silence and the seams between them are left out."""
    length = RECORDING_RATE // 10
    tones: list[int] = []
    for start in range(0, len(recording) - length, length):
        piece = recording[start : start + length]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(length)))
        is_pure = (spectrum**2)[max(spectrum.argmax() - 2, 0) : spectrum.argmax() + 3].sum() > 0.9 * (spectrum**2).sum()
        if np.abs(piece).max() > 0.1 and is_pure:
            tone = round(float(spectrum.argmax()) * RECORDING_RATE / length / 10) * 10
            if not tones or tones[-1] != tone:
                tones.append(tone)
    return tones


def silence_s(recording: npt.NDArray[np.float32]) -> float:
    """For how long there is silence at the end."""
    loud = np.flatnonzero(np.abs(recording) > 0.05)
    return (len(recording) - (loud[-1] if len(loud) else 0)) / RECORDING_RATE
