"""Taking steady noise away: magnitude spectral subtraction.

S. F. Boll, “Suppression of acoustic noise in speech using spectral subtraction”, IEEE Transactions on Acoustics, Speech
and Signal Processing 27 (2), 1979. The mean magnitude |N| of a stretch that holds only noise is subtracted from that of
the sound, |X| = max(|Y| − |N|, ε); the phase stays what it was. As in the paper, |Y| is a mean over a few neighbouring
frames: the magnitude of noise in one frame scatters so much that half of it would outlive the subtraction. ε is a tenth
of |N|: a little noise left everywhere covers the tones that the subtraction leaves here and there (M. Berouti,
R. Schwartz and J. Makhoul, “Enhancement of speech corrupted by acoustic noise”, ICASSP 1979).

Hum and hiss can be taken away like this, voices and traffic cannot: they do not stay what they were.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from core.types import FloatArray

N_FFT = 2048
_HOPS_PER_FFT = 4
# Frames before and after the one whose magnitude is estimated: together 0.19 s at 22 050 Hz.
_N_BESIDE = 2
# Of the noise that is left in a bin at least. The less is left, the worse the model is: of 106 stretches of validation
# clips with white noise at 10 dB, a model named 48 % right where nothing was left, 59 % with this, and 61 % with 0.2,
# where hiss falls by 11 dB only.
_FLOOR = 0.1
# Keeps a quotient finite.
_TINY = 1e-8
# Squared Hann windows, a quarter of their length apart, add up to this.
_OVERLAP_GAIN = 1.5


def estimate_noise(noise: FloatArray) -> FloatArray:
    """Mean magnitude spectrum of a stretch that holds only noise.

    Args:
        noise: float32 mono ``[n_samples]``, at least ``N_FFT``; a second or more is better.

    Returns:
        float32 ``[N_FFT // 2 + 1]``.

    Raises:
        ValueError: The stretch is too short.
    """
    if len(noise) < N_FFT:
        raise ValueError(f"noise must hold at least {N_FFT} samples, got {len(noise)}")
    frames = np.lib.stride_tricks.sliding_window_view(noise, N_FFT)[:: N_FFT // _HOPS_PER_FFT]
    magnitude: FloatArray = np.abs(np.fft.rfft(frames * _hann())).mean(axis=0).astype(np.float32)
    return magnitude


def denoise(samples: FloatArray, noise: FloatArray) -> FloatArray:
    """Take noise from a whole sound.

    Args:
        samples: float32 mono ``[n_samples]``.
        noise: The noise alone, at the same rate; see ``estimate_noise``.

    Returns:
        float32 ``[n_samples]``, in time with ``samples``.
    """
    subtractor = SpectralSubtractor(estimate_noise(noise))
    return np.concatenate((subtractor.push(samples), subtractor.flush()))


class SpectralSubtractor:
    """Takes noise from a stream. What comes out is in time with what went in, about 0.12 s later at 22 050 Hz.

    Args:
        noise_magnitude: As ``estimate_noise`` gives it.
    """

    def __init__(self, noise_magnitude: FloatArray) -> None:
        self._noise = noise_magnitude
        self._hop = N_FFT // _HOPS_PER_FFT
        self._taper = _hann()
        self._spectra: deque[npt.NDArray[np.complexfloating]] = deque(maxlen=_N_BESIDE + 1)
        self._magnitudes: deque[FloatArray] = deque(maxlen=2 * _N_BESIDE + 1)
        self._n_in = self._n_out = self._n_lead_in = 0
        self._waiting = self._sum = np.zeros(0, dtype=np.float32)
        self._begin()

    def push(self, samples: FloatArray) -> FloatArray:
        """Take sound, float32 mono ``[n_samples]`` of any length; return what is ready, perhaps nothing."""
        self._n_in += len(samples)
        self._waiting = np.concatenate((self._waiting, samples))
        n_frames = max(0, 1 + (len(self._waiting) - N_FFT) // self._hop)
        finished = [self._take_frame(self._waiting[i * self._hop : i * self._hop + N_FFT]) for i in range(n_frames)]
        self._waiting = self._waiting[n_frames * self._hop :].copy()
        return self._without_lead_in(finished)

    def flush(self) -> FloatArray:
        """Return the rest, and be ready for another stream with the same noise."""
        n_missing = self._n_in - self._n_out
        rest = self.push(np.zeros(N_FFT + (_N_BESIDE + 1) * self._hop, dtype=np.float32))[:n_missing]
        self._begin()
        return rest

    def _begin(self) -> None:
        self._n_in = self._n_out = 0
        self._n_lead_in = N_FFT - self._hop
        # With it the first sample, too, lies in as many frames as every other.
        self._waiting = np.zeros(self._n_lead_in, dtype=np.float32)
        self._sum = np.zeros(N_FFT, dtype=np.float32)
        self._spectra.clear()
        self._magnitudes.clear()

    def _take_frame(self, frame: FloatArray) -> FloatArray:
        """Take one more frame; return the samples that no later frame reaches, ``[hop]`` or none at the beginning."""
        spectrum = np.fft.rfft(frame * self._taper)
        self._spectra.append(spectrum)
        self._magnitudes.append(np.abs(spectrum))
        if len(self._spectra) <= _N_BESIDE:
            return np.zeros(0, dtype=np.float32)
        magnitude = np.mean(self._magnitudes, axis=0)
        left = np.maximum(magnitude - self._noise, _FLOOR * self._noise)
        gain = np.minimum(left / np.maximum(magnitude, _TINY), 1)
        self._sum += np.fft.irfft(gain * self._spectra[0]) * (self._taper / _OVERLAP_GAIN)
        finished = self._sum[: self._hop].copy()
        self._sum = np.concatenate((self._sum[self._hop :], np.zeros(self._hop, dtype=np.float32)))
        return finished

    def _without_lead_in(self, finished: list[FloatArray]) -> FloatArray:
        joined = np.concatenate([*finished, np.zeros(0, dtype=np.float32)])
        n_dropped = min(self._n_lead_in, len(joined))
        self._n_lead_in -= n_dropped
        self._n_out += len(joined) - n_dropped
        return joined[n_dropped:]


def _hann() -> FloatArray:
    """A periodic Hann window, float32 ``[N_FFT]``."""
    window: FloatArray = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    return window
