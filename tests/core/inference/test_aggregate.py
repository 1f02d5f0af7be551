import pytest
import torch

from core.inference.aggregate import aggregate_segments


def test_equal_segments_give_their_own_probabilities() -> None:
    logits = torch.tensor([[2.0, 1.0, -1.0]])
    expected = torch.log_softmax(logits[0], dim=0)
    torch.testing.assert_close(aggregate_segments(logits.repeat(4, 1)), expected)


def test_probabilities_sum_to_one_and_do_not_depend_on_order() -> None:
    logits = torch.randn(7, 10)
    forward, backward = aggregate_segments(logits), aggregate_segments(logits.flip(0))
    torch.testing.assert_close(forward, backward)
    torch.testing.assert_close(forward.exp().sum(), torch.tensor(1.0))


def test_temperature_changes_the_confidence_and_not_the_ranking() -> None:
    logits = torch.randn(7, 10)
    sharp, soft = aggregate_segments(logits), aggregate_segments(logits, temperature=3.0)
    assert sharp.argsort().tolist() == soft.argsort().tolist()
    assert sharp.max() > soft.max()


def test_by_vote_most_segments_win_over_one_that_is_surer() -> None:
    logits = torch.tensor([[0.2, 0.0, 0.0], [0.2, 0.0, 0.0], [0.0, 9.0, 0.0]])
    assert aggregate_segments(logits).argmax() == 1
    voted = aggregate_segments(logits, by_vote=True)
    assert voted.argmax() == 0
    torch.testing.assert_close(voted.exp().sum(), torch.tensor(1.0))
    assert torch.isfinite(voted).all()


def test_by_vote_the_mean_probability_decides_between_equals() -> None:
    logits = torch.tensor([[0.3, 0.0, 0.0], [0.0, 2.0, 0.0]])
    assert aggregate_segments(logits, by_vote=True).argmax() == 1


@pytest.mark.parametrize("by_vote", [False, True])
def test_a_weight_counts_as_that_many_segments(by_vote: bool) -> None:
    logits = torch.randn(3, 10)
    repeated = aggregate_segments(logits[[0, 1, 1, 1, 2, 2]], by_vote=by_vote)
    # Votes leave room for one more segment, so the number of segments must be the same.
    weighted = aggregate_segments(
        logits[[0, 1, 2, 0, 1, 2]], by_vote=by_vote, weights=torch.tensor([0.5, 1.5, 1.0, 0.5, 1.5, 1.0])
    )
    torch.testing.assert_close(weighted, repeated)
