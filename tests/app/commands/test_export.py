import subprocess
import sys
from pathlib import Path

import pytest

from core.models.files import find_checkpoint
from tests.sounds import write_wav


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=110,
        stdin=subprocess.DEVNULL,
    )


def test_an_exported_model_predicts(tmp_path: Path) -> None:
    output = tmp_path / "Größe {1}.onnx"
    result = _run("export", "--model", "gtzan", "--format", "onnx", "--output", output)
    assert (result.returncode, result.stderr) == (0, "")
    assert " MB, " in result.stdout and "logits differ" in result.stdout
    result = _run("predict", "--backend", "onnx", "--model", output, write_wav(tmp_path / "tune.wav"))
    assert (result.returncode, result.stderr) == (0, "")
    assert "tune.wav" in result.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--output", "model.pt"), ".onnx"),
        (("--calibration", "music"), "--int8"),
        (("--model", "gtzam"), "fma_small, gtzan"),
        (("--output", "no/such/folder/model.onnx"), "cannot be written"),
        (("--int8", "--calibration", "missing.npz", "--output", "model.onnx"), "missing.npz"),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_sentence(options: tuple[str, ...], told: str, tmp_path: Path) -> None:
    absolute = [str(tmp_path / value) if "." in value else value for value in options]
    result = _run("export", *absolute)
    assert result.returncode == 1 and told in result.stderr
    assert "Traceback" not in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_model_without_an_onnx_file_says_how_to_make_one(tmp_path: Path) -> None:
    result = _run("predict", "--backend", "onnx", "--model", find_checkpoint("gtzan"), write_wav(tmp_path / "t.wav"))
    assert result.returncode == 1
    assert "genrescope export" in result.stderr and "Traceback" not in result.stderr
