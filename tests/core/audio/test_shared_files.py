"""Real files: clean ones of many kinds, and broken ones that have ended other programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.audio.decode import DEFAULT_SAMPLE_RATE
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = [
    needs_shared_data,
    pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with the module resource"),
    pytest.mark.timeout(600),
]

# Seconds of sound that FFmpeg's own program decodes from some of them.
KNOWN_DURATIONS_S = {
    "0a40f66e_ep9.m4b": 2.02,
    "6927538a_ms_adpcm.wav": 81.27,
    "84de9055_audio.speex.ogg": 2.92,
    "926467a3_non_standard_rate.wv": 3.675,
    "d564a201_issue_57.wma": 2.043,
    "f9bc13a5_8khz_5s.opus": 5.0,
    "c66399f5_empty.mpc": 1.019,
    "81a7635f_mac-399.ape": 3.685,
}


def decode_folder(name: str) -> list[dict[str, Any]]:
    """Decode the folder's files in another process; fail with the name of the file that it did not survive."""
    completed = subprocess.run(
        [sys.executable, "-m", "tests.core.audio.decode_folder", str(SHARED_DATA / "audio" / name)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=500,
        check=False,
    )
    lines = [json.loads(line) for line in completed.stdout.splitlines()]
    assert completed.returncode == 0, (lines[-1:], completed.stderr[-2000:])
    return [line for line in lines if "seconds" in line]


def test_clean_files_decode() -> None:
    results = decode_folder("codecs")
    assert len(results) == 71
    assert {result["name"]: result["error"] for result in results if result["error"]} == {}
    assert min(result["n_samples"] for result in results) > 0.1 * DEFAULT_SAMPLE_RATE
    # One header promises 818 s and FFmpeg, too, finds 0.16 s.
    assert [result["name"] for result in results if result["warnings"]] == ["92e65238_issue-554.mp3"]
    durations_s = {result["name"]: result["n_samples"] / DEFAULT_SAMPLE_RATE for result in results}
    for name, duration_s in KNOWN_DURATIONS_S.items():
        assert durations_s[name] == pytest.approx(duration_s, abs=0.01), name


def test_broken_files_do_no_harm() -> None:
    results = decode_folder("broken")
    assert len(results) == 88
    for result in results:
        assert result["seconds"] < 10, result
        assert result["growth"] < 500e6, result
        assert result["error"] or result["n_samples"], result
