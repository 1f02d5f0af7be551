"""The frame around the pages, in the real window on a real screen. Each test uses it as a person would."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.contract import LauncherMessage
from app.gui.pages.identify.page import IdentifyPage
from app.gui.pages.identify.view import TrackState
from app.gui.pages.registry import PAGES
from app.gui.pages.settings.page import SettingsPage
from app.gui.widgets.waveform_view import HINT
from tests.app.conftest import RunningApi
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.hands import click_button, press, press_keys, take_keyboard
from tests.sounds import write_wav

pytestmark = needs_display


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="drops are made through the X server")
def test_real_drop_of_names_with_everything_in_them(user: WindowUser, tmp_path: Path) -> None:
    names = ["plain.wav", "with space.wav", "{braces} and }.wav", "Die schöne Müllerin 你好.wav", "a\"quote'.wav"]
    paths = [str(write_wav(tmp_path / name)) for name in names]
    paths.append(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    write_wav(Path(paths[-1]))
    command = [sys.executable, "-m", "tests.app.gui.xdnd_source", str(user.window.winfo_id()), *paths]
    source = subprocess.Popen(command)
    user.wait_until(lambda: source.poll() is not None, "the drop has ended")
    assert source.returncode == 0
    user.wait_until(lambda: len(user.rows) == len(paths), "the files are in the list")
    user.wait_until_done()
    assert list(user.answers) == [*names, r"caf\xe9.wav"]
    assert {row.state for row in user.rows} == {TrackState.DONE}


def test_drop_event_with_a_list_of_tcl(user: WindowUser, tmp_path: Path) -> None:
    names = ["with space.wav", "{braces} and }.wav", "Müller.wav", "back\\slash.wav"]
    paths = [str(write_wav(tmp_path / name)) for name in names if os.sep != "\\" or "\\" not in name]
    tk = user.window.tk
    for path in paths:
        tk.call("lappend", "::dropped", path)
    data = tk.eval("set ::dropped")
    tk.eval("unset ::dropped")
    assert user.window.drop.take(SimpleNamespace(data=data)) == "copy"
    user.wait_until(lambda: len(user.rows) == len(paths), "the files are in the list")
    user.wait_until_done()
    assert list(user.answers) == [Path(path).name for path in paths]


def test_browse_by_mouse_and_by_key(user: WindowUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [(str(write_wav(tmp_path / "one.wav")),), "", (str(write_wav(tmp_path / "two.wav")),)]
    asked = []

    def choose(**options: object) -> object:
        asked.append(options)
        return chosen.pop(0)

    monkeypatch.setattr("tkinter.filedialog.askopenfilenames", choose)
    click_button(user.identify.empty.browse)
    user.wait_until(lambda: len(user.rows) == 1, "the first file is in the list")
    click_button(user.window.header.browse)
    user.window.navigate(SettingsPage.page_id)
    take_keyboard(user.window)
    press(user.window, "<Control-o>")
    assert isinstance(user.window.pages.current, IdentifyPage)
    user.wait_until(lambda: len(user.rows) == 2, "the second file is in the list")
    user.wait_until_done()
    assert list(user.answers) == ["one.wav", "two.wav"]
    assert len(asked) == 3


def test_failed_engine_is_told_until_it_is_over(idle_user: WindowUser, api: RunningApi) -> None:
    idle_user.window.handle_launcher_message(
        LauncherMessage(api_state="failed", detail="The analysis engine stopped three times in a row.")
    )
    assert idle_user.chip == "Failed"
    assert "three times" in idle_user.window.notice.text
    idle_user.screenshot("engine-failed-light")
    idle_user.connect(api.url)
    assert idle_user.window.notice.text == ""


def test_files_dropped_on_another_page_are_identified(user: WindowUser, tmp_path: Path) -> None:
    user.window.navigate(SettingsPage.page_id)
    assert user.window.drop.take(SimpleNamespace(data=f"{{{write_wav(tmp_path / 'one.wav')}}}")) == "copy"
    user.wait_until(lambda: bool(user.rows), "the file is in the list")
    assert user.window.header.title == "Identify"
    user.wait_until_done()


def test_pages_are_reached_by_key_and_by_the_rail(idle_user: WindowUser) -> None:
    window = idle_user.window
    assert len(PAGES) >= 2 and len(PAGES) <= 9
    take_keyboard(window)
    for number, page in [*enumerate(PAGES, start=1)][::-1]:
        press(window, f"<Control-Key-{number}>")
        assert window.pages.current.page_id == page.page_id
        assert window.header.title == page.title
        assert [page_id for page_id, item in window.rail.items.items() if item.is_active] == [page.page_id]
        assert window.pages.current.winfo_ismapped()
    press(window, "<Control-comma>")
    assert isinstance(window.pages.current, SettingsPage)
    press(window.rail.items["identify"], "<Button-1>")
    assert isinstance(window.pages.current, IdentifyPage)
    assert not idle_user.settings.winfo_ismapped()
    take_keyboard(window.rail.items["identify"])
    press_keys(window, "<Down>")
    while window.focus_get() is not window.rail.items["settings"]:
        press_keys(window, "<Down>")
    press_keys(window, "<space>")
    assert isinstance(window.pages.current, SettingsPage)


def test_keyboard_does_not_stay_on_a_hidden_page(idle_user: WindowUser) -> None:
    window = idle_user.window
    take_keyboard(idle_user.identify.empty.browse)
    press_keys(window, "<Control-comma>")
    assert window.focus_get() is window.rail.items["settings"]


def test_help_lists_every_key_in_one_dialog(idle_user: WindowUser) -> None:
    window = idle_user.window
    take_keyboard(window.header.browse)
    press_keys(window, "<F1>")
    dialog = window.help_dialog
    assert dialog is not None and dialog.is_open
    everywhere = dict(dialog.lines["Everywhere"])
    assert {"Ctrl+1", "Ctrl+O", "Ctrl+,", "Ctrl+Q", "Esc", "F1 or Ctrl+/"} <= set(everywhere)
    assert [keys for keys, _ in dialog.lines["Within a page"]][-len(IdentifyPage.shortcuts) :] == [
        keys for keys, _ in IdentifyPage.shortcuts
    ]
    idle_user.wait_until(lambda: str(window.focus_get()).startswith(str(dialog)), "the dialog has the keyboard")
    press_keys(window, "<Escape>")
    assert not dialog.is_open
    idle_user.wait_until(lambda: window.focus_get() is window.header.browse, "the keyboard is back")
    window.navigate(SettingsPage.page_id)
    press_keys(window, "<Control-slash>")
    assert window.help_dialog is dialog and dialog.is_open
    assert SettingsPage.shortcuts[-1] in dialog.lines["Within a page"]
    dialog.close()


def test_tab_visits_everything_in_a_sensible_order(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    window, page = user.window, user.identify
    expected = [
        *window.rail.items.values(),
        window.header.browse,
        page.tracks.clear_button,
        page.tracks.tree,
        page.result.answer.hear_why,
        page.result.answer.correct,
        page.result.answer.copy_button,
        page.result.answer.save_button,
        page.result.bars.copy_button,
        page.result.waveform.play_button,
        page.result.waveform.kinds,
        page.result.waveform.drawing,
        page.result.waveform.copy_button,
    ]
    assert walk_with_tab(user, expected[0], len(expected)) == expected
    press_keys(window, "<Shift-Tab>")
    assert window.focus_get() is page.result.waveform.drawing
    assert page.result.waveform.readout != HINT


def test_everything_that_takes_the_keyboard_shows_it(user: WindowUser, tmp_path: Path) -> None:
    """Compares what is on the screen around a control before and after it has the keyboard."""
    from PIL import ImageChops

    user.give(write_wav(tmp_path / "one.wav"))
    user.window.preferences.change(browse_folder=str(tmp_path))
    n_checked = 0
    for page in PAGES:
        user.window.navigate(page.page_id)
        first = user.window.rail.items[PAGES[0].page_id]
        for control in dict.fromkeys(walk_with_tab(user, first, 20)):
            assert control is not None
            take_keyboard(user.window)
            before = user.grab(control, margin=8)
            take_keyboard(control)
            after = user.grab(control, margin=8)
            assert ImageChops.difference(before, after).getbbox() is not None, control
            n_checked += 1
    assert n_checked > 15


def test_what_is_clicked_shows_no_ring(idle_user: WindowUser) -> None:
    from PIL import ImageChops

    item = idle_user.window.rail.items["identify"]
    take_keyboard(idle_user.window.header.browse)
    before = idle_user.grab(item)
    press(item, "<Button-1>")
    assert idle_user.window.focus_get() is item
    assert ImageChops.difference(before, idle_user.grab(item)).getbbox() is None
    press_keys(idle_user.window, "<Shift-Tab>", "<Tab>")
    assert idle_user.window.focus_get() is item
    assert ImageChops.difference(before, idle_user.grab(item)).getbbox() is not None


def walk_with_tab(user: WindowUser, start: object, n_stops: int) -> list[object]:
    take_keyboard(start)  # type: ignore[arg-type]
    visited: list[object] = [user.window.focus_get()]
    while len(visited) < n_stops:
        press_keys(user.window, "<Tab>")
        visited.append(user.window.focus_get())
    return visited
