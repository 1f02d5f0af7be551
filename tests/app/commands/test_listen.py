"""The command line hears what a virtual sound card plays, through PortAudio."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.user_settings import CONFIG_VARIABLE, SettingsFile
from core.audio.port_audio import list_input_devices
from core.inference.predictor import GenrePredictor
from tests.shared_data import SHARED_DATA
from tests.sounds import SAMPLE_RATE, encode_wav, write_wav
from tests.virtual_sound_card import VirtualSoundCard

_TIMEOUT_S = 100


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "config"))
    return tmp_path / "config"


def _start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "listen", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
    )


def _listen(*arguments: object) -> tuple[int, str, str]:
    process = _start(*arguments)
    output, errors = process.communicate(timeout=_TIMEOUT_S)
    return process.returncode, output, errors


@contextmanager
def _playing(card: VirtualSoundCard, path: Path) -> Iterator[None]:
    player = card.play_into_microphone(path)
    try:
        yield
    finally:
        player.terminate()
        player.wait()


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real clip where there is one."""
    clips = sorted((SHARED_DATA / "audio" / "gtzan_val" / "classical").glob("*.flac"))
    return clips[0] if clips else write_wav(tmp_path_factory.mktemp("music") / "tune.wav", 30)


def test_what_is_played_is_recognised_through_the_sound_card(sound_card: VirtualSoundCard, music: Path) -> None:
    with _playing(sound_card, music):
        code, output, errors = _listen("--json", "--seconds", 10)
    assert code == 0
    assert errors.splitlines() == ["“default” is open; Ctrl-C ends it."]
    events: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    of_kind = {kind: [event for event in events if event["event"] == kind] for kind in ("level", "partial", "final")}
    assert len(of_kind["level"]) == 100
    assert max(event["rms_db"] for event in of_kind["level"]) > -40
    assert [event["time_s"] for event in of_kind["partial"]] == list(range(1, 11))
    (final,) = of_kind["final"]
    assert final == events[-1]
    assert final["prediction"]["label"] == GenrePredictor.load(device="cpu").predict_file(music).label
    assert final["prediction"]["metadata"]["duration_s"] == 10
    assert final["prediction"]["segments"]


def test_ctrl_c_ends_it_with_the_answer_so_far(sound_card: VirtualSoundCard, music: Path) -> None:
    with _playing(sound_card, music):
        process = _start("--seconds", "inf", "--device", "Studio 3000")
        assert process.stdout is not None
        heard = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=_TIMEOUT_S)
    assert process.returncode == 0
    assert all(re.fullmatch(r"\[[# ]{20}\] +-\d+ dB +\d s  .+ \d+\.\d% \(unsure\)\n", line) for line in heard), heard
    assert re.search(r"\d% \(unsure\), after \d+ s\. Only \d s of this have been heard so far", rest.splitlines()[-1])
    assert errors.splitlines()[0].startswith("There is no microphone “Studio 3000” now, so “default” is used.")


def test_a_card_that_is_pulled_out_leaves_the_answer_so_far(sound_card: VirtualSoundCard, music: Path) -> None:
    with _playing(sound_card, music):
        process = _start("--seconds", "inf")
        assert process.stdout is not None
        process.stdout.readline()
        sound_card.stop()
        rest, errors = process.communicate(timeout=_TIMEOUT_S)
    assert process.returncode == 1
    assert "(unsure), after" in rest.splitlines()[-1]
    assert errors.splitlines()[-1] == "The microphone “default” went away. Connect it once more and listen again."
    assert len(errors.splitlines()) == 2


def test_the_microphone_of_the_settings_is_taken(sound_card: VirtualSoundCard, own_settings: Path) -> None:
    name = next(device.name for device in list_input_devices() if not device.is_default)
    SettingsFile(own_settings).change({"microphone": name})
    code, _, errors = _listen("--seconds", 0.1)
    assert (code, errors.splitlines()) == (0, [f"“{name}” is open; Ctrl-C ends it."])


def test_what_the_computer_plays_is_recognised(sound_card: VirtualSoundCard, music: Path) -> None:
    with _playing(sound_card, music):
        code, output, errors = _listen("--json", "--seconds", 10, "--system-audio")
    assert code == 0
    assert errors.splitlines() == ["“Null Output” is open; Ctrl-C ends it."]
    final = json.loads(output.splitlines()[-1])
    assert final["prediction"]["label"] == GenrePredictor.load(device="cpu").predict_file(music).label
    assert final["prediction"]["metadata"]["duration_s"] == 10


def test_denoising_takes_away_what_was_heard_first(sound_card: VirtualSoundCard, tmp_path: Path) -> None:
    path = tmp_path / "hiss.wav"
    path.write_bytes(encode_wav(np.random.default_rng(0).normal(0, 0.05, 60 * SAMPLE_RATE).astype(np.float32)))
    levels_db = []
    with _playing(sound_card, path):
        for options in ([], ["--denoise"]):
            code, output, _ = _listen("--json", "--seconds", 2, *options)
            assert code == 0
            events = [json.loads(line) for line in output.splitlines()]
            levels_db.append(float(np.median([event["rms_db"] for event in events if event["event"] == "level"])))
    assert levels_db[0] - levels_db[1] >= 12


def test_a_microphone_that_is_switched_off_is_told(sound_card: VirtualSoundCard) -> None:
    code, output, errors = _listen("--seconds", 4)
    assert code == 1
    assert output.splitlines()[-1].startswith("not music, after 4 s. Nothing here is louder than")
    assert "delivers nothing at all. Switch it on" in errors


def test_without_a_sound_card_there_is_one_sentence(no_sound_card: None) -> None:
    code, output, errors = _listen()
    assert (code, output) == (1, "")
    assert errors == "Genrescope: No microphone was found. Connect one and listen again.\n"


def test_without_a_sound_system_there_is_one_sentence(no_sound_card: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/native")
    code, output, errors = _listen("--system-audio")
    assert (code, output) == (1, "")
    assert errors == (
        "Genrescope: What the computer plays can be recorded only while PulseAudio or PipeWire runs. Start one, or "
        "listen through the microphone.\n"
    )


@pytest.mark.parametrize("seconds", ["0", "-3", "nan", "long"])
def test_a_time_that_is_none_is_refused(seconds: str) -> None:
    code, output, errors = _listen(f"--seconds={seconds}")
    assert (code, output) == (2, "")
    assert seconds in errors and "Traceback" not in errors
