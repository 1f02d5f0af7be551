"""What the predictor needs of a model: windows of sound in, scores of their segments out, whatever computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.errors import FeatureError
from core.features.log_mel_config import LogMelConfig
from core.inference.aggregate import log_softmax
from core.models.metadata import ModelMetadata
from core.types import FloatArray


@dataclass(frozen=True)
class SegmentScores:
    """What the model makes of consecutive segments.

    Attributes:
        logits: float32 ``[n_segments, num_classes]``.
        embeddings: float32 ``[n_segments, n_dims]``.
        start_s: float32 ``[n_segments]``, in seconds from the start of the track.
    """

    logits: FloatArray
    embeddings: FloatArray
    start_s: FloatArray

    def after(self, time_s: float) -> SegmentScores:
        """Only the segments that start after ``time_s``."""
        chosen = self.start_s > time_s
        return SegmentScores(self.logits[chosen], self.embeddings[chosen], self.start_s[chosen])


@dataclass(frozen=True)
class WindowScores:
    """What the model makes of one window.

    Attributes:
        log_mel: float32 ``[n_mels, n_frames]`` in 0..1: what the model saw.
        segments: In order.
    """

    log_mel: FloatArray
    segments: SegmentScores


class Scorer(Protocol):
    """A loaded model, whatever runs it. Safe to call from several threads at once.

    Attributes:
        metadata: What the model says of itself.
        device: What computes, such as ``cpu`` or ``cuda:0``.
        device_reason: One sentence for the user: why this one.
        is_decided_by_vote: Whether the track's genre is that of most of its segments.
    """

    metadata: ModelMetadata
    device: str
    device_reason: str
    is_decided_by_vote: bool

    def score_window(self, samples: FloatArray, start_s: float = 0.0) -> WindowScores:
        """Score a window of sound.

        Args:
            samples: float32 mono ``[n_samples]`` at the model's sample rate, at least one.
            start_s: Where the window lies in the track, in seconds.
        """

    def score_log_mel(self, log_mel: FloatArray) -> WindowScores:
        """Score a window whose log-mel is known: float32 ``[n_mels, n_frames]`` on any linear scale of dB."""


def join_windows(windows: Sequence[SegmentScores]) -> SegmentScores:
    """The segments of a track's windows in order; where the last window overlaps, nothing counts twice."""
    joined = [windows[0]]
    for before, window in pairwise(windows):
        joined.append(window.after(float(before.start_s[-1])))
    return SegmentScores(
        np.concatenate([window.logits for window in joined]),
        np.concatenate([window.embeddings for window in joined]),
        np.concatenate([window.start_s for window in joined]),
    )


def average_looks(one: WindowScores, other: WindowScores) -> WindowScores:
    """What two looks at one window say together: the mean of their log-probabilities; the log-mel is the first's."""
    half = np.float32(0.5)
    logits = half * (log_softmax(one.segments.logits) + log_softmax(other.segments.logits))
    embeddings = half * (one.segments.embeddings + other.segments.embeddings)
    return WindowScores(one.log_mel, SegmentScores(logits, embeddings, one.segments.start_s))


def locate_segments(start_frames: npt.NDArray[np.int64], start_s: float, config: LogMelConfig) -> FloatArray:
    """When segments start, float32 ``[n_segments]`` in seconds.

    Args:
        start_frames: Their first columns in their window, ``[n_segments]``.
        start_s: When the window starts, in seconds.
        config: The front end's.
    """
    return np.float32(start_s) + np.float32(config.frame_s) * start_frames.astype(np.float32)


def to_valid_log_mel(log_mel: npt.ArrayLike, config: LogMelConfig) -> FloatArray:
    """A log-mel that comes from outside, as float32.

    Raises:
        FeatureError: When the shape is not the model's, or values are not finite.
    """
    values = np.asarray(log_mel, dtype=np.float32)
    if values.ndim != 2 or values.shape[0] != config.n_mels or values.size == 0:
        raise FeatureError(
            f"The log-mel has the shape {list(values.shape)}; this model takes [{config.n_mels}, n_frames] with at "
            "least one frame."
        )
    if not np.isfinite(values).all():
        raise FeatureError("The log-mel holds values that are not finite.")
    return values
