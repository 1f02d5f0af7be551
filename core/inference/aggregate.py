"""From segments to the track."""

from __future__ import annotations

import torch
from torch import Tensor


def aggregate_segments(segment_logits: Tensor, temperature: float = 1.0) -> Tensor:
    """Track log-probabilities: the mean of the segments' log-probabilities, then temperature, then softmax.

    The mean of logarithms is a geometric mean: one segment that rules a genre out counts for more than one that
    finds it likely, which suits a label that holds for the whole track.

    Args:
        segment_logits: ``[n_segments, num_classes]``, at least one segment.
        temperature: Above 1 makes the answer less sure.

    Returns:
        float32 ``[num_classes]``; ``exp`` of it sums to 1.
    """
    track_logits = torch.log_softmax(segment_logits.float(), dim=-1).mean(dim=0)
    return torch.log_softmax(track_logits / temperature, dim=-1)
