"""A plain three-stage CNN over a whole clip, as desktop genre classifiers use it."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from core.models.registry import SegmentClassifier, register_architecture


@register_architecture("genre_cnn")
class GenreCnn(SegmentClassifier):
    """Three convolutions over a log-mel of fixed length, made for the 16 genres of FMA-medium.

    The shape is that of student systems which show a clip of 30 s (1 280 STFT frames at hop 512) to the network at
    once: ``[batch, 128, 1280]`` → 16 × 64 × 640 → 32 × 32 × 320 → 64 × 4 × 4 → 1 024 → 128 → logits.

    Args:
        num_classes: Genres.
        n_frames: Columns of the input; shorter segments are padded with zeros (the quietest value), longer ones cut.
        dropout: Before the classifier.
    """

    def __init__(self, num_classes: int, n_frames: int = 1280, dropout: float = 0.3) -> None:
        super().__init__()
        self.n_frames = n_frames
        self.trunk = nn.Sequential(
            *_convolve(1, 16),
            nn.MaxPool2d(2),
            *_convolve(16, 32),
            nn.MaxPool2d(2),
            *_convolve(32, 64),
            nn.AdaptiveAvgPool2d(4),
            nn.Flatten(),
            nn.Linear(64 * 4 * 4, 128),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(128, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The hidden layer, ``[batch, 128]``."""
        segments = F.pad(segments, (0, max(0, self.n_frames - segments.shape[-1])))[..., : self.n_frames]
        embedding: Tensor = self.trunk(segments[:, None])
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(self.dropout(embedding))
        return logits


def _convolve(n_in: int, n_out: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(n_in, n_out, 3, padding=1), nn.BatchNorm2d(n_out), nn.ReLU()
