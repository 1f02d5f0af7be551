"""From a network that has learnt all it will learn to the checkpoint that describes it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core.datasets.pack import LogMelPack
from core.evaluation.calibration import apply_temperature, choose_min_confidence, choose_temperature
from core.evaluation.metrics import compute_reliability
from core.evaluation.scoring import PackScores
from core.features.log_mel import LogMel, LogMelConfig
from core.inference.decision import DecisionConfig
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.registry import SegmentClassifier


def describe_network(
    network: SegmentClassifier, scores: PackScores, features: LogMelConfig, val: LogMelPack, **others: Any
) -> Checkpoint:
    """A checkpoint with calibration, thresholds and figures, all from the validation tracks.

    Args:
        network: On the CPU, in evaluation mode.
        scores: Its answers to ``val``.
        features: How it hears.
        val: The tracks that it was scored on.
        others: What else ``Checkpoint`` takes: architecture, history, dataset.
    """
    temperature = choose_temperature(scores.log_probabilities, scores.reference_labels, val.artists)
    calibrated = replace(scores, log_probabilities=apply_temperature(scores.log_probabilities, temperature))
    confidences = np.exp(calibrated.log_probabilities.max(axis=1))
    hits = scores.predicted_labels == scores.reference_labels
    model = GenreModel(LogMel.create(features), network)
    return Checkpoint(
        model_state_dict={name: value.detach().cpu().clone() for name, value in model.state_dict().items()},
        val_acc=scores.accuracy,
        val_loss=calibrated.log_loss,
        feature_config=features.to_dict(),
        label_names=list(val.label_names),
        temperature=temperature,
        decision_config=DecisionConfig(min_confidence=choose_min_confidence(confidences, hits)).to_dict(),
        reliability={name: list(values) for name, values in asdict(compute_reliability(confidences, hits)).items()},
        confusion_matrix=scores.confusion_matrix.tolist(),
        **others,
    )
