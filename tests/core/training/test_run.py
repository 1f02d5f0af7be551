import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.errors import CheckpointError, DatasetError, DeviceError, GenrescopeError
from core.features.log_mel import LogMelConfig
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.registry import create_network
from core.training.augmentation import (
    AugmentationConfig,
    crop_segments,
    distort_channel,
    mask_segments,
    mix_style,
    mix_up,
    vary_contrast,
)
from core.training.config import TrainingConfig
from core.training.module import GenreTraining, weigh_tracks
from core.training.run import train_model
from core.training.trainer import Hardware
from tests.core.training.packs import make_pulse_pack

AUGMENTATION = AugmentationConfig()


CONFIG = TrainingConfig(
    model_config={"channels": [8, 16], "dropout": 0.0}, epochs=12, batch_size=8, average_decay=0.8, val_interval=4
)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    train_model(make_pulse_pack(), CONFIG, folder)
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


def test_a_run_folder_tells_the_whole_run(run_folder: Path) -> None:
    names = {path.name for path in run_folder.iterdir()}
    pictures = {"curves.png", "confusion_matrix.png"}
    assert names == {"best_model.pt", "config.json", "metrics.csv", "metrics.json", "train.log"} | pictures
    checkpoint = Checkpoint.load(run_folder / "best_model.pt")
    rows = list(csv.DictReader((run_folder / "metrics.csv").read_text().splitlines()))
    assert [int(row["epoch"]) for row in rows] == [4, 8, 12]
    assert [float(row["val_acc"]) for row in rows] == checkpoint.history["val_acc"]
    assert json.loads((run_folder / "config.json").read_text())["epochs"] == 12
    assert "epoch 8: train_loss" in (run_folder / "train.log").read_text()
    for picture in pictures:
        assert (run_folder / picture).read_bytes().startswith(b"\x89PNG")


def test_a_released_checkpoint_has_no_optimizer_state(run_folder: Path) -> None:
    assert Checkpoint.load(run_folder / "best_model.pt").optimizer_state_dict == {}


def test_a_folder_with_another_run_is_left_alone(run_folder: Path) -> None:
    before = (run_folder / "best_model.pt").stat()
    with pytest.raises(GenrescopeError, match=r"already holds a training run.*--resume"):
        train_model(make_pulse_pack(), CONFIG, run_folder)
    with pytest.raises(GenrescopeError, match=r"other settings \(epochs 12 → 13\): it cannot"):
        train_model(make_pulse_pack(), replace(CONFIG, epochs=13), run_folder, resume=True)
    assert (run_folder / "best_model.pt").stat().st_mtime_ns == before.st_mtime_ns


def test_resuming_a_finished_run_returns_its_model(run_folder: Path) -> None:
    again = train_model(make_pulse_pack(), CONFIG, run_folder, resume=True)
    assert again is not None and again.epoch == 12


def test_training_can_start_from_another_model(run_folder: Path, tmp_path: Path) -> None:
    init = Checkpoint.load(run_folder / "best_model.pt")
    config = TrainingConfig(model_config=CONFIG.model_config, epochs=1, batch_size=8, learning_rate=0.0)
    started = train_model(make_pulse_pack(), config, tmp_path, init)
    assert started is not None
    name = "network.trunk.0.weight"
    torch.testing.assert_close(started.model_state_dict[name], init.model_state_dict[name])


def test_starting_from_another_architecture_is_refused(run_folder: Path, tmp_path: Path) -> None:
    init = Checkpoint.load(run_folder / "best_model.pt")
    with pytest.raises(CheckpointError, match="start from"):
        train_model(make_pulse_pack(), TrainingConfig(epochs=1), tmp_path / "wider", init)
    assert not (tmp_path / "wider").exists()


