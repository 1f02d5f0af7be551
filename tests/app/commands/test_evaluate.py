import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.sounds import write_wav


def _evaluate(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "app", "evaluate", "--device", "cpu", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    np.savez(
        tmp_path / "tiny_logmel.npz",
        log_mel=random.integers(0, 255, (6, 128, 387), dtype=np.uint8),
        track_id=[f"t{index}" for index in range(6)],
        genre=["rock", "jazz", "pop", "rock", "jazz", "polka"],
        split=["val"] * 4 + ["test"] * 2,
        artist=[""] * 6,
    )
    return tmp_path / "tiny_logmel.npz"


def test_a_split_of_a_pack_gets_figures_and_a_report(pack: Path, tmp_path: Path) -> None:
    result = _evaluate("--pack", pack, "--split", "val", "--json", "--output", tmp_path / "report")
    assert result.returncode == 0, result.stderr
    content = json.loads(result.stdout)
    assert content["n_tracks"] == 4
    hits = [
        content["label_names"][int(np.argmax(track["probabilities"]))] == track["genre"] for track in content["tracks"]
    ]
    assert content["accuracy"] == pytest.approx(np.mean(hits))
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {"evaluation.json", "evaluation.md", "confusion_matrix.png", "reliability.png"}


def test_genres_that_the_model_does_not_know_are_counted_not_judged(pack: Path) -> None:
    content = json.loads(_evaluate("--pack", pack, "--split", "test", "--json").stdout)
    assert content["n_tracks"] == 1
    assert content["skipped"] == {"genre unknown to the model: polka": 1}


def test_a_folder_of_audio_is_evaluated(tmp_path: Path) -> None:
    for genre in ("rock", "jazz"):
        (tmp_path / genre).mkdir()
        write_wav(tmp_path / genre / f"{genre}.wav", 6)
    (tmp_path / "jazz" / "broken.wav").write_text("no sound")
    result = _evaluate("--folder", tmp_path)
    assert result.returncode == 0, result.stderr
    assert "2 tracks" in result.stdout and "broken.wav" in result.stdout


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    result = _evaluate("--folder", tmp_path)
    assert result.returncode == 1
    assert "can be judged" in result.stderr and "Traceback" not in result.stderr


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    result = _evaluate("--folder", tmp_path / "gone")
    assert result.returncode == 1
    assert "is not a folder" in result.stderr and "Traceback" not in result.stderr
