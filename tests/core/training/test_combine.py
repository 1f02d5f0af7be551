from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.datasets.pack import LogMelPack
from core.errors import CheckpointError
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint, GenreModel
from core.training.combine import combine_models
from core.training.presets import PRESETS
from core.training.run import train_model
from tests.core.training.packs import make_pulse_pack

_TINY = {
    "genre_resnet": replace(PRESETS["genre_resnet"], model_config={"channels": (8, 16)}, epochs=1),
    "sound_texture": replace(PRESETS["sound_texture"], epochs=1),
}


@pytest.fixture(scope="module")
def pack() -> LogMelPack:
    return make_pulse_pack()


@pytest.fixture(scope="module")
def parts(pack: LogMelPack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Checkpoint]]:
    folder = tmp_path_factory.mktemp("parts")
    trained = {name: train_model(pack, config, folder / name) for name, config in _TINY.items()}
    yield {name: checkpoint for name, checkpoint in trained.items() if checkpoint is not None}


def test_the_new_model_answers_what_both_say_together(
    pack: LogMelPack, parts: dict[str, Checkpoint], tmp_path: Path
) -> None:
    combined = combine_models(parts["genre_resnet"], parts["sound_texture"], pack)
    combined.save(tmp_path / "both.pt")
    segments = torch.rand(4, 128, 128)
    with torch.inference_mode():
        one, other, both = (
            GenreModel.from_checkpoint(checkpoint).network(segments).log_softmax(dim=1)
            for checkpoint in (parts["genre_resnet"], parts["sound_texture"], combined)
        )
    torch.testing.assert_close(both, (0.6 * one + 0.4 * other).log_softmax(dim=1), atol=1e-4, rtol=1e-4)
    answer = GenrePredictor.load(tmp_path / "both.pt", "cpu").predict_log_mel(pack.log_mel[0])
    assert answer.label in pack.label_names
    assert 0 <= combined.val_acc <= 1 and np.sum(combined.confusion_matrix) == (pack.splits == "val").sum()


def test_two_of_a_kind_are_refused(pack: LogMelPack, parts: dict[str, Checkpoint]) -> None:
    with pytest.raises(CheckpointError, match="not genre_resnet and genre_resnet"):
        combine_models(parts["genre_resnet"], parts["genre_resnet"], pack)


def test_models_of_other_genres_are_refused(pack: LogMelPack, parts: dict[str, Checkpoint]) -> None:
    other = replace(parts["sound_texture"], label_names=["polka", *parts["sound_texture"].label_names[1:]])
    with pytest.raises(CheckpointError, match="train both on this pack"):
        combine_models(parts["genre_resnet"], other, pack)
