"""The shipped architecture: a small residual network over log-mel segments."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture


class SqueezeExcitation(nn.Module):
    """Channel attention (Hu et al., 2018): scales each channel by what the whole segment holds."""

    def __init__(self, n_channels: int, reduction: int = 8) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.Linear(n_channels, n_channels // reduction),
            nn.ReLU(),
            nn.Linear(n_channels // reduction, n_channels),
            nn.Sigmoid(),
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Scaled maps, same shape ``[batch, n_channels, height, width]``."""
        scale: Tensor = self.gate(maps.mean(dim=(2, 3)))
        return maps * scale[:, :, None, None]


class ResidualBlock(nn.Module):
    """Two 3 × 3 convolutions with channel attention and a skip connection (He et al., 2016)."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
            nn.Conv2d(n_out, n_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            SqueezeExcitation(n_out),
        )
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.skip = nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True) if stride != 1 else nn.Identity(),
                nn.Conv2d(n_in, n_out, 1, bias=False),
                nn.BatchNorm2d(n_out),
            )

    def forward(self, maps: Tensor) -> Tensor:
        """Maps ``[batch, n_out, height / stride, width / stride]``."""
        return torch.relu(self.residual(maps) + self.skip(maps))


@register_architecture("genre_resnet")
class GenreResNet(SegmentClassifier):
    """Residual network with per-segment channel normalisation.

    Args:
        num_classes: Genres.
        channels: Maps of each stage; every stage after the first halves both axes.
        blocks_per_stage: Residual blocks in each stage.
        dropout: Before the classifier.
    """

    def __init__(
        self,
        num_classes: int,
        channels: Sequence[int] = (32, 64, 128, 192),
        blocks_per_stage: int = 1,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(1, channels[0], 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(channels[0]),
            nn.ReLU(),
        ]
        n_in = channels[0]
        for stage, n_out in enumerate(channels):
            for block in range(blocks_per_stage):
                layers.append(ResidualBlock(n_in, n_out, stride=2 if stage > 0 and block == 0 else 1))
                n_in = n_out
        self.trunk = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * n_in, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """Mean and peak of the last maps, ``[batch, 2 · channels[-1]]``.

        Each mel band loses its own mean over the segment first: what is left does not know the recording's
        equalisation, bandwidth or loudness, which differ more between a dataset and a user's files than genres do.
        """
        normalised = (segments - segments.mean(dim=-1, keepdim=True)) / 0.12
        maps = self.trunk(normalised[:, None])
        return torch.cat([maps.mean(dim=(2, 3)), maps.mean(dim=2).amax(dim=2)], dim=1)

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(self.dropout(embedding))
        return logits
