"""Figures that say how good a model is, each with how sure we can be of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatMatrix = npt.NDArray[np.floating]
Labels = npt.NDArray[np.int64]

N_BOOTSTRAP = 2000
N_CALIBRATION_BINS = 10


@dataclass(frozen=True)
class ClassMetrics:
    """One genre's figures, 0..1; ``n_tracks`` is how many tracks really are of it."""

    label: str
    precision: float
    recall: float
    f1: float
    n_tracks: int


@dataclass(frozen=True)
class Reliability:
    """Confidence and accuracy of the tracks in each bin of confidence that has any, and how many those are."""

    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]
    n_tracks: tuple[int, ...]


@dataclass(frozen=True)
class Metrics:
    """A model's figures on one set of tracks.

    Attributes:
        accuracy: Share of tracks whose most probable genre is the reference, 0..1.
        accuracy_interval: Its 95 % interval, by bootstrap over tracks.
        macro_f1: Mean F1 of the genres that have a track, 0..1.
        macro_f1_interval: Its 95 % interval, likewise.
        log_loss: Mean negative log-likelihood of the reference, in nats.
        calibration_error: Expected calibration error over ten equal bins of confidence (Guo et al., 2017), 0..1.
        per_class: In the order of the labels.
        confusion_matrix: Tracks, ``[num_classes][num_classes]``, reference by row.
        n_tracks: Size of the set.
    """

    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    log_loss: float
    calibration_error: float
    per_class: tuple[ClassMetrics, ...]
    confusion_matrix: list[list[int]]
    n_tracks: int


def compute_metrics(
    probabilities: FloatMatrix, reference_labels: Labels, label_names: tuple[str, ...], seed: int = 0
) -> Metrics:
    """Compute every figure.

    Args:
        probabilities: ``[n_tracks, num_classes]``, rows sum to 1; at least one track.
        reference_labels: ``[n_tracks]``.
        label_names: ``[num_classes]``.
        seed: Of the bootstrap.
    """
    num_classes = len(label_names)
    predicted_labels: Labels = probabilities.argmax(axis=1)
    matrix = compute_confusion_matrix(reference_labels, predicted_labels, num_classes)
    precision, recall, f1 = _precision_recall_f1(matrix)

    def macro_f1(chosen: Labels) -> float:
        chosen_matrix = compute_confusion_matrix(reference_labels[chosen], predicted_labels[chosen], num_classes)
        return _macro_f1(chosen_matrix)

    hits = predicted_labels == reference_labels
    likelihood = probabilities[np.arange(len(reference_labels)), reference_labels]
    return Metrics(
        accuracy=float(hits.mean()),
        accuracy_interval=bootstrap_interval(lambda chosen: float(hits[chosen].mean()), len(hits), seed),
        macro_f1=_macro_f1(matrix),
        macro_f1_interval=bootstrap_interval(macro_f1, len(hits), seed),
        log_loss=-float(np.log(np.maximum(likelihood, 1e-12)).mean()),
        calibration_error=compute_calibration_error(probabilities.max(axis=1), hits),
        per_class=tuple(
            ClassMetrics(
                name, float(precision[index]), float(recall[index]), float(f1[index]), int(matrix[index].sum())
            )
            for index, name in enumerate(label_names)
        ),
        confusion_matrix=matrix.tolist(),
        n_tracks=len(hits),
    )


def compute_confusion_matrix(reference_labels: Labels, predicted_labels: Labels, num_classes: int) -> Labels:
    """Tracks by reference (row) and prediction (column), int64 ``[num_classes, num_classes]``."""
    matrix = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(matrix, (reference_labels, predicted_labels), 1)
    return matrix


def compute_reliability(confidences: FloatMatrix, hits: npt.NDArray[np.bool_]) -> Reliability:
    """The reliability diagram: tracks gathered in ten equal bins of confidence.

    Args:
        confidences: ``[n_tracks]``, 0..1.
        hits: Whether each track was told right, ``[n_tracks]``.
    """
    bins = np.minimum((confidences * N_CALIBRATION_BINS).astype(int), N_CALIBRATION_BINS - 1)
    filled = [bins == index for index in range(N_CALIBRATION_BINS) if (bins == index).any()]
    return Reliability(
        confidence=tuple(float(confidences[chosen].mean()) for chosen in filled),
        accuracy=tuple(float(hits[chosen].mean()) for chosen in filled),
        n_tracks=tuple(int(chosen.sum()) for chosen in filled),
    )


def compute_calibration_error(confidences: FloatMatrix, hits: npt.NDArray[np.bool_]) -> float:
    """Mean distance of confidence and accuracy over equal bins of confidence, weighted by their tracks, 0..1."""
    reliability = compute_reliability(confidences, hits)
    gaps = np.abs(np.subtract(reliability.confidence, reliability.accuracy))
    return float(gaps @ reliability.n_tracks / len(hits))


def bootstrap_interval(statistic: Callable[[Labels], float], n_tracks: int, seed: int) -> tuple[float, float]:
    """95 % percentile interval of a statistic over resampled tracks.

    Args:
        statistic: Takes the indices of the chosen tracks, int64 ``[n_tracks]``.
        n_tracks: How many tracks there are to choose from.
        seed: Of the resampling.
    """
    random = np.random.default_rng(seed)
    values = [statistic(random.integers(0, n_tracks, n_tracks)) for _ in range(N_BOOTSTRAP)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _precision_recall_f1(matrix: Labels) -> tuple[FloatMatrix, FloatMatrix, FloatMatrix]:
    hits = matrix.diagonal().astype(np.float64)
    n_predicted, n_reference = matrix.sum(axis=0), matrix.sum(axis=1)
    precision = hits / np.maximum(n_predicted, 1)
    recall = hits / np.maximum(n_reference, 1)
    f1 = 2 * hits / np.maximum(n_predicted + n_reference, 1)
    return precision, recall, f1


def _macro_f1(matrix: Labels) -> float:
    _, _, f1 = _precision_recall_f1(matrix)
    return float(f1[matrix.sum(axis=1) > 0].mean())
