from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.models.registry import create_network
from core.training.artist_task import create_artist_head, encode_artists, number_artists
from core.training.config import TrainingConfig
from core.training.module import GenreTraining
from core.training.run import train_model
from tests.core.training.packs import make_pulse_pack

MODEL = {"channels": [8, 16], "dropout": 0.0}
CONFIG = TrainingConfig(model_config=MODEL, artist_weight=0.5, epochs=2, batch_size=8, average_decay=0.8)


def _make_pack() -> LogMelPack:
    pack = make_pulse_pack()
    names = zip(pack.genres.tolist(), pack.splits.tolist(), strict=True)
    artists = [f"{genre} {split} {index % 2}" for index, (genre, split) in enumerate(names)]
    return replace(pack, artists=np.array(["", " ", *artists[2:]]))


def test_artists_are_numbered_and_unknown_ones_add_nothing_to_the_loss() -> None:
    numbers = number_artists(_make_pack())
    n_artists = int(numbers.max()) + 1
    assert numbers[:2].tolist() == [-1, -1]
    assert n_artists == len(set(numbers.tolist())) - 1 == 12
    targets = encode_artists(numbers, n_artists)
    assert targets.sum(dim=1).tolist() == [0, 0, *[1] * (len(numbers) - 2)]
    logits = create_artist_head(4, n_artists)(torch.ones(2, 4))
    assert F.cross_entropy(logits, targets[:2]).item() == 0


def test_a_pack_without_artists_is_refused() -> None:
    with pytest.raises(DatasetError, match="names none"):
        number_artists(make_pulse_pack())


def test_the_classifier_of_artists_is_trained_and_then_thrown_away(tmp_path: Path) -> None:
    pack = _make_pack()
    train = pack.select("train")
    training = GenreTraining(create_network("genre_resnet", {"num_classes": 3, **MODEL}), CONFIG, train, train)
    training.log = lambda *args, **kwargs: None  # type: ignore[method-assign] # there is no trainer to log to
    batch = (torch.from_numpy(train.log_mel), torch.from_numpy(train.labels), number_artists(train))
    training.training_step(batch, 0).backward()  # type: ignore[no-untyped-call]
    assert training.artist_head is not None
    assert all(weight.grad is not None and bool(weight.grad.any()) for weight in training.artist_head.parameters())
    checkpoint = train_model(pack, CONFIG, tmp_path / "run")
    assert checkpoint is not None
    assert not any("artist" in name for name in checkpoint.model_state_dict)
