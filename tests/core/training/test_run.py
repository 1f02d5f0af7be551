import json
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.features.log_mel import LogMelConfig
from core.models.checkpoint import Checkpoint, GenreModel
from core.training.augmentation import AugmentationConfig, crop_segments, distort_channel, mask_segments, mix_up
from core.training.config import TrainingConfig
from core.training.run import train_model

AUGMENTATION = AugmentationConfig()


def _make_pack(n_per_genre: int = 12) -> LogMelPack:
    """Three “genres” that differ in how fast the sound pulses."""
    random = np.random.default_rng(0)
    genres = np.repeat(["fast", "medium", "slow"], n_per_genre)
    period = {"fast": 4, "medium": 11, "slow": 31}
    frames = np.arange(387)
    log_mel = np.stack(
        [
            128
            + 80 * np.sign(np.sin(2 * np.pi * (frames + random.integers(31)) / period[genre]))[None]
            + random.normal(0, 12, (128, 387))
            for genre in genres
        ]
    )
    splits = np.where(np.arange(len(genres)) % 3 == 0, "val", "train")
    return LogMelPack(
        log_mel=log_mel.clip(0, 255).astype(np.uint8),
        track_ids=np.array([f"{genre}.{index}" for index, genre in enumerate(genres)]),
        genres=genres,
        splits=splits,
        artists=np.full(len(genres), ""),
        label_names=("fast", "medium", "slow"),
        name="pulses",
    )


CONFIG = TrainingConfig(
    model_config={"channels": [8, 16], "dropout": 0.0}, epochs=12, batch_size=8, average_decay=0.8, val_interval=4
)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    train_model(_make_pack(), CONFIG, folder)
    return folder


def test_training_learns_what_there_is_to_learn(run_folder: Path) -> None:
    checkpoint = Checkpoint.load(run_folder / "best_model.pt")
    assert checkpoint.val_acc > 0.8  # chance is 0.33


def test_training_writes_a_checkpoint_that_describes_itself(run_folder: Path) -> None:
    checkpoint = Checkpoint.load(run_folder / "best_model.pt")
    assert checkpoint.epoch == 12
    assert checkpoint.label_names == ["fast", "medium", "slow"]
    assert checkpoint.history["epoch"] == [4, 8, 12]
    assert checkpoint.history["train_loss"][-1] < checkpoint.history["train_loss"][0]
    assert np.sum(checkpoint.confusion_matrix) == checkpoint.dataset["n_val"] == 12
    assert np.trace(checkpoint.confusion_matrix) / 12 == pytest.approx(checkpoint.val_acc)
    assert LogMelConfig(**checkpoint.feature_config) == CONFIG.features
    assert GenreModel.from_checkpoint(checkpoint).front_end.mel_filterbank.sum() > 0
    assert json.loads((run_folder / "metrics.json").read_text())["val_acc"] == checkpoint.val_acc


def test_training_can_start_from_another_model(run_folder: Path, tmp_path: Path) -> None:
    init = Checkpoint.load(run_folder / "best_model.pt")
    config = TrainingConfig(model_config=CONFIG.model_config, epochs=1, batch_size=8, learning_rate=0.0)
    started = train_model(_make_pack(), config, tmp_path, init)
    name = "network.trunk.0.weight"
    torch.testing.assert_close(started.model_state_dict[name], init.model_state_dict[name])


def test_training_without_validation_tracks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="“val”"):
        train_model(_make_pack().select("train"), CONFIG, tmp_path)


def test_crops_hold_values_of_their_own_clip_only() -> None:
    clips = torch.arange(4.0)[:, None, None].expand(4, 128, 387)
    crops = crop_segments(clips, 128, AUGMENTATION)
    assert crops.shape == (4, 128, 128)
    assert bool((crops == torch.arange(4.0)[:, None, None]).all())


def test_distorted_segments_keep_the_range_of_a_front_end() -> None:
    distorted = distort_channel(torch.rand(16, 128, 128), AUGMENTATION)
    torch.testing.assert_close(distorted.amin((1, 2)), torch.zeros(16))
    torch.testing.assert_close(distorted.amax((1, 2)), torch.ones(16))


def test_masks_hide_some_and_not_most() -> None:
    segments = torch.rand(32, 128, 128)
    hidden = (mask_segments(segments, AUGMENTATION) - segments).abs() > 1e-6
    assert 0.02 < hidden.float().mean() < 0.6


def test_mixed_targets_stay_distributions_led_by_their_own_label() -> None:
    targets = torch.eye(8)
    _, mixed = mix_up(torch.rand(8, 128, 128), targets, AUGMENTATION)
    torch.testing.assert_close(mixed.sum(dim=1), torch.ones(8))
    assert bool((mixed.diagonal() >= 0.5 - 1e-6).all())
