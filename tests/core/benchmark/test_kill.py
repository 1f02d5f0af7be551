import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.models.checkpoint import Checkpoint
from tests.core.training.packs import save_pulse_pack

EPOCHS = 15


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 on this system")
def test_a_benchmark_killed_with_9_trains_nothing_twice(tmp_path: Path, shipped: Path) -> None:
    output = tmp_path / "benchmark"
    command = [
        sys.executable, "-m", "tests.core.training.tiny_train", "benchmark", "--device", "cpu",
        "--pack", str(save_pulse_pack(tmp_path)), "--models", "genre_resnet", "--seeds", "2",
        "--epochs", str(EPOCHS), "--shipped", str(shipped), "--output", str(output),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (tmp_path / "first.txt").open("wb") as messages:
        process = subprocess.Popen(command, env=environment, stdout=messages, stderr=messages)
        try:
            n_before = _wait_for_epochs(output / "genre_resnet-seed1", process, 3)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    finished, cut = output / "genre_resnet-seed0", output / "genre_resnet-seed1"
    assert 3 <= n_before < EPOCHS and not (cut / "best_model.pt").exists()
    assert "1 of 2" in (output / "benchmark.md").read_text(), "the first seed is in the table already"
    before = {path.name: path.read_bytes() for path in finished.iterdir() if path.name != "config.json"}

    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
    assert {path.name: path.read_bytes() for path in finished.iterdir() if path.name != "config.json"} == before
    assert "Piece 1 of 2: genre_resnet, seed 0 (finished before)" in result.stderr
    log = (cut / "train.log").read_text()
    resumed_log = log[log.rindex("parameters on the pack") :]
    assert int(resumed_log.split(" epoch ")[1].split(":")[0]) >= n_before
    assert Checkpoint.load(cut / "best_model.pt").history["epoch"] == list(range(1, EPOCHS + 1))
    assert json.loads((cut / "timing.json").read_text())["before_s"] > 0
    assert "2 of 2" in result.stdout and "2 of 2" in (output / "benchmark.md").read_text()


def _wait_for_epochs(run: Path, process: subprocess.Popen[bytes], n_epochs: int) -> int:
    deadline = time.monotonic() + 80
    metrics = run / "metrics.csv"
    while time.monotonic() < deadline and process.poll() is None:
        n_rows = len(metrics.read_text().splitlines()) - 1 if metrics.is_file() else 0
        if n_rows >= n_epochs and (run / "resume.ckpt").is_file():
            return n_rows
        time.sleep(0.01)
    raise AssertionError(f"no {n_epochs} epochs in time; exit code {process.poll()}")
