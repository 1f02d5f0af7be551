"""An evaluation as JSON, Markdown and pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from core.errors import GenrescopeError
from core.evaluation.evaluate import Evaluation
from core.evaluation.metrics import Labels, compute_reliability


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Write ``evaluation.json``, ``evaluation.md``, ``confusion_matrix.png`` and ``reliability.png``.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(to_json(evaluation) + "\n", encoding="utf-8")
    (folder / "evaluation.md").write_text(to_markdown(evaluation), encoding="utf-8")
    draw_confusion_matrix(
        np.array(evaluation.metrics.confusion_matrix),
        evaluation.label_names,
        f"{evaluation.model_id} on {evaluation.dataset}",
        folder / "confusion_matrix.png",
    )
    _draw_reliability(evaluation, folder / "reliability.png")


def to_json(evaluation: Evaluation) -> str:
    """All figures, and the probabilities of every track."""
    tracks = [
        {"track_id": track_id, "genre": evaluation.label_names[label], "probabilities": np.round(row, 5).tolist()}
        for track_id, label, row in zip(
            evaluation.track_ids, evaluation.reference_labels, evaluation.probabilities.astype(float), strict=True
        )
    ]
    content = {
        "model_id": evaluation.model_id,
        "dataset": evaluation.dataset,
        "label_names": evaluation.label_names,
        **asdict(evaluation.metrics),
        "n_decided": evaluation.n_decided,
        "confident_accuracy": evaluation.confident_accuracy,
        "skipped": evaluation.skipped,
        "tracks": tracks,
    }
    return json.dumps(content, indent=1, ensure_ascii=False)


def to_markdown(evaluation: Evaluation) -> str:
    """The figures as a page."""
    metrics = evaluation.metrics
    low, high = metrics.accuracy_interval
    f1_low, f1_high = metrics.macro_f1_interval
    lines = [
        f"# {evaluation.model_id} on {evaluation.dataset}",
        "",
        f"{metrics.n_tracks} tracks; 95 % intervals by bootstrap over tracks.",
        "",
        "| figure | value |",
        "|---|---|",
        f"| accuracy | {metrics.accuracy:.1%} ({low:.1%}–{high:.1%}) |",
        f"| macro-F1 | {metrics.macro_f1:.1%} ({f1_low:.1%}–{f1_high:.1%}) |",
        f"| log-loss | {metrics.log_loss:.3f} nats |",
        f"| expected calibration error | {metrics.calibration_error:.1%} |",
        *(f"| called {decision} | {count} |" for decision, count in sorted(evaluation.n_decided.items())),
        *([f"| accuracy of those called confident | {evaluation.confident_accuracy:.1%} |"]
          if evaluation.confident_accuracy is not None else []),
        "",
        "| genre | precision | recall | F1 | tracks |",
        "|---|---|---|---|---|",
        *(
            f"| {genre.label} | {genre.precision:.0%} | {genre.recall:.0%} | {genre.f1:.0%} | {genre.n_tracks} |"
            for genre in metrics.per_class
        ),
        "",
        "Confusion matrix, reference by row:",
        "",
        "| | " + " | ".join(evaluation.label_names) + " |",
        "|---" * (len(evaluation.label_names) + 1) + "|",
        *(
            f"| **{name}** | " + " | ".join(map(str, row)) + " |"
            for name, row in zip(evaluation.label_names, metrics.confusion_matrix, strict=True)
        ),
        "",
    ]  # fmt: skip
    if evaluation.skipped:
        lines += ["Not judged:", "", *(f"- {count} × {reason}" for reason, count in evaluation.skipped.items()), ""]
    return "\n".join(lines)


def draw_confusion_matrix(matrix: Labels, label_names: Sequence[str], title: str, path: Path) -> None:
    """Draw tracks by reference (row) and prediction (column), coloured by their share of the row.

    Args:
        matrix: int64 ``[num_classes, num_classes]``.
        label_names: ``[num_classes]``.
        title: Above the picture.
        path: Of the PNG.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    figure_class = load_figure()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    size = 2.5 + 0.5 * len(matrix)
    figure = figure_class(figsize=(size, size), layout="constrained", dpi=120)
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(matrix > 0):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(matrix[row, column]), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(matrix)), label_names, rotation=45, ha="right")
    axes.set_yticks(range(len(matrix)), label_names)
    axes.set(xlabel="predicted", ylabel="reference", title=title)
    figure.savefig(path)


def _draw_reliability(evaluation: Evaluation, path: Path) -> None:
    figure_class = load_figure()
    confidences = evaluation.probabilities.max(axis=1)
    hits = evaluation.probabilities.argmax(axis=1) == evaluation.reference_labels
    reliability = compute_reliability(confidences, hits)
    figure = figure_class(figsize=(5, 5), layout="constrained", dpi=120)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="perfectly calibrated")
    axes.plot(
        reliability.confidence,
        reliability.accuracy,
        marker="o",
        label=f"{evaluation.model_id} (ECE {evaluation.metrics.calibration_error:.1%})",
    )
    for *position, n_tracks in zip(reliability.confidence, reliability.accuracy, reliability.n_tracks, strict=True):
        axes.annotate(f"n={n_tracks}", position, xytext=(4, -12), textcoords="offset points")
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1), title=evaluation.dataset)
    axes.legend(loc="upper left")
    figure.savefig(path)


def load_figure() -> type:
    """The class ``matplotlib.figure.Figure``; pyplot would look for a screen.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise GenrescopeError("Drawing needs matplotlib: pip install -e “.[train]”.") from error
    return Figure
