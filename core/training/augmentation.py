"""What training does to a batch so that the model learns genres and not recordings.

Every step works on the whole batch at once and draws its own randomness for each example.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torchaudio.functional
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class AugmentationConfig:
    """How strong each distortion is; 0 switches it off.

    Attributes:
        max_pitch_shift: In mel bands, up or down.
        max_stretch: Largest relative change of tempo.
        max_tilt_db: Largest gain that a smooth random equaliser adds or takes, in dB.
        max_noise_floor: Highest level to which quiet parts may be lifted, as part of the log-mel's range.
        max_contrast: Largest change of how far each band moves, as a natural logarithm: 0.4 is a factor of 0.67 to 1.5.
        mix_style_probability: Share of the examples that get the dynamics of another one.
        n_masks: SpecAugment masks on each axis.
        max_mask_bands: Widest frequency mask, in bands.
        max_mask_frames: Widest time mask, in columns.
        mixup_alpha: Parameter of the Beta distribution that mixing weights are drawn from.
    """

    max_pitch_shift: int = 3
    max_stretch: float = 0.15
    max_tilt_db: float = 12.0
    max_noise_floor: float = 0.4
    max_contrast: float = 0.4
    mix_style_probability: float = 0.5
    n_masks: int = 2
    max_mask_bands: int = 16
    max_mask_frames: int = 20
    mixup_alpha: float = 1.0


def crop_segments(log_mel: Tensor, segment_frames: int, config: AugmentationConfig) -> Tensor:
    """Cut one random segment from each clip, at a random tempo and pitch.

    Args:
        log_mel: float32 ``[batch, n_mels, n_frames]`` in 0..1, ``n_frames`` at least ``segment_frames``.
        segment_frames: Columns to cut.
        config: Its ``max_stretch`` and ``max_pitch_shift`` apply.

    Returns:
        float32 ``[batch, n_mels, segment_frames]``. Values are picked, never interpolated: blurred frames would
        not look like any that the front end makes.
    """
    batch, n_mels, n_frames = log_mel.shape
    speed = 1 + (torch.rand(batch, 1) * 2 - 1) * config.max_stretch
    speed = speed.clamp(max=n_frames / segment_frames)
    start = torch.rand(batch, 1) * (n_frames - 1 - speed * (segment_frames - 1)).clamp(min=0)
    columns = (start + speed * torch.arange(segment_frames)).round().long().clamp(max=n_frames - 1)
    shift = torch.randint(-config.max_pitch_shift, config.max_pitch_shift + 1, (batch, 1))
    bands = (torch.arange(n_mels) + shift).clamp(0, n_mels - 1)
    rows = torch.arange(batch)[:, None, None]
    return log_mel[rows, bands[:, :, None], columns[:, None, :]]


def distort_channel(segments: Tensor, config: AugmentationConfig, dynamic_range_db: float = 80.0) -> Tensor:
    """Imitate other recordings: a random smooth equaliser, then a random noise floor.

    Args:
        segments: float32 ``[batch, n_mels, segment_frames]`` in 0..1.
        config: Its ``max_tilt_db`` and ``max_noise_floor`` apply.
        dynamic_range_db: What the range 0..1 stands for, in dB.

    Returns:
        float32, same shape, scaled to its own range again as a front end would.
    """
    batch, n_mels, _ = segments.shape
    knots = (torch.rand(batch, 1, 6) * 2 - 1) * config.max_tilt_db / dynamic_range_db
    gain = F.interpolate(knots, size=n_mels, mode="linear", align_corners=True).transpose(1, 2)
    floor = torch.rand(batch, 1, 1) * config.max_noise_floor
    # A floor that is not quite flat, as noise is, and only on half of the examples.
    floor = floor + 0.02 * torch.randn_like(segments)
    floor = torch.where(torch.rand(batch, 1, 1) < 0.5, floor, torch.zeros(()))
    distorted = torch.maximum(segments + gain, floor)
    low, high = distorted.amin((1, 2), keepdim=True), distorted.amax((1, 2), keepdim=True)
    return (distorted - low) / (high - low).clamp(min=1e-6)


def vary_contrast(segments: Tensor, config: AugmentationConfig) -> Tensor:
    """Have all bands move more or less around their means, as with another dynamic range.

    Args:
        segments: float32 ``[batch, n_mels, segment_frames]``.
        config: Its ``max_contrast`` applies.
    """
    mean = segments.mean(dim=2, keepdim=True)
    contrast = torch.exp((torch.rand(len(segments), 1, 1) * 2 - 1) * config.max_contrast)
    return mean + contrast * (segments - mean)


def mask_segments(segments: Tensor, config: AugmentationConfig) -> Tensor:
    """SpecAugment (Park et al., 2019): hide random bands and random columns behind each segment's mean."""
    mean = segments.mean(dim=(1, 2), keepdim=True)
    masked = (segments - mean)[:, None]
    for _ in range(config.n_masks):
        masked = torchaudio.functional.mask_along_axis_iid(masked, config.max_mask_bands, 0.0, axis=2)
        masked = torchaudio.functional.mask_along_axis_iid(masked, config.max_mask_frames, 0.0, axis=3)
    return masked[:, 0] + mean


def mix_style(segments: Tensor, config: AugmentationConfig) -> Tensor:
    """Give each band some of the dynamics that it has in another example (MixStyle, Zhou et al., 2021, on frequencies).

    Compression and reverberation change how much a band moves; the genre stays.

    Args:
        segments: float32 ``[batch, n_mels, segment_frames]``.
        config: Its ``mix_style_probability`` applies.
    """
    batch = len(segments)
    mean = segments.mean(dim=2, keepdim=True)
    deviation = segments.std(dim=2, keepdim=True) + 1e-4
    weight = torch.distributions.Beta(0.4, 0.4).sample((batch, 1, 1))
    weight = torch.maximum(weight, 1 - weight)
    mixed_deviation = weight * deviation + (1 - weight) * deviation[torch.randperm(batch)]
    styled = (segments - mean) / deviation * mixed_deviation + mean
    return torch.where(torch.rand(batch, 1, 1) < config.mix_style_probability, styled, segments)


def mix_up(config: AugmentationConfig, *tensors: Tensor) -> list[Tensor]:
    """Mixup (Zhang et al., 2018): blend each example, its target and what else belongs to it with another one's.

    Args:
        config: Its ``mixup_alpha`` applies.
        tensors: float32 ``[batch, …]`` each; all are blended alike.

    Returns:
        As many tensors, of the same shapes.
    """
    if config.mixup_alpha == 0:
        return list(tensors)
    batch = len(tensors[0])
    weight = torch.distributions.Beta(config.mixup_alpha, config.mixup_alpha).sample((batch,))
    weight = torch.maximum(weight, 1 - weight)
    other = torch.randperm(batch)
    shaped = [weight.view(batch, *(1 for _ in tensor.shape[1:])) for tensor in tensors]
    return [share * tensor + (1 - share) * tensor[other] for share, tensor in zip(shaped, tensors, strict=True)]
