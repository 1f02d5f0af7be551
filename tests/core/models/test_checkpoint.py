import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import CheckpointError, UnknownModelError
from core.features.log_mel import LogMel, LogMelConfig
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.files import MODELS_DIR, find_checkpoint
from core.models.registry import create_network

MODEL_CONFIG = {"num_classes": 3, "channels": [8, 8]}


@pytest.fixture
def checkpoint() -> Checkpoint:
    features = LogMelConfig()
    model = GenreModel(LogMel.create(features), create_network("genre_resnet", MODEL_CONFIG))
    return Checkpoint(
        epoch=5,
        model_state_dict=model.state_dict(),
        val_acc=0.5,
        val_loss=1.25,
        model_name="genre_resnet",
        model_config=MODEL_CONFIG,
        feature_config=features.to_dict(),
        label_names=["a", "b", "c"],
    )


def test_a_checkpoint_comes_back_as_it_was(checkpoint: Checkpoint, tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "best_model.pt")
    loaded = Checkpoint.load(tmp_path / "best_model.pt")
    assert (loaded.epoch, loaded.val_acc, loaded.label_names) == (5, 0.5, ["a", "b", "c"])
    segments = torch.rand(2, 128, 128)
    first, second = (GenreModel.from_checkpoint(each).network(segments) for each in (checkpoint, loaded))
    torch.testing.assert_close(first, second)


def test_a_checkpoint_is_a_plain_dict_with_the_names_that_other_readers_expect(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    checkpoint.save(tmp_path / "best_model.pt")
    content = torch.load(tmp_path / "best_model.pt", weights_only=True)
    assert {"epoch", "model_state_dict", "optimizer_state_dict", "val_acc", "val_loss"} <= content.keys()


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "best_model.pt"
    path.write_bytes(b"RIFF not a checkpoint")
    with pytest.raises(CheckpointError, match="no checkpoint"):
        Checkpoint.load(path)


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (Path("exploded"),))  # type: ignore[return-value]


@pytest.mark.parametrize("save", [torch.save, lambda content, path: path.write_bytes(pickle.dumps(content))])
def test_a_pickle_bomb_is_refused_and_does_nothing(save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save({"epoch": _Bomb()}, tmp_path / "best_model.pt")
    with pytest.raises(CheckpointError, match="more than weights"):
        Checkpoint.load(tmp_path / "best_model.pt")
    assert not Path("exploded").exists()


def test_a_truncated_checkpoint_is_refused(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "best_model.pt"
    checkpoint.save(path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(CheckpointError, match="damaged"):
        Checkpoint.load(path)


def test_a_checkpoint_of_another_program_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    torch.save({"model_state_dict": {}, "epoch": 1}, tmp_path / "other.pt")
    with pytest.raises(CheckpointError, match=r"lacks .*label_names"):
        Checkpoint.load(tmp_path / "other.pt")


def test_weights_that_do_not_fit_the_configuration_are_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(CheckpointError, match="contradicts itself"):
        GenreModel.from_checkpoint(replace(checkpoint, model_config={"num_classes": 4, "channels": [8, 8]}))


def test_an_unknown_model_names_the_shipped_ones() -> None:
    with pytest.raises(UnknownModelError, match="gtzan"):
        find_checkpoint("gtzam")


def test_the_shipped_models_are_small_and_free_of_optimizer_state() -> None:
    paths = list(MODELS_DIR.glob("*/best_model.pt"))
    assert paths
    for path in paths:
        checkpoint = Checkpoint.load(path)
        assert checkpoint.optimizer_state_dict == {}
        assert sum(value.numel() for name, value in checkpoint.model_state_dict.items() if "network" in name) < 2e6
        assert checkpoint.history["val_acc"] and checkpoint.confusion_matrix
