"""A convolutional recurrent network: what the convolutions see is read as a sequence."""

from __future__ import annotations

from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture


@register_architecture("crnn")
class Crnn(SegmentClassifier):
    """CNN for what sounds at a moment, GRU for how moments follow each other.

    After K. Choi et al., “Convolutional Recurrent Neural Networks for Music Classification” (ICASSP 2017), made smaller
    for segments of 3 s: it pools frequency 64-fold but time only fourfold, so that a sequence is left to read.
    ``[batch, n_mels, n_frames]`` → 32 × n_mels/4 × n/2 → 64 × n_mels/16 × n/4 → 128 × n_mels/64 × n/4 → n/4 steps of
    256 (at 128 mels) → GRU in both directions, mean over time → 128 → logits. ``n_frames`` is 4 or more.

    Args:
        num_classes: Genres.
        n_mels: Mel bands of the input, a multiple of 64.
        dropout: After each pooling, and before the classifier.
    """

    def __init__(self, num_classes: int, n_mels: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        n_in = 1
        for n_out, pooling in ((32, (4, 2)), (64, (4, 2)), (128, (4, 1))):
            layers += [
                nn.Conv2d(n_in, n_out, 3, padding=1),
                nn.BatchNorm2d(n_out),
                nn.ELU(),
                nn.MaxPool2d(pooling),
                nn.Dropout(dropout),
            ]
            n_in = n_out
        self.trunk = nn.Sequential(*layers)
        self.recurrent = nn.GRU(n_in * n_mels // 64, 64, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(128, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """Mean over time of what both directions of the GRU know, ``[batch, 128]``."""
        maps = self.trunk(segments[:, None])
        steps, _ = self.recurrent(maps.flatten(1, 2).transpose(1, 2))
        embedding: Tensor = steps.mean(dim=1)
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(self.dropout(embedding))
        return logits
