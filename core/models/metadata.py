"""What a model says of itself, in whatever kind of file it travels; without PyTorch."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class ModelMetadata:
    """Everything beside the weights.

    Attributes:
        epoch: The epoch whose weights these are, counted from 1.
        val_acc: Validation accuracy over tracks, 0..1.
        val_loss: Validation negative log-likelihood over tracks.
        model_name: Architecture, as registered.
        model_config: Its keyword arguments.
        feature_config: Those of ``LogMelConfig``.
        label_names: The genres, in the order of the logits.
        temperature: Track logits are divided by it.
        decision_config: Those of ``core.inference.decision.DecisionConfig``.
        not_music_config: Those of ``core.inference.decision.NotMusicDetector``; empty where it was not taught.
        history: One entry for each epoch, by name (``train_loss``, ``val_loss``, ``val_acc``).
        reliability: Calibrated confidence and accuracy of the validation tracks, by bin of confidence, and how many
            there are in each (``confidence``, ``accuracy``, ``n_tracks``).
        confusion_matrix: ``[num_classes][num_classes]`` of validation tracks, reference by row.
        dataset: Name, split, sizes and protocol of the training.
        created: Date, ISO 8601.
    """

    epoch: int
    val_acc: float
    val_loss: float
    model_name: str
    model_config: dict[str, Any]
    feature_config: dict[str, Any]
    label_names: list[str]
    temperature: float = 1.0
    decision_config: dict[str, float] = field(default_factory=dict)
    not_music_config: dict[str, Any] = field(default_factory=dict)
    history: dict[str, list[float]] = field(default_factory=dict)
    reliability: dict[str, list[float]] = field(default_factory=dict)
    confusion_matrix: list[list[int]] = field(default_factory=list)
    dataset: dict[str, Any] = field(default_factory=dict)
    created: str = field(default_factory=lambda: datetime.date.today().isoformat())
