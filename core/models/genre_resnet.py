"""The product's own network, one half of the shipped model: a small residual network over log-mel segments."""

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
    """Two convolutions with channel attention and a skip connection (He et al., 2016).

    Args:
        n_in: Maps that come in.
        n_out: Maps that go out.
        stride: By which the first convolution reduces both axes.
        kernel_size: Of both convolutions. 1 reduces by averaging, so that no value is passed over.
    """

    def __init__(self, n_in: int, n_out: int, stride: int, kernel_size: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            _average(stride) if kernel_size == 1 else nn.Identity(),
            nn.Conv2d(n_in, n_out, kernel_size, 1 if kernel_size == 1 else stride, kernel_size // 2, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
            nn.Conv2d(n_out, n_out, kernel_size, padding=kernel_size // 2, bias=False),
            nn.BatchNorm2d(n_out),
            SqueezeExcitation(n_out),
        )
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.skip = nn.Sequential(_average(stride), nn.Conv2d(n_in, n_out, 1, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, maps: Tensor) -> Tensor:
        """Maps ``[batch, n_out, height / stride, width / stride]``."""
        return torch.relu(self.residual(maps) + self.skip(maps))


def _average(stride: int) -> nn.Module:
    return nn.AvgPool2d(stride, ceil_mode=True) if stride != 1 else nn.Identity()


@register_architecture("genre_resnet")
class GenreResNet(SegmentClassifier):
    """Residual network with per-segment channel normalisation.

    Args:
        num_classes: Genres.
        channels: Maps of each stage; every stage after the first halves both axes. The last one looks at single
            points, so that no unit sees more than about half of the bands: large receptive fields overfit small
            audio datasets (Koutini et al., 2019).
        dropout: Before the classifier.
    """

    def __init__(
        self,
        num_classes: int,
        channels: Sequence[int] = (24, 64, 128, 256),
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
            kernel_size = 1 if stage == len(channels) - 1 else 3
            layers.append(ResidualBlock(n_in, n_out, 1 if stage == 0 else 2, kernel_size))
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
