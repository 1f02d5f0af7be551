"""Five views of 3 s of sound, stacked like the colours of a picture.

Source: abhiramk2004, “Music Genre Classification” (github.com/abhiramk2004/music-genre-classification), which stretches
beat averages and chroma to the size of the picture by bilinear interpolation. Here a value is repeated instead: so all
channels tell of the same moment in the same column, and pitch classes are not blended.
"""

from __future__ import annotations

import numpy as np

from core.errors import FeatureError
from core.types import FloatArray

SAMPLE_RATE = 22_050
SEGMENT_LENGTH = 3 * SAMPLE_RATE
N_FFT = 2048
HOP_LENGTH = 512
N_MFCC = 40
N_FRAMES = 1 + SEGMENT_LENGTH // HOP_LENGTH
N_PITCH_CLASSES = 12
N_CHANNELS = 5


def compute_five_channel(samples: FloatArray) -> FloatArray:
    """Compute the picture of one segment.

    Args:
        samples: float32 mono ``[66150]``: 3 s at 22 050 Hz.

    Returns:
        float32 ``[40, 130, 5]``: coefficient, frame, channel. The channels:

        0. MFCC of the log-mel in dB (n_fft 2048, hop 512, centred; librosa's defaults), 40 of them.
        1. Their first derivative over nine frames (Savitzky–Golay).
        2. Their second derivative, likewise.
        3. Their mean over the beat interval that the frame lies in. Where no beat was found, the mean of all frames.
        4. Chroma: each of the 12 pitch classes, C first, repeated over 3 or 4 neighbouring rows to make 40.

    Raises:
        FeatureError: When the sound is not 3 s long.
    """
    import librosa

    if samples.shape != (SEGMENT_LENGTH,):
        raise FeatureError(f"Five-channel features describe 3 s: {SEGMENT_LENGTH} samples, got {samples.shape}.")
    power = np.abs(librosa.stft(samples, n_fft=N_FFT, hop_length=HOP_LENGTH)) ** 2
    log_mel_db = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=SAMPLE_RATE))
    mfcc = librosa.feature.mfcc(S=log_mel_db, n_mfcc=N_MFCC)
    _, beats = librosa.beat.beat_track(y=samples, sr=SAMPLE_RATE, hop_length=HOP_LENGTH)
    # Without partials there is no tuning to estimate, and librosa would warn.
    chroma = librosa.feature.chroma_stft(S=power, sr=SAMPLE_RATE, tuning=None if power.any() else 0.0)
    channels = (
        mfcc,
        librosa.feature.delta(mfcc),
        librosa.feature.delta(mfcc, order=2),
        _average_over_beats(mfcc, beats),
        chroma[np.arange(N_MFCC) * N_PITCH_CLASSES // N_MFCC],
    )
    return np.stack(channels, axis=-1).astype(np.float32)


def _average_over_beats(mfcc: FloatArray, beats: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    """Replace each column by the mean of its beat interval; ``beats`` are the columns where one begins."""
    averaged = np.empty_like(mfcc)
    inner_beats = beats[(beats > 0) & (beats < mfcc.shape[1])]
    for columns in np.split(np.arange(mfcc.shape[1]), inner_beats):
        averaged[:, columns] = mfcc[:, columns].mean(axis=1, keepdims=True)
    return averaged
