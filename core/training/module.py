"""The one training loop, as Lightning knows it."""

from __future__ import annotations

import lightning as L
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from core.datasets.pack import LogMelPack
from core.evaluation.scoring import PackScores, score_pack
from core.models.registry import SegmentClassifier
from core.training.augmentation import crop_segments, distort_channel, mask_segments, mix_up
from core.training.config import TrainingConfig


class GenreTraining(L.LightningModule):
    """Trains a network on random segments, validates it on whole tracks.

    Attributes:
        history: One entry for each validation, by name.
    """

    def __init__(self, network: SegmentClassifier, config: TrainingConfig, train: LogMelPack, val: LogMelPack) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.config = config
        self.num_classes = len(train.label_names)
        self._train_pack = train
        self._val_pack = val
        self._epoch_losses: list[float] = []
        self.history: dict[str, list[float]] = {"epoch": [], "train_loss": [], "val_loss": [], "val_acc": []}

    def train_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """Clips ``[batch, n_mels, n_frames]`` uint8 and labels ``[batch]``."""
        tracks = TensorDataset(torch.from_numpy(self._train_pack.log_mel), torch.from_numpy(self._train_pack.labels))
        return DataLoader(tracks, self.config.batch_size, shuffle=True, drop_last=len(tracks) > self.config.batch_size)

    def val_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """One empty batch: tracks differ in their number of segments, so the product's own code walks over them."""
        return DataLoader(TensorDataset(torch.zeros(1)))

    def training_step(self, batch: tuple[Tensor, Tensor], batch_index: int) -> Tensor:
        """Loss of one batch of augmented segments."""
        clips, labels = batch
        segments, targets = self._augment(clips, labels)
        logits = self.network(segments).float()
        loss = F.cross_entropy(logits, targets, label_smoothing=self.config.label_smoothing)
        self._epoch_losses.append(float(loss.detach()))
        self.log("train_loss", loss, prog_bar=True, on_step=False, on_epoch=True)
        return loss

    def _augment(self, clips: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        augmentation = self.config.augmentation
        # Where the tensors live decides the cost: augmentation is cheap and random, so it stays on the CPU.
        segments = crop_segments(clips.cpu().float() / 255, self.config.features.segment_frames, augmentation)
        segments = mask_segments(distort_channel(segments, augmentation), augmentation)
        segments, targets = mix_up(segments, F.one_hot(labels.cpu(), self.num_classes).float(), augmentation)
        return segments.to(self.device), targets.to(self.device)

    def validation_step(self, batch: Tensor, batch_index: int) -> None:
        """Score all validation tracks."""
        self.scores = score_pack(self.network, self._val_pack, self.config.features)
        self.log_dict({"val_acc": self.scores.accuracy, "val_loss": self.scores.log_loss}, prog_bar=True, batch_size=1)
        if not self.trainer.sanity_checking:
            self._remember(self.scores)

    def _remember(self, scores: PackScores) -> None:
        losses, self._epoch_losses = self._epoch_losses, []
        self.history["epoch"].append(self.current_epoch + 1)
        self.history["train_loss"].append(sum(losses) / max(1, len(losses)))
        self.history["val_loss"].append(scores.log_loss)
        self.history["val_acc"].append(scores.accuracy)

    def configure_optimizers(self) -> L.pytorch.utilities.types.OptimizerLRScheduler:
        """AdamW with one cycle; biases and normalisation are not decayed."""
        weights = [parameter for parameter in self.network.parameters() if parameter.ndim > 1]
        others = [parameter for parameter in self.network.parameters() if parameter.ndim <= 1]
        optimizer = torch.optim.AdamW(
            [{"params": weights, "weight_decay": self.config.weight_decay}, {"params": others, "weight_decay": 0.0}],
            lr=self.config.learning_rate,
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=self.config.learning_rate,
            total_steps=int(self.trainer.estimated_stepping_batches),
            pct_start=0.2,
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
