"""For people: tests/screenshots shows each page in each of its states, in both modes and in every accent."""

from pathlib import Path

import pytest

from app.contract import LauncherMessage
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.window import HEIGHT, MIN_HEIGHT, MIN_WIDTH, WIDTH
from app.gui.style.accents import ACCENTS
from tests.app.conftest import RunningApi
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.fake_api import run_fake_api
from tests.app.gui.hands import take_keyboard, write_broken
from tests.sounds import write_wav

pytestmark = needs_display


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_identify(idle_user: WindowUser, api: RunningApi, tmp_path: Path, mode: str) -> None:
    window = idle_user.window
    window.preferences.change(theme=mode)
    idle_user.screenshot(f"identify-empty-{mode}")
    window.give([str(write_wav(tmp_path / f"tune {index}.wav", 40, seed=index)) for index in range(4)])
    idle_user.wait_until(lambda: len(idle_user.rows) == 4, "the files are in the list")
    idle_user.screenshot(f"identify-busy-{mode}")
    idle_user.connect(api.url)
    idle_user.give(write_broken(tmp_path / "broken.mp3"))
    idle_user.choose(0)
    idle_user.screenshot(f"identify-full-{mode}")
    idle_user.choose(4)
    idle_user.screenshot(f"identify-failed-{mode}")
    window.handle_launcher_message(
        LauncherMessage(api_state="failed", detail="The analysis engine stopped three times in a row.")
    )
    idle_user.screenshot(f"identify-engine-failed-{mode}")
    with run_fake_api() as url:
        idle_user.connect(url)
        idle_user.give(write_wav(tmp_path / "a song.wav", 1))
        for width, height in ((WIDTH, HEIGHT), (MIN_WIDTH, MIN_HEIGHT)):
            window.geometry(f"{width}x{height}")
            idle_user.screenshot(f"identify-full-{width}x{height}-{mode}")
    assert idle_user.identify.result.winfo_ismapped()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_settings(user: WindowUser, tmp_path: Path, mode: str) -> None:
    window = user.window
    window.preferences.change(theme=mode)
    window.navigate(SettingsPage.page_id)
    take_keyboard(user.settings.scaling)
    user.screenshot(f"settings-{mode}")
    window.preferences.change(browse_folder=str(tmp_path), device="cuda", scaling_percent=200)
    take_keyboard(user.settings.choose)
    user.screenshot(f"settings-changed-{mode}")
    window.preferences.change(scaling_percent=None)
    window.geometry(f"{MIN_WIDTH}x{MIN_HEIGHT}")
    take_keyboard(user.settings.device)
    user.screenshot(f"settings-{MIN_WIDTH}x{MIN_HEIGHT}-{mode}")
    window.show_help()
    user.screenshot(f"help-{mode}")
    assert window.help_dialog is not None and window.help_dialog.is_open
    window.help_dialog.close()


@pytest.mark.parametrize("accent", list(ACCENTS))
def test_accents(idle_user: WindowUser, accent: str) -> None:
    idle_user.window.preferences.change(theme="light", accent=accent)
    idle_user.screenshot(f"accent-{accent}-light")
    idle_user.window.preferences.change(theme="dark")
    idle_user.screenshot(f"accent-{accent}-dark")
    assert idle_user.identify.empty.winfo_ismapped()
