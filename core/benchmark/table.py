"""From the pieces to one row for each model."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.benchmark.entrants import Entrant
from core.benchmark.pieces import PieceResult
from core.benchmark.shipped import ShippedScores
from core.benchmark.significance import McNemar, compare_hits
from core.evaluation.metrics import Labels, bootstrap_interval


@dataclass(frozen=True)
class Row:
    """A model's line in the table. What was not measured is ``None`` or empty.

    Attributes:
        model: Name.
        kind: ``network``, ``classical`` or ``shipped``.
        obstacle: Why there are no figures.
        seeds: Those that are finished.
        accuracies: Of each seed, 0..1.
        accuracy: Mean over seeds, 0..1.
        accuracy_sd: Standard deviation over seeds; needs two of them.
        accuracy_interval: 95 % interval of the mean over seeds, by bootstrap over tracks.
        macro_f1: Mean over seeds, 0..1.
        macro_f1_sd: Like that of the accuracy.
        comparisons: McNemar's test against the shipped model, for each seed.
        n_parameters: Of a network.
        checkpoint_bytes: Of its file.
        window_ms: Time in which one core judges a clip, in milliseconds: the median over seeds.
        train_minutes: Mean over seeds.
        details: What came of each seed's training.
    """

    model: str
    kind: str
    obstacle: str | None = None
    seeds: tuple[int, ...] = ()
    accuracies: tuple[float, ...] = ()
    accuracy: float | None = None
    accuracy_sd: float | None = None
    accuracy_interval: tuple[float, float] | None = None
    macro_f1: float | None = None
    macro_f1_sd: float | None = None
    comparisons: tuple[McNemar, ...] = ()
    n_parameters: int | None = None
    checkpoint_bytes: int | None = None
    window_ms: float | None = None
    train_minutes: float | None = None
    details: tuple[str, ...] = ()

    @property
    def comparison(self) -> McNemar | None:
        """That of the seed in the middle: of two middle ones, the one that is less sure."""
        if not self.comparisons:
            return None
        return sorted(self.comparisons, key=lambda comparison: comparison.p_value)[len(self.comparisons) // 2]


def create_rows(
    entrants: Sequence[Entrant],
    results: Sequence[PieceResult],
    reference_labels: Labels,
    shipped: ShippedScores | None,
) -> list[Row]:
    """One row for each model, the best first, those without figures last.

    Args:
        entrants: All models.
        results: Of the pieces that are finished.
        reference_labels: Of the ``val`` tracks, ``[n_tracks]``.
        shipped: The model to compare with.
    """
    rows = [
        _create_row(entrant, [result for result in results if result.model == entrant.name], reference_labels, shipped)
        for entrant in entrants
    ]
    if shipped is not None:
        rows.append(_create_shipped_row(shipped))
    return sorted(rows, key=lambda row: (row.obstacle is not None, row.accuracy is None, -(row.accuracy or 0)))


def _create_row(
    entrant: Entrant, results: Sequence[PieceResult], reference_labels: Labels, shipped: ShippedScores | None
) -> Row:
    if not results:
        return Row(entrant.name, entrant.kind.value, entrant.obstacle)
    hits = np.array([result.predicted_labels for result in results]) == reference_labels
    accuracies = [result.accuracy for result in results]
    macro_f1s = [result.macro_f1 for result in results]
    durations_ms = [result.window_ms for result in results if result.window_ms is not None]
    return Row(
        model=entrant.name,
        kind=entrant.kind.value,
        seeds=tuple(result.seed for result in results),
        accuracies=tuple(accuracies),
        accuracy=statistics.mean(accuracies),
        accuracy_sd=_deviate(accuracies),
        accuracy_interval=bootstrap_interval(lambda chosen: float(hits[:, chosen].mean()), hits.shape[1], seed=0),
        macro_f1=statistics.mean(macro_f1s),
        macro_f1_sd=_deviate(macro_f1s),
        comparisons=() if shipped is None else tuple(compare_hits(row, shipped.hits) for row in hits),
        n_parameters=results[0].n_parameters,
        checkpoint_bytes=results[0].checkpoint_bytes,
        window_ms=statistics.median(durations_ms) if durations_ms else None,
        train_minutes=statistics.mean(result.train_s for result in results) / 60,
        details=tuple(result.detail for result in results),
    )


def _create_shipped_row(shipped: ShippedScores) -> Row:
    return Row(
        model=shipped.model_id,
        kind="shipped",
        accuracies=(shipped.metrics.accuracy,),
        accuracy=shipped.metrics.accuracy,
        accuracy_interval=shipped.metrics.accuracy_interval,
        macro_f1=shipped.metrics.macro_f1,
        n_parameters=shipped.n_parameters,
        checkpoint_bytes=shipped.checkpoint_bytes,
        window_ms=shipped.window_ms,
        details=(shipped.protocol,),
    )


def _deviate(values: Sequence[float]) -> float | None:
    return statistics.stdev(values) if len(values) > 1 else None
