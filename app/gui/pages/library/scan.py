"""Decides what is said of the work on folders, and has it done. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from app.contract import Job, JobPage
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient, display_name
from app.gui.connection import ApiFollower, ApiState, Status
from app.gui.pages.library.view import ScanText, ScanView
from app.gui.pages.page import PageContext
from app.gui.widgets import track_text

#: How often a job is asked how far it has come.
POLL_S: Final = 0.5
#: After how many answers the table is read again, where something has come of the work.
_N_POLLS_PER_LOOK: Final = 4
_RECENT: Final = 20
_OVER: Final = ("done", "cancelled")

IDLE: Final = ScanText(
    "Identify whole folders",
    "Every song in them is identified in the background. What is done stays done, even if you close the window.",
)
_STARTING: Final = ScanText("Identify whole folders", "The analysis engine is starting; folders can be added then.")
_FAILED: Final = ScanText(
    "Identify whole folders", "The analysis engine does not run, so that no folder can be added now."
)
_INTERRUPTED: Final = "Waiting for the analysis engine; the work goes on by itself as soon as it is back."


class ScanPresenter(ApiFollower):
    """Starts jobs and follows the one that is being worked on.

    Args:
        view: What shows it.
        context: What the window lends.
        on_progress: Called when there are other tracks in the library than before.
    """

    def __init__(self, view: ScanView, context: PageContext, on_progress: Callable[[], None]) -> None:
        self._view = view
        self._jobs = context.jobs
        self._connection = context.connection
        self._say = context.say
        self._on_progress = on_progress
        self._job: Job | None = None
        self._n_waiting = 0
        self._n_polls = 0
        self._n_done_before = 0
        self._poll_client: ApiClient | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a job runs."""
        return self._job is not None and self._job.state == "running"

    def start(self) -> None:
        """Show what is known."""
        self._connection.follow(self)

    # What becomes of the API

    def on_api_status(self, status: Status) -> None:
        """Without the API nothing is done."""
        if self._job is None:
            texts = {ApiState.READY: IDLE, ApiState.FAILED: _FAILED}
            self._view.show_scan(texts.get(status.state, _STARTING))
        elif status.state is not ApiState.READY and self._job.state not in _OVER:
            before = describe_job(self._job)
            self._view.show_scan(ScanText(before.title, _INTERRUPTED, before.share or 0.0, is_over=False))

    def on_api_ready(self) -> None:
        """Jobs of before go on by themselves: find the one that is being worked on."""
        self._poll_client = None
        self._look_for_job()

    # What the person does

    def add(self, names: Sequence[str]) -> None:
        """Identify files and folders.

        Args:
            names: As Tk delivers them.
        """
        paths = [str(Path(name).absolute()) for name in names]
        if paths:
            self._change(lambda client: client.start_job(paths))

    def pause(self) -> None:
        """Begin no further file."""
        self._change_job(lambda client, job: client.pause_job(job.id))

    def resume(self) -> None:
        """Go on."""
        self._change_job(lambda client, job: client.resume_job(job.id))

    def cancel(self) -> None:
        """End it; what is done stays in the library."""
        self._change_job(lambda client, job: client.cancel_job(job.id))

    def retry(self) -> None:
        """Try all problem files once more."""
        self._change(_retry_problems)

    # How it is done

    def _change_job(self, work: Callable[[ApiClient, Job], Job]) -> None:
        job = self._job
        if job is not None:
            self._change(lambda client: work(client, job))

    def _change(self, work: Callable[[ApiClient], Job]) -> None:
        client = self._connection.client
        if client is None:
            self._say("The analysis engine is not ready; try again in a moment.")
        else:
            self._jobs.submit(partial(work, client), self._take_changed, partial(self._fail, client))

    def _take_changed(self, job: Job) -> None:
        self._say(None)
        # Another one may be worked on first, or now.
        self._look_for_job()

    def _look_for_job(self) -> None:
        client = self._connection.client
        if client is not None:
            ask = partial(client.list_jobs, _RECENT)
            self._jobs.submit(ask, partial(self._take_list, client), partial(self._fail, client))

    def _take_list(self, client: ApiClient, page: JobPage) -> None:
        if client is not self._connection.client:
            return
        open_jobs = [job for job in page.items if job.state not in _OVER]
        running = [job for job in open_jobs if job.state == "running"]
        self._n_waiting = max(0, len(running) - 1)
        if not page.items:
            self._view.show_scan(IDLE)
        elif open_jobs:
            # The oldest that runs is worked on first.
            self._take(client, (running or open_jobs)[-1])
        else:
            self._take(client, page.items[0])

    def _take(self, client: ApiClient, job: Job) -> None:
        if client is not self._connection.client:
            return
        before, self._job = self._job, job
        is_same = before is not None and before.id == job.id
        has_ended = is_same and before is not None and before.state == "running" and job.state != "running"
        self._n_polls += 1
        if has_ended or (job.n_done != self._n_done_before and self._n_polls % _N_POLLS_PER_LOOK == 0):
            self._n_done_before = job.n_done
            self._on_progress()
        self._view.show_scan(describe_job(job, self._n_waiting))
        if has_ended:
            self._look_for_job()
        else:
            self._poll_later(client)

    def _poll_later(self, client: ApiClient) -> None:
        if self.is_busy and self._poll_client is not client:
            self._poll_client = client
            self._jobs.call_later(POLL_S, partial(self._poll, client))

    def _poll(self, client: ApiClient) -> None:
        if self._poll_client is client:
            self._poll_client = None
        job = self._job
        if client is self._connection.client and job is not None and job.state == "running":
            ask = partial(client.job, job.id)
            self._jobs.submit(ask, partial(self._take, client), partial(self._fail_poll, client))

    def _fail_poll(self, client: ApiClient, error: Exception) -> None:
        if isinstance(error, ApiUnavailableError):
            self._connection.report_lost(client)
        else:
            # Nothing was asked of it by the person: it is asked again before anything is said.
            self._poll_later(client)

    def _fail(self, client: ApiClient, error: Exception) -> None:
        if isinstance(error, ApiUnavailableError):
            self._connection.report_lost(client)
        else:
            self._say(error.detail if isinstance(error, ApiError) else str(error))


