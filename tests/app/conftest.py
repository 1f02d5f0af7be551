"""A real API process for the tests that talk to it over HTTP."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.contract import Prediction
from app.settings import TOKEN_VARIABLE
from app.user_data import DATA_VARIABLE
from tests.sounds import write_wav

TOKEN = "token-of-the-tests"


@dataclass(frozen=True)
class RunningApi:
    url: str
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}


def start_api(*arguments: str) -> RunningApi:
    return start_api_process("-m", "app", "serve", "--port", "0", "--watch-parent", "--device", "cpu", *arguments)


def start_api_process(*python_arguments: str) -> RunningApi:
    process = subprocess.Popen(
        [sys.executable, "-P", *python_arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {TOKEN_VARIABLE: TOKEN},
    )
    assert process.stdout is not None
    return RunningApi(json.loads(process.stdout.readline())["api_url"], process)


def wait_until_ready(api: RunningApi, timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not requests.get(f"{api.url}/api/health", timeout=10).json()["ready"]:
        assert time.monotonic() < deadline, "the API did not become ready"
        time.sleep(0.05)


def assert_predicts(api: RunningApi, folder: Path) -> Prediction:
    """A normal prediction is answered, whatever has happened before."""
    path = write_wav(folder / "normal.wav")
    response = requests.post(f"{api.url}/api/predict", json={"path": str(path)}, headers=api.headers, timeout=60)
    assert response.status_code == 200, response.text
    prediction = Prediction.model_validate_json(response.content)
    assert prediction.label in prediction.probabilities
    return prediction


def stop_api(api: RunningApi) -> None:
    assert api.process.stdin is not None and api.process.stdout is not None
    api.process.stdin.close()
    api.process.wait(timeout=15)
    api.process.stdout.close()


@pytest.fixture(scope="session", autouse=True)
def user_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of every process that these tests start: never the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("user data")
        patch.setenv(DATA_VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def api() -> Iterator[RunningApi]:
    """The API as the launcher starts it, ready to predict."""
    running = start_api()
    wait_until_ready(running)
    yield running
    stop_api(running)
