import numpy as np
import pytest

from core.benchmark.significance import McNemar, compare_hits, compute_exact_p


def test_an_example_computed_by_hand() -> None:
    # Of 11 tracks on which they differ, 2 or fewer go to the other one: (1 + 11 + 55) of 2 048 ways, on either side.
    assert compute_exact_p(9, 2) == compute_exact_p(2, 9) == pytest.approx(2 * 67 / 2048, rel=1e-12)


@pytest.mark.parametrize(("n_better", "n_worse"), [(0, 1), (1, 7), (5, 5), (6, 5), (30, 12), (0, 40), (900, 1100)])
def test_it_is_the_binomial_test_of_scipy(n_better: int, n_worse: int) -> None:
    from scipy.stats import binomtest

    expected = binomtest(n_better, n_better + n_worse, 0.5).pvalue
    assert compute_exact_p(n_better, n_worse) == pytest.approx(expected, rel=1e-9)


def test_models_that_never_differ_are_not_told_apart() -> None:
    assert compute_exact_p(0, 0) == 1.0


def test_only_tracks_on_which_one_is_right_count() -> None:
    hits = np.array([True, True, True, False, False, True])
    other_hits = np.array([True, False, False, True, False, False])
    assert compare_hits(hits, other_hits) == McNemar(n_better=3, n_worse=1, p_value=0.625)
