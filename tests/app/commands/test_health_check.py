import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.datasets.sources import write_tune


def _check(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "app", "health-check", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.fixture
def music(tmp_path: Path) -> Path:
    write_tune(tmp_path / "music" / "good.wav")
    write_tune(tmp_path / "music" / "short.wav", 2, seed=1)
    (tmp_path / "music" / "broken.mp3").write_text("no sound")
    return tmp_path / "music"


def test_problems_are_printed_put_aside_and_put_back(music: Path) -> None:
    # Inside the folder itself, where the next check must not find it.
    aside = music / "aside"
    result = _check(music, "--quarantine", aside)
    assert result.returncode == 1
    assert "3 files: 1 corrupt, 1 too short" in result.stdout and "2 files moved" in result.stdout
    assert sorted(path.name for path in music.iterdir()) == ["aside", "good.wav"]
    (manifest,) = aside.glob("*.json")
    healthy = _check(music)
    assert healthy.returncode == 0 and "1 file: no problems" in healthy.stdout
    back = _check("--restore", manifest)
    assert back.returncode == 0 and "2 files put back, 0 not" in back.stdout
    assert (music / "short.wav").is_file() and (music / "broken.mp3").read_text() == "no sound"


def test_restoring_refuses_to_overwrite(music: Path, tmp_path: Path) -> None:
    manifest = json.loads(_check(music, "--quarantine", tmp_path / "aside", "--json").stdout)["manifest"]
    (music / "broken.mp3").write_text("another file")
    result = _check("--restore", manifest)
    assert result.returncode == 1
    assert "1 file put back, 1 not" in result.stdout and "not overwritten" in result.stderr
    assert (music / "broken.mp3").read_text() == "another file"


def test_json_tells_the_same(music: Path) -> None:
    result = _check(music, "--json", "--min-duration", 1)
    content = json.loads(result.stdout)
    assert result.returncode == 1 and content["n_files"] == 3 and content["manifest"] is None
    (problem,) = content["problems"]
    assert (Path(problem["path"]).name, problem["kind"]) == ("broken.mp3", "corrupt")


@pytest.mark.parametrize("arguments", [("absent",), ("--restore", "absent.json"), (".", "--min-duration", "-1")])
def test_what_cannot_be_done_is_one_sentence(arguments: tuple[str, ...]) -> None:
    result = _check(*arguments)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and "Traceback" not in result.stderr
