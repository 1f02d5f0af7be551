"""What the presenter tells the page: plain values, ready to be shown, and no decisions left to make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.gui.widgets.result_text import ResultText


class TrackState(Enum):
    """How far a file has come."""

    WAITING = "waiting"
    ANALYSING = "analysing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class TrackRow:
    """One line of the list of files."""

    track_id: str
    name: str
    state: TrackState
    answer: str


@dataclass(frozen=True)
class MessageText:
    """Something said in words: about a file that waits, is being listened to, or failed."""

    title: str
    text: str
    state: TrackState


class IdentifyView(Protocol):
    """The page as the presenter sees it. Called in Tk's thread only."""

    def show_model(self, facts: list[tuple[str, str]]) -> None:
        """What the model says of itself."""

    def show_track(self, row: TrackRow) -> None:
        """Add a line to the list, or change it."""

    def select_track(self, track_id: str) -> None:
        """Mark a line of the list."""

    def remove_track(self, track_id: str) -> None:
        """Take a line out of the list."""

    def remove_tracks(self) -> None:
        """Empty the list."""

    def show_progress(self, text: str | None) -> None:
        """Something is being done; ``None`` when nothing is."""

    def show_empty(self) -> None:
        """Nothing was given yet."""

    def show_message(self, message: MessageText) -> None:
        """Words about one file."""

    def show_result(self, result: ResultText) -> None:
        """A finished track."""
