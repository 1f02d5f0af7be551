"""The shipped architecture: two models that judge in different ways, as one."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor

from core.models.genre_resnet import GenreResNet
from core.models.registry import SegmentClassifier, register_architecture
from core.models.sound_texture import SoundTexture

# How much the texture counts, chosen from five values by validation.
_TEXTURE_SHARE: Final = 0.4


@register_architecture("genre_duet")
class GenreDuet(SegmentClassifier):
    """A ``GenreResNet`` and a ``SoundTexture`` whose logits are averaged.

    Each is trained by itself. One looks for shapes, the other one knows the segment's statistics, so that they err on
    different tracks, and their mean errs on fewer (Dietterich, 2000). ``core.training.combine`` puts them together.

    Args:
        num_classes: Genres.
        resnet: Further keyword arguments of the first.
    """

    def __init__(self, num_classes: int, resnet: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.resnet = GenreResNet(num_classes, **(resnet or {}))
        self.texture = SoundTexture(num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The first one's embedding, and the second one's logits: of its many numbers, what is worth remembering."""
        return torch.cat([self.resnet.embed(segments), self.texture(segments)], dim=1)

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``: the mean of both logarithmic probabilities, up to a constant."""
        n_dims = self.resnet.classifier.in_features
        logits, texture_logits = self.resnet.classify(embedding[:, :n_dims]), embedding[:, n_dims:]
        return (1 - _TEXTURE_SHARE) * logits + _TEXTURE_SHARE * texture_logits
