"""Learning from a second dataset beside the one that is trained for.

The trunk is trained on both: an additional classifier, thrown away afterwards, tells the second dataset's genres, and
tracks of a genre that both know teach the main classifier too. More music, recorded at another time in another way,
makes for a network that knows recordings less and music better (multi-task learning, Caruana, 1997).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.datasets.pack import LogMelPack
from core.features.log_mel import LogMel, LogMelConfig
from core.training.config import AuxiliaryConfig

_N_CLIPS_AT_ONCE = 256


@dataclass(frozen=True)
class AuxiliaryTask:
    """The second dataset, as the main one's model hears it.

    Attributes:
        clips: uint8 ``[n_tracks, n_mels, n_frames]``.
        targets: float32 ``[n_tracks, num_auxiliary_classes + num_classes]``: one-hot among the second dataset's
            genres, then among the main one's, all zeros there where it does not know the genre.
        num_auxiliary_classes: The second dataset's genres.
        config: How much it counts.
    """

    clips: Tensor
    targets: Tensor
    num_auxiliary_classes: int
    config: AuxiliaryConfig

    @classmethod
    def create(
        cls, pack: LogMelPack, config: AuxiliaryConfig, features: LogMelConfig, label_names: tuple[str, ...]
    ) -> AuxiliaryTask:
        """Prepare the ``train`` tracks of a second pack.

        Args:
            pack: The second dataset.
            config: How it was made, and how much it counts.
            features: Front end of the model to train.
            label_names: Its genres.

        Raises:
            DatasetError: When the pack has no training tracks.
        """
        train = pack.select("train")
        known = {_fold(name): index for index, name in enumerate(label_names)}
        shared = torch.zeros(len(train.label_names), len(label_names))
        for index, name in enumerate(train.label_names):
            if _fold(name) in known:
                shared[index, known[_fold(name)]] = 1.0
        labels = torch.from_numpy(train.labels)
        one_hot = F.one_hot(labels, len(train.label_names)).float()
        return cls(
            clips=translate_log_mel(torch.from_numpy(train.log_mel), config.features, features),
            targets=torch.cat([one_hot, shared[labels]], dim=1),
            num_auxiliary_classes=len(train.label_names),
            config=config,
        )

    def draw_batch(self) -> tuple[Tensor, Tensor]:
        """Clips uint8 ``[batch_size, n_mels, n_frames]`` at random, and their targets."""
        chosen = torch.randint(len(self.clips), (self.config.batch_size,))
        return self.clips[chosen], self.targets[chosen]

    def coarsen(self, segments: Tensor, features: LogMelConfig) -> Tensor:
        """Give some of the main dataset's segments the second one's lower column rate.

        Otherwise the network could tell the datasets apart by it, and with them the genres that only one has.

        Args:
            segments: float32 ``[batch, n_mels, segment_frames]``.
            features: Their front end.
        """
        factor = round(self.config.features.frame_s / features.frame_s)
        if factor < 2:
            return segments
        offset = int(torch.randint(factor, ()))
        coarse = F.interpolate(segments[:, :, offset::factor], size=segments.shape[2], mode="linear")
        chosen = torch.rand(len(segments), 1, 1) < self.config.coarsened
        return torch.where(chosen, coarse, segments)

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


def translate_log_mel(log_mel: Tensor, source: LogMelConfig, target: LogMelConfig) -> Tensor:
    """Log-mels of one front end as another one would about have made them.

    Each band is the nearest one by its centre frequency; columns are interpolated to the other rate.

    Args:
        log_mel: uint8 ``[n_tracks, n_mels, n_frames]``.
        source: The front end that made them.
        target: The other one.

    Returns:
        uint8 ``[n_tracks, target.n_mels, round(n_frames · source.frame_s / target.frame_s)]``.
    """
    distances = np.abs(_find_band_centres(source)[None] - _find_band_centres(target)[:, None])
    bands = torch.from_numpy(distances.argmin(axis=1))
    n_frames = round(log_mel.shape[2] * source.frame_s / target.frame_s)
    translated = torch.empty(len(log_mel), target.n_mels, n_frames, dtype=torch.uint8)
    for start in range(0, len(log_mel), _N_CLIPS_AT_ONCE):
        clips = log_mel[start : start + _N_CLIPS_AT_ONCE, bands].float()
        if clips.shape[2] != n_frames:
            clips = F.interpolate(clips, size=n_frames, mode="linear")
        translated[start : start + _N_CLIPS_AT_ONCE] = clips.round().to(torch.uint8)
    return translated


def _find_band_centres(config: LogMelConfig) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Centre of gravity of each mel band, in Hz, ``[n_mels]``."""
    # On a fine grid, whatever the resolution of the STFT: the lowest bands are narrower than its bins.
    fine = LogMel.create(replace(config, n_fft=32_768)).mel_filterbank.double().numpy()
    frequencies = np.linspace(0, config.sample_rate / 2, len(fine))
    centres: np.ndarray[tuple[int], np.dtype[np.float64]] = frequencies @ fine / fine.sum(axis=0)
    return centres


def _fold(name: str) -> str:
    """“Hip-Hop” and “hiphop” are one genre."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
