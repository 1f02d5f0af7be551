"""A small VGG network over log-mel segments of 3 s."""

from __future__ import annotations

from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture


@register_architecture("mini_vgg")
class MiniVgg(SegmentClassifier):
    """Pairs of 3 × 3 convolutions, each pair followed by pooling (Simonyan and Zisserman, 2015).

    The small form that comparisons on 3 s segments of GTZAN use, with two or three blocks: ``[batch, n_mels,
    n_frames]`` → 32 × n_mels/2 × n/2 → 64 × n_mels/4 × n/4 (→ 128 × n_mels/8 × n/8) → mean over a 4 × 4 grid → 512 →
    logits. The grid takes the place of flattening, so that segments may have any length.

    Args:
        num_classes: Genres.
        n_blocks: Pairs of convolutions; each has twice the channels of the one before.
        dropout: Before the classifier; half of it after each block.
    """

    def __init__(self, num_classes: int, n_blocks: int = 2, dropout: float = 0.5) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        n_in = 1
        for n_out in (32 * 2**block for block in range(n_blocks)):
            layers += [
                *_convolve(n_in, n_out),
                *_convolve(n_out, n_out),
                nn.MaxPool2d(2),
                nn.Dropout(dropout / 2),
            ]
            n_in = n_out
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.hidden = nn.Sequential(nn.Linear(16 * n_in, 512), nn.ReLU(), nn.BatchNorm1d(512))
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(512, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The hidden layer, ``[batch, 512]``."""
        embedding: Tensor = self.hidden(self.trunk(segments[:, None]))
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(self.dropout(embedding))
        return logits


def _convolve(n_in: int, n_out: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(n_in, n_out, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(n_out)
