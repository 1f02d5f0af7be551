"""The table of classical models and transformations, and its picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from core.evaluation.classical.evaluate import ClassicalScore
from core.evaluation.report import load_figure


def write_classical_report(scores: Sequence[ClassicalScore], folder: Path) -> None:
    """Write ``classical.json``, ``classical.md`` and ``classical.png``.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = [asdict(score) for score in scores]
    (folder / "classical.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (folder / "classical.md").write_text(to_markdown(scores), encoding="utf-8")
    draw_accuracies(scores, folder / "classical.png")


def to_markdown(scores: Sequence[ClassicalScore]) -> str:
    """Validation accuracy of each pair, models by row; the best one's settings below."""
    models, transformations = _list_axes(scores)
    by_pair = {(score.model, score.transformation): score for score in scores}
    lines = [f"| model | {' | '.join(transformations)} |", "|---" * (1 + len(transformations)) + "|"]
    for model in models:
        row = [by_pair.get((model, transformation)) for transformation in transformations]
        lines.append(f"| {model} | {' | '.join('–' if score is None else _format(score) for score in row)} |")
    lines += [
        "",
        "Accuracy on the `val` tracks, and in brackets the mean over the folds of the cross-validation on the `train` "
        "tracks that chose the settings, no artist in two folds.",
        "",
    ]
    return "\n".join(lines)


def draw_accuracies(scores: Sequence[ClassicalScore], path: Path) -> None:
    """Draw the validation accuracies as a heat map.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    models, transformations = _list_axes(scores)
    accuracies = np.full((len(models), len(transformations)), np.nan)
    for score in scores:
        accuracies[models.index(score.model), transformations.index(score.transformation)] = score.val_accuracy
    figure = load_figure()(figsize=(2.5 + len(transformations), 1.5 + 0.4 * len(models)), layout="constrained", dpi=120)
    axes = figure.subplots()
    axes.imshow(accuracies, cmap="Blues", aspect="auto")
    middle = (np.nanmin(accuracies) + np.nanmax(accuracies)) / 2
    for row, column in np.argwhere(np.isfinite(accuracies)):
        value = accuracies[row, column]
        axes.text(column, row, f"{value:.1%}", ha="center", va="center", color="white" if value > middle else "black")
    axes.set_xticks(range(len(transformations)), transformations)
    axes.set_yticks(range(len(models)), models)
    axes.set_title("validation accuracy")
    figure.savefig(path)


def _list_axes(scores: Sequence[ClassicalScore]) -> tuple[list[str], list[str]]:
    """Models and transformations, each once and in the order of the scores."""
    return list(dict.fromkeys(score.model for score in scores)), list(
        dict.fromkeys(score.transformation for score in scores)
    )


def _format(score: ClassicalScore) -> str:
    return f"{score.val_accuracy:.1%} ({score.cv_accuracy:.1%})"
