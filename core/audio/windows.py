"""Cutting a stream of blocks into windows of one length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from core.types import FloatArray


def split_into_windows(
    blocks: Iterable[FloatArray], window_length: int, min_tail_length: int
) -> Iterator[tuple[int, FloatArray]]:
    """Cut sound into consecutive windows; only about two windows are in memory at a time.

    What is left at the end is heard too, if it is long enough: as the last ``window_length`` samples of the sound,
    which overlap the window before. A sound shorter than one window comes as the one short window that it is.

    Args:
        blocks: float32 ``[n_samples]`` each, of any length.
        window_length: In samples.
        min_tail_length: In samples; a shorter remainder after a full window is dropped.

    Yields:
        Start in samples from the start of the sound, and the window, float32 ``[window_length]`` (or shorter, if it is
        the only one). Windows do not share memory with each other or with the blocks.

    Raises:
        ValueError: ``window_length`` is not positive or ``min_tail_length`` is negative.
    """
    if window_length < 1 or min_tail_length < 0:
        raise ValueError(
            "window_length must be at least 1 and min_tail_length at least 0, got "
            f"{window_length} and {min_tail_length}"
        )
    window = np.empty(window_length, dtype=np.float32)
    previous: FloatArray | None = None
    start = n_filled = 0
    for block in blocks:
        position = 0
        while position < len(block):
            n_taken = min(window_length - n_filled, len(block) - position)
            window[n_filled : n_filled + n_taken] = block[position : position + n_taken]
            n_filled += n_taken
            position += n_taken
            if n_filled == window_length:
                # A private copy for the tail: the consumer may write into the window it was given.
                previous = window.copy()
                yield start, window
                window = np.empty(window_length, dtype=np.float32)
                start += window_length
                n_filled = 0
    if previous is None:
        if n_filled:
            yield start, window[:n_filled].copy()
    elif n_filled and n_filled >= min_tail_length:
        yield start + n_filled - window_length, np.concatenate((previous[n_filled:], window[:n_filled]))
