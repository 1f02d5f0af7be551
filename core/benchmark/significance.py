"""Whether one model is better than another on the same tracks, or was luckier."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test of two models on the same tracks.

    Attributes:
        n_better: Tracks that the model tells right and the other one wrong.
        n_worse: Tracks that it tells wrong and the other one right.
        p_value: Two-sided: how likely a difference at least as large is where both are equally good, 0..1.
    """

    n_better: int
    n_worse: int
    p_value: float


def compare_hits(hits: npt.NDArray[np.bool_], other_hits: npt.NDArray[np.bool_]) -> McNemar:
    """Test a model against another one.

    Args:
        hits: Whether the model tells each track right, ``[n_tracks]``.
        other_hits: Likewise of the other one, in the same order.
    """
    n_better, n_worse = int((hits & ~other_hits).sum()), int((~hits & other_hits).sum())
    return McNemar(n_better, n_worse, compute_exact_p(n_better, n_worse))


def compute_exact_p(n_better: int, n_worse: int) -> float:
    """Two-sided p-value of the sign test to which McNemar's exact test comes down (McNemar, 1947).

    Args:
        n_better: Tracks on which only the one model is right.
        n_worse: Tracks on which only the other one is.
    """
    n_discordant = n_better + n_worse
    # Whole numbers throughout: no rounding, however many tracks there are.
    tail = sum(math.comb(n_discordant, k) for k in range(min(n_better, n_worse) + 1))
    return min(1.0, 2 * tail / (1 << n_discordant))
