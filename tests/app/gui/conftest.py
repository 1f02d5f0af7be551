"""One real window for all tests, and hands that use it."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.contract import LauncherMessage
from app.gui.main import create_window
from app.gui.view import TrackRow, TrackState
from app.gui.window import HEIGHT, WIDTH, MainWindow
from tests.app.conftest import TOKEN, RunningApi

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"

has_display = not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY"))
NO_DISPLAY = "no screen: set DISPLAY, for example with Xvfb"
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
        self.window.presenter.add_names([str(path) for path in paths])
        self.wait_until(lambda: len(self.rows) >= n_before + len(paths), "the files are in the list")
        self.wait_until_done()

    def wait_until_done(self, timeout_s: float = 60) -> None:
        ends = (TrackState.DONE, TrackState.FAILED)
        self.wait_until(
            lambda: bool(self.rows) and all(row.state in ends for row in self.rows), "all is done", timeout_s
        )
        self.window.update()

    def choose(self, index: int) -> None:
        self.window.tracks.tree.selection_set(self.rows[index].track_id)
        self.window.update()

    def screenshot(self, name: str) -> None:
        """Keep what can be seen, for people to look at."""
        self.live(0.2)
        if not sys.platform.startswith("linux"):
            return
        from PIL import ImageGrab

        window = self.window
        left, top = window.winfo_rootx(), window.winfo_rooty()
        box = (left, top, left + window.winfo_width(), top + window.winfo_height())
        SCREENSHOTS.mkdir(exist_ok=True)
        ImageGrab.grab(bbox=box, xdisplay=os.environ["DISPLAY"]).save(SCREENSHOTS / f"{name}.png")

    @property
    def rows(self) -> list[TrackRow]:
        return self.window.tracks.rows

    @property
    def answers(self) -> dict[str, str]:
        return {row.name: row.answer for row in self.rows}

    @property
    def chip(self) -> str:
        return str(self.window.header.chip.cget("text"))


@pytest.fixture(scope="session")
def only_window() -> Iterator[MainWindow]:
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
    only_window.presenter.clear()
    only_window.header.switch.choose("system")
    only_window.update()


@pytest.fixture
def user(idle_user: WindowUser, api: RunningApi) -> WindowUser:
    """The window, connected to a real API."""
    idle_user.connect(api.url)
    return idle_user
