import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.models.checkpoint import Checkpoint
from tests.core.training.packs import save_pulse_pack

# The command line itself, which Lightning starts once more for the second process, telling what each of them did.
PROGRAM = """
import sys
from pathlib import Path
from core.models.checkpoint import Checkpoint
from core.training.module import GenreTraining
from tests.core.training.tiny_train import main

def tell(training):
    digest = sum(float(value.double().abs().sum()) for value in training.network.parameters())
    path = Path(sys.argv[-1]) / f"rank{training.global_rank}.txt"
    path.write_text(f"{training.trainer.world_size} {training.global_step} {digest:.9f}")

def tell_saving(self, path, save=Checkpoint.save):
    with (Path(sys.argv[-1]) / "saved.txt").open("a") as file:
        file.write(str(path) + "\\n")
    save(self, path)

GenreTraining.on_train_end = tell
Checkpoint.save = tell_saving
sys.exit(main(sys.argv[1:-1]))
"""


def test_two_processes_train_one_model(tmp_path: Path) -> None:
    program, output = tmp_path / "program.py", tmp_path / "run"
    program.write_text(PROGRAM)
    root = str(Path(__file__).resolve().parents[3])
    result = subprocess.run(
        [sys.executable, str(program), "train", "--pack", str(save_pulse_pack(tmp_path)), "--epochs", "40",
         "--device", "cpu", "--devices", "2", "--output", str(output), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=110,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    told = [(tmp_path / f"rank{rank}.txt").read_text().split() for rank in (0, 1)]
    assert told[0] == told[1]  # the same number of steps, and the same weights after them
    assert told[0][:2] == ["2", "40"]  # of 12 tracks in each process: one batch of 8 an epoch
    assert (tmp_path / "saved.txt").read_text().split() == [str(output / "best_model.pt")]
    assert result.stdout.count("validation accuracy") == 1
    checkpoint = Checkpoint.load(output / "best_model.pt")
    assert checkpoint.history["epoch"] == list(range(1, 41))
    assert checkpoint.history["train_loss"][-1] < checkpoint.history["train_loss"][0]
    assert checkpoint.val_acc > 0.8  # chance is 0.33
    assert len((output / "metrics.csv").read_text().splitlines()) == 1 + 40
    assert "2 process(es) on cpu" in (output / "train.log").read_text()