def test_a_student_follows_its_teachers_where_labels_say_nothing(run_folder: Path, tmp_path: Path) -> None:
    """Every label is wrong in the same way; only the teacher knows better, and it is believed."""
    teacher = Checkpoint.load(run_folder / "best_model.pt")
    pack = make_pulse_pack()
    shifted = replace(pack, genres=np.roll(np.array(pack.label_names), 1)[pack.labels])
    config = replace(CONFIG, teacher_weight=1.0, epochs=24)
    student = train_model(shifted, config, tmp_path, teachers=[teacher])
    assert student is not None
    assert student.dataset["n_teachers"] == 1
    assert student.val_acc < 0.2  # right by the teacher is wrong by these labels


def test_a_teacher_of_other_genres_is_refused(run_folder: Path, tmp_path: Path) -> None:
    teacher = replace(Checkpoint.load(run_folder / "best_model.pt"), label_names=["a", "b", "c"])
    with pytest.raises(CheckpointError, match="knows other genres"):
        train_model(make_pulse_pack(), CONFIG, tmp_path, teachers=[teacher])


def test_training_without_validation_tracks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="“val”"):
        train_model(make_pulse_pack().select("train"), CONFIG, tmp_path)


def test_a_pack_with_other_mel_bands_is_refused(tmp_path: Path) -> None:
    config = replace(CONFIG, features=LogMelConfig(n_mels=64))
    with pytest.raises(DatasetError, match="128 mel bands; this training takes 64"):
        train_model(make_pulse_pack(), config, tmp_path)


def test_a_device_that_is_not_there_is_refused_and_claims_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="warp"):
        train_model(make_pulse_pack(), CONFIG, tmp_path / "run", hardware=Hardware(device="warp"))
    assert not (tmp_path / "run").exists()


def test_the_last_epoch_is_validated_even_between_two_validations(tmp_path: Path) -> None:
    checkpoint = train_model(make_pulse_pack(), replace(CONFIG, epochs=3, val_interval=2), tmp_path)
    assert checkpoint is not None and checkpoint.history["epoch"] == [2, 3]


def test_the_best_epoch_is_kept_when_asked_and_the_checkpoint_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ruin_what_was_learnt(self: GenreTraining) -> None:
        if self.current_epoch == 3:
            self.network.classifier.weight.data.mul_(-50)

    monkeypatch.setattr(GenreTraining, "on_train_epoch_start", ruin_what_was_learnt)
    config = replace(CONFIG, epochs=5, val_interval=1, average_decay=0.0, keep="best_val_loss")
    checkpoint = train_model(make_pulse_pack(), config, tmp_path)
    assert checkpoint is not None
    losses, accuracies = checkpoint.history["val_loss"], checkpoint.history["val_acc"]
    assert checkpoint.epoch == 1 + int(np.argmin(losses)) <= 3
    assert f"lowest val loss ({checkpoint.epoch} of 5)" in checkpoint.dataset["protocol"]
    assert checkpoint.val_loss < losses[-1]
    # Training may score in mixed precision, the checkpoint is scored in full: a track or so may differ.
    assert checkpoint.val_acc == pytest.approx(accuracies[checkpoint.epoch - 1], abs=0.1)


def test_training_stops_early_when_nothing_improves(tmp_path: Path) -> None:
    config = replace(CONFIG, epochs=50, val_interval=1, learning_rate=0.0, early_stopping_patience=2, average_decay=0.0)
    checkpoint = train_model(make_pulse_pack(), config, tmp_path)
    assert checkpoint is not None and checkpoint.epoch < 50
    losses = checkpoint.history["val_loss"]
    assert len(losses) - 1 - int(np.argmin(losses)) == 2


def test_the_product_s_own_segments_are_trained_on_where_a_clip_is_too_short(tmp_path: Path) -> None:
    config = replace(CONFIG, features=LogMelConfig(segment_frames=500), epochs=1)
    checkpoint = train_model(make_pulse_pack(), config, tmp_path)
    assert checkpoint is not None and checkpoint.feature_config["segment_frames"] == 500


