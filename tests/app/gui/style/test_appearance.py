import threading
import time
import tkinter
from collections.abc import Callable
from typing import Literal

import pytest

from app.gui.style import appearance
from app.gui.style.accents import ACCENTS
from app.gui.style.appearance import Appearance
from tests.app.gui.conftest import WindowUser


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> list[Literal["light", "dark"]]:
    monkeypatch.setattr(appearance, "POLL_S", 0.01)
    return ["light"]


def test_window_follows_the_desktop_until_a_person_chooses(
    idle_user: WindowUser, desktop: list[Literal["light", "dark"]]
) -> None:
    posted: list[Callable[[], None]] = []
    was_asked = threading.Event()
    changes = []

    def detect() -> Literal["light", "dark"]:
        was_asked.set()
        return desktop[0]

    def run_posted() -> None:
        was_asked.clear()
        # A person's choice ends the asking.
        assert was_asked.wait(0.2) == (appearance_of_person is None)
        idle_user.live(0.05)
        while posted:
            posted.pop()()

    appearance_of_person = None
    painted = tkinter.Frame(idle_user.window)
    appearance.repaint_with(painted, lambda: changes.append(appearance.is_dark()))
    follower = Appearance(posted.append, detect)
    run_posted()
    assert changes == []
    desktop[0] = "dark"
    run_posted()
    assert changes == [True]
    follower.choose("light")
    appearance_of_person = "light"
    assert changes == [True, False]
    run_posted()
    assert changes == [True, False]
    follower.choose("system")
    assert changes == [True, False, True]
    follower.choose("light")
    assert changes == [True, False, True, False]
    follower.stop()
    painted.destroy()
    follower.choose("dark")
    assert len(changes) == 4


def test_nobody_asks_the_desktop_once_the_window_is_closed(desktop: list[Literal["light", "dark"]]) -> None:
    is_asked, n_answers = threading.Event(), 0

    def detect() -> Literal["light", "dark"]:
        nonlocal n_answers
        is_asked.set()
        time.sleep(0.05)
        n_answers += 1
        return desktop[0]

    follower = Appearance(lambda callback: None, detect)
    assert is_asked.wait(5)
    follower.stop()
    # The question that was under way is answered, and no other is asked.
    so_far = n_answers
    assert so_far >= 1
    time.sleep(0.1)
    assert n_answers == so_far


def test_accent_reaches_what_is_on_the_screen(idle_user: WindowUser) -> None:
    """The colour of a button's middle, of the rail and of the program's sign, as the screen shows them."""
    window = idle_user.window
    window.preferences.change(theme="light")
    for name in ("teal", "rose"):
        window.preferences.change(accent=name)
        idle_user.live(0.1)
        browse = idle_user.identify.empty.browse
        button = idle_user.grab(browse)
        assert to_hex(button.getpixel((button.width // 2, 4))) == ACCENTS[name].primary[0]
        rail = idle_user.grab(window.rail)
        colours = {to_hex(colour) for _, colour in rail.getcolors(100_000)}
        assert {ACCENTS[name].primary[0], ACCENTS[name].container[0]} <= colours


def to_hex(colour: tuple[int, ...]) -> str:
    return "#" + "".join(f"{channel:02X}" for channel in colour[:3])
