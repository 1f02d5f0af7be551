"""Makes confidence mean what it says, and finds the confidence from which an answer may be trusted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics import FloatMatrix, Labels

#: Share of the answers called ``confident`` that shall be right on validation tracks. One's own songs are harder than
#: those: where 0.85 was asked for, 65 % of 60 such answers about songs from elsewhere were right, with 0.95 82 % of 17.
TARGET_ACCURACY = 0.95

_TEMPERATURES = np.geomspace(0.25, 4.0, 161)
_N_FOLDS = 5


def choose_temperature(log_probabilities: FloatMatrix, reference_labels: Labels, groups: npt.NDArray[np.str_]) -> float:
    """The temperature of Guo et al. (2017), or 1 where cross-validation says that it does not help.

    Args:
        log_probabilities: Of tracks, at temperature 1, ``[n_tracks, num_classes]``.
        reference_labels: ``[n_tracks]``.
        groups: ``[n_tracks]``; tracks of one group (an artist) are never fitted and judged in the same fold.
    """
    folds = _assign_folds(groups)
    gain = 0.0
    for fold in range(_N_FOLDS):
        held_back = folds == fold
        if held_back.all() or not held_back.any():
            continue
        temperature = fit_temperature(log_probabilities[~held_back], reference_labels[~held_back])
        before = _sum_log_loss(log_probabilities[held_back], reference_labels[held_back], 1.0)
        gain += before - _sum_log_loss(log_probabilities[held_back], reference_labels[held_back], temperature)
    return fit_temperature(log_probabilities, reference_labels) if gain > 0 else 1.0


def fit_temperature(log_probabilities: FloatMatrix, reference_labels: Labels) -> float:
    """The temperature with the least log-loss, from 0.25 to 4."""
    losses = [_sum_log_loss(log_probabilities, reference_labels, temperature) for temperature in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def choose_min_confidence(
    confidences: FloatMatrix, hits: npt.NDArray[np.bool_], target_accuracy: float = TARGET_ACCURACY
) -> float:
    """Read the risk–coverage curve: the least confidence above which enough answers are right.

    Args:
        confidences: Of tracks, ``[n_tracks]``.
        hits: Whether each answer was right, ``[n_tracks]``.
        target_accuracy: Share that shall be right among the answers that are kept, 0..1.

    Returns:
        A threshold, 0..1; just above the highest confidence where no threshold reaches the target.
    """
    order = np.argsort(-confidences, kind="stable")
    accuracy = np.cumsum(hits[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(accuracy >= target_accuracy)
    if not len(reached):
        return min(1.0, float(confidences.max()) + 1e-3)
    return float(confidences[order][reached[-1]])


def apply_temperature(log_probabilities: FloatMatrix, temperature: float) -> FloatMatrix:
    """Log-probabilities ``[n_tracks, num_classes]`` at another temperature."""
    scaled = log_probabilities / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    normalised: FloatMatrix = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
    return normalised


def _sum_log_loss(log_probabilities: FloatMatrix, reference_labels: Labels, temperature: float) -> float:
    scaled = apply_temperature(log_probabilities, temperature)
    return -float(scaled[np.arange(len(reference_labels)), reference_labels].sum())


def _assign_folds(groups: npt.NDArray[np.str_]) -> Labels:
    """A fold for each track, the same for all of a group; a track without a group is a group of its own."""
    names = np.where(groups == "", [f"track {index}" for index in range(len(groups))], groups)
    _, members = np.unique(names, return_inverse=True)
    shuffled = np.random.default_rng(0).permutation(members.max() + 1)
    folds: Labels = shuffled[members] % _N_FOLDS
    return folds
