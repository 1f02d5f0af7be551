"""The program where there is no PyTorch: ONNX models answer, and nothing asks for what is missing."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app.contract import ModelList
from app.user_data import DATA_VARIABLE
from core.inference.predictor import GenrePredictor
from core.models.files import find_checkpoint
from tests.app.conftest import RunningApi, assert_predicts, start_api_process, stop_api, wait_until_ready
from tests.sounds import write_wav

#: Starts the command line in a Python that has no PyTorch, nor anything of the laboratory.
_PROGRAM = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "torchaudio", "lightning", "onnx", "onnxscript", "librosa", "sklearn"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
from app.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def api(gtzan_onnx: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """The API without PyTorch; the model is one that the user added, beside one that needs PyTorch."""
    data = tmp_path_factory.mktemp("data")
    for name in ("mine", "not-yet-exported"):
        (data / "models" / name).mkdir(parents=True)
    shutil.copy(gtzan_onnx, data / "models" / "mine")
    shutil.copy(find_checkpoint("gtzan"), data / "models" / "not-yet-exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(data))
        running = start_api_process("-c", _PROGRAM, "serve", "--port", "0", "--watch-parent", "--model", "mine")
    wait_until_ready(running)
    yield running
    stop_api(running)


def test_files_are_predicted_as_with_pytorch(gtzan_onnx: Path, tmp_path: Path) -> None:
    tune = write_wav(tmp_path / "tune.wav", 40)
    expected = GenrePredictor.load("gtzan", "cpu", backend="torch").predict_file(tune)
    for options in ((), ("--backend", "onnx")):
        result = _run("predict", "--json", "--model", gtzan_onnx, *options, tune)
        assert result.returncode == 0, result.stderr
        answer = json.loads(result.stdout)
        assert (answer["label"], answer["decision"]) == (expected.label, expected.decision.value)
        assert answer["confidence"] == pytest.approx(expected.confidence, abs=1e-4)


def test_the_api_predicts(api: RunningApi, tmp_path: Path) -> None:
    assert assert_predicts(api, tmp_path).model_id == "mine"
    health = requests.get(f"{api.url}/api/health", timeout=10).json()
    assert health["device"] == "cpu" and "ONNX" in health["device_reason"]
    assert 'architecture="genre_duet"' in requests.get(f"{api.url}/metrics", timeout=10).text


def test_the_list_of_models_says_what_each_is(api: RunningApi) -> None:
    content = requests.get(f"{api.url}/api/models", headers=api.headers, timeout=10).content
    models = {model.id: model for model in ModelList.model_validate_json(content).models}
    mine, other = models["mine"], models["not-yet-exported"]
    assert (mine.format, mine.state, mine.genres[0]) == ("onnx", "active", "blues")
    assert mine.val_acc and mine.temperature and mine.created
    assert (other.format, other.state) == ("pytorch", "failed")
    assert other.error is not None and "genrescope export" in other.error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("predict", "--backend", "torch", "x.wav"), "--backend onnx"),
        (("predict", "--model", find_checkpoint("gtzan"), "x.wav"), "genrescope export"),
        (("serve", "--port", "0", "--backend", "torch"), "--backend onnx"),
        (("export", "--output", "x.onnx"), "pip install"),
    ],
)
def test_what_needs_pytorch_says_so_in_one_sentence(arguments: tuple[object, ...], told: str) -> None:
    result = _run(*arguments)
    assert result.returncode == 1
    assert told in result.stderr and "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_doctor_knows_what_computes() -> None:
    findings = json.loads(_run("doctor", "--json").stdout)["findings"]
    (computing,) = [finding for finding in findings if finding["name"] == "computing"]
    assert computing["status"] == "ok" and "ONNX Runtime" in computing["detail"]


def test_the_window_and_the_launcher_can_be_imported() -> None:
    program = _PROGRAM.partition("from app.cli")[0] + "import app.gui.main, app.launcher"
    result = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
