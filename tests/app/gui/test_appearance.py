import threading
from collections.abc import Callable
from typing import Literal

import pytest

from app.gui import appearance
from app.gui.appearance import Appearance
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
    follower = Appearance(posted.append, lambda: changes.append(appearance.is_dark()), detect)
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
    follower.stop()
