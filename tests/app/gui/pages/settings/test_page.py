"""Settings in the real window. Each test uses it as a person would."""

import json
from pathlib import Path

import pytest

from app.gui.pages.settings.page import SettingsPage
from app.gui.style import theme
from app.gui.style.appearance import is_dark
from app.gui.style.scaling import SMALLEST_WINDOW, widget_scaling
from app.gui.widgets.scrollbar import Scrollbar
from app.user_settings import FILE_NAME
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.hands import click_button, press, take_keyboard
from tests.sounds import write_wav
from tests.virtual_sound_card import VirtualSoundCard

pytestmark = needs_display


@pytest.fixture
def page(idle_user: WindowUser) -> SettingsPage:
    idle_user.window.navigate(SettingsPage.page_id)
    return idle_user.settings


def wait_until_kept(user: WindowUser, folder: Path, **expected: object) -> None:
    def is_kept() -> bool:
        path = folder / FILE_NAME
        kept = json.loads(path.read_text()) if path.exists() else {}
        return all(kept.get(name) == value for name, value in expected.items())

    user.wait_until(is_kept, f"{expected} in the file")


def test_theme_is_chosen_by_key_and_colours_everything(user: WindowUser, tmp_path: Path, own_settings: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    user.window.navigate(SettingsPage.page_id)
    switch = user.settings.theme
    take_keyboard(switch)
    for index, name in enumerate(("light", "dark")):
        press(switch, "<Right>")
        assert is_dark() == (name == "dark")
        drawing = user.identify.result.waveform.drawing
        assert str(drawing.cget("background")) == theme.SURFACE_CONTAINER[index]
        bar = drawing.find_withtag("waveform")[0]
        assert theme.contrast(str(drawing.itemcget(bar, "fill")), theme.SURFACE_CONTAINER[index]) > 2
    wait_until_kept(user, own_settings, theme="dark")


def test_accent_is_chosen_by_mouse_and_by_key(idle_user: WindowUser, page: SettingsPage, own_settings: Path) -> None:
    page.accent.event_generate("<Button-1>", x=60, y=20)
    assert page.accent_line.remark == "Teal"
    take_keyboard(page.accent)
    press(page.accent, "<Right>")
    assert page.accent_line.remark == "Green"
    wait_until_kept(idle_user, own_settings, accent="green")


def test_menus_are_walked_with_the_arrow_keys(idle_user: WindowUser, page: SettingsPage, own_settings: Path) -> None:
    take_keyboard(page.device)
    press(page.device, "<Down>")
    assert page.device.get() == "CPU"
    assert page.device_line.remark.endswith("Takes effect at the next start.")
    wait_until_kept(idle_user, own_settings, device="cpu")
    press(page.device, "<Up>", "<Up>")
    assert page.device.get() == page.device.names[0]
    wait_until_kept(idle_user, own_settings, device="auto")


def test_the_threshold_is_chosen_by_key(idle_user: WindowUser, page: SettingsPage, own_settings: Path) -> None:
    take_keyboard(page.min_confidence)
    press(page.min_confidence, "<Right>", "<Right>")
    assert page.min_confidence_line.remark.endswith("Takes effect at the next start.")
    wait_until_kept(idle_user, own_settings, min_confidence_percent=60)


def test_models_are_those_of_the_api(user: WindowUser) -> None:
    user.window.navigate(SettingsPage.page_id)
    user.wait_until(lambda: "gtzan" in user.settings.model.names, "the models of the API")
    user.wait_until(lambda: user.settings.model_line.remark == "Now: gtzan.", "which model answers")


def _find_other_microphone(user: WindowUser, page: SettingsPage) -> str:
    """PortAudio leaves out what does not answer at once, as a sound server may that has just begun."""
    for _ in range(10):
        others = [name for name in page.microphone.names[1:] if name != "default"]
        if others:
            return others[0]
        click_button(page.refresh_microphones)
        user.live(1)
    pytest.skip("ALSA knows PulseAudio by one name only here")


def test_microphones_are_chosen_by_key_and_looked_for_again(
    sound_card: VirtualSoundCard, idle_user: WindowUser, page: SettingsPage, own_settings: Path
) -> None:
    choice = page.microphone
    idle_user.wait_until(lambda: choice.get() == "System default (default)", "which one the system prefers")
    other = _find_other_microphone(idle_user, page)
    take_keyboard(choice)
    press(choice, *["<Down>"] * choice.names.index(other))
    assert (choice.get(), page.microphone_line.remark) == (other, "")
    wait_until_kept(idle_user, own_settings, microphone=other)
    sound_card.stop()
    click_button(page.refresh_microphones)
    idle_user.wait_until(lambda: choice.get() == f"{other} (not connected)", "that it is gone")
    assert page.microphone_line.remark == "No microphone was found. Connect one and press “Refresh”."
    sound_card.start()
    click_button(page.refresh_microphones)
    idle_user.wait_until(lambda: choice.get() == other, "that it is there again")
    assert page.microphone_line.remark == ""


def test_folder_is_chosen_used_and_forgotten(
    idle_user: WindowUser, page: SettingsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("tkinter.filedialog.askdirectory", lambda **options: str(tmp_path))
    monkeypatch.setattr("tkinter.filedialog.askopenfilenames", lambda **options: asked.append(options) or "")
    click_button(page.choose)
    assert page.folder_line.remark == str(tmp_path)
    idle_user.window.browse()
    assert asked.pop()["initialdir"] == str(tmp_path)
    click_button(page.forget)
    assert not page.forget.winfo_ismapped()
    idle_user.window.browse()
    assert "initialdir" not in asked.pop()


def test_size_changes_at_once_and_nothing_hidden_appears(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    user.window.navigate(SettingsPage.page_id)
    before = widget_scaling(user.window)
    hidden = [widget for widget in every_widget(user.window) if not widget.winfo_manager()]
    assert len(hidden) > 5
    user.window.preferences.change(scaling_percent=125)
    user.live(0.1)
    # Screens of tests may be too small for it, which the page says.
    fits = not user.settings.scaling_line.remark
    assert widget_scaling(user.window) == (1.25 if fits else 1.0)
    assert user.window.winfo_width() <= max(user.window.winfo_screenwidth(), SMALLEST_WINDOW[0])
    # What is larger may have to be scrolled.
    assert [widget for widget in hidden if widget.winfo_manager() and not isinstance(widget, Scrollbar)] == []
    user.window.preferences.change(scaling_percent=None)
    assert widget_scaling(user.window) == before


def every_widget(widget: object) -> list[object]:
    import tkinter

    found = []
    for child in tkinter.Misc.winfo_children(widget):  # type: ignore[arg-type]
        found += [child, *every_widget(child)]
    return found
