"""Listen in the real window with a real engine and a virtual sound card. Each test uses it as a person would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.gui import wording
from app.gui.client import ApiClient
from app.gui.pages.identify.view import TrackState
from app.gui.shell.window import HEIGHT, MIN_WIDTH
from app.gui.style import icons
from app.gui.widgets.message_panel import Message
from tests.app.conftest import TOKEN, RunningApi, start_api, stop_api
from tests.app.gui.conftest import needs_display
from tests.app.gui.hands import click_button, press, press_keys, take_keyboard
from tests.app.gui.pages.listen.conftest import Listener, playing, press_button
from tests.app.gui.shell.test_heartbeat import Heart
from tests.sounds import SAMPLE_RATE, encode_wav
from tests.virtual_sound_card import VirtualSoundCard

pytestmark = needs_display


def test_music_is_told_kept_recorded_saved_and_identified_again(
    sound_card: VirtualSoundCard,
    listener: Listener,
    api: RunningApi,
    music: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user, page, window = listener.user, listener.page, listener.window
    client = ApiClient(api.url, TOKEN)
    n_kept = client.list_tracks().total
    assert page.message.message.title == "Play some music" or page.sound.winfo_ismapped()
    take_keyboard(window)
    heart = Heart(user)
    with playing(sound_card, music):
        press(window, "<space>")
        user.wait_until(lambda: listener.title == "Listening…", "it listens")
        assert page.controls.button.is_listening and not page.message.winfo_ismapped()
        listener.wait_for_genre()
        user.wait_until(lambda: page.sound.drawing.edge_s > 5, "some seconds are drawn")
        heart.stop(user)
        assert page.controls.meter.share > 0.2 and page.controls.meter.text.endswith("dB")
        first, *_ = page.bars.texts
        assert listener.headline == first[0] and page.answer.texts["certainty"].endswith(("sure", "not sure yet"))
        assert page.answer.texts["caption"].startswith("Now · ")
        assert page.heard.rows[0].is_playing and page.heard.rows[0].genre.rstrip("?") == first[0]
        take_keyboard(page.sound.drawing)
        press(page.sound.drawing, "<Control-c>")
        assert "loudest at" in window.clipboard_get()
        press_keys(window, "<Escape>")
        user.wait_until(lambda: listener.title == "Listen", "it has ended")
    assert heart.n_beats > 100
    assert not page.heard.rows[0].is_playing and page.answer.texts["caption"].startswith("Heard last · ")
    assert client.list_tracks().total == n_kept + 1
    song = client.list_tracks().items[0]
    assert re.fullmatch(r"Heard at \d\d:\d\d, \d s", song.file_name) and song.path is None
    assert wording.genre_name(song.label or "") == listener.headline
    click_button(page.heard.copy_button)
    assert page.heard.rows[0].genre in window.clipboard_get()

    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", lambda **options: str(tmp_path / "evening.wav"))
    click_button(page.sound.save)
    user.wait_until(lambda: "Saved as “evening.wav”" in window.notice.text, "it is saved")
    with wave.open(str(tmp_path / "evening.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert len(samples) / SAMPLE_RATE == pytest.approx(page.keeping.duration_s) and np.abs(samples).max() > 1000
    click_button(page.sound.identify)
    assert window.pages.current is user.identify
    user.wait_until(lambda: "evening.wav" in user.answers, "it is in the list")
    user.wait_until_done()
    assert [row.state for row in user.rows] == [TrackState.DONE]


def test_recording_that_was_not_saved_is_identified_and_then_gone(
    sound_card: VirtualSoundCard, listener: Listener, music: Path
) -> None:
    with playing(sound_card, music):
        listener.begin()
        listener.user.wait_until(lambda: (listener.page.keeping.duration_s or 0) > 1, "a second is recorded")
        press_button(listener)
        listener.user.wait_until(lambda: listener.title == "Listen", "it has ended")
        click_button(listener.page.sound.identify)
        listener.user.wait_until(lambda: bool(listener.user.rows), "it is in the list")
        listener.user.wait_until_done()
        assert listener.user.rows[0].name.startswith("Heard ") and listener.user.rows[0].state is TrackState.DONE
        listener.go_there()
        listener.begin()
        listener.user.wait_until(lambda: (listener.page.keeping.duration_s or 0) > 0.2, "another one is recorded")
        listener.end()
        second = listener.page.keeping
        assert second.can_keep
        unsaved = {path.name for path in _recordings(listener)}
        assert len(unsaved) == 2
        listener.begin()
        listener.end()
        # The one that Identify was given stays until the window closes; the other one goes with the next.
        assert listener.user.rows[0].name in {path.name for path in _recordings(listener)}
        assert len(_recordings(listener)) == 2


def test_room_noise_is_sampled_and_taken_away(sound_card: VirtualSoundCard, listener: Listener, tmp_path: Path) -> None:
    page, user = listener.page, listener.user
    hiss = np.random.default_rng(0).normal(0, 0.05, 40 * SAMPLE_RATE).astype(np.float32)
    (tmp_path / "hiss.wav").write_bytes(encode_wav(hiss))
    take_keyboard(page.controls.denoise)
    press(page.controls.denoise, "<space>")
    assert page.controls.denoise.is_on and "Begin to listen" in page.controls.noise_text
    with playing(sound_card, tmp_path / "hiss.wav"):
        listener.begin()
        user.wait_until(lambda: bool(page.controls.sample.winfo_ismapped()), "the room can be sampled")
        click_button(page.controls.sample)
        user.wait_until(lambda: "for 2 s, please" in page.controls.noise_text, "it counts down")
        user.wait_until(lambda: "is taken away" in page.controls.noise_text, "the engine knows the room")
        assert page.controls.sample.cget("text") == "Sample it again"
        take_keyboard(page.controls.denoise)
        press(page.controls.denoise, "<space>")
        assert page.controls.noise_text == "" and not page.controls.sample.winfo_ismapped()


def test_engine_that_dies_and_comes_back_costs_a_sentence(
    sound_card: VirtualSoundCard, listener: Listener, music: Path
) -> None:
    user, page = listener.user, listener.page
    first, second = start_api(), None
    try:
        user.connect(first.url)
        with playing(sound_card, music):
            listener.begin()
            listener.wait_for_genre()
            n_songs = len(page.heard.rows)
            first.process.kill()
            user.wait_until(lambda: user.chip == "Restarting…", "the loss is seen")
            user.wait_until(lambda: "starting anew" in listener.sentence, "it is told")
            assert page.controls.button.is_listening and not page.heard.rows[0].is_playing
            recorded_s = page.keeping.duration_s or 0
            second = start_api()
            user.connect(second.url)
            user.wait_until(lambda: len(page.heard.rows) > n_songs, "the new engine tells a genre", 60)
            assert listener.sentence == "" and (page.keeping.duration_s or 0) > recorded_s
            listener.end()
    finally:
        for api in (first, second):
            if api is not None:
                stop_api(api)


def test_engine_that_hangs_does_not_hold_up_the_end(
    sound_card: VirtualSoundCard, listener: Listener, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gui.pages.listen.presenter.FINISH_S", 0.5)
    hanging = start_api()
    try:
        listener.user.connect(hanging.url)
        with playing(sound_card, music):
            listener.begin()
            listener.user.wait_until(lambda: listener.page.bars.texts != [], "the engine hears")
            psutil.Process(hanging.process.pid).suspend()
            press_button(listener)
            listener.user.wait_until(lambda: listener.title == "Listen", "it has ended")
        assert listener.headline == "No answer" and listener.page.sound.save.winfo_ismapped()
    finally:
        psutil.Process(hanging.process.pid).resume()
        stop_api(hanging)


def test_it_is_recorded_before_there_is_an_engine(
    sound_card: VirtualSoundCard, lonely_listener: Listener, music: Path
) -> None:
    with playing(sound_card, music):
        lonely_listener.begin()
        assert "still starting" in lonely_listener.sentence
        lonely_listener.user.wait_until(lambda: (lonely_listener.page.keeping.duration_s or 0) > 0.5, "it is recorded")
        lonely_listener.end()
    assert lonely_listener.headline == "No answer" and lonely_listener.page.sound.save.winfo_ismapped()


def test_device_that_goes_away_leaves_what_was_heard(
    sound_card: VirtualSoundCard, listener: Listener, music: Path
) -> None:
    with playing(sound_card, music):
        listener.begin()
        listener.wait_for_genre()
        sound_card.stop()
        listener.user.wait_until(lambda: listener.title == "Listen", "it has ended")
    assert "went away" in listener.sentence
    assert listener.page.answer.texts["caption"].startswith("Heard last") and listener.page.keeping.can_keep


def test_microphone_that_is_switched_off_is_told_until_it_is_on(
    sound_card: VirtualSoundCard, listener: Listener, music: Path
) -> None:
    listener.begin()
    listener.user.wait_until(lambda: "delivers nothing at all. Switch it on" in listener.sentence, "it is told")
    assert listener.headline == "Silence" and listener.page.controls.button.is_listening
    with playing(sound_card, music):
        listener.user.wait_until(lambda: listener.sentence == "", "it is heard")
        listener.end()


def test_without_a_microphone_there_is_one_sentence_and_another_try(
    no_sound_card: None, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = listener.page
    press_button(listener)
    listener.user.wait_until(lambda: page.message.message.is_error, "it is told")
    assert page.message.message.sentence == "No microphone was found. Connect one and listen again."
    assert listener.title == "Listen" and page.message.winfo_ismapped()
    shown: list[Message | None] = []
    monkeypatch.setattr(page, "show_message", shown.append)
    click_button(page.message.button)
    listener.user.wait_until(lambda: len(shown) > 1 and shown[0] is None and shown[-1] is not None, "another try")
    assert shown[-1] == page.message.message


def test_devices_are_listed_anew_and_the_saved_one_is_marked_when_it_is_gone(
    sound_card: VirtualSoundCard, listener: Listener
) -> None:
    page = listener.page
    press(page.controls.refresh, "<Button-1>")
    listener.user.wait_until(lambda: "pulse" in page.controls.sources.names, "the card is listed")
    assert page.controls.sources.names[0] == "Default microphone"
    assert any(name.startswith("System audio") for name in page.controls.sources.names)
    listener.window.preferences.change(microphone="Studio 3000")
    assert page.controls.sources.get() == "Studio 3000 (not connected)"
    listener.begin()
    listener.user.wait_until(lambda: "There is no microphone “Studio 3000” now" in listener.sentence, "it is told")
    assert page.controls.sources.cget("state") == "disabled"
    listener.end()
    take_keyboard(page.controls.sources)
    press(page.controls.sources, "<Up>")
    assert page.sources.chosen_id != "Studio 3000"


def test_leaving_the_page_while_listening_is_told(
    sound_card: VirtualSoundCard, listener: Listener, music: Path
) -> None:
    with playing(sound_card, music):
        listener.begin()
        press(listener.window, "<Control-Key-1>")
        assert "goes on listening" in listener.window.notice.text
        listener.user.wait_until(lambda: bool(listener.page.heard.rows), "it goes on")
        listener.go_there()
        assert listener.window.notice.text == ""
        listener.end()


def test_window_that_is_closed_while_it_listens_leaves_nothing(sound_card: VirtualSoundCard, api: RunningApi) -> None:
    command = [sys.executable, "-m", "tests.app.gui.pages.listen.close_while_listening", api.url, TOKEN]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0 and "Traceback" not in result.stderr, result.stderr
    left = json.loads(result.stdout)
    assert not Path(left["path"]).parent.exists()
    assert not {"listening", "live-sender", "live-receiver", "live-closing", "sound card"} & set(left["threads"])


def test_tab_visits_the_controls_and_the_button_says_what_it_does(listener: Listener) -> None:
    page, window = listener.page, listener.window
    take_keyboard(page.controls.button)
    visited = []
    for _ in range(4):
        visited.append(window.focus_get())
        press_keys(window, "<Tab>")
    assert visited == [page.controls.button, page.controls.sources, page.controls.refresh, page.controls.denoise]
    assert window.rail.items["listen"].is_active
    assert page.icon is icons.LISTEN
    assert ("Space", "Listen, and end it") in page.shortcuts


def _recordings(listener: Listener) -> list[Path]:
    recording = listener.page.keeping.path
    assert recording is not None
    return list(recording.parent.glob("*.wav"))


def test_cards_find_their_places_in_every_size(sound_card: VirtualSoundCard, listener: Listener, music: Path) -> None:
    """None may give a pixel to another one and get it back for ever."""
    with playing(sound_card, music):
        listener.begin()
        listener.wait_for_genre()
        listener.end()
    page, window = listener.page, listener.window
    for width in range(MIN_WIDTH, MIN_WIDTH + 4):
        window.geometry(f"{width}x{HEIGHT}")
        for percent in (200, 150, 125, 100):
            window.preferences.change(scaling_percent=percent)
            listener.user.live(0.1)
            assert abs(page.sound.winfo_width() - page.answer.winfo_width()) <= 1
