import numpy as np
import pytest

from core.evaluation.metrics import bootstrap_interval, compute_calibration_error, compute_metrics, compute_reliability

NAMES = ("a", "b", "c")


def test_a_perfect_model_is_perfect_in_every_figure() -> None:
    metrics = compute_metrics(np.eye(3)[[0, 1, 2, 0]], np.array([0, 1, 2, 0]), NAMES)
    assert (metrics.accuracy, metrics.macro_f1, metrics.log_loss, metrics.calibration_error) == (1, 1, 0, 0)
    assert metrics.accuracy_interval == (1, 1)
    assert [genre.n_tracks for genre in metrics.per_class] == [2, 1, 1]


def test_figures_of_a_worked_example() -> None:
    probabilities = np.array([[0.8, 0.2, 0], [0.6, 0.4, 0], [0.3, 0.7, 0], [0.1, 0.9, 0]])
    metrics = compute_metrics(probabilities, np.array([0, 1, 1, 1]), NAMES)
    assert metrics.accuracy == 0.75
    first, second, third = metrics.per_class
    assert (first.precision, first.recall, first.f1) == (0.5, 1, pytest.approx(2 / 3))
    assert (second.precision, second.recall, second.f1) == (1, pytest.approx(2 / 3), pytest.approx(0.8))
    assert (third.precision, third.recall, third.f1, third.n_tracks) == (0, 0, 0, 0)
    # The genre without a track does not count.
    assert metrics.macro_f1 == pytest.approx((2 / 3 + 0.8) / 2)
    assert metrics.log_loss == pytest.approx(-np.log([0.8, 0.4, 0.7, 0.9]).mean())
    assert metrics.confusion_matrix == [[1, 0, 0], [1, 2, 0], [0, 0, 0]]


def test_macro_f1_agrees_with_scikit_learn() -> None:
    sklearn_metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the reference")
    random = np.random.default_rng(0)
    probabilities, labels = random.dirichlet(np.ones(3), 200), random.integers(0, 3, 200)
    expected = sklearn_metrics.f1_score(labels, probabilities.argmax(axis=1), average="macro")
    assert compute_metrics(probabilities, labels, NAMES).macro_f1 == pytest.approx(expected)


def test_the_interval_of_an_accuracy_is_about_two_standard_errors() -> None:
    hits = np.arange(200) < 130
    low, high = bootstrap_interval(lambda chosen: float(hits[chosen].mean()), 200, seed=0)
    assert low == pytest.approx(0.65 - 1.96 * np.sqrt(0.65 * 0.35 / 200), abs=0.01)
    assert high == pytest.approx(0.65 + 1.96 * np.sqrt(0.65 * 0.35 / 200), abs=0.01)


def test_reliability_gathers_tracks_of_like_confidence() -> None:
    confidences = np.array([0.31, 0.39, 0.95, 1.0, 0.97])
    reliability = compute_reliability(confidences, np.array([True, False, True, True, False]))
    assert reliability.n_tracks == (2, 3)
    assert reliability.confidence == pytest.approx((0.35, 2.92 / 3))
    assert reliability.accuracy == pytest.approx((0.5, 2 / 3))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    assert compute_calibration_error(np.full(10, 0.95), np.arange(10) < 5) == pytest.approx(0.45)
    assert compute_calibration_error(np.full(10, 0.5), np.arange(10) < 5) == pytest.approx(0.0)
