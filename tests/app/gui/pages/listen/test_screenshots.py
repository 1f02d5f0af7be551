"""For people: tests/screenshots shows Listen in each of its states, in both modes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.contract import LauncherMessage
from app.gui.pages.listen import noise, words
from app.gui.shell.window import MIN_HEIGHT, MIN_WIDTH
from tests.app.conftest import RunningApi
from tests.app.gui.conftest import needs_display
from tests.app.gui.hands import take_keyboard
from tests.app.gui.pages.listen.conftest import Listener, playing, press_button
from tests.sounds import SAMPLE_RATE, encode_wav
from tests.virtual_sound_card import VirtualSoundCard

pytestmark = needs_display


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_states(
    sound_card: VirtualSoundCard,
    lonely_listener: Listener,
    api: RunningApi,
    music: Path,
    tmp_path: Path,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noise, "NOISE_S", 1.0)
    listener, user, page = lonely_listener, lonely_listener.user, lonely_listener.page
    listener.window.preferences.change(theme=mode)
    hiss = np.random.default_rng(0).normal(0, 0.02, 20 * SAMPLE_RATE).astype(np.float32)
    (tmp_path / "hiss.wav").write_bytes(encode_wav(hiss))
    listener.begin()
    user.wait_until(lambda: page.sound.drawing.edge_s > 0.3, "something is drawn")
    user.screenshot(f"listen-waiting-{mode}")
    user.connect(api.url)
    user.wait_until(lambda: listener.headline == "Silence", "it is silent")
    user.screenshot(f"listen-silence-{mode}")
    with playing(sound_card, tmp_path / "hiss.wav"):
        user.wait_until(lambda: listener.headline == "No music", "it is noise")
        page.presenter.turn_denoise(True)
        page.presenter.sample_noise()
        user.screenshot(f"listen-noise-{mode}")
        user.wait_until(lambda: "taken away" in page.controls.noise_text, "the room is known")
    with playing(sound_card, music):
        listener.wait_for_genre()
        user.screenshot(f"listen-early-{mode}")
        user.wait_until(lambda: "4\N{NO-BREAK SPACE}s" in page.answer.texts["caption"], "it is surer")
        take_keyboard(page.controls.button)
        user.screenshot(f"listen-full-{mode}")
        listener.window.geometry(f"{MIN_WIDTH}x{MIN_HEIGHT}")
        user.screenshot(f"listen-full-{MIN_WIDTH}x{MIN_HEIGHT}-{mode}")
        listener.window.handle_launcher_message(LauncherMessage(api_state="restarting"))
        user.screenshot(f"listen-restarting-{mode}")
        user.connect(api.url)
        page.presenter.turn_denoise(False)
        sound_card.stop()
        user.wait_until(lambda: listener.title == "Listen", "it has ended")
    user.screenshot(f"listen-device-gone-{mode}")
    assert "went away" in listener.sentence and page.sound.save.winfo_ismapped()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nothing_to_hear(no_sound_card: None, listener: Listener, mode: str) -> None:
    listener.window.preferences.change(theme=mode)
    listener.page.show_message(words.EMPTY)
    listener.user.screenshot(f"listen-empty-{mode}")
    press_button(listener)
    listener.user.wait_until(lambda: listener.page.message.message.is_error, "it is told")
    listener.user.screenshot(f"listen-failed-{mode}")
    assert listener.page.message.winfo_ismapped()
