"""What the presenter tells the page of the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.contract import SimilarTrack
from app.gui.pages.track_browser import TracksView


class HistoryView(TracksView, Protocol):
    """The page as its presenter sees it. Called in Tk's thread only."""

    def show_similar(self, tracks: Sequence[SimilarTrack], sentence: str) -> None:
        """What sounds like the chosen track, the nearest first, and what is to be said of it."""
