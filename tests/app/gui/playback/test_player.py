"""The player on a real, though virtual, sound card: what is asserted is what comes out of it."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.gui.playback.player import Player, PlayerStatus
from app.gui.playback.sound import DecodedSound
from app.gui.playback.sound_card import PlaybackError, PortAudioOutput
from core.audio.microphone import Microphone
from core.audio.port_audio import list_input_devices
from tests.app.gui.playback.tones import heard_tones, silence_s, write_tones
from tests.virtual_sound_card import RECORDING_RATE, VirtualSoundCard


class Listener:
    """A player, and what it last said of itself."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.last = player.status

    def wait_until(self, condition: Callable[[PlayerStatus], bool], timeout_s: float = 30) -> PlayerStatus:
        deadline = time.monotonic() + timeout_s
        while not condition(self.last):
            assert time.monotonic() < deadline, f"never happened; the last was {self.last}"
            time.sleep(0.01)
            self.last = self.player.status
        return self.last

    def play(self, sound: DecodedSound, start_s: float = 0.0, end_s: float | None = None) -> None:
        self.player.play(sound, start_s, end_s)
        self.last = self.player.status


@pytest.fixture
def listener() -> Iterator[Listener]:
    player = Player()
    yield Listener(player)
    player.close()


@pytest.fixture
def tones(tmp_path: Path) -> Iterator[DecodedSound]:
    """A second of each."""
    sound = DecodedSound(str(write_tones(tmp_path / "tones.wav", (400, 1), (600, 1), (900, 1))))
    sound.decode()
    yield sound
    sound.close()


def test_a_whole_sound_is_heard_to_its_end(
    sound_card: VirtualSoundCard, listener: Listener, tones: DecodedSound
) -> None:
    with sound_card.record() as heard:
        listener.play(tones)
        assert listener.last.is_playing
        listener.wait_until(lambda status: 0.5 < status.position_s < 2.5)
        end = listener.wait_until(lambda status: not status.is_playing)
    assert end == PlayerStatus(False, pytest.approx(3, abs=0.01))
    assert heard_tones(heard[0]) == [400, 600, 900]


def test_a_stretch_alone(sound_card: VirtualSoundCard, listener: Listener, tones: DecodedSound) -> None:
    with sound_card.record() as heard:
        listener.play(tones, 1.0, 2.0)
        end = listener.wait_until(lambda status: not status.is_playing)
    assert end.position_s == pytest.approx(2, abs=0.01)
    assert heard_tones(heard[0]) == [600]


def test_pause_is_silent_and_keeps_the_moment(
    sound_card: VirtualSoundCard, listener: Listener, tones: DecodedSound
) -> None:
    with sound_card.record() as heard:
        listener.play(tones)
        listener.wait_until(lambda status: status.position_s > 0.4)
        listener.player.pause()
        paused_s = listener.player.status.position_s
        time.sleep(1)  # Silence has no event to wait for.
        assert listener.player.status == PlayerStatus(False, paused_s)
    assert 0.4 < paused_s < 1
    assert heard_tones(heard[0]) == [400]
    assert silence_s(heard[0]) > 0.5


def test_seeking_while_it_plays(sound_card: VirtualSoundCard, listener: Listener, tones: DecodedSound) -> None:
    with sound_card.record() as heard:
        listener.play(tones)
        listener.wait_until(lambda status: status.position_s > 0.4)
        listener.player.seek(2.0)
        assert listener.player.status.position_s == pytest.approx(2, abs=0.1)
        listener.last = listener.player.status
        listener.wait_until(lambda status: not status.is_playing)
    assert heard_tones(heard[0]) == [400, 900]


