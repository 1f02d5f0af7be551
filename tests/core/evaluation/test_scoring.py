import numpy as np
import pytest

from core.evaluation.scoring import PackScores


def test_scores_of_a_perfect_model() -> None:
    scores = PackScores(np.log(np.eye(3, dtype=np.float32) * 0.97 + 0.01), np.arange(3))
    assert scores.accuracy == 1
    assert scores.log_loss == pytest.approx(-np.log(0.98), rel=1e-4)
    np.testing.assert_array_equal(scores.confusion_matrix, np.eye(3))


def test_the_confusion_matrix_has_the_reference_in_its_rows() -> None:
    log_probabilities = np.log(np.array([[0.1, 0.9], [0.2, 0.8], [0.6, 0.4]], dtype=np.float32))
    scores = PackScores(log_probabilities, np.array([0, 1, 1]))
    assert scores.accuracy == pytest.approx(1 / 3)
    np.testing.assert_array_equal(scores.confusion_matrix, [[0, 1], [1, 1]])
