"""What Library and History have in common: both look through what was identified, and change it. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from app.contract import Genres, Health, Metrics, Track, TrackFilters, TrackSort
from app.gui import wording
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient
from app.gui.connection import ApiFollower, ApiState, Status
from app.gui.pages.page import PageContext
from app.gui.track_pages import TrackPages
from app.gui.widgets import track_text
from app.gui.widgets.message_panel import TRY_AGAIN, Message

Answer = TypeVar("Answer")

#: These begin with the smallest; all others with the largest.
_ASCENDING_FIRST: Final = frozenset({"file_name", "title", "artist", "genre_tag", "label"})
#: What narrows a list, as opposed to how it is sorted.
_NO_CONDITIONS: Final = TrackFilters().model_dump(exclude={"sort", "descending"})

SHOW_ALL: Final = "Show all"
_WAITING: Final = Message(
    "The analysis engine is starting", "What was identified before appears here as soon as it is ready."
)
_NO_MATCH: Final = Message("Nothing matches", "No song meets all of these conditions.", SHOW_ALL)


class TracksView(Protocol):
    """A page with a table, as its presenter sees it. Called in Tk's thread only."""

    def show_rows(self) -> None:
        """The rows have changed."""

    def show_other_rows(self) -> None:
        """Other rows were asked for: begin at the top."""

    def show_sort(self, sort: TrackSort, *, descending: bool) -> None:
        """By what the rows are sorted."""

    def show_count(self, text: str) -> None:
        """How many rows there are."""

    def show_genres(self, genres: Sequence[str]) -> None:
        """Those that the model knows."""

    def show_message(self, message: Message | None) -> None:
        """Why there are no rows; ``None`` where there are some."""

    def show_conditions(self, filters: TrackFilters) -> None:
        """What was asked for, where that was not done by hand."""


class TrackBrowser(ApiFollower):
    """Lists tracks as they are asked for.

    Args:
        view: What shows them.
        context: What the window lends.
        empty: Said where nothing was identified yet.
    """

    def __init__(self, view: TracksView, context: PageContext, empty: Message) -> None:
        self._view = view
        self._jobs = context.jobs
        self._connection = context.connection
        self._say = context.say
        self._navigate = context.navigate
        self._empty = empty
        self._status = Status(ApiState.STARTING, "")
        self._failure = ""
        self.rows = TrackPages(context.jobs, context.connection, self._show_rows, self._show_failure)
        #: The genres that the model knows.
        self.genres: list[str] = []

    @property
    def filters(self) -> TrackFilters:
        """Which tracks, and in which order."""
        return self.rows.filters

    @property
    def is_narrowed(self) -> bool:
        """Whether not all tracks are wanted."""
        return self.filters.model_dump(exclude={"sort", "descending"}) != _NO_CONDITIONS

    def start(self) -> None:
        """Show what is known."""
        self._view.show_sort(self.filters.sort, descending=self.filters.descending)
        self._connection.follow(self)

    # What becomes of the API

    def on_api_status(self, status: Status) -> None:
        """Say why there are no rows, where there are none."""
        self._status = status
        self._explain()

    def on_api_ready(self) -> None:
        """Rows can be asked for."""
        self.refresh()

    def on_api_model(self, metrics: Metrics, health: Health) -> None:
        """Another model may know other genres."""
        self._ask_for_genres()

    # What the person does

    def refresh(self) -> None:
        """Ask again: tracks may have come, gone or changed."""
        self._failure = ""
        self.rows.refresh()

    def narrow(self, **changes: Any) -> None:
        """Ask for other tracks.

        Args:
            changes: As in ``TrackFilters``.
        """
        wanted = self.filters.model_copy(update=changes)
        if wanted != self.filters:
            self._failure = ""
            self._view.show_other_rows()
            self.rows.ask(wanted)

    def show_all(self) -> None:
        """Drop all conditions."""
        self.narrow(**_NO_CONDITIONS)
        self._view.show_conditions(self.filters)

    def sort_by(self, sort: TrackSort) -> None:
        """Sort by something else, or the other way round."""
        is_same = sort == self.filters.sort
        descending = not self.filters.descending if is_same else sort not in _ASCENDING_FIRST
        self._view.show_sort(sort, descending=descending)
        self.narrow(sort=sort, descending=descending)

    def act(self) -> None:
        """Do what the message offers."""
        if self._failure:
            self.refresh()
        else:
            self.show_all()

    def open(self, track: Track) -> None:
        """Identify the file anew, and show all of it."""
        if track.path is None:
            self._say(f"“{track.file_name}” has no file on this computer, so that it cannot be opened again.")
        else:
            self._navigate("identify").take_names([track.path])

    def correct(self, track: Track, label: str | None) -> None:
        """Set the right genre; ``None`` takes it back."""
        self._ask(lambda client: client.correct_track(track.id, label), partial(self._take_corrected, label))

    # How it is done

    def _ask(
        self,
        work: Callable[[ApiClient], Answer],
        on_done: Callable[[Answer], None],
        on_error: Callable[[], None] = lambda: None,
    ) -> None:
        """Have the API do something, and say why where it could not."""
        client = self._connection.client
        if client is None:
            self._say("The analysis engine is not ready; try again in a moment.")
            on_error()
        else:
            self._jobs.submit(partial(work, client), on_done, partial(self._tell_failure, client, on_error))

    def _tell_failure(self, client: ApiClient, on_error: Callable[[], None], error: Exception) -> None:
        on_error()
        if isinstance(error, ApiUnavailableError):
            self._connection.report_lost(client)
            self._say("The analysis engine went away before this was done; try again in a moment.")
        elif isinstance(error, OSError):
            self._say(f"This could not be written: {error.strerror or error}. Choose another folder or name.")
        else:
            self._say(error.detail if isinstance(error, ApiError) else str(error))

    def _take_corrected(self, label: str | None, track: Track) -> None:
        name = track_text.title(track)
        if label is None:
            self._say(f"“{name}”: your correction was taken back.")
        else:
            self._say(f"“{name}” is {wording.genre_within_sentence(label)} from now on.")
        self.rows.replace(track)
        self.rows.refresh()

    def _ask_for_genres(self) -> None:
        client = self._connection.client
        if client is not None:
            # Without them any word can be written, and the next answer tells what is wrong.
            self._jobs.submit(client.genres, self._take_genres, lambda error: None)

    def _take_genres(self, genres: Genres) -> None:
        self.genres = sorted(genres.genres, key=str.casefold)
        self._view.show_genres(self.genres)

    def _show_rows(self) -> None:
        self._view.show_count("" if self.rows.total is None else track_text.count(self.rows.total))
        self._explain()
        self._view.show_rows()

    def _show_failure(self, sentence: str) -> None:
        self._failure = sentence
        if self.rows.total:
            self._say(sentence)
        self._explain()

    def _say_empty(self) -> Message:
        return _NO_MATCH if self.is_narrowed else self._empty

    def _explain(self) -> None:
        if self.rows.total:
            self._view.show_message(None)
        elif self._failure:
            self._view.show_message(Message("This could not be read", self._failure, TRY_AGAIN, is_error=True))
        elif self.rows.total == 0:
            self._view.show_message(self._say_empty())
        elif self._status.state is ApiState.FAILED:
            reason = self._status.detail or "The analysis engine could not be started."
            advice = "Start the program again; if that does not help, its log says more."
            self._view.show_message(Message("There is nothing to show", f"{reason} {advice}", is_error=True))
        elif self._status.state is not ApiState.READY:
            self._view.show_message(_WAITING)
