import numpy as np
import pytest

from core.inference.aggregate import aggregate_segments, log_softmax
from core.types import FloatArray


def _logits(*rows: list[float]) -> FloatArray:
    return np.array(rows, dtype=np.float32)


def _random_logits(n_segments: int) -> FloatArray:
    return np.random.default_rng(0).normal(size=(n_segments, 10)).astype(np.float32)


def test_equal_segments_give_their_own_probabilities() -> None:
    logits = _logits([2.0, 1.0, -1.0])
    probabilities = np.exp(logits[0]) / np.exp(logits[0]).sum()
    np.testing.assert_allclose(np.exp(aggregate_segments(logits.repeat(4, axis=0))), probabilities, rtol=1e-5)
    assert aggregate_segments(logits).dtype == np.float32


def test_probabilities_sum_to_one_and_do_not_depend_on_order() -> None:
    logits = _random_logits(7)
    forward, backward = aggregate_segments(logits), aggregate_segments(logits[::-1])
    np.testing.assert_allclose(forward, backward, atol=1e-5)
    assert np.exp(forward).sum() == pytest.approx(1, abs=1e-5)


def test_temperature_changes_the_confidence_and_not_the_ranking() -> None:
    logits = _random_logits(7)
    sharp, soft = aggregate_segments(logits), aggregate_segments(logits, temperature=3.0)
    assert sharp.argsort().tolist() == soft.argsort().tolist()
    assert sharp.max() > soft.max()


def test_by_vote_most_segments_win_over_one_that_is_surer() -> None:
    logits = _logits([0.2, 0.0, 0.0], [0.2, 0.0, 0.0], [0.0, 9.0, 0.0])
    assert aggregate_segments(logits).argmax() == 1
    voted = aggregate_segments(logits, by_vote=True)
    assert voted.argmax() == 0
    assert np.exp(voted).sum() == pytest.approx(1, abs=1e-5)
    assert np.isfinite(voted).all()


def test_by_vote_the_mean_probability_decides_between_equals() -> None:
    logits = _logits([0.3, 0.0, 0.0], [0.0, 2.0, 0.0])
    assert aggregate_segments(logits, by_vote=True).argmax() == 1


@pytest.mark.parametrize("by_vote", [False, True])
def test_a_weight_counts_as_that_many_segments(by_vote: bool) -> None:
    logits = _random_logits(3)
    repeated = aggregate_segments(logits[[0, 1, 1, 1, 2, 2]], by_vote=by_vote)
    # Votes leave room for one more segment, so the number of segments must be the same.
    weighted = aggregate_segments(
        logits[[0, 1, 2, 0, 1, 2]], by_vote=by_vote, weights=_logits([0.5, 1.5, 1.0, 0.5, 1.5, 1.0])[0]
    )
    np.testing.assert_allclose(weighted, repeated, atol=1e-5)


def test_logits_beyond_what_an_exponential_can_hold_are_fine() -> None:
    log_probabilities = log_softmax(_logits([1e4, 0.0], [-1e4, 0.0]))
    np.testing.assert_allclose(log_probabilities, [[0, -1e4], [-1e4, 0]])
