"""What a presenter tells a view: plain values, ready to be shown, and no decisions left to make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.contract import Prediction


class ApiState(Enum):
    """How the analysis engine is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True)
class Status:
    """The engine's state in words.

    Attributes:
        state: Decides the colour.
        text: A word or two.
        detail: A sentence, where there is something to say.
    """

    state: ApiState
    text: str
    detail: str | None = None


class TrackState(Enum):
    """How far a file has come."""

    WAITING = "waiting"
    ANALYSING = "analysing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class TrackRow:
    """One line of the list of files."""

    track_id: str
    name: str
    state: TrackState
    answer: str


@dataclass(frozen=True)
class MessagePage:
    """A page that says something in words: a file that waits, is being listened to, or failed."""

    title: str
    text: str
    state: TrackState


@dataclass(frozen=True)
class ResultPage:
    """A finished track, in words and as the numbers to draw."""

    title: str
    credits: str
    headline: str
    top_three: str
    reason: str
    format_line: str
    warnings: str
    prediction: Prediction


class IdentifyView(Protocol):
    """The window as the presenter sees it. Called in Tk's thread only."""

    def show_status(self, status: Status) -> None:
        """The engine's state."""

    def show_model(self, facts: list[tuple[str, str]]) -> None:
        """What the model says of itself."""

    def show_track(self, row: TrackRow) -> None:
        """Add a line to the list, or change it."""

    def select_track(self, track_id: str) -> None:
        """Mark a line of the list."""

    def remove_tracks(self) -> None:
        """Empty the list."""

    def show_progress(self, text: str | None) -> None:
        """Something is being done; ``None`` when nothing is."""

    def show_notice(self, text: str | None) -> None:
        """A sentence that needs no answer; ``None`` takes it away."""

    def show_empty_page(self) -> None:
        """Nothing was given yet."""

    def show_message_page(self, page: MessagePage) -> None:
        """Words about one file."""

    def show_result_page(self, page: ResultPage) -> None:
        """A finished track."""

    def close(self) -> None:
        """End the window."""
