"""The outline has the right height in the right place, however the sound arrives."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.peaks import PeakAccumulator
from core.types import FloatArray


def peaks_of(samples: FloatArray, n_peaks: int = 600, block: int = 22_050) -> FloatArray:
    accumulator = PeakAccumulator(n_peaks)
    for start in range(0, len(samples), block):
        accumulator.add(samples[start : start + block])
    return accumulator.result()


@pytest.mark.parametrize("n_samples", [1, 5, 599, 600, 601, 9_600, 9_601, 100_000, 1_234_567])
def test_number_of_peaks(n_samples: int) -> None:
    peaks = peaks_of(np.full(n_samples, 0.25, np.float32))
    assert peaks.shape == (min(600, n_samples),)
    assert peaks.dtype == np.float32
    np.testing.assert_array_equal(peaks, np.float32(0.25))


@pytest.mark.parametrize("n_samples", [10_000, 333_333, 2_000_000])
def test_peaks_are_those_of_equal_parts(n_samples: int) -> None:
    ramp = np.linspace(0, 1, n_samples, dtype=np.float32)
    peaks = peaks_of(ramp, n_peaks=100)
    np.testing.assert_allclose(peaks, np.linspace(0.01, 1, 100), atol=0.0015)


@pytest.mark.parametrize("seed", range(10))
def test_peaks_do_not_depend_on_blocks(seed: int) -> None:
    random = np.random.default_rng(seed)
    samples = random.normal(0, 0.3, int(random.integers(1, 200_000))).astype(np.float32)
    n_peaks = int(random.integers(1, 50))
    whole = peaks_of(samples, n_peaks, len(samples))
    np.testing.assert_array_equal(peaks_of(samples, n_peaks, int(random.integers(1, 3000))), whole)
    assert whole.max() == min(1, np.abs(samples).max())


def test_one_click_is_seen_where_it_is() -> None:
    samples = np.zeros(22_050 * 300, np.float32)
    samples[22_050 * 100] = -0.8
    peaks = peaks_of(samples)
    assert np.flatnonzero(peaks).tolist() == [200]
    assert peaks[200] == np.float32(0.8)


def test_peaks_stay_between_zero_and_one() -> None:
    samples = np.array([np.nan, 3.0, -5.0, np.inf, 0.5], np.float32)
    np.testing.assert_array_equal(peaks_of(samples), np.array([0, 1, 1, 1, 0.5], np.float32))


def test_nothing_heard_no_peaks() -> None:
    assert PeakAccumulator().result().shape == (0,)


def test_result_may_be_asked_for_on_the_way() -> None:
    accumulator = PeakAccumulator(10)
    accumulator.add(np.full(1000, 0.5, np.float32))
    assert accumulator.result().max() == 0.5
    accumulator.add(np.full(1000, 0.75, np.float32))
    np.testing.assert_array_equal(accumulator.result(), np.repeat(np.float32([0.5, 0.75]), 5))


def test_memory_does_not_grow_with_length() -> None:
    accumulator = PeakAccumulator()
    size = accumulator._bins.nbytes
    block = np.full(22_050 * 60, 0.5, np.float32)
    for _ in range(240):
        accumulator.add(block)
    assert accumulator._bins.nbytes == size
    np.testing.assert_array_equal(accumulator.result(), np.float32(0.5))


def test_impossible_number_is_refused() -> None:
    with pytest.raises(ValueError, match="n_peaks"):
        PeakAccumulator(0)