def test_balanced_classes_count_the_same() -> None:
    pack = make_pulse_pack()
    rare = pack.genres != "slow"
    rare[-3:] = True
    uneven = replace(pack, **{name: getattr(pack, name)[rare] for name in
                              ("log_mel", "track_ids", "genres", "splits", "artists")})  # fmt: skip
    network = create_network("genre_resnet", {"num_classes": 3, **CONFIG.model_config})
    training = GenreTraining(network, replace(CONFIG, balance_classes=True), uneven, uneven)
    counts = torch.bincount(torch.from_numpy(uneven.labels))
    assert training.class_weights is not None
    torch.testing.assert_close(training.class_weights * counts, torch.full((3,), len(uneven) / 3))


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(GenrescopeError, match="epochs is 0; it must be at least 1"):
        TrainingConfig(epochs=0)


def test_crops_hold_values_of_their_own_clip_only() -> None:
    clips = torch.arange(4.0)[:, None, None].expand(4, 128, 387)
    crops = crop_segments(clips, 128, AUGMENTATION)
    assert crops.shape == (4, 128, 128)
    assert bool((crops == torch.arange(4.0)[:, None, None]).all())


def test_distorted_segments_keep_the_range_of_a_front_end() -> None:
    distorted = distort_channel(torch.rand(16, 128, 128), AUGMENTATION)
    torch.testing.assert_close(distorted.amin((1, 2)), torch.zeros(16))
    torch.testing.assert_close(distorted.amax((1, 2)), torch.ones(16))


def test_varied_contrast_keeps_the_mean_of_each_band_and_the_shape_of_what_it_does() -> None:
    segments = torch.rand(64, 128, 128)
    varied = vary_contrast(segments, AUGMENTATION)
    mean = segments.mean(dim=2, keepdim=True)
    torch.testing.assert_close(varied.mean(dim=2, keepdim=True), mean, atol=1e-4, rtol=0)
    factors = varied.std(dim=2) / segments.std(dim=2)
    torch.testing.assert_close(factors, factors[:, :1].expand_as(factors))
    assert 0.66 < factors.min() < 0.9 and 1.1 < factors.max() < 1.5


def test_masks_hide_some_and_not_most() -> None:
    segments = torch.rand(32, 128, 128)
    hidden = (mask_segments(segments, AUGMENTATION) - segments).abs() > 1e-6
    assert 0.02 < hidden.float().mean() < 0.6


def test_mixed_styles_keep_the_mean_of_each_band_and_take_over_dynamics() -> None:
    segments = torch.rand(64, 128, 128) * torch.linspace(0.1, 1, 64)[:, None, None]
    styled = mix_style(segments, AUGMENTATION)
    torch.testing.assert_close(styled.mean(dim=2), segments.mean(dim=2), atol=1e-4, rtol=0)
    changed = (styled - segments).abs().amax(dim=(1, 2)) > 1e-3
    assert 0.2 < changed.float().mean() < 0.8


def test_mixed_targets_stay_distributions_led_by_their_own_label() -> None:
    targets = torch.eye(8)
    _, mixed = mix_up(AUGMENTATION, torch.rand(8, 128, 128), targets)
    torch.testing.assert_close(mixed.sum(dim=1), torch.ones(8))
    assert bool((mixed.diagonal() >= 0.5 - 1e-6).all())


def test_balanced_artists_count_alike_and_genres_as_before() -> None:
    pack = make_pulse_pack(n_per_genre=8)
    artists = np.array([*["Ann"] * 6, *["Bob"] * 2, *["Cid"] * 8, *[""] * 8])
    weights = weigh_tracks(replace(pack, artists=artists), 1.0).reshape(3, 8)
    torch.testing.assert_close(weights.sum(dim=1), torch.full((3,), 8.0, dtype=torch.float64))
    assert weights[0, :6].sum().item() == pytest.approx(weights[0, 6:].sum().item())
    assert weights[1:].unique().tolist() == pytest.approx([1.0]), "one artist, or none known"
    assert weigh_tracks(replace(pack, artists=artists), 0.0).unique().tolist() == [1.0]
