"""A person in front of the page, a sound card that hears what the tests play, and music to play.

Tests name the sound card before the listener, so that nobody listens any more when it is taken away.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.gui.pages.listen.page import ListenPage
from app.gui.pages.listen.presenter import Stage
from tests.app.gui.conftest import WindowUser
from tests.shared_data import SHARED_DATA
from tests.sounds import write_wav
from tests.virtual_sound_card import VirtualSoundCard, no_sound_card, sound_card

__all__ = ["no_sound_card", "sound_card"]


class Listener:
    """Looks at the page, and waits for what must happen."""

    def __init__(self, user: WindowUser) -> None:
        self.user = user
        self.window = user.window
        self.page = user.window.pages.get(ListenPage)
        self.go_there()

    def go_there(self) -> None:
        self.window.navigate(ListenPage.page_id)
        self.user.wait_until(lambda: self.page.is_built, "the page is there")
        self.window.update()

    @property
    def sentence(self) -> str:
        """What the person should know."""
        return self.page.controls.texts[2]

    @property
    def title(self) -> str:
        return self.page.controls.texts[0]

    @property
    def headline(self) -> str:
        return self.page.answer.texts["headline"]

    def begin(self) -> None:
        """Press the button, and wait for the sound."""
        press_button(self)
        self.user.wait_until(lambda: self.title == "Listening…", "it listens")

    def end(self) -> None:
        """Press it once more, and wait for the end."""
        if self.page.presenter.stage is not Stage.IDLE:
            self.page.presenter.stop()
        self.user.wait_until(lambda: self.page.presenter.stage is Stage.IDLE, "it has ended")
        self.window.update()

    def wait_for_genre(self) -> None:
        answer = self.page.answer
        self.user.wait_until(
            lambda: answer.texts["caption"].startswith("Now") and answer.confidence > 0, "a genre is told"
        )


def press_button(listener: Listener) -> None:
    button = listener.page.controls.button
    button.event_generate("<Button-1>", x=button.winfo_width() // 2, y=button.winfo_height() // 2)
    listener.window.update()


@contextmanager
def playing(card: VirtualSoundCard, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have the microphone hear a file."""
    player = card.play_into_microphone(path)
    try:
        yield player
    finally:
        player.terminate()
        player.wait(timeout=10)


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real clip where there is one."""
    clips = sorted((SHARED_DATA / "audio" / "gtzan_val" / "jazz").glob("*.flac"))
    return clips[0] if clips else write_wav(tmp_path_factory.mktemp("music") / "tune.wav", 30)


@pytest.fixture
def listener(user: WindowUser) -> Iterator[Listener]:
    """On the page, with a real engine."""
    someone = Listener(user)
    yield someone
    someone.end()


@pytest.fixture
def lonely_listener(idle_user: WindowUser) -> Iterator[Listener]:
    """On the page, before there is an engine."""
    someone = Listener(idle_user)
    yield someone
    someone.end()
