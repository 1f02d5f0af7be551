"""The API as the launcher starts it: a process of its own on a free port."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import Any, Self

import psutil  # type: ignore[import-untyped,unused-ignore]
import requests

from app.settings import TOKEN_VARIABLE
from app.user_data import DATA_VARIABLE
from app.user_settings import CONFIG_VARIABLE

_LONGEST_START_S = 120


class ApiProcess:
    """A running API, stopped at the end of the ``with`` block. It knows nothing of the person's settings and library.

    Attributes:
        url: Where it is.
        token: What it demands.
        ready_s: From starting the process until it can predict, in seconds.
    """

    def __init__(self, *arguments: str) -> None:
        started = time.perf_counter()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.token = secrets.token_urlsafe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", "0", "--watch-parent", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | {TOKEN_VARIABLE: self.token, DATA_VARIABLE: self._folder.name, CONFIG_VARIABLE: self._folder.name},
        )
        assert self._process.stdout is not None
        self.url: str = json.loads(self._process.stdout.readline())["api_url"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {self.token}"
        while not self.session.get(f"{self.url}/api/health", timeout=10).json()["ready"]:
            if time.perf_counter() - started > _LONGEST_START_S:
                raise TimeoutError("the API did not become ready")
            time.sleep(0.01)
        self.ready_s = time.perf_counter() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        self._folder.cleanup()

    def predict_path(self, path: str) -> requests.Response:
        """Ask for the genre of a file that the API opens itself."""
        return self.session.post(f"{self.url}/api/predict", json={"path": path}, timeout=120)

    def predict_upload(self, name: str, content: bytes) -> requests.Response:
        """Ask for the genre of a file that is sent."""
        files: dict[str, Any] = {"file": (name, content)}
        return self.session.post(f"{self.url}/api/predict", files=files, timeout=120)

    def memory_bytes(self) -> int:
        """Return the resident memory of the process and its children."""
        process = psutil.Process(self._process.pid)
        family = [process, *process.children(recursive=True)]
        return sum(int(member.memory_info().rss) for member in family)