def _retry_problems(client: ApiClient) -> Job:
    """Runs beside Tk's thread."""
    jobs = [job for job in client.list_jobs().items if job.n_failed and job.state != "cancelled"]
    if not jobs:
        raise ApiError("nothing_to_retry", "There is no folder whose problem files could be tried again; add it anew.")
    return [client.retry_job(job.id) for job in jobs][-1]


def describe_job(job: Job, n_waiting: int = 0) -> ScanText:
    """How far a job has come, in words.

    Args:
        job: Tells it.
        n_waiting: Jobs that come after it.
    """
    where = _name_paths(job.paths)
    details = [_describe_outcome(job)]
    if n_waiting:
        details.append(f"{n_waiting} more to come after this")
    share = job.n_done / job.n_total if job.n_total else 0.0
    progress = f"{job.n_done:,} of {job.n_total:,}"
    if job.state == "running" and job.is_counting:
        return ScanText(f"Looking through {where}", "Counting the songs…", None, is_over=False, can_pause=True)
    if job.state == "running":
        left = track_text.time_left(job.eta_s) if job.eta_s is not None else ""
        details.insert(0, job.current_file or "")
        title = " · ".join(part for part in (f"{where}: {progress}", left) if part)
        return ScanText(title, _join(*details, job.note), share, is_over=False, can_pause=True)
    if job.state == "paused":
        return ScanText(f"{where}: paused at {progress}", _join(*details, job.note), share, False, can_resume=True)
    verb = "done" if job.state == "done" else f"cancelled after {progress}"
    total = f", {track_text.count(job.n_total)}" if job.state == "done" else ""
    if job.state == "done" and not job.n_total:
        return ScanText(f"{where}: done", _join("No music was found there.", job.note))
    can_retry = bool(job.n_failed) and job.state == "done"
    return ScanText(f"{where}: {verb}{total}", _join(*details, job.note), share, can_retry=can_retry)


def _describe_outcome(job: Job) -> str:
    problems = "1 problem" if job.n_failed == 1 else f"{job.n_failed:,} problems"
    unchanged = f"{job.n_unchanged:,} known already"
    return _join(problems if job.n_failed else "", unchanged if job.n_unchanged else "")


def _name_paths(paths: Sequence[str]) -> str:
    first = display_name(paths[0]) or paths[0]
    return f"“{first}”" if len(paths) == 1 else f"“{first}” and {len(paths) - 1} more"


def _join(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
