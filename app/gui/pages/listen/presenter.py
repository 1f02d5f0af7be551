"""Decides when to listen, and what is said of it. Knows no widget."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from app.gui.client import ApiClient
from app.gui.connection import ApiConnection, ApiFollower, ApiState, Status
from app.gui.jobs import Jobs
from app.gui.pages.listen import words
from app.gui.pages.listen.engine_link import Link
from app.gui.pages.listen.hearing import Hearing, Outcome
from app.gui.pages.listen.keeping import Keeping
from app.gui.pages.listen.noise import Noise
from app.gui.pages.listen.recorder import Ended, Happening, Noted, Opened, Recorder, SoundSource
from app.gui.pages.listen.recording import Recordings
from app.gui.pages.listen.sound_picture import SoundPicture
from app.gui.pages.listen.sources import Sources
from app.gui.pages.listen.view import ListenView, StateText

#: How often the page follows the sound.
TICK_S: Final = 1 / 15
#: The engine has so long to give its last answer, and the sound card to let go.
FINISH_S: Final = 5.0
_LET_GO_S: Final = 15.0
#: How long the window waits for the sound card and for the engine when it closes.
_CLOSE_S: Final = 2.0


class Stage(Enum):
    """How far a time of listening has come."""

    IDLE = "idle"
    OPENING = "opening"
    LISTENING = "listening"
    FINISHING = "finishing"


_TITLES: Final = {
    Stage.IDLE: "Listen",
    Stage.OPENING: "Opening…",
    Stage.LISTENING: "Listening…",
    Stage.FINISHING: "Finishing…",
}
_ENGINE_WORDS: Final = {
    ApiState.STARTING: words.ENGINE_STARTING,
    ApiState.RESTARTING: words.ENGINE_RESTARTING,
    ApiState.FAILED: words.ENGINE_FAILED,
}


@dataclass(frozen=True)
class Ears:
    """What the presenter listens with.

    Attributes:
        open_source: Opens a source by its id.
        connect: Lets an engine hear, given its client.
    """

    open_source: Callable[[str], SoundSource]
    connect: Callable[[ApiClient], Link]


class ListenPresenter(ApiFollower):
    """Listens, as long as the person wants it.

    What is heard is recorded whether the engine answers or not: it may be starting, or be started anew meanwhile.

    Args:
        view: What shows it all.
        jobs: Where blocking work runs.
        connection: The API.
        ears: What is listened with.
        sources: What is listened to.
        keeping: What becomes of the recording.
    """

    def __init__(
        self, view: ListenView, jobs: Jobs, connection: ApiConnection, ears: Ears, sources: Sources, keeping: Keeping
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._connection = connection
        self._ears = ears
        self._sources = sources
        self._keeping = keeping
        self._noise = Noise(view)
        self._hearing = Hearing(view, connection, ears.connect, self._noise)
        self._recordings = Recordings()
        self._stage = Stage.IDLE
        self._recorder: Recorder | None = None
        self._picture = SoundPicture()
        self._note = self._problem = self._source_name = ""
        self._finish_by = self._last_tick = 0.0

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        return self._stage

    @property
    def is_engine_hearing(self) -> bool:
        """Whether what is heard reaches an engine."""
        return self._hearing.is_on

    def start(self) -> None:
        """Show the first state."""
        self._view.show_message(words.EMPTY)
        self._sources.show()
        self._noise.show()
        self._connection.follow(self)
        self._show()

    def describe_sound(self) -> str:
        """The picture of the sound, in words."""
        return self._picture.as_text()

    # What the person does

    def toggle(self) -> None:
        """Begin to listen, or end it."""
        if self._stage is Stage.IDLE:
            self.listen()
        else:
            self.stop()

    def listen(self) -> None:
        """Begin to listen."""
        if self._stage is not Stage.IDLE:
            return
        self._stage = Stage.OPENING
        self._note = self._problem = self._source_name = ""
        self._hearing.begin()
        self._picture = SoundPicture()
        open_source = partial(self._ears.open_source, self._sources.chosen_id)
        self._recorder = Recorder(open_source, self._recordings, self._picture, self._hearing.feed.push)
        self._sources.allow_choice(False)
        self._view.clear_sound()
        self._view.show_message(None)
        self._view.show_answer(words.WAITING)
        self._last_tick = time.monotonic()
        self._tick()

    def stop(self) -> None:
        """End it, and wait for the last answer."""
        if self._recorder is None or self._stage is Stage.FINISHING:
            return
        self._recorder.stop()
        if self._stage is Stage.OPENING:
            # Whoever opens a device that hangs need not wait for it.
            self._recorder = None
            self._settle()
        else:
            self._finish()

    def cancel(self) -> bool:
        """Escape was pressed.

        Returns:
            Whether there was anything to end.
        """
        is_busy = self._stage in (Stage.OPENING, Stage.LISTENING)
        self.stop()
        return is_busy

    def turn_denoise(self, is_on: bool) -> None:
        """Take the noise of the room away, or no longer."""
        self._noise.turn(is_on)

    def sample_noise(self) -> None:
        """Learn what the room sounds like."""
        self._noise.sample()

    def close(self) -> None:
        """The window closes: nothing is shown any more, and no thread is left."""
        if self._recorder is not None:
            self._recorder.wait(_CLOSE_S)
        self._hearing.close(_CLOSE_S)
        self._recordings.delete()

    # What becomes of the API

    def on_api_status(self, status: Status) -> None:
        """While it cannot answer, that is said."""
        self._show()

    def on_api_ready(self) -> None:
        """It can hear now."""
        if self._stage is Stage.LISTENING:
            self._hearing.attach()
            self._show()

    def on_api_replaced(self, *, has_crashed: bool) -> None:
        """It hears no more."""
        if self._hearing.is_on:
            self._hearing.settle()

    # What is heard

    def _tick(self) -> None:
        if self.stage is Stage.IDLE:
            return
        now = time.monotonic()
        elapsed_s, self._last_tick = now - self._last_tick, now
        for happening in self._recorder.take() if self._recorder is not None else ():
            self._on_happening(happening)
        outcome = self._hearing.follow()
        if outcome is Outcome.REFUSED:
            self._problem = self._hearing.refusal
            self.stop()
        elif outcome is Outcome.FINISHED or (self._stage is Stage.FINISHING and now > self._finish_by):
            self._settle()
        self._view.show_sound(self._picture.take(), elapsed_s)
        self._noise.show()
        self._show()
        if self._stage is Stage.IDLE:
            self._view.rest()
        else:
            self._jobs.call_later(TICK_S, self._tick)

    def _on_happening(self, happening: Happening) -> None:
        if isinstance(happening, Opened):
            self._stage = Stage.LISTENING
            self._source_name = happening.source_name
            self._keeping.hold(happening.recording)
            self._hearing.attach()
        elif isinstance(happening, Noted):
            self._note = happening.sentence
        else:
            self._on_end(happening)

    def _on_end(self, end: Ended) -> None:
        self._recorder = None
        if self._stage is Stage.OPENING:
            self._settle()
            if end.problem is not None:
                self._view.show_message(words.cannot_listen(end.problem))
            return
        self._problem = self._problem or end.problem or ""
        self._finish()
        if self._hearing.is_on:
            self._hearing.finish()
            self._finish_by = time.monotonic() + FINISH_S
        else:
            self._settle()

    def _finish(self) -> None:
        if self._stage is not Stage.FINISHING:
            self._stage = Stage.FINISHING
            self._finish_by = time.monotonic() + _LET_GO_S
            self._show()

    def _settle(self) -> None:
        """It is over."""
        self._stage = Stage.IDLE
        self._recorder = None
        self._hearing.settle()
        if not self._hearing.has_answer:
            if self._keeping.can_keep:
                self._view.show_answer(words.NO_ANSWER)
            else:
                self._view.show_message(words.EMPTY)
        self._sources.allow_choice(True)
        self._view.rest()
        self._show()

    # What is shown

    def _show(self) -> None:
        is_busy = self._stage is not Stage.IDLE
        self._view.show_recording(self._keeping.duration_s, can_keep=not is_busy and self._keeping.can_keep)
        sentence, is_error = self._sentence()
        detail = self._source_name if is_busy else "Press to begin"
        if self._stage is Stage.LISTENING:
            detail = f"{words.heard(self._hearing.feed.duration_s)} · {self._source_name}"
        is_listening = self._stage in (Stage.OPENING, Stage.LISTENING)
        self._view.show_state(StateText(is_listening, _TITLES[self._stage], detail, sentence, is_error))

    def _sentence(self) -> tuple[str, bool]:
        if self._problem:
            return self._problem, True
        state = self._connection.state
        if self._stage is Stage.LISTENING and not self._hearing.is_on and state in _ENGINE_WORDS:
            return _ENGINE_WORDS[state], state is ApiState.FAILED
        return self._note or self._hearing.note, False
