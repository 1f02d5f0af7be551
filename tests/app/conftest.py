"""A real API process for the tests that talk to it over HTTP."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from app.settings import TOKEN_VARIABLE

TOKEN = "token-of-the-tests"


@dataclass(frozen=True)
class RunningApi:
    url: str
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}


def start_api(*arguments: str) -> RunningApi:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "serve", "--port", "0", "--watch-parent", "--device", "cpu", *arguments],
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


def stop_api(api: RunningApi) -> None:
    assert api.process.stdin is not None and api.process.stdout is not None
    api.process.stdin.close()
    api.process.wait(timeout=15)
    api.process.stdout.close()


@pytest.fixture(scope="session")
def api() -> Iterator[RunningApi]:
    """The API as the launcher starts it, ready to predict."""
    running = start_api()
    wait_until_ready(running)
    yield running
    stop_api(running)
