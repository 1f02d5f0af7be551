"""Windows cover the sound once, in order, and the end is heard."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.audio.windows import split_into_windows
from core.types import FloatArray

RAMP = np.arange(1, 100_001, dtype=np.float32)


def in_blocks(samples: FloatArray, seed: int) -> Iterator[FloatArray]:
    random = np.random.default_rng(seed)
    position = 0
    while position < len(samples):
        length = int(random.integers(0, 700))
        yield samples[position : position + length]
        position += length


@pytest.mark.parametrize("seed", range(30))
def test_windows_do_not_depend_on_blocks(seed: int) -> None:
    random = np.random.default_rng(seed)
    n_samples, length = int(random.integers(0, 5000)), int(random.integers(1, 1000))
    min_tail = int(random.integers(0, length + 1))
    sound = RAMP[:n_samples]
    windows = list(split_into_windows(in_blocks(sound, seed), length, min_tail))
    whole = list(split_into_windows([sound], length, min_tail))
    assert [start for start, _ in windows] == [start for start, _ in whole]
    for (start, window), (_, expected) in zip(windows, whole, strict=True):
        np.testing.assert_array_equal(window, expected)
        np.testing.assert_array_equal(window, sound[start : start + length])
        assert window.dtype == np.float32

    n_full, rest = divmod(n_samples, length)
    starts = [index * length for index in range(n_full)]
    if n_full and rest and rest >= min_tail:
        starts.append(n_samples - length)
    if not n_full and rest:
        starts = [0]
    assert [start for start, _ in windows] == starts


def test_tail_is_the_last_window_of_the_sound() -> None:
    windows = list(split_into_windows([RAMP[:250]], 100, 50))
    assert [start for start, _ in windows] == [0, 100, 150]
    np.testing.assert_array_equal(windows[-1][1], RAMP[150:250])


def test_short_tail_is_dropped() -> None:
    assert [start for start, _ in split_into_windows([RAMP[:249]], 100, 50)] == [0, 100]


def test_short_sound_is_one_short_window() -> None:
    [(start, window)] = split_into_windows([RAMP[:7]], 100, 50)
    assert start == 0
    np.testing.assert_array_equal(window, RAMP[:7])


@pytest.mark.parametrize("blocks", [[], [RAMP[:0]]])
def test_no_sound_no_windows(blocks: list[FloatArray]) -> None:
    assert list(split_into_windows(blocks, 100, 50)) == []


def test_windows_belong_to_their_receiver() -> None:
    received = []
    for _, window in split_into_windows([RAMP[:250]], 100, 50):
        received.append(window.copy())
        window[:] = 0
    np.testing.assert_array_equal(received[-1], RAMP[150:250])
    assert RAMP[0] == 1


def test_windows_come_as_soon_as_they_are_full() -> None:
    consumed = []

    def blocks() -> Iterator[FloatArray]:
        for index in range(1000):
            consumed.append(index)
            yield RAMP[:50]

    next(split_into_windows(blocks(), 100, 50))
    assert consumed == [0, 1]


@pytest.mark.parametrize(("length", "min_tail"), [(0, 0), (-1, 0), (10, -1)])
def test_impossible_lengths_are_refused(length: int, min_tail: int) -> None:
    with pytest.raises(ValueError, match=str(min(length, min_tail))):
        next(split_into_windows([RAMP], length, min_tail))
