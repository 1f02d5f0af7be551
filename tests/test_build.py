"""The frozen program, built and then started as its users do: elsewhere, with nothing of a developer's around."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.frozen import LAB_COMMANDS
from app.user_data import DATA_VARIABLE
from tests.sounds import write_wav

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        sys.platform == "linux" and shutil.which("objcopy") is None, reason="PyInstaller needs the package binutils"
    ),
]

ROOT = Path(__file__).resolve().parents[1]
#: Where users put things.
FOLDER = "Бьёрк – 音楽 x"
MARK = "GENRESCOPE_TEST_MARK"


@dataclass(frozen=True)
class Built:
    """A built program, with what the build said."""

    flavour: str
    folder: Path
    output: str

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "Genrescope"), *arguments]
        environment = bare_environment(**variables)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def bare_environment(**variables: str) -> dict[str, str]:
    """The screen, and nothing else that this computer knows."""
    screen = {name: os.environ[name] for name in ("DISPLAY", "XAUTHORITY") if name in os.environ}
    return {"PATH": "", "HOME": "", **screen, **variables}


def build(flavour: str, folder: Path, *options: str) -> Built:
    output = folder / FOLDER
    result = subprocess.run(
        [
            *(sys.executable, "-m", "build_app", "--flavour", flavour),
            *("--output", str(output), "--work", str(folder / "work"), *options),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1700,
        check=False,
    )
    print(result.stdout)
    assert result.returncode == 0, result.stdout
    return Built(flavour, output / flavour / "Genrescope", result.stdout)


def flavours() -> list[Any]:
    full = pytest.mark.skipif(os.environ.get("CI_FULL") != "1", reason="takes long; CI_FULL=1 builds it, too")
    return [pytest.param("lite"), pytest.param("torch", marks=full)]


@pytest.fixture(scope="module", params=flavours())
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("build")
    # The environment of the tests holds a PyTorch of several gigabytes; without any it is as good as a new one.
    options = ["--in-this-environment"] if request.param == "lite" else []
    yield build(request.param, folder, *options)
    shutil.rmtree(folder)


def test_the_program_works_in_a_foreign_folder_without_path_and_home(built: Built) -> None:
    result = built.run("--smoke-test")
    assert result.returncode == 0, result.stdout + result.stderr
    answer = json.loads(result.stdout)
    assert answer["ok"] and answer["frozen"]
    assert answer["flavour"] == built.flavour
    assert answer["model_format"] == ("onnx" if built.flavour == "lite" else "pytorch")
    assert answer["label"] is not None
    # Nothing is worth a complaint that nobody sees, such as an icon that is missing.
    assert "no such file" not in result.stderr.lower()
    if "DISPLAY" in os.environ:
        assert answer["window"] == "ok"
        assert answer["can_drop"]
    else:
        assert answer["window"].startswith("skipped: ")


def test_the_command_line_predicts(built: Built, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "Sigur Rós – (vaka).wav")
    result = built.run("predict", "--json", str(path))
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["metadata"]["file_name"] == path.name
    assert answer["label"] in answer["probabilities"]


def test_the_doctor_finds_nothing_broken(built: Built, tmp_path: Path) -> None:
    result = built.run("doctor", "--json", **{DATA_VARIABLE: str(tmp_path)})
    findings = json.loads(result.stdout)["findings"]
    assert not [finding for finding in findings if finding["status"] == "fail"]
    assert {"model gtzan", "model fma_small"} <= {finding["name"] for finding in findings}


def test_training_is_left_out_and_says_so_in_a_sentence(built: Built) -> None:
    assert "train" in LAB_COMMANDS
    for arguments in (["train"], ["train", "--pack", "mine.npz", "--help"]):
        result = built.run(*arguments)
        assert result.returncode == 2
        assert "“train” is left out of this program" in result.stderr
        assert result.stderr.count("\n") == 1
    inside = built.folder / "_internal"
    assert (inside / "av").is_dir()
    left_out = ["torchaudio", "librosa", "numba", "lightning", "sklearn", "scipy", "nvidia", "triton"]
    left_out += ["torch"] if built.flavour == "lite" else ["onnx"]
    assert not [name for name in left_out if (inside / name).exists()]


def test_the_licences_of_all_that_is_inside_travel_along(built: Built) -> None:
    assert "MIT License" in (built.folder / "LICENSE.txt").read_text(encoding="utf-8")
    text = (built.folder / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")
    for part in ("Python 3", "mutagen ", "av ", "libx264", "numpy ", "customtkinter ", "GENERAL PUBLIC LICENSE"):
        assert part in text
    assert ("torch " in text) == (built.flavour == "torch")
    for developers in ("pytest ", "mypy ", "librosa "):
        assert f"\n{developers}" not in text


@pytest.mark.skipif("DISPLAY" not in os.environ, reason="needs a screen")
def test_a_killed_program_leaves_nothing_running(built: Built, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    environment = bare_environment(**{MARK: mark, "HOME": str(tmp_path)})
    launcher = subprocess.Popen([str(built.folder / "Genrescope")], env=environment)
    try:
        wait_for(lambda: {"window", "serve"} <= {verb for _, verb in marked_processes(mark)}, "window and API")
    finally:
        launcher.kill()
        launcher.wait()
    wait_for(lambda: not marked_processes(mark), "the end of all")


def marked_processes(mark: str) -> list[tuple[int, str]]:
    """Process numbers and verbs of the program that has this mark in its environment."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append((process.pid, (*process.cmdline(), "", "")[1]))
    return found


def wait_for(is_true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < deadline, f"not within 60 s: {what}"
        time.sleep(0.05)
