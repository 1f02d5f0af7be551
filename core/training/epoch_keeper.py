"""What is written after every epoch, so that a killed run loses one epoch at most."""

from __future__ import annotations

import logging

import lightning as L
from lightning.pytorch.callbacks import Checkpoint

from core.training.module import GenreTraining
from core.training.run_folder import RunFolder

log = logging.getLogger(__name__)


class EpochKeeper(Checkpoint):
    """Keeps the run folder up to date.

    Lightning calls it after every other hook of the epoch, since it is one of its checkpoint callbacks.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def on_train_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """Write the figures, if the epoch was validated, and the state to resume from."""
        assert isinstance(pl_module, GenreTraining)  # noqa: S101
        history, epoch = pl_module.history, trainer.current_epoch + 1
        if trainer.is_global_zero and history["epoch"][-1:] == [epoch]:
            self._folder.write_history(history)
            log.info(
                "epoch %d: %s",
                epoch,
                ", ".join(f"{name} {history[name][-1]:.4f}" for name in history if name != "epoch"),
            )
        temporary = self._folder.resume_point.with_suffix(".part")
        trainer.save_checkpoint(temporary, weights_only=False)
        if trainer.is_global_zero:
            temporary.replace(self._folder.resume_point)
