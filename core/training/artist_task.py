"""Telling artists apart beside telling genres: a second task on the same segments.

A few genres say little about a recording; who plays it says much, and costs nobody any labelling. A network that knows
artists is a better start for other genres (Lee et al., 2019, https://doi.org/10.3390/app9061074, section on artist
labels). The classifier of artists is thrown away after the training.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.datasets.pack import LogMelPack
from core.errors import DatasetError


def number_artists(pack: LogMelPack) -> Tensor:
    """A number for each track's artist, from 0 without gaps; -1 where the artist is unknown. int64 ``[n_tracks]``.

    Raises:
        DatasetError: When the pack knows fewer than two artists.
    """
    numbers = {name: number for number, name in enumerate(sorted({*map(str.strip, pack.artists.tolist())} - {""}))}
    if len(numbers) < 2:
        raise DatasetError(f"This recipe also learns to tell artists apart; the pack “{pack.name}” names none.")
    return torch.tensor([numbers.get(artist.strip(), -1) for artist in pack.artists.tolist()])


def encode_artists(numbers: Tensor, n_artists: int) -> Tensor:
    """One-hot targets ``[batch, n_artists]``; zeros, which add nothing to the loss, where the artist is unknown."""
    return F.one_hot(numbers.clamp(min=0), n_artists).float() * (numbers >= 0)[:, None]


def create_artist_head(n_dims: int, n_artists: int) -> nn.Module:
    """Embeddings ``[batch, n_dims]`` to logits ``[batch, n_artists]``."""
    return nn.Sequential(nn.Dropout(0.3), nn.Linear(n_dims, n_artists))
