"""Pictures of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.evaluation.report import load_figure


def draw_curves(history: Mapping[str, Sequence[float]], kept_epoch: int, path: Path) -> None:
    """Draw loss and accuracy over the validated epochs.

    Args:
        history: ``epoch``, ``train_loss``, ``val_loss`` and ``val_acc``, one entry for each validation.
        kept_epoch: Whose weights the checkpoint holds.
        path: Of the PNG.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    figure = load_figure()(figsize=(9, 4), layout="constrained", dpi=120)
    loss_axes, accuracy_axes = figure.subplots(1, 2)
    # Training sees distorted segments and smoothed targets: its loss may well lie above that of validation.
    loss_axes.plot(history["epoch"], history["train_loss"], marker=".", label="training (augmented segments)")
    loss_axes.plot(history["epoch"], history["val_loss"], marker=".", label="validation (whole tracks)")
    accuracy_axes.plot(history["epoch"], history["val_acc"], marker=".", color="C1", label="validation (whole tracks)")
    for axes in (loss_axes, accuracy_axes):
        axes.axvline(kept_epoch, color="grey", linestyle="--", label="kept")
        axes.set_xlabel("epoch")
        axes.legend()
    loss_axes.set_ylabel("loss, nats")
    accuracy_axes.set(ylabel="accuracy", ylim=(0, 1))
    figure.savefig(path)
