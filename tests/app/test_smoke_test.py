"""The program's test of itself, unfrozen; tests/test_build.py runs the frozen one's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.settings import VERSION


def run(tmp_path: Path, *arguments: str, **variables: str) -> tuple[int, dict[str, Any], str]:
    result = subprocess.run(
        [sys.executable, "-P", "-m", "app", *arguments, "--smoke-test"],
        env={**os.environ, "HOME": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return result.returncode, json.loads(result.stdout), result.stderr


@pytest.mark.skipif("DISPLAY" not in os.environ, reason="needs a screen")
def test_a_sound_installation_passes_and_touches_nothing_of_the_users(tmp_path: Path) -> None:
    exit_code, answer, errors = run(tmp_path, "--device", "cpu")
    assert exit_code == 0, errors
    assert answer["ok"] and not answer["frozen"]
    assert (answer["version"], answer["flavour"], answer["device"]) == (VERSION, "torch", "cpu")
    assert answer["label"] is not None and 0 < answer["confidence"] <= 1
    assert (answer["window"], answer["error"]) == ("ok", None)
    assert list(tmp_path.iterdir()) == []


def test_without_a_screen_the_rest_is_tested(tmp_path: Path) -> None:
    exit_code, answer, errors = run(tmp_path, DISPLAY="", WAYLAND_DISPLAY="")
    assert exit_code == 0, errors
    assert answer["window"].startswith("skipped: There is no screen")
    assert answer["label"] is not None


def test_what_is_broken_is_named_in_a_sentence(tmp_path: Path) -> None:
    exit_code, answer, errors = run(tmp_path, "--device", "abacus")
    assert exit_code == 1
    assert not answer["ok"]
    assert "abacus" in answer["error"]
    assert "Traceback" not in errors
