"""Twice the size, on a screen that has room for it, in a process of its own: nothing may be cut off."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.user_settings import CONFIG_VARIABLE
from tests.app.gui.conftest import SCREENSHOTS, needs_display
from tests.app.gui.fake_api import run_fake_api

pytestmark = [
    needs_display,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb, for a screen of another size"),
]


@pytest.fixture(scope="module")
def large_screen() -> Iterator[str]:
    """A display as large as the smallest window is at 200 %."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "2048x1344x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as numbers:
        display = f":{numbers.readline().strip()}"
    yield display
    process.terminate()
    process.wait(timeout=10)


@pytest.mark.parametrize("percent", [100, 125, 200])
def test_nothing_is_cut_off(large_screen: str, percent: int, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"scaling_percent": percent, "theme": "light"}))
    (tmp_path / "a name that is far too long for the place that it has in the list.wav").touch()
    environment = os.environ | {"DISPLAY": large_screen, CONFIG_VARIABLE: str(tmp_path)}
    with run_fake_api() as url:
        command = [sys.executable, "-m", "tests.app.gui.look_at_every_page", url, str(tmp_path), str(SCREENSHOTS)]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    assert seen["scaling"] == percent / 100
    assert seen["n_texts"] > 60
    assert seen["cut_off"] == []
