"""What the presenters tell the page of the library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from app.gui.pages.track_browser import TracksView


class Part(Enum):
    """Which tracks are looked at."""

    ALL = "All songs"
    CONFLICTS = "Against their tag"
    CORRECTED = "Corrected"
    PROBLEMS = "Problems"

    @property
    def conditions(self) -> dict[str, Any]:
        """As in ``TrackFilters``."""
        return {
            "is_conflict": True if self is Part.CONFLICTS else None,
            "is_corrected": True if self is Part.CORRECTED else None,
            "is_failed": True if self is Part.PROBLEMS else None,
        }


@dataclass(frozen=True)
class ScanText:
    """How far the work on folders has come, in words.

    Attributes:
        title: The state in short.
        detail: What else there is to know.
        share: Done, 0..1; ``None`` where nobody knows yet how much there is.
        is_over: Nothing is being done.
        can_pause: It runs.
        can_resume: It is paused.
        can_retry: There are problem files that can be tried again.
    """

    title: str
    detail: str
    share: float | None = 0.0
    is_over: bool = True
    can_pause: bool = False
    can_resume: bool = False
    can_retry: bool = False


class ScanView(Protocol):
    """The card with the work on folders, as its presenter sees it. Called in Tk's thread only."""

    def show_scan(self, text: ScanText) -> None:
        """How far it has come."""


class LibraryView(TracksView, Protocol):
    """The table, as its presenter sees it. Called in Tk's thread only."""

    def show_part(self, part: Part) -> None:
        """Which tracks are looked at."""
