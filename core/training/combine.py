"""Two trained models as one; see ``core.models.genre_duet``."""

from __future__ import annotations

from typing import Any

import torch

from core.datasets.pack import LogMelPack
from core.errors import CheckpointError
from core.evaluation.scoring import score_pack
from core.features.log_mel import LogMelConfig
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.genre_duet import GenreDuet
from core.training.description import describe_network

_PARTS = ("genre_resnet", "sound_texture")


def combine_models(resnet: Checkpoint, texture: Checkpoint, pack: LogMelPack) -> Checkpoint:
    """Put a ``genre_resnet`` and a ``sound_texture`` together, and calibrate them anew.

    Args:
        resnet: Of the one; the new model has its history.
        texture: Of the other one, trained on the same tracks.
        pack: That both were trained on; its ``val`` tracks calibrate and score the new model.

    Raises:
        CheckpointError: When the two are other architectures, or do not hear or tell the same.
        DatasetError: When the pack has no ``val`` tracks.
    """
    names = (resnet.model_name, texture.model_name)
    if names != _PARTS:
        raise CheckpointError(f"What goes together is a {_PARTS[0]} and a {_PARTS[1]}, not {' and '.join(names)}.")
    known = (tuple(resnet.label_names), resnet.feature_config)
    if known != (tuple(texture.label_names), texture.feature_config) or known[0] != pack.label_names:
        raise CheckpointError("The two models tell other genres, or hear in another way: train both on this pack.")
    model_config: dict[str, Any] = {"num_classes": len(resnet.label_names), "resnet": dict(resnet.model_config)}
    model_config["resnet"].pop("num_classes")
    network = GenreDuet(**model_config)
    network.resnet.load_state_dict(GenreModel.from_checkpoint(resnet).network.state_dict())
    network.texture.load_state_dict(GenreModel.from_checkpoint(texture).network.state_dict())
    network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload] # as the product does
    features, val = LogMelConfig(**resnet.feature_config), pack.select("val")
    scores = score_pack(network, val, features)
    return describe_network(
        network.to(memory_format=torch.contiguous_format),  # type: ignore[call-overload]
        scores,
        features,
        val,
        epoch=resnet.epoch,
        model_name="genre_duet",
        model_config=model_config,
        history=resnet.history,
        dataset={**resnet.dataset, "texture": texture.dataset},
    )
