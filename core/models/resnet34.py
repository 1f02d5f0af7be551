"""The standard 34-layer residual network, trained from scratch on log-mel segments."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture

#: Length of the vector that the network's last layer gives: the classes of ImageNet, for which it was designed.
N_OUTPUTS = 1000


class BasicBlock(nn.Module):
    """Two 3 × 3 convolutions with a skip connection."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
            nn.Conv2d(n_out, n_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
        )
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.skip = nn.Sequential(nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, maps: Tensor) -> Tensor:
        """Maps ``[batch, n_out, height / stride, width / stride]``."""
        return torch.relu(self.residual(maps) + self.skip(maps))


class ResNet34Trunk(nn.Module):
    """Basic blocks in stages of 3, 4, 6 and 3 (He et al., 2016), with one input channel.

    ``[batch, n_mels, n_frames]`` → 64 channels at a quarter of both axes → 64, 128, 256, 512 channels, each stage
    after the first halving both axes → mean → 1 000.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        ]
        n_in = 64
        for n_blocks, n_out in ((3, 64), (4, 128), (6, 256), (3, 512)):
            for block in range(n_blocks):
                layers.append(BasicBlock(n_in, n_out, stride=2 if block == 0 and n_out > 64 else 1))
                n_in = n_out
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(512, N_OUTPUTS)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, segments: Tensor) -> Tensor:
        """The vector ``[batch, 1000]`` after a ReLU, without which the layer after it would add nothing."""
        return torch.relu(self.fc(self.layers(segments[:, None]).mean(dim=(2, 3))))


@register_architecture("resnet34")
class ResNet34(SegmentClassifier):
    """ResNet-34 with a genre classifier on its 1 000 outputs, as comparisons on 3 s segments of GTZAN use it.

    Args:
        num_classes: Genres.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.trunk = ResNet34Trunk()
        self.classifier = nn.Linear(N_OUTPUTS, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The network's output, ``[batch, 1000]``."""
        embedding: Tensor = self.trunk(segments)
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(embedding)
        return logits
