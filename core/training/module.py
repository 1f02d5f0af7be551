"""The one training loop, as Lightning knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

import lightning as L
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from core.datasets.pack import LogMelPack
from core.evaluation.scoring import score_pack
from core.models.registry import SegmentClassifier
from core.training.artist_task import create_artist_head, encode_artists, number_artists
from core.training.augmentation import (
    crop_segments,
    distort_channel,
    mask_segments,
    mix_style,
    mix_up,
    vary_contrast,
)
from core.training.auxiliary import AuxiliaryTask, create_auxiliary_head
from core.training.config import TrainingConfig
from core.training.optimization import create_optimizer, create_plateau_schedule, create_step_schedule
from core.training.random_state import collect_random_states, restore_random_state

_STATE_KEY = "genrescope"


class GenreTraining(L.LightningModule):
    """Trains a network on random segments, validates it on whole tracks.

    Attributes:
        history: One entry for each validation, by name.
        best: Epoch, validation loss and weights of the best validation so far, where those are to be kept.
    """

    class_weights: Tensor | None

    def __init__(
        self,
        network: SegmentClassifier,
        config: TrainingConfig,
        train: LogMelPack,
        val: LogMelPack,
        teachers: Sequence[SegmentClassifier] = (),
        auxiliary: AuxiliaryTask | None = None,
    ) -> None:
        super().__init__()
        # In a tuple, where Lightning does not find them: they are neither trained nor saved.
        self._teachers = tuple(teachers)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        # Beside the network, so that it is moved, saved and restored with it; nobody trains it.
        self.average: AveragedModel | None = None
        if config.average_decay:
            average_fn = get_ema_avg_fn(config.average_decay)  # type: ignore[no-untyped-call]
            self.average = AveragedModel(network, avg_fn=average_fn, use_buffers=True)
            self.average.requires_grad_(False)
        self._artists: Tensor | None = None
        self._n_artists = 0
        self.artist_head: nn.Module | None = None
        if config.artist_weight:
            self._artists = number_artists(train)
            self._n_artists = int(self._artists.max()) + 1
            self.artist_head = create_artist_head(_count_dims(network, config), self._n_artists)
        self._auxiliary = auxiliary
        self.auxiliary_head: nn.Module | None = None
        if auxiliary is not None:
            self.auxiliary_head = create_auxiliary_head(_count_dims(network, config), auxiliary)
        self.config = config
        self.num_classes = len(train.label_names)
        weights = _balance_classes(train) if config.balance_classes else None
        self.register_buffer("class_weights", weights, persistent=False)
        self._train_pack = train
        self._val_pack = val
        self._epoch_losses: list[float] = []
        self._plateau: ReduceLROnPlateau | None = None
        self._restored: dict[str, Any] = {}
        self.best: dict[str, Any] = {}
        self.history: dict[str, list[float]] = {"epoch": [], "train_loss": [], "val_loss": [], "val_acc": []}

    @property
    def n_teachers(self) -> int:
        """From how many models this one learns."""
        return len(self._teachers)

    @property
    def scored_network(self) -> SegmentClassifier:
        """What is validated: the averaged weights where there are any."""
        return self.network if self.average is None else cast(SegmentClassifier, self.average.module)

    def train_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """Clips ``[batch, n_mels, n_frames]`` uint8, labels ``[batch]``, and artists or what else the recipe takes.

        Lightning deals them out to processes.
        """
        labels = torch.from_numpy(self._train_pack.labels)
        columns = [torch.from_numpy(self._train_pack.log_mel), labels]
        if self._artists is not None:
            columns.append(self._artists)
        if self.network.takes_features and self._train_pack.track_features is not None:
            columns.append(torch.from_numpy(self._train_pack.track_features))
        tracks = TensorDataset(*columns)
        n_own = -(-len(tracks) // self.trainer.world_size)
        sampler = None
        if self.config.artist_balance:
            weights = weigh_tracks(self._train_pack, self.config.artist_balance)
            sampler = WeightedRandomSampler(weights, len(tracks))  # type: ignore[arg-type] # takes tensors too
        return DataLoader(
            tracks,
            self.config.batch_size,
            shuffle=sampler is None,
            sampler=sampler,
            drop_last=n_own > self.config.batch_size,
        )

    def val_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """One empty batch: tracks differ in their number of segments, so the product's own code walks over them."""
        return DataLoader(TensorDataset(torch.zeros(1)))

    def on_train_start(self) -> None:
        """Take up the random numbers where they were left, or where this process's own begin."""
        if self._restored:
            restore_random_state(self._restored["random_states"][self.global_rank])
            # Lightning has made the first epoch's iterator before this hook; without the interruption, making it
            # would have taken this number here.
            torch.empty((), dtype=torch.int64).random_()
        elif self.trainer.world_size > 1:
            torch.manual_seed(self.config.seed + self.global_rank)
        self._stop_if_stuck()

    def training_step(self, batch: Sequence[Tensor], batch_index: int) -> Tensor:
        """Loss of one batch of augmented segments."""
        clips, labels, *others = batch
        if self._artists is not None:
            others[0] = encode_artists(others[0].cpu(), self._n_artists)
        targets = F.one_hot(labels.cpu(), self.num_classes).float()
        coarsen = None if self._auxiliary is None else self._auxiliary.coarsen
        segments, targets, *others = self._augment(clips, targets, *others, coarsen=coarsen)
        artist_targets = others.pop(0) if self._artists is not None else None
        if self._teachers:
            targets = self._blend_with_teachers(segments, targets)
        if self._auxiliary is None or self.auxiliary_head is None:
            embed: Callable[..., Tensor] = self.network.embed  # with features, where the network takes some
            embedding, extra_loss = embed(segments, *others), segments.new_zeros(())
        else:
            embedding, extra_loss = self._embed_beside(segments, self._auxiliary, self.auxiliary_head)
        logits = self.network.classify(embedding).float()
        smoothing = self.config.label_smoothing
        loss = extra_loss + F.cross_entropy(logits, targets, self.class_weights, label_smoothing=smoothing)
        if self.artist_head is not None and artist_targets is not None:
            artist_logits = self.artist_head(embedding).float()
            loss = loss + self.config.artist_weight * F.cross_entropy(artist_logits, artist_targets)
        self._epoch_losses.append(float(loss.detach()))
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def _embed_beside(
        self, segments: Tensor, auxiliary: AuxiliaryTask, auxiliary_head: nn.Module
    ) -> tuple[Tensor, Tensor]:
        """Embeddings of the main dataset's segments, and the loss of a batch of the second one's.

        Both go through the network together, so that its batch normalisation knows both.
        """
        other_segments, other_targets = self._augment(*auxiliary.draw_batch())
        together, sizes = torch.cat([segments, other_segments]), [len(segments), len(other_segments)]
        embedding, other_embedding = self.network.embed(together).split(sizes)
        logits = self.network.classify(other_embedding).float()
        other_logits = auxiliary_head(other_embedding).float()
        smoothing = self.config.label_smoothing
        return embedding, auxiliary.compute_loss(other_logits, logits, other_targets, smoothing)

    def _augment(
        self, clips: Tensor, *others: Tensor, coarsen: Callable[[Tensor], Tensor] | None = None
    ) -> list[Tensor]:
        """Segments of the clips, and targets and whatever else belongs to them, blended where the recipe says so."""
        augmentation, segment_frames = self.config.augmentation, self.config.features.segment_frames
        # Where the tensors live decides the cost: augmentation is cheap and random, so it stays on the CPU.
        clips = clips.cpu().float() / 255
        if clips.shape[-1] < segment_frames:  # repeated, as the product does with a window that is too short
            clips = clips.repeat(1, 1, -(-segment_frames // clips.shape[-1]))[..., :segment_frames]
        segments = crop_segments(clips, segment_frames, augmentation)
        if coarsen is not None:
            segments = coarsen(segments)
        if augmentation.max_tilt_db or augmentation.max_noise_floor:
            segments = distort_channel(segments, augmentation)
        if augmentation.max_contrast:
            segments = vary_contrast(segments, augmentation)
        segments = mask_segments(segments, augmentation)
        if augmentation.mix_style_probability:
            segments = mix_style(segments, augmentation)
        mixed = mix_up(augmentation, segments, *(values.cpu() for values in others))
        return [tensor.to(self.device) for tensor in mixed]

    def _blend_with_teachers(self, segments: Tensor, targets: Tensor) -> Tensor:
        """Targets that also hold what an ensemble says of the same segments (Hinton et al., 2015)."""
        with torch.no_grad():
            opinions = [teacher.to(self.device)(segments).float().log_softmax(dim=1) for teacher in self._teachers]
        weight = self.config.teacher_weight
        return (1 - weight) * targets + weight * torch.stack(opinions).mean(dim=0).softmax(dim=1)

    def on_train_batch_end(self, outputs: object, batch: object, batch_index: int) -> None:
        """Let the average follow the step."""
        if self.average is not None:
            self.average.update_parameters(self.network)

    def validation_step(self, batch: Tensor, batch_index: int) -> None:
        """Score all validation tracks; one process does, and the others believe it, so that all decide alike."""
        figures = (0.0, 0.0)
        if self.trainer.is_global_zero:
            scores = score_pack(self.scored_network, self._val_pack, self.config.features)
            figures = (scores.log_loss, scores.accuracy)
        val_loss, val_acc = self.trainer.strategy.broadcast(figures)
        # Never sync_dist: only the first process has a progress bar, and would wait there for the others for ever.
        self.log_dict({"val_acc": val_acc, "val_loss": val_loss}, prog_bar=True, batch_size=1)
        self.remember(self.current_epoch + 1, val_loss, val_acc)
        if self._plateau is not None:
            self._plateau.step(val_loss)
        self._stop_if_stuck()

    def remember(self, epoch: int, val_loss: float, val_acc: float) -> None:
        """Add a validation to the history, and keep its weights where the best are to be kept.

        Args:
            epoch: That was validated, counted from 1.
            val_loss: Of the whole tracks.
            val_acc: Likewise.
        """
        losses, self._epoch_losses = self._epoch_losses, []
        self.history["epoch"].append(epoch)
        self.history["train_loss"].append(sum(losses) / max(1, len(losses)))
        self.history["val_loss"].append(val_loss)
        self.history["val_acc"].append(val_acc)
        if self.config.keep == "best_val_loss" and not val_loss >= self.best.get("val_loss", float("inf")):
            weights = {name: value.detach().cpu().clone() for name, value in self.scored_network.state_dict().items()}
            self.best = {"epoch": epoch, "val_loss": val_loss, "weights": weights}

    def _stop_if_stuck(self) -> None:
        """End the training when too many validations passed since the one with the lowest loss."""
        patience, losses = self.config.early_stopping_patience, self.history["val_loss"]
        if patience and losses:
            best = int(np.argmin(np.nan_to_num(losses, nan=np.inf)))
            self.trainer.should_stop = self.trainer.should_stop or len(losses) - 1 - best >= patience

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Optimizer and schedule as configured."""
        heads = [head for head in (self.artist_head, self.auxiliary_head) if head is not None]
        optimizer = create_optimizer(nn.ModuleList([self.network, *heads]), self.config)
        # Lightning advances a plateau only after it has saved the epoch, and so loses that when it resumes.
        self._plateau = create_plateau_schedule(optimizer, self.config)
        if self._plateau is not None and self._restored:
            self._plateau.load_state_dict(self._restored["plateau"])
        schedule = create_step_schedule(optimizer, self.config, int(self.trainer.estimated_stepping_batches))
        if schedule is None:
            return optimizer
        interval = "step" if self.config.schedule.kind == "one_cycle" else "epoch"
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": interval}}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add what Lightning does not know of and resuming needs."""
        checkpoint[_STATE_KEY] = {
            "history": self.history,
            "epoch_losses": self._epoch_losses,
            "best": self.best,
            "plateau": None if self._plateau is None else self._plateau.state_dict(),
            "random_states": collect_random_states(),
        }

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take it back; what belongs to objects that do not exist yet waits for them."""
        self._restored = checkpoint[_STATE_KEY]
        self.history = self._restored["history"]
        self.best = self._restored["best"]
        self._epoch_losses = self._restored["epoch_losses"]


def _count_dims(network: SegmentClassifier, config: TrainingConfig) -> int:
    """Length of the network's embedding."""
    segments = torch.zeros(1, config.features.n_mels, config.features.segment_frames)
    with torch.inference_mode():
        n_dims = network.eval().embed(segments).shape[1]
    network.train()
    return n_dims


def weigh_tracks(pack: LogMelPack, artist_balance: float) -> Tensor:
    """How often each track is drawn; the mean of every genre is 1. float64 ``[n_tracks]``.

    A genre that is told by two artists is learnt as the sound of two artists: those with many tracks count less.

    Args:
        pack: A track without an artist counts as one of an artist of its own.
        artist_balance: 0 draws all alike, 1 draws every artist of a genre alike.
    """
    names = [artist.strip() or (track_id,) for artist, track_id in zip(pack.artists, pack.track_ids, strict=True)]
    n_tracks = Counter(names)
    weights = torch.tensor([n_tracks[name] ** -artist_balance for name in names], dtype=torch.float64)
    labels = torch.from_numpy(pack.labels)
    for label in range(len(pack.label_names)):
        weights[labels == label] /= weights[labels == label].mean()
    return weights


def _balance_classes(pack: LogMelPack) -> Tensor:
    """Weight of each genre, inverse to its tracks; the mean over tracks is 1. float32 ``[num_classes]``."""
    n_tracks = torch.bincount(torch.from_numpy(pack.labels), minlength=len(pack.label_names))
    return len(pack) / (len(pack.label_names) * n_tracks.float())
