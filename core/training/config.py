"""What a training run is made of; presets per architecture override the defaults."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from core.features.log_mel import LogMelConfig
from core.training.augmentation import AugmentationConfig


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides the outcome of a training run beside the data.

    Attributes:
        model_name: Architecture, as registered.
        model_config: Its keyword arguments, without ``num_classes``.
        features: Front end and segment length.
        augmentation: Distortions of the training segments.
        epochs: Passes over the training tracks, one random segment of each track per pass.
        batch_size: Segments.
        learning_rate: The peak of the one-cycle schedule (Smith and Topin, 2018).
        weight_decay: Of AdamW, on weights of convolutions and linear layers only.
        label_smoothing: Share of each target that is spread over all genres.
        average_decay: Of the exponential moving average of the weights, per step; the average is what is kept.
        val_interval: Epochs between two validations; the last epoch is always validated.
        seed: Of everything random.
    """

    model_name: str = "genre_resnet"
    model_config: dict[str, Any] = field(default_factory=dict)
    features: LogMelConfig = field(default_factory=LogMelConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    epochs: int = 200
    batch_size: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.1
    average_decay: float = 0.995
    val_interval: int = 10
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the run folder and the checkpoint."""
        return asdict(self)
