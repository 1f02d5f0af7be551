"""Learning from a second dataset beside the one that is trained for.

The trunk is trained on both: an additional classifier, thrown away afterwards, tells the second dataset's genres, and
tracks of a genre that both know teach the main classifier too. More music, recorded at another time in another way,
makes for a network that knows recordings less and music better (multi-task learning, Caruana, 1997).

The second pack is taken as it is, whatever its columns and bands stand for, or translated to the bands and the pace of
the main one: what the trunk knows of its own format came from there, and what the main classifier is taught must look
like what it will hear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.features.log_mel import LogMelConfig
from core.training.config import AuxiliaryConfig


@dataclass(frozen=True)
class AuxiliaryTask:
    """The second dataset.

    Attributes:
        clips: uint8 ``[n_tracks, n_mels, n_frames]``, as the second dataset has them.
        translated_clips: uint8 ``[n_tracks, n_mels, n_frames of the main one]``, as the main one would have them.
        targets: float32 ``[n_tracks, num_auxiliary_classes + num_classes]``: one-hot among the second dataset's
            genres, then among the main one's, all zeros there where it does not know the genre.
        num_auxiliary_classes: The second dataset's genres.
        n_columns_in_one: Columns of the main one in the time of one of the second dataset's.
        config: How much it counts.
    """

    clips: Tensor
    translated_clips: Tensor
    targets: Tensor
    num_auxiliary_classes: int
    n_columns_in_one: int
    config: AuxiliaryConfig

    @classmethod
    def create(
        cls, pack: LogMelPack, config: AuxiliaryConfig, features: LogMelConfig, label_names: tuple[str, ...]
    ) -> AuxiliaryTask:
        """Take the ``train`` tracks of a second pack.

        Args:
            pack: The second dataset.
            config: How much it counts.
            features: How the model to train hears.
            label_names: The genres that it tells.

        Raises:
            DatasetError: When the pack has no training tracks, or another number of bands.
        """
        train = pack.select("train")
        if train.log_mel.shape[1] != features.n_mels:
            raise DatasetError(
                f"The second pack “{pack.name}” has {train.log_mel.shape[1]} mel bands; this training takes "
                f"{features.n_mels}."
            )
        known = {_fold(name): index for index, name in enumerate(label_names)}
        shared = torch.zeros(len(train.label_names), len(label_names))
        for index, name in enumerate(train.label_names):
            if _fold(name) in known:
                shared[index, known[_fold(name)]] = 1.0
        labels = torch.from_numpy(train.labels)
        one_hot = F.one_hot(labels, len(train.label_names)).float()
        return cls(
            clips=torch.from_numpy(train.log_mel),
            translated_clips=_translate(torch.from_numpy(train.log_mel), config.features, features),
            targets=torch.cat([one_hot, shared[labels]], dim=1),
            num_auxiliary_classes=len(train.label_names),
            n_columns_in_one=max(1, round(config.features.frame_s / features.frame_s)),
            config=config,
        )

    def draw_batch(self) -> tuple[Tensor, Tensor]:
        """Clips uint8 ``[batch_size, n_mels, n_frames]`` at random, all translated or none, and their targets."""
        chosen = torch.randint(len(self.clips), (self.config.batch_size,))
        is_translated = float(torch.rand(())) < self.config.translated_share
        return (self.translated_clips if is_translated else self.clips)[chosen], self.targets[chosen]

    def coarsen(self, segments: Tensor) -> Tensor:
        """Give some of the main dataset's segments no finer columns than translated ones have.

        Args:
            segments: float32 ``[batch, n_mels, segment_frames]``.
        """
        first = int(torch.randint(self.n_columns_in_one, ()))
        coarse = F.interpolate(segments[..., first :: self.n_columns_in_one], size=segments.shape[-1], mode="linear")
        is_chosen = torch.rand(len(segments), 1, 1, device=segments.device) < self.config.coarse_share
        return torch.where(is_chosen, coarse, segments)

    def compute_loss(self, auxiliary_logits: Tensor, logits: Tensor, targets: Tensor, label_smoothing: float) -> Tensor:
        """What a batch of the second dataset adds to the loss, a scalar.

        Args:
            auxiliary_logits: ``[batch, num_auxiliary_classes]``.
            logits: Of the main classifier, ``[batch, num_classes]``.
            targets: As ``draw_batch`` gives them, mixed or not.
            label_smoothing: Of the second dataset's own genres.
        """
        own, shared = targets[:, : self.num_auxiliary_classes], targets[:, self.num_auxiliary_classes :]
        own_loss = F.cross_entropy(auxiliary_logits, own, label_smoothing=label_smoothing)
        shared_loss = -(shared * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()
        return self.config.weight * own_loss + self.config.shared_weight * shared_loss


def create_auxiliary_head(n_dims: int, task: AuxiliaryTask) -> nn.Module:
    """The classifier that is thrown away: embeddings ``[batch, n_dims]`` to the second dataset's logits."""
    return nn.Sequential(nn.Dropout(0.3), nn.Linear(n_dims, task.num_auxiliary_classes))


def _translate(clips: Tensor, source: LogMelConfig, target: LogMelConfig) -> Tensor:
    """Clips as another front end would have made them, as nearly as that can be told: uint8 ``[n, n_mels, n_frames]``.

    Each band becomes the nearest one; columns are interpolated, because there are too few to pick from.
    """
    import librosa

    there, here = (
        librosa.mel_frequencies(config.n_mels + 2, fmin=config.fmin, fmax=config.fmax)[1:-1]
        for config in (source, target)
    )
    nearest = np.abs(there[None, :] - here[:, None]).argmin(axis=1)
    n_frames = max(1, round(clips.shape[-1] * source.frame_s / target.frame_s))
    translated = [
        F.interpolate(clip[None, nearest].float(), size=n_frames, mode="linear").round().to(torch.uint8)
        for clip in clips
    ]
    return torch.cat(translated)


def _fold(name: str) -> str:
    """“Hip-Hop” and “hiphop” are one genre."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
