"""Lets the engine hear what is recorded, and brings its answers back. Nothing here waits but threads of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from app.contract import LiveEvent, LiveFinal, LiveNoiseSampled, LivePartial, LiveReady, LiveStart, Prediction
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient
from app.gui.playback.spectrum import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.gui.live_client import LiveSession

#: What the engine is behind at most, in blocks of a twentieth of a second: ten seconds.
_MAX_WAITING: Final = 200
#: Answers that mean “later” and not “no”.
_LATER_CODES: Final = frozenset({"model_not_ready", "busy"})


@dataclass(frozen=True)
class Ready:
    """The engine hears, and knows these genres."""

    genres: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """The answer so far, for the song that began at this second of the stream."""

    start_s: float
    prediction: Prediction


@dataclass(frozen=True)
class Concluded:
    """The answer for a song that is over."""

    start_s: float
    prediction: Prediction


@dataclass(frozen=True)
class NoiseSampled:
    """The engine knows the noise of the room."""


@dataclass(frozen=True)
class Overrun:
    """The engine cannot keep up; it has missed some sound."""


@dataclass(frozen=True)
class Finished:
    """After ``finish``: all has been said."""


@dataclass(frozen=True)
class Lost:
    """The engine hears no more.

    Attributes:
        sentence: Why, for the person.
        is_gone: It may be back; otherwise it does not want to.
    """

    sentence: str
    is_gone: bool


LinkEvent = Ready | Heard | Concluded | NoiseSampled | Overrun | Finished | Lost


class Link(Protocol):
    """One engine that hears. Everything returns at once."""

    def send(self, samples: npt.NDArray[np.float32]) -> None:
        """Let it hear more, float32 mono ``[n_samples]``. Any thread may call."""

    def sample_noise(self, seconds: float) -> None:
        """Have what follows taken for the noise of the room."""

    def denoise(self, is_on: bool) -> None:
        """Have that noise taken away, or no longer."""

    def finish(self) -> None:
        """There is no more to hear: have it tell what is still to be told."""

    def take(self) -> list[LinkEvent]:
        """What it has said since the last time."""

    def close(self, timeout_s: float = 0.0) -> None:
        """It need not say anything any more. Waits so long for its threads to end."""


class Feed:
    """Where the sound goes: one thread pushes, another one says whereto."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._n_samples = 0

    @property
    def duration_s(self) -> float:
        """How much has come, in seconds."""
        return self._n_samples / SAMPLE_RATE

    def push(self, samples: npt.NDArray[np.float32]) -> None:
        """Pass sound on."""
        self._n_samples += len(samples)
        link = self._link
        if link is not None:
            link.send(samples)

    def lead_to(self, link: Link | None) -> None:
        """Let this one hear what comes from now on."""
        self._link = link


class EngineLink:
    """A live session with the API, see ``Link``. The sound is at ``SAMPLE_RATE``.

    Args:
        client: Of the API.
    """

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._events: queue.SimpleQueue[LinkEvent] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[Callable[[LiveSession], None] | None] = queue.SimpleQueue()
        self._session: LiveSession | None = None
        self._is_closed = self._has_overrun = False
        self._lock = threading.Lock()
        # Daemons: the window's process does not wait for an engine that hangs.
        self._thread = threading.Thread(target=self._talk, name="live-sender", daemon=True)
        self._thread.start()

    def send(self, samples: npt.NDArray[np.float32]) -> None:
        """Let it hear more, unless it is too far behind."""
        if self._outbox.qsize() < _MAX_WAITING:
            data = samples.astype("<f4").tobytes()
            self._outbox.put(lambda session: session.send(data))
        elif not self._has_overrun:
            self._has_overrun = True
            self._events.put(Overrun())

    def sample_noise(self, seconds: float) -> None:
        """Have what follows taken for the noise of the room."""
        self._outbox.put(lambda session: session.sample_noise(seconds))

    def denoise(self, is_on: bool) -> None:
        """Have that noise taken away, or no longer."""
        self._outbox.put(lambda session: session.denoise(is_on))

    def finish(self) -> None:
        """There is no more to hear."""
        self._outbox.put(lambda session: session.stop())

    def take(self) -> list[LinkEvent]:
        """What it has said since the last time."""
        events: list[LinkEvent] = []
        while not self._events.empty():
            events.append(self._events.get_nowait())
        return events

    def close(self, timeout_s: float = 0.0) -> None:
        """Let go of the session."""
        with self._lock:
            self._is_closed = True
            session = self._session
        self._outbox.put(None)
        if session is not None:
            # A server that does not answer the farewell is waited for: not here.
            closing = threading.Thread(target=session.close, name="live-closing", daemon=True)
            closing.start()
            closing.join(timeout_s)
        self._thread.join(timeout_s)

    def _talk(self) -> None:
        try:
            session = self._client.listen(LiveStart(sample_rate=SAMPLE_RATE))
        except (ApiError, ApiUnavailableError) as error:
            self._lose(error)
            return
        with self._lock:
            self._session = session
            is_closed = self._is_closed
        if is_closed:
            session.close()
            return
        self._translate(session.ready)
        threading.Thread(target=partial(self._listen, session), name="live-receiver", daemon=True).start()
        try:
            while (say := self._outbox.get()) is not None:
                say(session)
        except ApiUnavailableError:
            # Why, the receiver is told.
            return

    def _listen(self, session: LiveSession) -> None:
        try:
            for event in session:
                self._translate(event)
        except (ApiError, ApiUnavailableError) as error:
            self._lose(error)
        else:
            self._events.put(Finished())
        finally:
            # Whoever sends waits for something to send.
            self._outbox.put(None)

    def _translate(self, event: LiveEvent) -> None:
        if isinstance(event, LivePartial):
            self._events.put(Heard(event.start_s, event.prediction))
        elif isinstance(event, LiveFinal):
            self._events.put(Concluded(event.start_s, event.prediction))
        elif isinstance(event, LiveNoiseSampled):
            self._events.put(NoiseSampled())
        elif isinstance(event, LiveReady):
            self._events.put(Ready(tuple(event.genres)))

    def _lose(self, error: ApiError | ApiUnavailableError) -> None:
        if isinstance(error, ApiError):
            self._events.put(Lost(error.detail, error.code in _LATER_CODES))
        else:
            self._events.put(Lost(str(error), True))
