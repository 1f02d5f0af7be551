"""Scores a model on a pack through the product's own split, predict and aggregate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from core.datasets.pack import LogMelPack
from core.evaluation.metrics import compute_confusion_matrix
from core.features.log_mel import LogMelConfig, scale_log_mel, split_into_segments
from core.inference.aggregate import aggregate_segments
from core.models.registry import SegmentClassifier


@dataclass(frozen=True)
class PackScores:
    """What a model makes of every track of a pack.

    Attributes:
        log_probabilities: float32 ``[n_tracks, num_classes]``.
        reference_labels: int64 ``[n_tracks]``.
    """

    log_probabilities: npt.NDArray[np.float32]
    reference_labels: npt.NDArray[np.int64]

    @property
    def predicted_labels(self) -> npt.NDArray[np.int64]:
        """The most probable genre of each track, int64 ``[n_tracks]``."""
        labels: npt.NDArray[np.int64] = np.argmax(self.log_probabilities, axis=1)
        return labels

    @property
    def accuracy(self) -> float:
        """Share of tracks whose most probable genre is the reference, 0..1."""
        return float((self.predicted_labels == self.reference_labels).mean())

    @property
    def log_loss(self) -> float:
        """Mean negative log-likelihood of the reference, in nats."""
        return -float(self.log_probabilities[np.arange(len(self.reference_labels)), self.reference_labels].mean())

    @property
    def confusion_matrix(self) -> npt.NDArray[np.int64]:
        """Tracks by reference (row) and prediction (column), ``[num_classes, num_classes]``."""
        num_classes = self.log_probabilities.shape[1]
        return compute_confusion_matrix(self.reference_labels, self.predicted_labels, num_classes)


@torch.inference_mode()
def score_pack(network: SegmentClassifier, pack: LogMelPack, features: LogMelConfig) -> PackScores:
    """Score every track of a pack.

    Args:
        network: In evaluation mode.
        pack: Its tracks are windows of the front end that ``features`` describes.
        features: How windows are cut into segments.

    Raises:
        FeatureError: When the pack's mel bands are not the model's.
    """
    device = next(network.parameters()).device
    log_probabilities = []
    for index, log_mel in enumerate(pack.log_mel):
        segments, _ = split_into_segments(scale_log_mel(torch.from_numpy(log_mel)).to(device), features)
        inputs = [segments]
        if network.takes_features and pack.track_features is not None:
            inputs.append(torch.from_numpy(pack.track_features[index]).to(device).expand(len(segments), -1))
        logits = network(*inputs)
        log_probabilities.append(aggregate_segments(logits.float().cpu().numpy(), by_vote=network.is_decided_by_vote))
    return PackScores(np.stack(log_probabilities), pack.labels)
