"""The outline of a sound for drawing, in constant memory however long the sound is."""

from __future__ import annotations

import numpy as np

from core.types import FloatArray


class PeakAccumulator:
    """Collects the largest absolute sample of equal parts of a sound whose length is not known beforehand.

    Samples are gathered in bins of one length. When all bins are full, neighbours are merged and the bins get twice as
    long, so there are always between ``OVERSAMPLING / 2`` and ``OVERSAMPLING`` times ``n_peaks`` of them, and a part
    of the result is exact up to the width of one bin.
    """

    OVERSAMPLING = 16

    def __init__(self, n_peaks: int = 600) -> None:
        """Begin with nothing heard.

        Args:
            n_peaks: The most values that ``result`` returns, at least 1.
        """
        if n_peaks < 1:
            raise ValueError(f"n_peaks must be at least 1, got {n_peaks}")
        self.n_peaks = n_peaks
        self._bins = np.zeros(2 * ((n_peaks * self.OVERSAMPLING + 1) // 2), dtype=np.float32)
        self._bin_length = 1
        self._n_samples = 0

    def add(self, block: FloatArray) -> None:
        """Take the next samples.

        Args:
            block: float32 ``[n_samples]``, of any length.
        """
        magnitudes = np.abs(block)
        while len(magnitudes):
            n_free = len(self._bins) * self._bin_length - self._n_samples
            if n_free == 0:
                self._merge_neighbours()
                continue
            self._add_that_fit(magnitudes[:n_free])
            magnitudes = magnitudes[n_free:]

    def result(self) -> FloatArray:
        """Return the peaks, float32 ``[min(n_peaks, n_samples)]``, each in 0..1."""
        n_bins = -(-self._n_samples // self._bin_length)
        n_parts = min(self.n_peaks, n_bins)
        if n_parts == 0:
            return np.zeros(0, dtype=np.float32)
        edges = np.linspace(0, n_bins, n_parts, endpoint=False).astype(np.intp)
        peaks: FloatArray = np.maximum.reduceat(self._bins[:n_bins], edges)
        return np.clip(np.nan_to_num(peaks, nan=0.0, posinf=1.0), 0.0, 1.0)

    def _add_that_fit(self, magnitudes: FloatArray) -> None:
        first_bin, n_in_first = divmod(self._n_samples, self._bin_length)
        self._n_samples += len(magnitudes)
        if n_in_first:
            n_taken = min(self._bin_length - n_in_first, len(magnitudes))
            self._bins[first_bin] = max(self._bins[first_bin], magnitudes[:n_taken].max())
            magnitudes = magnitudes[n_taken:]
            first_bin += 1
        if len(magnitudes):
            peaks = np.maximum.reduceat(magnitudes, np.arange(0, len(magnitudes), self._bin_length))
            self._bins[first_bin : first_bin + len(peaks)] = peaks

    def _merge_neighbours(self) -> None:
        half = len(self._bins) // 2
        merged = self._bins.reshape(half, 2).max(axis=1)
        self._bins[:half] = merged
        self._bins[half:] = 0
        self._bin_length *= 2
