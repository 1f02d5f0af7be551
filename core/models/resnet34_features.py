"""ResNet-34 that is also told the hand-crafted features of the clip."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from core.errors import FeatureError
from core.models.registry import SegmentClassifier, register_architecture
from core.models.resnet34 import N_OUTPUTS, ResNet34Trunk

#: Those of ``core.features.handcrafted``, which this file does not import: serving must not reach librosa.
N_FEATURES = 57


@register_architecture("resnet34_features")
class ResNet34Features(SegmentClassifier):
    """ResNet-34 whose 1 000 outputs are joined by 57 hand-crafted features before the classifier.

    The strongest of the systems that compare networks on 3 s segments of GTZAN. It takes two tensors: segments
    ``[batch, n_mels, n_frames]`` and features ``[batch, 57]``, which it scales by the training tracks' mean and
    standard deviation.

    Args:
        num_classes: Genres.
    """

    feature_mean: Tensor
    feature_deviation: Tensor

    input_shapes: ClassVar[tuple[tuple[int, ...], ...]] = ((128, 128), (N_FEATURES,))

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.trunk = ResNet34Trunk()
        self.classifier = nn.Linear(N_OUTPUTS + N_FEATURES, num_classes)
        self.register_buffer("feature_mean", torch.zeros(N_FEATURES))
        self.register_buffer("feature_deviation", torch.ones(N_FEATURES))

    def fit_feature_scale(self, track_features: Tensor) -> None:
        """Take mean and standard deviation from the training tracks, ``[n_tracks, 57]``."""
        # In double precision: variances of the spectral features reach 1e12.
        deviation, mean = torch.std_mean(track_features.double(), dim=0, correction=0)
        self.feature_mean.copy_(mean)
        self.feature_deviation.copy_(torch.where(deviation > 0, deviation, 1.0))

    def embed(self, segments: Tensor, features: Tensor | None = None) -> Tensor:
        """Outputs and features side by side, ``[batch, 1057]``.

        Args:
            segments: float32 ``[batch, n_mels, n_frames]`` in 0..1.
            features: float32 ``[batch, 57]``, as the table has them.

        Raises:
            FeatureError: When the features are missing or have another shape: a guess would look like an answer.
        """
        if features is None or features.shape != (len(segments), N_FEATURES):
            given = "none" if features is None else str(list(features.shape))
            raise FeatureError(
                f"resnet34_features needs {N_FEATURES} hand-crafted features beside each segment; it was given {given}."
            )
        scaled = (features - self.feature_mean) / self.feature_deviation
        return torch.cat([self.trunk(segments), scaled], dim=1)

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(embedding)
        return logits

    def forward(self, segments: Tensor, features: Tensor | None = None) -> Tensor:
        """Logits ``[batch, num_classes]``; ``embed`` tells the arguments."""
        return self.classify(self.embed(segments, features))
