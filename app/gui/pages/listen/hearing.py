"""What the engine hears and what it says: keeps the two together while engines come and go. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Final

from app.contract import Prediction
from app.gui.client import ApiClient
from app.gui.connection import ApiConnection
from app.gui.pages.listen import words
from app.gui.pages.listen.engine_link import (
    Concluded,
    Feed,
    Finished,
    Heard,
    Link,
    LinkEvent,
    Lost,
    NoiseSampled,
    Overrun,
    Ready,
)
from app.gui.pages.listen.noise import Noise
from app.gui.pages.listen.songs import Songs
from app.gui.pages.listen.view import ListenView

#: So often the engine may break off before it has answered once.
_MAX_LOSSES: Final = 3


class Outcome(Enum):
    """What has become of the hearing."""

    GOES_ON = "goes on"
    FINISHED = "finished"
    REFUSED = "refused"


class Hearing:
    """The engine's part of listening.

    Args:
        view: What shows its answers.
        connection: The API.
        connect: Lets an engine hear, given its client.
        noise: The noise of the room, as far as an engine knows it.
    """

    def __init__(
        self, view: ListenView, connection: ApiConnection, connect: Callable[[ApiClient], Link], noise: Noise
    ) -> None:
        self._view = view
        self._connection = connection
        self._connect = connect
        self._noise = noise
        self._songs = Songs()
        self._link: Link | None = None
        self._client: ApiClient | None = None
        self._n_losses = 0
        self._is_finishing = False
        self._answer: Prediction | None = None
        #: Where the sound is to be pushed.
        self.feed = Feed()
        #: What the person should know, and why the engine refuses.
        self.note = self.refusal = ""

    @property
    def is_on(self) -> bool:
        """Whether what is heard reaches an engine."""
        return self._link is not None

    @property
    def has_answer(self) -> bool:
        """Whether some music was heard this time."""
        return self._answer is not None and self._answer.label is not None

    def begin(self) -> None:
        """Another time of listening."""
        self.feed = Feed()
        self.note = self.refusal = ""
        self._answer = None
        self._n_losses = 0
        self._is_finishing = False

    def attach(self) -> None:
        """Let the engine hear, if there is one that does not yet."""
        client = self._connection.client
        if self._link is None and client is not None:
            self._client = client
            self._link = self._connect(client)
            self.feed.lead_to(self._link)
            self._songs.begin_stream(datetime.now())
            self._noise.follow(self._link)

    def close(self, timeout_s: float) -> None:
        """Let go of the engine, for good: nothing is shown any more."""
        if self._link is not None:
            self._link.close(timeout_s)

    def settle(self) -> None:
        """The engine hears no more: what it said last is the last word on that song."""
        link, self._link = self._link, None
        if link is not None:
            self.feed.lead_to(None)
            link.close()
            self._songs.end_stream()
            self._noise.follow(None)
        self._view.show_songs(self._songs.rows)
        if self._answer is not None and self._answer.label is not None:
            self._view.show_answer(words.describe_answer(self._answer, is_over=True))

    def finish(self) -> None:
        """There is no more to hear; ``follow`` tells when all has been said."""
        self._is_finishing = True
        if self._link is not None:
            self._link.finish()

    def follow(self) -> Outcome:
        """Show what the engine has said since the last time."""
        outcome = Outcome.GOES_ON
        for event in self._link.take() if self._link is not None else ():
            if isinstance(event, Finished):
                outcome = Outcome.FINISHED
            elif isinstance(event, Lost):
                outcome = self._on_lost(event)
            else:
                self._on_event(event)
        return outcome

    def _on_event(self, event: LinkEvent) -> None:
        if isinstance(event, Ready):
            self._view.show_genres(event.genres)
        elif isinstance(event, Heard):
            self._n_losses = 0
            self._songs.hear(event.start_s, event.prediction)
            self._show_answer(event.prediction, is_over=False)
        elif isinstance(event, Concluded):
            self._songs.conclude(event.start_s, event.prediction)
            self._show_answer(event.prediction, is_over=True)
        elif isinstance(event, NoiseSampled):
            self._noise.take_sampled()
        elif isinstance(event, Overrun):
            self.note = words.ENGINE_BUSY

    def _on_lost(self, loss: Lost) -> Outcome:
        client = self._client
        self.settle()
        self._n_losses += 1
        if self._is_finishing:
            return Outcome.FINISHED
        if not loss.is_gone or self._n_losses >= _MAX_LOSSES:
            self.refusal = words.ENGINE_REFUSES if loss.is_gone else loss.sentence
            return Outcome.REFUSED
        if client is not None:
            self._connection.report_lost(client)
        return Outcome.GOES_ON

    def _show_answer(self, prediction: Prediction, *, is_over: bool) -> None:
        # What was played last stays known when it is silent at the end.
        if prediction.label is not None or self._answer is None:
            self._answer = prediction
        self._view.show_answer(words.describe_answer(prediction, is_over=is_over))
        self._view.show_songs(self._songs.rows)
