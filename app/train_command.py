"""``genrescope train``: a pack in, a run folder with a checkpoint out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.datasets.pack import load_pack
from core.models.checkpoint import CHECKPOINT_NAME, Checkpoint
from core.training.config import TrainingConfig
from core.training.run import train_model


def train_from_pack(pack: Path, output: Path, *, init: Path | None, epochs: int | None, seed: int) -> int:
    """Train and say where the model is and how good.

    Args:
        pack: The dataset, an ``.npz`` of log-mels.
        output: Run folder.
        init: A checkpoint whose network the training starts from.
        epochs: Instead of the preset's.
        seed: Of everything random.

    Returns:
        The exit code, 0.
    """
    config = replace(TrainingConfig(), seed=seed)
    if epochs is not None:
        config = replace(config, epochs=epochs)
    checkpoint = train_model(load_pack(pack), config, output, None if init is None else Checkpoint.load(init))
    print(f"{output / CHECKPOINT_NAME}: validation accuracy {checkpoint.val_acc:.1%}, loss {checkpoint.val_loss:.3f}")
    return 0
