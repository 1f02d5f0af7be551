"""One real window for all tests, and hands that use it."""

import os
import shutil
import sys
import time
import tkinter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.contract import LauncherMessage
from app.gui.main import create_window
from app.gui.pages.identify.page import IdentifyPage
from app.gui.pages.identify.view import TrackRow, TrackState
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.window import HEIGHT, WIDTH, MainWindow
from app.user_settings import CONFIG_VARIABLE, UserSettings
from tests.app.conftest import TOKEN, RunningApi

if TYPE_CHECKING:
    from PIL.Image import Image

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"

# pytest-xvfb opens a screen after this is read.
has_display = not sys.platform.startswith("linux") or shutil.which("Xvfb") is not None or "DISPLAY" in os.environ
NO_DISPLAY = "no screen: install Xvfb"
needs_display = pytest.mark.skipif(not has_display, reason=NO_DISPLAY)


class WindowUser:
    """Lets the window live, and looks at it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def wait_until(self, condition: Callable[[], bool], what: str, timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"never happened: {what}; on the screen: {self.answers}"
            self.window.update()
            time.sleep(0.005)

    def live(self, duration_s: float) -> None:
        deadline = time.monotonic() + duration_s
        self.wait_until(lambda: time.monotonic() > deadline, "the end of time")

    def connect(self, url: str) -> None:
        self.window.handle_launcher_message(LauncherMessage(api_state="ready", api_url=url))
        self.wait_until(lambda: self.chip.startswith("Ready"), "the API is ready")

    def give(self, *paths: Path | str) -> None:
        """Give files, and wait until each has come to an end."""
        n_before = len(self.rows)
        self.window.give([str(path) for path in paths])
        self.wait_until(lambda: len(self.rows) >= n_before + len(paths), "the files are in the list")
        self.wait_until_done()

    def wait_until_done(self, timeout_s: float = 60) -> None:
        ends = (TrackState.DONE, TrackState.FAILED)
        self.wait_until(
            lambda: bool(self.rows) and all(row.state in ends for row in self.rows), "all is done", timeout_s
        )
        self.window.update()

    def choose(self, index: int) -> None:
        self.identify.tracks.tree.selection_set(self.rows[index].track_id)
        self.window.update()

    def grab(self, widget: tkinter.Misc, margin: int = 0) -> "Image":
        """What the screen shows of a widget and around it."""
        from PIL import ImageGrab

        self.window.update()
        left, top = max(widget.winfo_rootx() - margin, 0), max(widget.winfo_rooty() - margin, 0)
        right, bottom = left + widget.winfo_width() + 2 * margin, top + widget.winfo_height() + 2 * margin
        display = os.environ.get("DISPLAY") if sys.platform.startswith("linux") else None
        return ImageGrab.grab(bbox=(left, top, right, bottom), xdisplay=display)

    def screenshot(self, name: str) -> None:
        """Keep what can be seen, for people to look at."""
        if sys.platform.startswith("linux"):
            self.live(0.2)
            SCREENSHOTS.mkdir(exist_ok=True)
            self.grab(self.window).save(SCREENSHOTS / f"{name}.png")

    @property
    def identify(self) -> IdentifyPage:
        return self.window.pages.get(IdentifyPage)

    @property
    def settings(self) -> SettingsPage:
        page = self.window.pages.get(SettingsPage)
        self.wait_until(lambda: page.is_built, "the cards are there")
        return page

    @property
    def rows(self) -> list[TrackRow]:
        return self.identify.tracks.rows

    @property
    def answers(self) -> dict[str, str]:
        return {row.name: row.answer for row in self.rows}

    @property
    def chip(self) -> str:
        return str(self.window.header.chip.cget("text"))


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the settings of the person who runs it, nor do the processes that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("config")
        patch.setenv(CONFIG_VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def only_window(own_settings: Path) -> Iterator[MainWindow]:
    """CustomTkinter bears one root in a process."""
    if not has_display:
        pytest.skip(NO_DISPLAY)
    window = create_window(TOKEN)
    window.update()
    yield window
    window.close()


@pytest.fixture
def idle_user(only_window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowUser]:
    """The window as it is before the launcher has said anything."""
    only_window.handle_launcher_message(LauncherMessage(api_state="starting"))
    only_window.geometry(f"{WIDTH}x{HEIGHT}+0+0")
    only_window.update()
    errors: list[object] = []
    # Tk would only print what a callback raises, and go on.
    monkeypatch.setattr(only_window, "report_callback_exception", lambda *error: errors.append(error))
    yield WindowUser(only_window)
    assert errors == []
    only_window.navigate(IdentifyPage.page_id)
    only_window.pages.get(IdentifyPage).presenter.clear()
    only_window.preferences.change(**UserSettings().model_dump(exclude={"last_page", "window"}))
    only_window.update()


@pytest.fixture
def user(idle_user: WindowUser, api: RunningApi) -> WindowUser:
    """The window, connected to a real API."""
    idle_user.connect(api.url)
    return idle_user