def test_a_card_that_goes_away_and_comes_back(
    sound_card: VirtualSoundCard, listener: Listener, tones: DecodedSound
) -> None:
    listener.play(tones)
    listener.wait_until(lambda status: status.position_s > 0.3)
    sound_card.stop()
    status = listener.wait_until(lambda status: status.problem is not None)
    assert status.problem == "The sound card went away. Connect it once more and press Play again."
    assert not status.is_playing and 0.3 < status.position_s < 3
    assert listener.player.status.problem is None
    listener.play(tones, 1.0, 2.0)
    assert listener.wait_until(lambda status: not status.is_playing).problem is not None
    sound_card.start()
    with sound_card.record() as heard:
        listener.play(tones, 1.0, 2.0)
        assert listener.wait_until(lambda status: not status.is_playing).problem is None
    assert heard_tones(heard[0]) == [600]


def test_playing_and_recording_at_once_survive_a_look_at_the_devices(
    sound_card: VirtualSoundCard, listener: Listener, tones: DecodedSound
) -> None:
    parts = []
    with sound_card.record() as heard:
        listener.play(tones)
        listener.wait_until(lambda status: status.position_s > 0.2)
        before = list_input_devices()
        with Microphone(sample_rate=RECORDING_RATE) as microphone:
            while listener.last.is_playing:
                assert list_input_devices() == before != ()
                parts.append(microphone.read())
                listener.last = listener.player.status
            # What was played last is still on its way.
            while sum(map(len, parts[-20:])) < RECORDING_RATE or np.abs(np.concatenate(parts[-5:])).max() > 0.1:
                parts.append(microphone.read())
            listener.play(tones, 2.0, 2.5)
            assert listener.wait_until(lambda status: not status.is_playing).problem is None
    assert heard_tones(heard[0]) == [400, 600, 900]
    assert heard_tones(np.concatenate(parts))[-2:] == [600, 900]
    # Nothing is open any more: the list is read anew.
    sound_card.stop()
    assert list_input_devices() == ()


def test_no_sound_card(no_sound_card: None, listener: Listener, tones: DecodedSound) -> None:
    listener.play(tones, 1.5)
    status = listener.wait_until(lambda status: not status.is_playing)
    assert status == PlayerStatus(False, 1.5, "No sound card was found. Connect one and press Play again.")


def test_no_portaudio(monkeypatch: pytest.MonkeyPatch, listener: Listener, tones: DecodedSound) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    listener.play(tones)
    status = listener.wait_until(lambda status: not status.is_playing)
    assert status.problem is not None and "PortAudio is missing" in status.problem


def test_a_card_that_another_program_holds(monkeypatch: pytest.MonkeyPatch, no_sound_card: None) -> None:
    import sounddevice

    def refuse(**options: object) -> None:
        raise sounddevice.PortAudioError("Error opening RawOutputStream: Device unavailable", -9985)

    monkeypatch.setattr(sounddevice, "RawOutputStream", refuse)
    with pytest.raises(PlaybackError, match=r"in use by another program\. Close that one"):
        PortAudioOutput(44_100)


def test_a_file_that_is_gone_is_told(sound_card: VirtualSoundCard, listener: Listener, tmp_path: Path) -> None:
    sound = DecodedSound(str(tmp_path / "gone.wav"))
    listener.play(sound)
    with pytest.raises(PlaybackError):
        sound.decode()
    status = listener.wait_until(lambda status: not status.is_playing)
    assert status.problem == "There is no file “gone.wav”."


class HangingOutput:
    """A card that never answers, as some do when they are pulled out."""

    latency_s = 0.1

    def __init__(self, sample_rate: int) -> None:
        self.released = threading.Event()

    def write(self, frames: bytes) -> None:
        self.released.wait()

    finish = close = lambda self: None


def test_a_card_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tones: DecodedSound) -> None:
    monkeypatch.setattr("app.gui.playback.player._STALL_S", 0.2)
    outputs: list[HangingOutput] = []

    def open_output(sample_rate: int) -> HangingOutput:
        outputs.append(HangingOutput(sample_rate))
        return outputs[-1]

    listener = Listener(Player(open_output))
    listener.play(tones)
    status = listener.wait_until(lambda status: not status.is_playing)
    assert status.problem is not None and "does not answer" in status.problem
    outputs[0].released.set()
