"""Listening to what the computer plays, through the monitor of a virtual sound card where PulseAudio runs."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.audio import loopback
from core.audio.loopback import SystemAudio, list_outputs
from core.audio.microphone import Microphone
from core.audio.sound_source import DEFAULT_MICROPHONE, SYSTEM_AUDIO, list_sound_sources, open_sound_source
from core.errors import MicrophoneError
from core.types import FloatArray
from tests.sounds import SAMPLE_RATE, encode_wav
from tests.virtual_sound_card import VirtualSoundCard


def _read(source: SystemAudio | Microphone, duration_s: float) -> FloatArray:
    parts = [source.read()]
    while sum(map(len, parts)) < duration_s * source.sample_rate:
        parts.append(source.read())
    return np.concatenate(parts)


def _write_tone(path: Path) -> Path:
    time_s = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    path.write_bytes(encode_wav((0.5 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32)))
    return path


def test_what_is_played_is_heard_at_the_rate_that_was_asked_for(sound_card: VirtualSoundCard, tmp_path: Path) -> None:
    with SystemAudio(sample_rate=SAMPLE_RATE) as source:
        assert source.device.is_default
        assert not _read(source, 0.2).any()
        player = sound_card.play_into_microphone(_write_tone(tmp_path / "tone.wav"))
        try:
            while np.abs(source.read()).max() < 0.1:
                pass
            tone = _read(source, 1.2)[SAMPLE_RATE // 5 :][:SAMPLE_RATE]
        finally:
            player.terminate()
            player.wait()
        assert not source.is_mute and source.take_notes() == []
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone))))
    assert np.argmax(spectrum) == pytest.approx(1000, abs=2)
    assert np.sqrt(np.mean(tone**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_all_sources_are_listed_and_opened_in_the_same_way(sound_card: VirtualSoundCard) -> None:
    sources = list_sound_sources()
    assert [source.is_default for source in sources].count(True) == 2
    for kind, favourite_id in (("microphone", DEFAULT_MICROPHONE), ("system_audio", SYSTEM_AUDIO)):
        (favourite,) = [source for source in sources if source.kind == kind and source.is_default]
        with open_sound_source(favourite.id, SAMPLE_RATE) as opened, open_sound_source(favourite_id) as same:
            assert opened.device.name == same.device.name == favourite.name
            assert opened.take_notes() == []
            assert len(opened.read()) and len(same.read())


def test_an_output_that_is_gone_is_replaced_with_a_note(sound_card: VirtualSoundCard) -> None:
    with open_sound_source(f"{SYSTEM_AUDIO}: Studio 3000") as source:
        (note,) = source.take_notes()
        assert f"no output “Studio 3000” now, so “{source.device.name}” is used" in note


def test_silence_is_told_once(sound_card: VirtualSoundCard) -> None:
    with SystemAudio() as source:
        _read(source, 3.2)
        assert source.is_mute
        assert source.take_notes() == [
            f"Nothing is playing on “{source.device.name}”. Start the music, or choose another output."
        ]
        _read(source, 0.2)
        assert source.take_notes() == []


def test_sound_that_goes_away_and_comes_back(sound_card: VirtualSoundCard) -> None:
    with SystemAudio() as source:
        _read(source, 0.2)
        sound_card.stop()
        with pytest.raises(MicrophoneError, match=r"went away\. Connect it once more"):
            _read(source, 60)
    with pytest.raises(MicrophoneError, match=r"only while PulseAudio or PipeWire runs\. Start one"):
        list_outputs()
    sound_card.start()
    with SystemAudio() as source:
        assert len(_read(source, 0.1))


def test_without_sound_system_the_others_are_listed(no_sound_card: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/native")
    assert list_sound_sources() == ()
    with pytest.raises(MicrophoneError, match="only while PulseAudio or PipeWire runs"):
        open_sound_source(SYSTEM_AUDIO)


def test_a_process_that_ends_while_it_listens_ends_well(sound_card: VirtualSoundCard) -> None:
    program = """
from core.audio.loopback import SystemAudio
source = SystemAudio()
source.read()
print("heard")
"""
    # Without any argument soundcard would not know what to call the program.
    result = subprocess.run([sys.executable, "-c", program, "-"], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "heard\n", "")


def test_macos_is_told_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(MicrophoneError, match=r"macOS does not let programs record what it plays\. Install"):
        SystemAudio()


def test_without_its_package_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "soundcard"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "soundcard", None)
    with pytest.raises(MicrophoneError, match=r"“soundcard” is missing\. Install it with pip"):
        SystemAudio()


class _StrangeRecorder:
    def __init__(self, record: Callable[[], FloatArray]) -> None:
        self._record = record

    def __enter__(self) -> _StrangeRecorder:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def record(self, numframes: None) -> FloatArray:
        return self._record()


def _plug_in(monkeypatch: pytest.MonkeyPatch, record: Callable[[], FloatArray]) -> None:
    """Let soundcard find one output that plays what the test says."""

    def get_microphone(wanted: str, include_loopback: bool) -> SimpleNamespace:
        return SimpleNamespace(id=wanted, recorder=lambda **options: _StrangeRecorder(record))

    speaker = SimpleNamespace(id="odd", name="Odd")
    odd = SimpleNamespace(
        all_speakers=lambda: [speaker], default_speaker=lambda: speaker, get_microphone=get_microphone, _pa=object()
    )
    load = loopback._load

    def load_odd() -> Any:
        # What the real one sets up for the process stays in force.
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "soundcard", SimpleNamespace(pulseaudio=odd))
            patch.setattr(loopback, "_keep_connected", lambda soundcard: None)
            return load()

    monkeypatch.setattr(loopback, "_load", load_odd)


@pytest.mark.skipif(sys.platform != "linux", reason="stands in for the Linux half of soundcard")
def test_a_gap_between_two_songs_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    class SoundcardRuntimeWarning(RuntimeWarning):
        pass

    def record() -> FloatArray:
        warnings.warn("data discontinuity in recording", SoundcardRuntimeWarning, stacklevel=1)
        return np.full((4800, 2), 0.25, dtype=np.float32)

    _plug_in(monkeypatch, record)
    with SystemAudio() as source:
        assert _read(source, 1)[-1] == pytest.approx(0.25, abs=0.01)


def test_a_sound_system_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "HANG_S", 0.2)
    end = threading.Event()
    monkeypatch.setattr(loopback, "_load", lambda: end.wait(20))
    with pytest.raises(MicrophoneError, match="sound system does not answer"):
        SystemAudio()
    end.set()
