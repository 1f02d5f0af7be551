"""Decides what the window shows and what is asked of the API. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.contract import Health, LauncherMessage, Metrics, Prediction
from app.gui import wording
from app.gui.client import ApiError, ApiUnavailableError, display_name
from app.gui.connection import ApiConnection, Client
from app.gui.given_files import GivenFiles, collect_given_files
from app.gui.jobs import Jobs
from app.gui.view import ApiState, IdentifyView, MessagePage, ResultPage, Status, TrackRow, TrackState

#: A file during which the API went away this often is not tried again: it may well be the reason.
MAX_INTERRUPTIONS: Final = 2

RETRY_S: Final = 1.0
#: Answers that mean “later” and not “no”.
_LATER_CODES: Final = frozenset({"model_not_ready", "busy"})


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


class IdentifyPresenter:
    """Takes files, has them predicted one after the other, and shows the one that was chosen.

    Args:
        view: What shows it all.
        jobs: Where blocking work runs.
        create_client: Makes a client for an address.
    """

    def __init__(self, view: IdentifyView, jobs: Jobs, create_client: Callable[[str], Client]) -> None:
        self._view = view
        self._jobs = jobs
        self._tracks: dict[str, Track] = {}
        self._n_given = 0
        self._current: Track | None = None
        self._current_client: Client | None = None
        self._shown_id: str | None = None
        # Until a person chooses a line, the page follows the work.
        self._is_following = True
        self._connection = ApiConnection(
            jobs,
            create_client,
            on_status=self._show_status,
            on_ready=self._predict_next,
            on_model=self._show_model,
        )

    def start(self) -> None:
        """Show the first page."""
        self._connection.start()
        self._view.show_empty_page()

    def handle_launcher_message(self, message: LauncherMessage) -> None:
        """The API has started, died, or come back."""
        # A request to an API that the launcher has given up may hang: do not wait for its answer.
        self._interrupt_current(counts=message.api_state == "restarting")
        self._connection.handle(message)

    def handle_launcher_end(self) -> None:
        """The launcher is gone: nothing may stay behind."""
        self._view.close()

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
            self._show_track_page(self._tracks[track_id])

    def clear(self) -> None:
        """Forget all files. What is being computed is computed in vain."""
        self._tracks.clear()
        self._current = None
        self._shown_id = None
        self._is_following = True
        self._view.remove_tracks()
        self._view.show_notice(None)
        self._view.show_progress(None)
        self._view.show_empty_page()

    def _add_files(self, given: GivenFiles) -> None:
        self._view.show_notice(given.notice)
        known = {track.path: track for track in self._tracks.values()}
        wanted = [self._take(path, known.get(path)) for path in given.paths]
        if not wanted:
            return
        self._is_following = True
        if self._current is None:
            self._show_and_select(wanted[0])
        self._predict_next()
        self._show_progress()

    def _fail_to_add(self, error: Exception) -> None:
        self._view.show_notice(f"These files could not be taken: {error}")

    def _take(self, path: str, known: Track | None) -> Track:
        """The track of a path: a new one, or the known one, which is tried again if it failed."""
        if known is None:
            self._n_given += 1
            known = Track(f"track-{self._n_given}", path, display_name(path))
            self._tracks[known.track_id] = known
        elif known.state is TrackState.FAILED:
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
            if self._is_following and not self._is_shown_page_final():
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

    def _on_prediction_error(self, track: Track, client: Client, error: Exception) -> None:
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
            self._show_track_page(track)

    def _is_shown_page_final(self) -> bool:
        shown = self._tracks.get(self._shown_id or "")
        return shown is not None and shown.state in (TrackState.DONE, TrackState.FAILED)

    def _show_status(self, status: Status) -> None:
        self._view.show_status(status)
        self._show_progress()
        shown = self._tracks.get(self._shown_id or "")
        if shown is not None and shown.state is TrackState.WAITING:
            self._show_track_page(shown)

    def _show_model(self, metrics: Metrics, health: Health) -> None:
        self._view.show_model(wording.model_facts(metrics, health.model_id, health.device))

    def _show_progress(self) -> None:
        n_open = sum(track.state in (TrackState.WAITING, TrackState.ANALYSING) for track in self._tracks.values())
        if n_open == 0 or self._connection.state is ApiState.FAILED:
            self._view.show_progress(None)
        else:
            position = len(self._tracks) - n_open + 1
            self._view.show_progress(f"{position} of {len(self._tracks)}")

    def _show_row(self, track: Track) -> None:
        answers = {TrackState.WAITING: "Waiting", TrackState.ANALYSING: "Analysing…", TrackState.FAILED: "Failed"}
        answer = answers.get(track.state) or (wording.short_answer(track.prediction) if track.prediction else "")
        self._view.show_track(TrackRow(track.track_id, track.name, track.state, answer))

    def _show_and_select(self, track: Track) -> None:
        self._show_track_page(track)
        self._view.select_track(track.track_id)

    def _show_track_page(self, track: Track) -> None:
        self._shown_id = track.track_id
        if track.state is TrackState.DONE and track.prediction is not None:
            self._view.show_result_page(_describe_result(track, track.prediction))
        elif track.state is TrackState.FAILED:
            self._view.show_message_page(MessagePage(track.name, track.problem, track.state))
        elif track.state is TrackState.ANALYSING:
            self._view.show_message_page(MessagePage(track.name, "Listening…", track.state))
        else:
            self._view.show_message_page(MessagePage(track.name, self._explain_waiting(), track.state))

    def _explain_waiting(self) -> str:
        if self._connection.state is ApiState.FAILED:
            return "The analysis engine does not run."
        return "Next in line." if self._connection.client else "Waiting for the analysis engine…"


def _describe_result(track: Track, prediction: Prediction) -> ResultPage:
    metadata = prediction.metadata
    return ResultPage(
        title=metadata.title or track.name,
        credits=wording.credits_line(metadata),
        headline=wording.headline(prediction),
        top_three=wording.top_three(prediction),
        reason=wording.capitalise(prediction.reason),
        format_line=wording.format_line(metadata),
        warnings=wording.warning_lines(prediction.warnings),
        prediction=prediction,
    )
