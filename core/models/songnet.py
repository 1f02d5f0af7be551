"""SongNet: convolution along time, a recurrent layer, and attention over time."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture


@register_architecture("songnet")
class SongNet(SegmentClassifier):
    """Convolutional recurrent network whose channels are the mel bands.

    Source: C. Zhang, Y. Zhang and C. Chen, “SongNet: Real-time Music Classification” (CS229 project, Stanford, 2018),
    with the attention of the reproduction github.com/Nithin-Adithya/Songnet: one score per time step, its hyperbolic
    tangent through softmax over time. Left out is that reproduction's trained bias for each time step, which would tie
    the network to one length. ``[batch, n_mels, n_frames]`` → 64 × n/2 → 128 × n/4 → 256 × n/8 → GRU 128 × n/8 →
    weighted sum 128 → 128 → logits. ``n_frames`` is 8 or more; the source has 1 292.

    Args:
        num_classes: Genres.
        n_mels: Mel bands of the input.
        dropout: In each convolutional block, before pooling.
    """

    def __init__(self, num_classes: int, n_mels: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        n_in = n_mels
        for n_out in (64, 128, 256):
            layers += [
                nn.Conv1d(n_in, n_out, 3, padding=1),
                nn.BatchNorm1d(n_out),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.MaxPool1d(2),
            ]
            n_in = n_out
        self.trunk = nn.Sequential(*layers)
        self.recurrent = nn.GRU(n_in, 128, batch_first=True)
        self.attention = nn.Linear(128, 1)
        self.hidden = nn.Sequential(nn.Linear(128, 128), nn.ReLU())
        self.classifier = nn.Linear(128, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The hidden layer, ``[batch, 128]``."""
        steps, _ = self.recurrent(self.trunk(segments).transpose(1, 2))
        weights = torch.softmax(torch.tanh(self.attention(steps)), dim=1)
        embedding: Tensor = self.hidden((steps * weights).sum(dim=1))
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(embedding)
        return logits
