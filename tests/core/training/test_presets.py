from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.errors import DatasetError, ModelError, UnknownModelError
from core.inference.predictor import GenrePredictor
from core.models.registry import create_network, list_architectures
from core.training.config import ScheduleConfig, TrainingConfig
from core.training.optimization import create_optimizer, create_step_schedule
from core.training.presets import NO_AUGMENTATION, PRESETS, find_preset
from core.training.run import train_model
from tests.core.training.packs import make_pulse_pack

#: They want what a log-mel pack does not hold.
NEED_MORE = {"five_channel_cnn", "resnet34_features"}
TRAINABLE = sorted(set(PRESETS) & set(list_architectures()) - NEED_MORE)


def test_presets_train_the_architecture_of_their_name() -> None:
    assert PRESETS["genre_resnet"] == TrainingConfig()
    # A duet is made of two models that were trained.
    assert set(list_architectures()) - {"genre_duet"} <= PRESETS.keys()
    # What follows an architecture's name tells how this recipe differs from the one of that name.
    assert all(name.startswith(config.model_name) for name, config in PRESETS.items())
    assert TRAINABLE


def test_an_unknown_preset_lists_the_known_ones_and_the_nearest() -> None:
    with pytest.raises(UnknownModelError, match=r"known are crnn, .*Did you mean “songnet”"):
        find_preset("songnett")


@pytest.mark.parametrize("name", TRAINABLE)
def test_every_preset_trains(name: str, tmp_path: Path) -> None:
    config = replace(PRESETS[name], epochs=1, batch_size=4)
    checkpoint = train_model(make_pulse_pack(n_per_genre=3), config, tmp_path)
    assert checkpoint is not None and checkpoint.model_name == name
    assert checkpoint.feature_config["segment_frames"] == config.features.segment_frames


def test_a_network_that_takes_features_trains_on_a_pack_that_has_them(tmp_path: Path) -> None:
    pack = make_pulse_pack(n_per_genre=6)
    random = np.random.default_rng(0)
    # Nothing but the features tells the genres: a network that ignores them cannot learn.
    features = (1000 * np.eye(3)[pack.labels] @ random.normal(0, 1, (3, 57))).astype(np.float32)
    silent = replace(pack, log_mel=np.zeros_like(pack.log_mel), track_features=features)
    config = replace(PRESETS["resnet34_features"], epochs=15, batch_size=4)
    checkpoint = train_model(silent, config, tmp_path)
    assert checkpoint is not None and checkpoint.val_acc == 1
    assert checkpoint.model_state_dict["network.feature_deviation"].max() > 100


def test_five_channel_pictures_train_the_network_that_reads_them(tmp_path: Path) -> None:
    pack = make_pulse_pack(n_per_genre=6)
    pictures = np.random.default_rng(0).uniform(0, 100, (len(pack), 200, 260)).astype(np.float32)
    pictures[:, :120] += 50 * pack.labels[:, None, None]
    pictures[:, 0, 0], pictures[:, 0, 1] = 0, 255  # each track spans the range, as prepared ones do
    config = replace(PRESETS["five_channel_cnn"], epochs=60, batch_size=4)
    checkpoint = train_model(replace(pack, log_mel=pictures), config, tmp_path)
    assert checkpoint is not None and checkpoint.val_acc > 0.8
    with pytest.raises(ModelError, match="reads more than the log-mel"):
        GenrePredictor.load(tmp_path / "best_model.pt", "cpu")


def test_architectures_that_need_more_than_the_pack_holds_say_so(tmp_path: Path) -> None:
    pack = make_pulse_pack(n_per_genre=3)
    with pytest.raises(DatasetError, match="“resnet34_features” cannot be trained on this pack"):
        train_model(pack, PRESETS["resnet34_features"], tmp_path / "run")
    with pytest.raises(DatasetError, match="128 mel bands; this training takes 200"):
        train_model(pack, PRESETS["five_channel_cnn"], tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_an_architecture_that_is_not_there_is_an_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="No architecture “future_net”; known are"):
        train_model(make_pulse_pack(n_per_genre=3), TrainingConfig(model_name="future_net"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_no_augmentation_switches_every_distortion_off() -> None:
    assert not any(vars(NO_AUGMENTATION).values())


def test_a_step_schedule_halves_the_learning_rate() -> None:
    config = TrainingConfig(optimizer="adam", learning_rate=1.0, schedule=ScheduleConfig("step", step_epochs=2))
    optimizer = create_optimizer(torch.nn.Linear(2, 2), config)
    schedule = create_step_schedule(optimizer, config, n_steps=100)
    assert schedule is not None
    rates = []
    for _ in range(5):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25]


def test_adamw_spares_biases_and_normalisation_and_adam_does_not() -> None:
    network = create_network("genre_resnet", {"num_classes": 3, "channels": [8]})
    decayed, spared = create_optimizer(network, TrainingConfig()).param_groups
    assert decayed["weight_decay"] > 0 and spared["weight_decay"] == 0
    assert {parameter.ndim for parameter in spared["params"]} == {1}
    (everything,) = create_optimizer(network, TrainingConfig(optimizer="adam")).param_groups
    assert len(everything["params"]) == len(list(network.parameters()))
