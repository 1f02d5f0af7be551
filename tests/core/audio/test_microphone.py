"""Recording, from a virtual sound card where PulseAudio runs, and from stand-ins for cards that misbehave."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.audio import port_audio
from core.audio import recorder as recorder_module
from core.audio.microphone import Microphone
from core.audio.port_audio import list_input_devices
from core.errors import MicrophoneError
from core.types import FloatArray
from tests.sounds import SAMPLE_RATE, encode_wav
from tests.virtual_sound_card import VirtualSoundCard


def _read(microphone: Microphone, duration_s: float) -> FloatArray:
    parts = [microphone.read()]
    while sum(map(len, parts)) < duration_s * microphone.sample_rate:
        parts.append(microphone.read())
    return np.concatenate(parts)


def test_what_is_played_is_recorded_at_the_rate_that_was_asked_for(
    sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    time_s = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    path = tmp_path / "tone.wav"
    path.write_bytes(encode_wav((0.5 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32)))
    with Microphone(sample_rate=SAMPLE_RATE) as microphone:
        assert microphone.device.is_default
        player = sound_card.play_into_microphone(path)
        try:
            heard = _read(microphone, 0.5)
            while np.abs(heard[-SAMPLE_RATE // 4 :]).max() < 0.1:
                heard = np.concatenate((heard, microphone.read()))
            tone = _read(microphone, 1)[:SAMPLE_RATE]
        finally:
            player.terminate()
            player.wait()
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone))))
    assert np.argmax(spectrum) == pytest.approx(1000, abs=2)
    assert np.sqrt(np.mean(tone**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_a_microphone_that_is_gone_is_replaced_with_a_note(sound_card: VirtualSoundCard) -> None:
    names = [device.name for device in list_input_devices()]
    with Microphone("Studio 3000") as microphone:
        (note,) = microphone.take_notes()
        assert microphone.device.is_default
    assert "no microphone “Studio 3000” now" in note
    assert all(f"“{name}”" in note for name in names)


def test_a_part_of_the_name_is_enough(sound_card: VirtualSoundCard) -> None:
    other = next(device for device in list_input_devices() if not device.is_default)
    with Microphone(other.name[:-1].upper()) as microphone:
        assert microphone.device.name == other.name
        assert microphone.take_notes() == []


def test_zeros_are_told_once(sound_card: VirtualSoundCard) -> None:
    with Microphone() as microphone:
        heard = _read(microphone, 4)
        assert not heard.any() and microphone.is_mute
        (note,) = microphone.take_notes()
        assert "delivers nothing at all" in note and "Privacy & Security" in note
        _read(microphone, 0.2)
        assert microphone.take_notes() == []


def test_a_card_that_is_pulled_out_ends_the_reading_with_a_sentence(sound_card: VirtualSoundCard) -> None:
    with Microphone() as microphone:
        _read(microphone, 0.2)
        sound_card.stop()
        with pytest.raises(MicrophoneError, match=r"went away. Connect it once more"):
            _read(microphone, 60)
    assert list_input_devices() == ()


def test_a_card_that_is_plugged_in_later_is_found(sound_card: VirtualSoundCard) -> None:
    sound_card.stop()
    assert list_input_devices() == ()
    sound_card.start()
    assert list_input_devices()
    with Microphone() as microphone:
        assert len(_read(microphone, 0.1))


def test_the_list_is_left_alone_while_something_is_open(sound_card: VirtualSoundCard) -> None:
    with Microphone() as microphone:
        before = list_input_devices()
        assert before
        assert len(_read(microphone, 0.2))
        sound_card.stop()
        assert list_input_devices() == before
    assert list_input_devices() == ()


def test_without_any_card_a_sentence_says_so(no_sound_card: None) -> None:
    with pytest.raises(MicrophoneError, match="No microphone was found"):
        Microphone()


@dataclass
class _StrangeCard:
    """Stands in for ``sounddevice`` with one card, which does what its test says."""

    n_channels: int = 1
    sample_rate: float = 48_000.0
    refuse: Callable[[int, int], Exception | None] = lambda n_channels, rate: None
    opened: list[tuple[int, int]] = field(default_factory=list)
    callback: Callable[..., None] | None = None

    class PortAudioError(Exception):
        pass

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"default_input_device": 0, "devices": [0]}]

    def query_devices(self) -> list[dict[str, Any]]:
        return [{"name": "Odd", "max_input_channels": self.n_channels, "default_samplerate": self.sample_rate}]

    def _terminate(self) -> None:
        pass

    _initialize = _exit_handler = _terminate

    def InputStream(  # noqa: N802 - the name that sounddevice has
        self, *, samplerate: int, channels: int, callback: Callable[..., None], **others: object
    ) -> SimpleNamespace:
        error = self.refuse(channels, samplerate)
        if error is not None:
            raise error
        self.opened.append((channels, samplerate))
        self.callback = callback
        nothing = self._terminate
        return SimpleNamespace(start=nothing, abort=nothing, close=nothing, samplerate=float(samplerate), active=True)

    def deliver(self, samples: npt.NDArray[np.float32], is_overflow: bool = False) -> None:
        assert self.callback is not None
        self.callback(samples, len(samples), None, SimpleNamespace(input_overflow=is_overflow))


def _plug_in(monkeypatch: pytest.MonkeyPatch, card: _StrangeCard) -> None:
    monkeypatch.setattr(port_audio, "_load", lambda: card)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Error opening InputStream: Device unavailable", -9985), "“Odd” is in use by another program. Close that"),
        (("Unanticipated host error", -9999, (8, -16, "Device or resource busy")), "is in use by another program"),
        (("Unanticipated host error", -9999, (8, -13, "Permission denied")), "Allow it in the system's privacy"),
        (("Internal PortAudio error", -9986), r"could not be opened \(Internal PortAudio error\). Connect it again"),
    ],
)
def test_what_prevents_opening_is_told(
    arguments: tuple[object, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plug_in(monkeypatch, _StrangeCard(refuse=lambda n_channels, rate: _StrangeCard.PortAudioError(*arguments)))
    with pytest.raises(MicrophoneError, match=sentence):
        Microphone()


@pytest.mark.parametrize(
    ("n_channels", "only_channels", "rate", "only_rate", "opened"),
    [
        (1, 1, 11_127, 11_127, (1, 11_127)),
        (2, 2, 192_000, 44_100, (2, 44_100)),
        (6, 6, 48_000, 48_000, (6, 48_000)),
        (32, 2, 48_000, 48_000, (2, 48_000)),
        (18, 18, 96_000, 96_000, (18, 96_000)),
        (2, 1, 44_100, 16_000, (1, 16_000)),
    ],
)
def test_odd_rates_and_many_channels_are_recorded(
    n_channels: int,
    only_channels: int,
    rate: int,
    only_rate: int,
    opened: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(asked_channels: int, asked_rate: int) -> Exception | None:
        if asked_channels != only_channels:
            return _StrangeCard.PortAudioError("Invalid number of channels", -9998)
        if asked_rate != only_rate:
            return _StrangeCard.PortAudioError("Invalid sample rate", -9997)
        return None

    card = _StrangeCard(n_channels, rate, refuse)
    _plug_in(monkeypatch, card)
    with Microphone() as microphone:
        assert card.opened == [opened]
        block = np.full((only_rate, only_channels), 0.25, dtype=np.float32)
        card.deliver(block)
        heard = microphone.read()
        assert len(heard) == pytest.approx(microphone.sample_rate, rel=0.02)
        assert heard[len(heard) // 2] == pytest.approx(0.25, abs=0.01)


def test_a_card_that_agrees_to_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _plug_in(monkeypatch, _StrangeCard(refuse=lambda *_: _StrangeCard.PortAudioError("Invalid sample rate", -9997)))
    with pytest.raises(MicrophoneError, match="none of the usual numbers of channels and sample rates"):
        Microphone()


def test_a_card_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_audio, "HANG_S", 0.2)
    monkeypatch.setattr(port_audio, "_n_open", 0)
    end = threading.Event()
    card = _StrangeCard(refuse=lambda *_: _StrangeCard.PortAudioError("Too late") if end.wait(20) else None)
    _plug_in(monkeypatch, card)
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    with pytest.raises(MicrophoneError, match="does not answer"):
        Microphone()
    end.set()


def test_a_card_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "STALL_S", 0.2)
    _plug_in(monkeypatch, _StrangeCard())
    with Microphone() as microphone, pytest.raises(MicrophoneError, match="“Odd” went away"):
        microphone.read()


def test_a_listener_that_does_not_keep_up_loses_sound_but_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    card = _StrangeCard(sample_rate=float(SAMPLE_RATE))
    _plug_in(monkeypatch, card)
    with Microphone(sample_rate=SAMPLE_RATE) as microphone:
        for _ in range(1000):
            card.deliver(np.ones((SAMPLE_RATE // 20, 1), dtype=np.float32))
        (note,) = microphone.take_notes()
        assert "too busy" in note
        started = time.monotonic()
        assert len(_read(microphone, 9)) <= 10.1 * SAMPLE_RATE
        assert time.monotonic() - started < 5
        assert microphone.take_notes() == []


def test_without_port_audio_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MicrophoneError, match=r"PortAudio is missing\. Install it"):
        Microphone()
