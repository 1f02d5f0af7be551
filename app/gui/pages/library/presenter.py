"""Decides what the table of the library shows. Knows no widget."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from app.contract import Library
from app.gui.pages.library.export import write_playlists, write_table
from app.gui.pages.library.view import LibraryView, Part
from app.gui.pages.page import PageContext
from app.gui.pages.track_browser import TrackBrowser
from app.gui.widgets.message_panel import Message

ADD_FOLDER: Final = "Add a folder…"
EMPTY: Final = Message("Drop a folder of music here", "Its songs and what they sound like are listed here.", ADD_FOLDER)
_NO_PART: Final = {
    Part.CONFLICTS: Message(
        "No contradictions", "Wherever a song's tag names a genre and the answer is confident, the two agree."
    ),
    Part.CORRECTED: Message(
        "Nothing corrected yet", "Choose a song and press F2 to say what it really is; your word stays with the song."
    ),
    Part.PROBLEMS: Message("No problems", "Every file that was given could be read."),
}


class LibraryPresenter(TrackBrowser):
    """Finds tracks by their conditions, corrects, and exports.

    Args:
        view: What shows them.
        context: What the window lends.
    """

    def __init__(self, view: LibraryView, context: PageContext) -> None:
        super().__init__(view, context, EMPTY)
        self._library_view = view
        self._part = Part.ALL

    def on_api_ready(self) -> None:
        """Rows can be asked for."""
        super().on_api_ready()
        client = self._connection.client
        if client is not None:
            # What is wrong shows when the rows are read; here only what nobody would notice otherwise.
            self._jobs.submit(client.library, self._take_library, lambda error: None)

    def choose_part(self, part: Part) -> None:
        """Look at a part of the tracks."""
        self._part = part
        self._library_view.show_part(part)
        self.narrow(**part.conditions)

    def show_all(self) -> None:
        """Drop all conditions."""
        self._part = Part.ALL
        self._library_view.show_part(Part.ALL)
        super().show_all()

    def export(self, format: Literal["csv", "json"], name: str) -> None:
        """Write what is listed into a file."""
        filters = self.filters
        path = Path(name).absolute()
        self._ask(lambda client: write_table(client, format, filters, path), self._say)

    def export_playlists(self, folder: str) -> None:
        """Write what is listed into playlists."""
        filters = self.filters
        self._ask(lambda client: write_playlists(client, filters, Path(folder).absolute()), self._say)

    def _take_library(self, library: Library) -> None:
        if library.note is not None:
            self._say(library.note)

    def _say_empty(self) -> Message:
        filters = self.filters
        others = (filters.text, filters.label, filters.decision, filters.min_confidence, filters.max_confidence)
        if self._part in _NO_PART and all(condition is None for condition in others):
            return _NO_PART[self._part]
        return super()._say_empty()
