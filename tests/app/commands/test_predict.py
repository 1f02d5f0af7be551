import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.contract import Prediction
from tests.sounds import encode_wav, make_tune, write_wav


def _run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def tune(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("music") / "Große Töne {1}.wav")


def test_a_table_shows_track_genre_confidence_and_decision(tune: Path) -> None:
    result = _run("predict", tune)
    assert (result.returncode, result.stderr) == (0, "")
    header, row = result.stdout.splitlines()
    assert header.split() == ["Track", "Genre", "Confidence", "Decision"]
    assert row.startswith("Große Töne {1}.wav ")
    assert row.endswith(("confident", "unsure", "not music"))


def test_top_k_shows_k_genres(tune: Path) -> None:
    rows = _run("predict", tune, "--top", 3).stdout.splitlines()[1:]
    shares = [float(share) for row in rows for share in re.findall(r"([0-9.]+)%", row)]
    assert len(shares) == 3 and shares == sorted(shares, reverse=True)


def test_json_lines_are_the_contract_with_the_path(tune: Path) -> None:
    result = _run("predict", "--json", tune, tune)
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["path"] == str(tune)
    assert first["probabilities"] == second["probabilities"]
    assert Prediction.model_validate(first | {"waveform_peaks": []}).label == first["label"]


def test_a_broken_file_fails_alone(tune: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no sound in here")
    result = _run("predict", broken, tune, tmp_path / "missing.wav")
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 2
    assert "broken.mp3" in result.stderr and "missing.wav" in result.stderr
    assert "Traceback" not in result.stderr


def test_silence_has_no_genre(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    path.write_bytes(encode_wav(0 * make_tune(5)))
    result = _run("predict", path)
    assert result.returncode == 0
    assert "not music" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("predict", "--model", "nope", "a.wav"), "No model “nope”"),
        (("predict", "--device", "quantum", "a.wav"), "“quantum” is no device"),
        (("serve", "--host", "0.0.0.0"), "127.0.0.1 only"),
        (("serve", "--port", "99999"), "cannot be used"),
    ],
)
def test_wrong_arguments_are_told_in_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    result = _run(*arguments)
    assert result.returncode == 1
    assert sentence in result.stderr and "Traceback" not in result.stderr
