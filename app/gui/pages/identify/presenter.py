"""Decides what Identify shows and what is asked of the API. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.contract import Health, Metrics, Prediction
from app.gui import wording
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient, display_name
from app.gui.connection import ApiConnection, ApiFollower, ApiState, Status
from app.gui.jobs import Jobs
from app.gui.pages.identify.given_files import GivenFiles, collect_given_files
from app.gui.pages.identify.view import IdentifyView, MessageText, TrackRow, TrackState
from app.gui.widgets.result_text import describe_result

#: A file during which the API went away this often is not tried again: it may well be the reason.
MAX_INTERRUPTIONS: Final = 2

RETRY_S: Final = 1.0
#: New lines of the list that are made in one turn of Tk's loop.
_N_AT_ONCE: Final = 25
#: Answers that mean “later” and not “no”.
_LATER_CODES: Final = frozenset({"model_not_ready", "busy"})

_OPEN_STATES: Final = (TrackState.WAITING, TrackState.ANALYSING)
_FINAL_STATES: Final = (TrackState.DONE, TrackState.FAILED)
_ANSWERS: Final = {
    TrackState.WAITING: "Waiting",
    TrackState.ANALYSING: "Analysing…",
    TrackState.FAILED: "Failed",
    TrackState.CANCELLED: "Cancelled",
}


@dataclass(eq=False)
class Track:
    """A file that was given, and what is known of it."""

    track_id: str
    path: str
    name: str
    state: TrackState = TrackState.WAITING
    prediction: Prediction | None = None
    problem: str = ""
    n_interruptions: int = 0


class IdentifyPresenter(ApiFollower):
    """Takes files, has them predicted one after the other, and shows the one that was chosen.

    Args:
        view: What shows it all.
        jobs: Where blocking work runs.
        connection: The API.
        say: Shows a sentence across the window; ``None`` takes it away.
    """

    def __init__(
        self, view: IdentifyView, jobs: Jobs, connection: ApiConnection, say: Callable[[str | None], None]
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._connection = connection
        self._say = say
        self._tracks: dict[str, Track] = {}
        self._n_given = 0
        self._untaken_paths: list[str] = []
        self._current: Track | None = None
        self._current_client: ApiClient | None = None
        self._shown_id: str | None = None
        # Until a person chooses a line, the page follows the work.
        self._is_following = True

    def start(self) -> None:
        """Show the first state."""
        self._view.show_empty()
        self._connection.follow(self)

    def add_names(self, names: Sequence[str]) -> None:
        """Take files and folders that were dropped or chosen.

        Args:
            names: As Tk delivers them.
        """
        if names:
            self._jobs.submit(lambda: collect_given_files(names), self._add_files, self._fail_to_add)

    def choose_track(self, track_id: str) -> None:
        """A person chose a line of the list."""
        if track_id in self._tracks and track_id != self._shown_id:
            self._is_following = False
            self._show_details(self._tracks[track_id])

    def stay(self) -> None:
        """A person is busy with the track on the page: do not replace it by the next one that is done."""
        self._is_following = False

    def remove(self, track_id: str) -> None:
        """Take one file out of the list; the file itself stays where it is."""
        if track_id not in self._tracks:
            return
        index = [*self._tracks].index(track_id)
        track = self._tracks.pop(track_id)
        if not self._tracks and not self._untaken_paths:
            self.clear()
            return
        if track is self._current:
            self._current = None
        self._view.remove_track(track_id)
        left = [*self._tracks.values()]
        if self._shown_id == track_id and left:
            self._show_and_select(left[min(index, len(left) - 1)])
        self._predict_next()
        self._show_progress()

    def clear(self) -> None:
        """Forget all files. What is being computed is computed in vain."""
        self._tracks.clear()
        self._untaken_paths.clear()
        self._current = None
        self._shown_id = None
        self._is_following = True
        self._view.remove_tracks()
        self._say(None)
        self._view.show_progress(None)
        self._view.show_empty()

    def cancel(self) -> bool:
        """Stop after what is done. What is being computed is computed in vain.

        Returns:
            Whether anything was left to do.
        """
        while self._untaken_paths:
            self._take_some()
        stopped = [track for track in self._tracks.values() if track.state in _OPEN_STATES]
        self._current = None
        for track in stopped:
            track.problem = "Cancelled. Add the file once more to identify it."
            self._change(track, TrackState.CANCELLED)
        if stopped:
            files = "one file was" if len(stopped) == 1 else f"{len(stopped)} files were"
            self._say(f"Cancelled: {files} not identified. Add them once more to go on.")
            self._show_progress()
        return bool(stopped)

    def on_api_status(self, status: Status) -> None:
        """The engine's state decides what is said of files that wait."""
        self._show_progress()
        shown = self._tracks.get(self._shown_id or "")
        if shown is not None and shown.state is TrackState.WAITING:
            self._show_details(shown)

    def on_api_ready(self) -> None:
        """Go on with what waits."""
        self._predict_next()

    def on_api_model(self, metrics: Metrics, health: Health) -> None:
        """Show what is known of the model."""
        self._view.show_model(wording.model_facts(metrics, health.model_id, health.device))

    def on_api_replaced(self, *, has_crashed: bool) -> None:
        """The file that was being read goes back in line."""
        self._interrupt_current(counts=has_crashed)

    def _add_files(self, given: GivenFiles) -> None:
        self._say(given.notice)
        if not given.paths:
            return
        is_adding = bool(self._untaken_paths)
        self._untaken_paths += given.paths
        if not is_adding:
            self._is_following = True
            first, *_ = self._take_some()
            if self._current is None:
                self._show_and_select(first)
            self._predict_next()
            self._show_progress()

    def _take_some(self) -> list[Track]:
        """Take the next paths, and come back for the others: hundreds at once would hold up the window."""
        known = {track.path: track for track in self._tracks.values()}
        paths, self._untaken_paths = self._untaken_paths[:_N_AT_ONCE], self._untaken_paths[_N_AT_ONCE:]
        taken = [self._take(path, known.get(path)) for path in paths]
        if self._untaken_paths:
            self._jobs.call_later(0, self._take_more)
        return taken

    def _take_more(self) -> None:
        # Nothing is left where the list was cleared meanwhile.
        if self._untaken_paths:
            self._take_some()
            self._predict_next()
            self._show_progress()

    def _fail_to_add(self, error: Exception) -> None:
        self._say(f"These files could not be taken: {error}")

    def _take(self, path: str, known: Track | None) -> Track:
        """The track of a path: a new one, or the known one, which is tried again if it came to nothing."""
        if known is None:
            self._n_given += 1
            known = Track(f"track-{self._n_given}", path, display_name(path))
            self._tracks[known.track_id] = known
        elif known.state in (TrackState.FAILED, TrackState.CANCELLED):
            known.state, known.n_interruptions = TrackState.WAITING, 0
        self._show_row(known)
        return known

    def _predict_next(self) -> None:
        client = self._connection.client
        if client is None or self._current is not None:
            return
        track = next((track for track in self._tracks.values() if track.state is TrackState.WAITING), None)
        if track is not None:
            self._current, self._current_client = track, client
            self._change(track, TrackState.ANALYSING)
            # An answer stays on the page until there is the next one.
            if self._is_following and not self._is_shown_final():
                self._show_and_select(track)
            self._jobs.submit(
                partial(client.predict_path, track.path),
                partial(self._on_predicted, track),
                partial(self._on_prediction_error, track, client),
            )
        self._show_progress()

    def _on_predicted(self, track: Track, prediction: Prediction) -> None:
        if track is self._current:
            track.prediction = prediction
            self._finish(track, TrackState.DONE)

    def _on_prediction_error(self, track: Track, client: ApiClient, error: Exception) -> None:
        # A request to an API that is gone may end long after its file was asked for again.
        if track is not self._current or client is not self._current_client:
            return
        if isinstance(error, ApiUnavailableError):
            self._interrupt_current(counts=True)
            self._connection.report_lost(client)
            self._predict_next()
        elif isinstance(error, ApiError) and error.code in _LATER_CODES:
            self._interrupt_current(counts=False)
            self._jobs.call_later(RETRY_S, self._predict_next)
        else:
            track.problem = error.detail if isinstance(error, ApiError) else f"Unexpected: {error}"
            self._finish(track, TrackState.FAILED)

    def _interrupt_current(self, *, counts: bool) -> None:
        """Put the file in flight back in line."""
        track, self._current = self._current, None
        if track is None:
            return
        track.n_interruptions += counts
        if track.n_interruptions < MAX_INTERRUPTIONS:
            self._change(track, TrackState.WAITING)
        else:
            track.problem = "The analysis engine stopped each time it read this file, so the file was set aside."
            self._change(track, TrackState.FAILED)

    def _finish(self, track: Track, state: TrackState) -> None:
        self._current = None
        self._change(track, state)
        if self._is_following:
            self._show_and_select(track)
        self._predict_next()

    def _change(self, track: Track, state: TrackState) -> None:
        track.state = state
        self._show_row(track)
        if track.track_id == self._shown_id:
            self._show_details(track)

    def _is_shown_final(self) -> bool:
        shown = self._tracks.get(self._shown_id or "")
        return shown is not None and shown.state in _FINAL_STATES

    def _show_progress(self) -> None:
        n_open = sum(track.state in _OPEN_STATES for track in self._tracks.values())
        if n_open == 0 or self._connection.state is ApiState.FAILED:
            self._view.show_progress(None)
        else:
            n_tracks = len(self._tracks) + len(self._untaken_paths)
            position = len(self._tracks) - n_open + 1
            self._view.show_progress(f"{position} of {n_tracks}")

    def _show_row(self, track: Track) -> None:
        answer = _ANSWERS.get(track.state) or (wording.short_answer(track.prediction) if track.prediction else "")
        self._view.show_track(TrackRow(track.track_id, track.name, track.state, answer))

    def _show_and_select(self, track: Track) -> None:
        self._show_details(track)
        self._view.select_track(track.track_id)

    def _show_details(self, track: Track) -> None:
        self._shown_id = track.track_id
        if track.state is TrackState.DONE and track.prediction is not None:
            self._view.show_result(describe_result(track.name, track.prediction, track.path))
        elif track.state in (TrackState.FAILED, TrackState.CANCELLED):
            self._view.show_message(MessageText(track.name, track.problem, track.state))
        elif track.state is TrackState.ANALYSING:
            self._view.show_message(MessageText(track.name, "Listening…", track.state))
        else:
            self._view.show_message(MessageText(track.name, self._explain_waiting(), track.state))

    def _explain_waiting(self) -> str:
        if self._connection.state is ApiState.FAILED:
            return "The analysis engine does not run."
        return "Next in line." if self._connection.client else "Waiting for the analysis engine…"
