"""A small CNN over five features of 3 s of sound, stacked like the colours of a picture."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture

#: Those of ``core.features.five_channel``.
N_CHANNELS, N_COEFFICIENTS = 5, 40


@register_architecture("five_channel_cnn")
class FiveChannelCnn(SegmentClassifier):
    """Two convolutional blocks over MFCC, their first and second derivative, beat-averaged MFCC and chroma.

    Source: abhiramk2004, “Music Genre Classification” (github.com/abhiramk2004/music-genre-classification).
    ``[batch, 200, 130]`` (``core.features.five_channel``, its channels one above the other, as packs keep them) →
    ``[batch, 5, 40, 130]`` → 32 × 20 × 65 →
    64 × 10 × 32 → mean 64 → 128 → logits.

    Args:
        num_classes: Genres.
        dropout: After each block, and before the classifier.
    """

    input_shapes: ClassVar[tuple[tuple[int, ...], ...]] = ((N_CHANNELS * N_COEFFICIENTS, 130),)
    hears_log_mel: ClassVar[bool] = False
    is_decided_by_vote: ClassVar[bool] = True

    def __init__(self, num_classes: int, dropout: float = 0.3) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for n_in, n_out in ((5, 32), (32, 64)):
            layers += [
                nn.Conv2d(n_in, n_out, 3, padding=1),
                nn.ReLU(),
                nn.BatchNorm2d(n_out),
                nn.MaxPool2d(2),
                nn.Dropout(dropout),
            ]
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.hidden = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.BatchNorm1d(128))
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(128, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The hidden layer, ``[batch, 128]``, of segments ``[batch, 200, 130]``."""
        channels = segments.view(len(segments), N_CHANNELS, N_COEFFICIENTS, -1)
        embedding: Tensor = self.hidden(self.trunk(channels))
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(self.dropout(embedding))
        return logits
