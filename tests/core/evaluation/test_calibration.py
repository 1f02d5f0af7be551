import numpy as np
import pytest

from core.evaluation.calibration import apply_temperature, choose_min_confidence, choose_temperature, fit_temperature


def _make_answers(sharpness: float, n_tracks: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities that are too sharp by a known factor, and labels drawn from the true ones."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 1.5, (n_tracks, 5))
    true = apply_temperature(logits, 1.0)
    labels = np.array([random.choice(5, p=np.exp(row)) for row in true])
    return apply_temperature(logits * sharpness, 1.0), labels


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.0])
def test_the_temperature_undoes_a_known_overconfidence(sharpness: float) -> None:
    log_probabilities, labels = _make_answers(sharpness)
    assert fit_temperature(log_probabilities, labels) == pytest.approx(sharpness, rel=0.1)


def test_a_temperature_that_cannot_be_cross_validated_is_not_kept() -> None:
    log_probabilities, labels = _make_answers(2.5, n_tracks=50)
    assert choose_temperature(log_probabilities, labels, np.full(50, "one artist")) == 1.0


def test_a_temperature_that_helps_is_kept() -> None:
    log_probabilities, labels = _make_answers(2.5, n_tracks=500)
    assert choose_temperature(log_probabilities, labels, np.full(500, "")) > 1.8


def test_the_threshold_is_the_least_that_reaches_the_target() -> None:
    confidences = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    hits = np.array([True, True, False, True, False, False])
    assert choose_min_confidence(confidences, hits, 0.75) == 0.6
    assert choose_min_confidence(confidences, hits, 1.0) == 0.8
    assert choose_min_confidence(confidences, hits, 0.5) == 0.4


def test_a_model_that_is_never_right_is_never_confident() -> None:
    assert choose_min_confidence(np.array([0.9, 0.5]), np.array([False, False])) > 0.9
