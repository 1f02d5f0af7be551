"""Works on the jobs in the background, one file after another, and lets whoever waits for an answer go first."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from app.api.engine import NotReadyError, PredictionEngine
from app.api.identify import identify_file
from app.api.measurements import Measurements
from app.api.problems import describe_failure
from app.api.security import resolve_inside
from app.contract import Job, TrackProblem
from app.library.database import LibraryError
from app.library.identified import FileState, Identified
from app.library.jobs import FileOutcome, RunningJob
from app.library.scan import UnwantedError, find_job_files
from app.library.user_library import UserLibrary
from core.audio.source import display_name
from core.errors import GenrescopeError
from core.inference.predictor import GenrePredictor

log = logging.getLogger(__name__)

#: A file with which the program ended so often is left out: the server would be restarted for ever.
MAX_STARTS: Final = 3
#: So many paths are taken from the library at a time.
_N_AHEAD: Final = 64
#: How long a file steps back behind those who wait for an answer, so that a job comes to its end all the same.
_COURTESY_S: Final = 10.0
#: Until a library that could not be used is tried again.
_TROUBLE_S: Final = 5.0
#: How often a copy of the program looks what the others have done with the jobs.
_OTHERS_S: Final = 5.0
#: How often a file that has to wait looks whether it is its turn.
_LOOK_S: Final = 0.02
#: A job's note is no list of a hundred folders.
_MOST_NOTES: Final = 3
#: How much the last file says of how long the next one will take.
_PACE_WEIGHT: Final = 0.05


class JobRunner:
    """A few threads that take files of the oldest running job, in one copy of the program at a time.

    Args:
        engine: Knows the model that answers, and whether somebody waits.
        library: Keeps jobs and results; where there is none, there are no jobs.
        measurements: Count predictions.
        allowed_folders: Files must lie inside one of these; empty allows every path.
    """

    def __init__(
        self,
        engine: PredictionEngine,
        library: UserLibrary,
        measurements: Measurements,
        allowed_folders: tuple[Path, ...],
    ) -> None:
        self._engine = engine
        self._library = library
        self._measurements = measurements
        self._allowed_folders = allowed_folders
        self._changed = threading.Condition()
        self._is_closing = threading.Event()
        self._ahead: deque[tuple[bytes, int]] = deque()
        self._ahead_of: int | None = None
        self._is_counting = False
        self._in_work: dict[bytes, int] = {}
        self._trouble: str | None = None
        self._pace_s: float | None = None
        # Each file is decoded in one thread and judged in others.
        n_threads = max(1, min(4, (os.cpu_count() or 1) // 2))
        self._threads = [threading.Thread(target=self._work, name="job", daemon=True) for _ in range(n_threads)]

    def start(self) -> None:
        """Go on with what the last run of the program left."""
        if self._library.is_available:
            for thread in self._threads:
                thread.start()

    def wake(self) -> None:
        """There is a new job, or one has changed."""
        with self._changed:
            self._changed.notify_all()

    def close(self, grace_s: float) -> None:
        """Begin no further file; one that takes longer than this is left as if it had not been begun."""
        self._is_closing.set()
        self.wake()
        deadline = time.monotonic() + grace_s
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        with self._changed, contextlib.suppress(LibraryError):
            for path, job_id in self._in_work.items():
                self._library.jobs.count_start(job_id, path, -1)
            self._in_work.clear()
        self._library.job_claim.release()

    def describe(self, job: Job) -> Job:
        """A job as the library has it, with what is known only while it runs."""
        if job.state != "running":
            return job
        with self._changed:
            names = [display_name(path) for path, job_id in self._in_work.items() if job_id == job.id]
            is_next = self._ahead_of == job.id
        eta_s = None
        if is_next and self._pace_s is not None and not job.is_counting:
            eta_s = round((job.n_total - job.n_done) * self._pace_s / len(self._threads), 1)
        current_file = names[-1] if names else None
        return job.model_copy(update={"eta_s": eta_s, "current_file": current_file, "note": self._trouble or job.note})

    def _work(self) -> None:
        while not self._is_closing.is_set():
            try:
                with self._changed:
                    step = None if self._is_closing.is_set() else self._choose_step()
                    if step is None and not self._is_closing.is_set():
                        self._changed.wait(_OTHERS_S)
                if step is not None:
                    step()
            except Exception as error:
                is_expected = isinstance(error, LibraryError)
                self._trouble = str(error) if is_expected else "Something went wrong inside Genrescope."
                log.warning("A job has to wait: %s", error, exc_info=not is_expected)
                self._is_closing.wait(_TROUBLE_S)

    def _choose_step(self) -> Callable[[], None] | None:
        """What to do next; ``None`` where there is nothing to do before something changes."""
        job = self._library.jobs.find_running()
        if job is None or job.id != self._ahead_of:
            self._ahead.clear()
            self._ahead_of = None if job is None else job.id
        if job is None and not self._in_work:
            self._library.job_claim.release()
        if job is None or not self._library.job_claim.take():
            return None
        if not job.is_counted:
            if self._is_counting:
                return None
            self._is_counting = True
            return partial(self._count, job)
        if not self._ahead:
            self._ahead.extend(self._library.jobs.find_waiting(job.id, _N_AHEAD, tuple(self._in_work)))
        if self._ahead:
            path, n_starts = self._ahead.popleft()
            self._in_work[path] = job.id
            return partial(self._do_file, job.id, path, n_starts)
        return None if self._in_work else partial(self._library.jobs.finish, job.id)

    def _count(self, job: RunningJob) -> None:
        def is_wanted() -> bool:
            return not self._is_closing.is_set() and self._library.jobs.load(job.id).state == "running"

        try:
            paths, refusals = self._confine(job.request.paths)
            files, notes = find_job_files(paths, job.request.recursive, is_wanted)
            notes = refusals + notes
            if not files:
                notes.append("No music was found.")
            more = [f"And {len(notes) - _MOST_NOTES} more."] if len(notes) > _MOST_NOTES else []
            self._library.jobs.add_files(job.id, files, " ".join(notes[:_MOST_NOTES] + more) or None)
        except UnwantedError:
            pass  # when it is resumed, everything is counted again
        finally:
            with self._changed:
                self._is_counting = False
                self._changed.notify_all()

    def _confine(self, paths: list[str]) -> tuple[list[Path], list[str]]:
        """The paths that may be read, and a sentence for each of the others."""
        # The server that was asked for the job may have been allowed more than this one.
        confined = [self._may_read(Path(path)) for path in paths]
        refusals = [_refuse(Path(path)).detail for path, allowed in zip(paths, confined, strict=True) if not allowed]
        return [path for path in confined if path is not None], refusals

    def _may_read(self, path: Path) -> Path | None:
        return resolve_inside(path, self._allowed_folders) if self._allowed_folders else path

    def _do_file(self, job_id: int, name: bytes, n_starts: int) -> None:
        """Identify a file, and keep what came of it together with the job's progress."""
        try:
            predictor = self._wait_for_turn()
            if predictor is None:
                return
            started = time.perf_counter()
            path = Path(os.fsdecode(name))
            state = FileState.of(path)
            if self._library.tracks.is_unchanged(path, state, predictor.model_id):
                self._library.jobs.finish_file(job_id, name, "unchanged", None)
            else:
                self._library.jobs.count_start(job_id, name)
                identified = self._identify(path, n_starts, predictor)
                if identified is None:
                    return
                outcome: FileOutcome = "done" if identified.problem is None else "failed"
                self._library.jobs.finish_file(job_id, name, outcome, identified)
            self._trouble = None
            self._note_pace(time.perf_counter() - started)
        finally:
            with self._changed:
                self._in_work.pop(name, None)
                self._changed.notify_all()

    def _wait_for_turn(self) -> GenrePredictor | None:
        """The model, once it is loaded and nobody waits for an answer; ``None`` when the server ends."""
        polite_until = time.monotonic() + _COURTESY_S
        while not self._is_closing.is_set():
            try:
                predictor = self._engine.predictor
            except NotReadyError:
                pass
            except GenrescopeError as error:
                self._trouble = str(error)
            else:
                if not self._engine.is_asked or time.monotonic() > polite_until:
                    return predictor
            self._is_closing.wait(_LOOK_S)
        return None

    def _identify(self, path: Path, n_starts: int, predictor: GenrePredictor) -> Identified | None:
        """What came of the file; ``None`` when the server ends, which is not the file's fault."""
        try:
            allowed = self._may_read(path)
            if allowed is None:
                problem = _refuse(path)
            elif n_starts >= MAX_STARTS:
                problem = _give_up(path)
            else:
                identified = identify_file(predictor, allowed, path.name)
                assert identified.prediction is not None  # noqa: S101
                self._measurements.count_prediction(identified.prediction)
                # By the path that was found: it is the one that the job will look for.
                return replace(identified, path=path)
        except GenrescopeError as error:
            problem = describe_failure(error)
        except Exception:
            if not self._is_closing.is_set():
                log.exception("A file could not be identified")
            detail = f"Something went wrong inside Genrescope while it read “{display_name(path)}”; its log says more."
            problem = TrackProblem(code="internal_error", detail=detail)
        if self._is_closing.is_set():
            return None
        return Identified(path, display_name(path), FileState.of(path), predictor.model_id, problem=problem)

    def _note_pace(self, duration_s: float) -> None:
        pace_s = self._pace_s
        self._pace_s = duration_s if pace_s is None else pace_s + _PACE_WEIGHT * (duration_s - pace_s)


def _refuse(path: Path) -> TrackProblem:
    detail = f"“{display_name(path)}” lies outside the folders that may be read."
    return TrackProblem(code="path_refused", detail=detail)


def _give_up(path: Path) -> TrackProblem:
    detail = f"The program ended {MAX_STARTS} times while it read “{display_name(path)}”; it is left out."
    return TrackProblem(code="program_ended", detail=detail)
