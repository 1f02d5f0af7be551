"""From segments to the track."""

from __future__ import annotations

import torch
from torch import Tensor


def aggregate_segments(
    segment_logits: Tensor, temperature: float = 1.0, *, by_vote: bool = False, weights: Tensor | None = None
) -> Tensor:
    """Track log-probabilities: the mean of the segments' log-probabilities, then temperature, then softmax.

    The mean of logarithms is a geometric mean: one segment that rules a genre out counts for more than one that
    finds it likely, which suits a label that holds for the whole track.

    Args:
        segment_logits: ``[n_segments, num_classes]``, at least one segment.
        temperature: Above 1 makes the answer less sure.
        by_vote: Each segment has one vote for its most probable genre, as some published systems have it; the mean
            probability counts as one segment more, so that it decides between equals and no genre is impossible.
        weights: How much each segment counts, float32 ``[n_segments]``, their mean 1; ``None`` for all the same.

    Returns:
        float32 ``[num_classes]``; ``exp`` of it sums to 1.
    """
    log_probabilities = torch.log_softmax(segment_logits.float(), dim=-1)
    if weights is None:
        weights = torch.ones(len(segment_logits), device=segment_logits.device)
    if by_vote:
        votes = torch.bincount(segment_logits.argmax(dim=-1), weights, minlength=segment_logits.shape[-1])
        mean_probabilities = (weights[:, None] * log_probabilities.exp()).mean(dim=0)
        track_logits = torch.log((votes + mean_probabilities) / (len(segment_logits) + 1))
    else:
        track_logits = (weights[:, None] * log_probabilities).mean(dim=0)
    return torch.log_softmax(track_logits / temperature, dim=-1)
