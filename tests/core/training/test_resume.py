import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.errors import CheckpointError
from core.models.checkpoint import Checkpoint
from core.training.config import ScheduleConfig, TrainingConfig
from core.training.module import GenreTraining
from core.training.run import train_model
from core.training.run_folder import RunFolder
from tests.core.training.packs import make_pulse_pack, save_pulse_pack

CONFIG = TrainingConfig(
    model_config={"channels": [8, 16]}, epochs=6, batch_size=8, average_decay=0.8, val_interval=2
)  # fmt: skip
RECIPES = {
    "one cycle, averaged": CONFIG,
    "artists balanced": replace(CONFIG, artist_balance=0.5),
    "steps": replace(CONFIG, optimizer="adam", average_decay=0.0, schedule=ScheduleConfig("step", step_epochs=2)),
    "plateau, best kept": replace(
        CONFIG, optimizer="adam", average_decay=0.0, schedule=ScheduleConfig("plateau", patience=0),
        keep="best_val_loss", val_interval=1,
    ),
    "early stopping": replace(
        CONFIG, epochs=30, val_interval=1, learning_rate=0.01, schedule=ScheduleConfig("constant"),
        early_stopping_patience=3,
    ),
}  # fmt: skip


class PowerCutError(Exception):
    pass


def _assert_same_run(first: Checkpoint | None, second: Checkpoint | None) -> None:
    assert first is not None and second is not None
    assert first.history == second.history
    assert first.epoch == second.epoch
    for name, value in first.model_state_dict.items():
        assert torch.equal(value, second.model_state_dict[name]), name


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_resumed_run_ends_as_if_it_was_never_interrupted(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RECIPES[recipe]
    whole = train_model(make_pulse_pack(), config, tmp_path / "whole")
    usual_step = GenreTraining.training_step

    def cut_power_in_fourth_epoch(self: GenreTraining, batch: tuple[torch.Tensor, torch.Tensor], index: int) -> object:
        if (self.current_epoch, index) == (3, 1):
            raise PowerCutError
        return usual_step(self, batch, index)

    with monkeypatch.context() as patch, pytest.raises(PowerCutError):
        patch.setattr(GenreTraining, "training_step", cut_power_in_fourth_epoch)
        train_model(make_pulse_pack(), config, tmp_path / "cut")
    assert not (tmp_path / "cut" / "best_model.pt").exists()
    torch.manual_seed(99)  # the new process knows nothing of the old one's random numbers
    resumed = train_model(make_pulse_pack(), config, tmp_path / "cut", resume=True)
    _assert_same_run(whole, resumed)
    assert not (tmp_path / "cut" / "resume.ckpt").exists()


def test_a_run_killed_after_its_last_epoch_is_finished_without_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(CONFIG, epochs=3)
    whole = train_model(make_pulse_pack(), config, tmp_path / "whole")

    def cut_power(self: RunFolder, checkpoint: Checkpoint) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch, pytest.raises(PowerCutError):
        patch.setattr(RunFolder, "finish", cut_power)
        train_model(make_pulse_pack(), config, tmp_path / "cut")

    def refuse_to_train(self: GenreTraining, batch: object, index: int) -> None:
        raise AssertionError("every epoch was finished already")

    monkeypatch.setattr(GenreTraining, "training_step", refuse_to_train)
    _assert_same_run(whole, train_model(make_pulse_pack(), config, tmp_path / "cut", resume=True))


def test_a_damaged_resume_point_is_told(tmp_path: Path) -> None:
    (tmp_path / "resume.ckpt").write_bytes(b"PK\x03\x04 half of it")
    with pytest.raises(CheckpointError, match="is damaged: remove it"):
        RunFolder(tmp_path).find_resume_point()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 on this system")
def test_a_training_killed_with_9_goes_on_after_the_last_finished_epoch(tmp_path: Path) -> None:
    epochs, output = 40, tmp_path / "run"
    command = [
        sys.executable, "-m", "tests.core.training.tiny_train", "train", "--device", "cpu",
        "--pack", str(save_pulse_pack(tmp_path)), "--epochs", str(epochs), "--output", str(output), "--resume",
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (tmp_path / "first.txt").open("wb") as messages:
        process = subprocess.Popen(command, env=environment, stdout=messages, stderr=messages)
        try:
            n_before = _wait_for_epochs(output, process, 3)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert 3 <= n_before < epochs
    assert (output / "resume.ckpt").is_file() and not (output / "best_model.pt").exists()
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
    log = (output / "train.log").read_text()
    resumed_log = log[log.rindex("parameters on the pack") :]
    first_resumed = int(resumed_log.split(" epoch ")[1].split(":")[0])
    assert first_resumed >= n_before
    checkpoint = Checkpoint.load(output / "best_model.pt")
    assert checkpoint.history["epoch"] == list(range(1, epochs + 1))
    assert len((output / "metrics.csv").read_text().splitlines()) == 1 + epochs
    assert checkpoint.optimizer_state_dict == {}


def _wait_for_epochs(output: Path, process: subprocess.Popen[bytes], n_epochs: int) -> int:
    deadline = time.monotonic() + 80
    metrics = output / "metrics.csv"
    while time.monotonic() < deadline and process.poll() is None:
        n_rows = len(metrics.read_text().splitlines()) - 1 if metrics.is_file() else 0
        if n_rows >= n_epochs and (output / "resume.ckpt").is_file():
            return n_rows
        time.sleep(0.01)
    raise AssertionError(f"no {n_epochs} epochs in time; exit code {process.poll()}")
