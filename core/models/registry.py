"""Architectures by name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from torch import Tensor, nn

from core.errors import UnknownModelError, describe_unknown_name


class SegmentClassifier(nn.Module):
    """What every architecture is: segments in, logits out, by way of an embedding.

    Attributes:
        input_shapes: Shape of one example of each tensor that ``embed`` takes; the first is the segment.
        hears_log_mel: Whether its segments are log-mels, which the program computes from sound; else it can be trained
            and scored on packs, and not be used on recordings.
        is_decided_by_vote: Whether the track's genre is that of most of its segments, as its source has it.
    """

    input_shapes: ClassVar[tuple[tuple[int, ...], ...]] = ((128, 128),)
    is_decided_by_vote: ClassVar[bool] = False
    hears_log_mel: ClassVar[bool] = True

    @property
    def takes_features(self) -> bool:
        """Whether each segment comes with numbers that describe its track."""
        return len(self.input_shapes) > 1

    def fit_feature_scale(self, track_features: Tensor) -> None:
        """Take the scale of what comes beside the segments from the training tracks, ``[n_tracks, n_features]``.

        A network that takes segments alone has nothing to fit.
        """

    @abstractmethod
    def embed(self, segments: Tensor) -> Tensor:
        """The vector before the classifier.

        Args:
            segments: float32 ``[batch, n_mels, segment_frames]`` in 0..1.

        Returns:
            float32 ``[batch, n_dims]``.
        """

    @abstractmethod
    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]`` of embeddings ``[batch, n_dims]``."""

    def forward(self, segments: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]`` of segments ``[batch, n_mels, segment_frames]``."""
        return self.classify(self.embed(segments))


_ARCHITECTURES: dict[str, type[SegmentClassifier]] = {}


def register_architecture(name: str) -> Callable[[type[SegmentClassifier]], type[SegmentClassifier]]:
    """Class decorator that makes an architecture known by ``name``."""

    def register(architecture: type[SegmentClassifier]) -> type[SegmentClassifier]:
        _ARCHITECTURES[name] = architecture
        return architecture

    return register


def list_architectures() -> list[str]:
    """Names of all architectures, sorted."""
    _load_architectures()
    return sorted(_ARCHITECTURES)


def create_network(name: str, model_config: dict[str, Any]) -> SegmentClassifier:
    """Build an architecture with random weights.

    Args:
        name: As registered.
        model_config: Its keyword arguments.

    Raises:
        UnknownModelError: With the known names and the nearest one.
    """
    _load_architectures()
    if name not in _ARCHITECTURES:
        raise UnknownModelError(describe_unknown_name("architecture", name, _ARCHITECTURES))
    return _ARCHITECTURES[name](**model_config)


def _load_architectures() -> None:
    # Late, because each of them imports this module to register itself.
    import core.models.architectures  # noqa: F401
