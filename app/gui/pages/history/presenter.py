"""Decides what the page of the history shows. Knows no widget."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from app.contract import SimilarTracks, Track
from app.gui.client import ApiClient, display_name
from app.gui.pages.history.view import HistoryView
from app.gui.pages.page import PageContext
from app.gui.pages.track_browser import TrackBrowser
from app.gui.widgets import track_text
from app.gui.widgets.message_panel import Message

IDENTIFY: Final = "Identify something"
EMPTY: Final = Message(
    "Nothing was identified yet", "Every song that you identify is listed here, with its answer.", IDENTIFY
)
N_SIMILAR: Final = 20


class HistoryPresenter(TrackBrowser):
    """Finds, corrects and forgets what was identified, and finds what sounds alike.

    Args:
        view: What shows it.
        context: What the window lends.
    """

    def __init__(self, view: HistoryView, context: PageContext) -> None:
        super().__init__(view, context, EMPTY)
        self._history_view = view
        self._looked_at_id: int | None = None

    def search(self, text: str) -> None:
        """List what has a text in its name."""
        self.narrow(text=text or None)

    def look_at(self, track: Track | None) -> None:
        """Another track was chosen: what sounded like the one before says nothing of it."""
        track_id = None if track is None else track.id
        if track_id != self._looked_at_id:
            self._looked_at_id = track_id
            self._history_view.show_similar((), "")

    def find_similar(self, track: Track) -> None:
        """Find what sounds like a track."""
        self._history_view.show_similar((), "Listening for what sounds alike…")
        self._ask(
            lambda client: client.list_similar_tracks(track.id, N_SIMILAR),
            partial(self._take_similar, track.id),
            partial(self._fail_similar, track.id),
        )

    def remove(self, track: Track) -> None:
        """Forget a track; its file stays as it is."""
        self._ask(lambda client: client.remove_track(track.id), lambda nothing: self._take_removed(track))

    def export_corrections(self, name: str) -> None:
        """Write all corrections into a file."""
        path = Path(name).absolute()

        def write(client: ApiClient) -> str:
            path.write_bytes(client.export_corrections())
            return f"Your corrections are in “{display_name(str(path))}”."

        self._ask(write, self._say)

    def _take_similar(self, track_id: int, similar: SimilarTracks) -> None:
        if track_id == self._looked_at_id:
            nothing = "Nothing to compare it with yet: identify more songs with the same model."
            self._history_view.show_similar(similar.items, "" if similar.items else nothing)

    def _fail_similar(self, track_id: int) -> None:
        if track_id == self._looked_at_id:
            self._history_view.show_similar((), "")

    def _take_removed(self, track: Track) -> None:
        self._say(f"“{track_text.title(track)}” is no longer in the history. The file itself is as it was.")
        self.rows.refresh()
