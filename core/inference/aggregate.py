"""From segments to the track."""

from __future__ import annotations

import numpy as np

from core.types import FloatArray


def aggregate_segments(
    segment_logits: FloatArray, temperature: float = 1.0, *, by_vote: bool = False, weights: FloatArray | None = None
) -> FloatArray:
    """Track log-probabilities: the mean of the segments' log-probabilities, then temperature, then softmax.

    The mean of logarithms is a geometric mean: one segment that rules a genre out counts for more than one that
    finds it likely, which suits a label that holds for the whole track.

    Args:
        segment_logits: float32 ``[n_segments, num_classes]``, at least one segment.
        temperature: Above 1 makes the answer less sure.
        by_vote: Each segment has one vote for its most probable genre, as some published systems have it; the mean
            probability counts as one segment more, so that it decides between equals and no genre is impossible.
        weights: How much each segment counts, float32 ``[n_segments]``, their mean 1; ``None`` for all the same.

    Returns:
        float32 ``[num_classes]``; ``exp`` of it sums to 1.
    """
    log_probabilities = log_softmax(segment_logits)
    if weights is None:
        weights = np.ones(len(segment_logits), dtype=np.float32)
    if by_vote:
        votes = np.bincount(segment_logits.argmax(axis=-1), weights, minlength=segment_logits.shape[-1])
        mean_probabilities = (weights[:, np.newaxis] * np.exp(log_probabilities)).mean(axis=0)
        track_logits = np.log((votes + mean_probabilities) / (len(segment_logits) + 1)).astype(np.float32)
    else:
        track_logits = (weights[:, np.newaxis] * log_probabilities).mean(axis=0)
    return log_softmax(track_logits / np.float32(temperature))


def log_softmax(logits: FloatArray) -> FloatArray:
    """Log-probabilities of logits ``[…, num_classes]``, of the same shape."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probabilities: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return log_probabilities
