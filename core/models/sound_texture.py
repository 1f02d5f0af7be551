"""Half of the shipped model: what a segment sounds like as a whole, in numbers, and one linear layer over them.

People tell textures of sound by a few statistics: how much each band moves, how fast, and which bands move together
(McDermott and Simoncelli, 2011, https://doi.org/10.1016/j.neuron.2011.06.032). Before networks, statistics like these
told genres best (Mandel and Ellis, 2005; Seyerlehner, Widmer and Pohle, 2010). They and a network that looks for shapes
err on different tracks.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.registry import SegmentClassifier, register_architecture

# Of a segment.
_N_MELS = 128
_N_FRAMES = 128
# Bands of which each has its own statistics: neighbouring mel bands that become one.
_N_BANDS = 32
_N_CEPSTRA = 32
# Steps of a modulation spectrum, at about the same ratio.
_N_SLOW_TO_FAST = 20
_N_COARSE_TO_FINE = 14
# Below the smallest that music has, so that silence has a logarithm.
_LEAST = 1e-3
_LARGEST_DEVIATION = 4.0


class TextureStatistics(nn.Module):
    """Statistics of log-mel segments, without anything to learn.

    All is said in products of matrices, which every runtime knows.

    Attributes:
        sizes: How many numbers each statistic has.
    """

    cepstra: Tensor
    cosines: Tensor
    sines: Tensor
    band_cosines: Tensor
    band_sines: Tensor
    time_steps: Tensor
    coarse_time_steps: Tensor
    band_steps: Tensor

    def __init__(self) -> None:
        super().__init__()
        tables = {
            "cepstra": _cosine_transform(_N_MELS)[:_N_CEPSTRA],
            "cosines": _fourier(_N_FRAMES, torch.cos).T.contiguous(),
            "sines": _fourier(_N_FRAMES, torch.sin).T.contiguous(),
            "band_cosines": _fourier(_N_MELS, torch.cos),
            "band_sines": _fourier(_N_MELS, torch.sin),
            "time_steps": _average_steps(_N_FRAMES // 2, _N_SLOW_TO_FAST).T.contiguous(),
            "coarse_time_steps": _average_steps(_N_FRAMES // 2, _N_COARSE_TO_FINE).T.contiguous(),
            "band_steps": _average_steps(_N_MELS // 2, _N_COARSE_TO_FINE),
        }
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)
        self.sizes: list[int] = [statistic.shape[1] for statistic in self.compute(torch.zeros(1, _N_MELS, _N_FRAMES))]

    def compute(self, segments: Tensor) -> list[Tensor]:
        """The statistics, ``[batch, size]`` each, of segments ``[batch, n_mels, n_frames]`` in 0..1."""
        # Without its own mean, a band does not know the recording's equalisation.
        moving = segments - segments.mean(dim=2, keepdim=True)
        bands = F.avg_pool2d(moving[:, None], (moving.shape[1] // _N_BANDS, 1))[:, 0]
        return [*self._describe(bands), *self._describe(self.cepstra @ moving), self._measure_ripples(moving)]

    def forward(self, segments: Tensor) -> Tensor:
        """All of them, one after the other: ``[batch, sum(sizes)]``."""
        return torch.cat(self.compute(segments), dim=1)

    def _describe(self, series: Tensor) -> list[Tensor]:
        """How far each series moves, how fast, in which rhythm, and with which others; ``[batch, n_series, time]``."""
        change = series[..., 1:] - series[..., :-1]
        cosine, sine = series @ self.cosines, series @ self.sines
        rhythm = torch.log((cosine**2 + sine**2 + _LEAST**2).sqrt() @ self.time_steps + _LEAST)
        return [
            torch.log(_deviation(series) + _LEAST).flatten(1),
            torch.log(_deviation(change) + _LEAST).flatten(1),
            _correlate(series),
            _correlate(change),
            rhythm.flatten(1),
        ]

    def _measure_ripples(self, bands: Tensor) -> Tensor:
        """Strength of ripples that rise or fall through the spectrum, by their pace and their width (Chi et al., 2005).

        That is the two-dimensional Fourier transform, whose two directions share their products.
        """
        cosine, sine = bands @ self.cosines, bands @ self.sines
        across, along = self.band_cosines @ cosine, self.band_sines @ sine
        first, second = self.band_sines @ cosine, self.band_cosines @ sine
        directions = [
            ((across - along) ** 2 + (first + second) ** 2 + _LEAST**2).sqrt(),
            ((across + along) ** 2 + (first - second) ** 2 + _LEAST**2).sqrt(),
        ]
        strengths = [self.band_steps @ direction @ self.coarse_time_steps for direction in directions]
        return torch.log(torch.cat(strengths, dim=1) + 10 * _LEAST).flatten(1)


@register_architecture("sound_texture")
class SoundTexture(SegmentClassifier):
    """Texture statistics, each on its own scale, and one linear layer.

    Args:
        num_classes: Genres.
    """

    share: Tensor

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.statistics = TextureStatistics()
        sizes = self.statistics.sizes
        # Each statistic counts as much as another, however many numbers it has.
        share = torch.cat([torch.full((size,), (size * len(sizes)) ** -0.5) for size in sizes])
        self.register_buffer("share", share, persistent=False)
        self.scale = nn.BatchNorm1d(len(share), affine=False, momentum=0.02)
        self.classifier = nn.Linear(len(share), num_classes)
        nn.init.zeros_(self.classifier.weight)

    def embed(self, segments: Tensor) -> Tensor:
        """The scaled statistics, ``[batch, n_dims]``."""
        scaled: Tensor = self.scale(self.statistics(segments))
        return scaled.clamp(-_LARGEST_DEVIATION, _LARGEST_DEVIATION) * self.share

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(embedding)
        return logits


def _deviation(series: Tensor) -> Tensor:
    centred = series - series.mean(dim=2, keepdim=True)
    return centred.square().mean(dim=2, keepdim=True).sqrt()


def _correlate(series: Tensor) -> Tensor:
    """Of each series with each other one, ``[batch, n_series · (n_series - 1) / 2]``."""
    centred = series - series.mean(dim=2, keepdim=True)
    scaled = centred / (centred.square().sum(dim=2, keepdim=True) + _LEAST).sqrt()
    first, second = torch.triu_indices(series.shape[1], series.shape[1], 1)
    return (scaled @ scaled.mT)[:, first, second]


def _fourier(n_samples: int, wave: Callable[[Tensor], Tensor]) -> Tensor:
    """The waves that fit into a tapered stretch once, twice …, ``[n_samples // 2, n_samples]``."""
    frequencies = torch.arange(1, n_samples // 2 + 1)[:, None] / n_samples
    return wave(2 * math.pi * frequencies * torch.arange(n_samples)) * torch.hann_window(n_samples, periodic=False)


def _cosine_transform(n_bands: int) -> Tensor:
    """The orthonormal DCT-II that makes cepstra of log-mels, ``[n_bands, n_bands]``."""
    angles = math.pi / n_bands * torch.arange(n_bands)[:, None] * (torch.arange(n_bands) + 0.5)
    table = torch.cos(angles) * math.sqrt(2 / n_bands)
    table[0] /= math.sqrt(2)
    return table


def _average_steps(n_values: int, n_edges: int) -> Tensor:
    """Averages over ever more values, ``[n_steps, n_values]``: steps of one ratio, as far as whole values allow."""
    edges = np.unique(np.geomspace(1, n_values + 1, n_edges).round()).astype(int) - 1
    steps = torch.zeros(len(edges) - 1, n_values)
    for row, (begin, end) in enumerate(itertools.pairwise(edges)):
        steps[row, begin:end] = 1 / (end - begin)
    return steps
