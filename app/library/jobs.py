"""Jobs and their files, kept so that a job goes on where it was, however the program ended. Any thread may call."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from app.contract import Job, JobPage, JobRequest, JobState
from app.library.database import Database, now
from app.library.identified import Identified, encode_path
from app.library.rows import write_track
from core.errors import GenrescopeError

FileOutcome = Literal["done", "failed", "unchanged"]

#: So many jobs are remembered; the files of each are listed one by one, and some people scan their music every day.
MAX_JOBS: Final = 100

#: What may follow what; whatever is asked for twice is answered as the first time.
_MAY_BECOME: dict[JobState, frozenset[JobState]] = {
    "running": frozenset({"paused", "cancelled"}),
    "paused": frozenset({"running", "cancelled"}),
    "done": frozenset(),
    "cancelled": frozenset(),
}


class NoSuchJobError(GenrescopeError):
    """No job has this id."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"There is no job {job_id}.")


class JobOverError(GenrescopeError):
    """The job has ended, so it cannot be paused, resumed or cancelled."""


@dataclass(frozen=True)
class RunningJob:
    """A job that is to be worked on.

    Attributes:
        id: Of the job.
        request: What was asked for.
        is_counted: Whether its files are known.
    """

    id: int
    request: JobRequest
    is_counted: bool


class JobStore:
    """The jobs of one user. Each method raises ``LibraryError`` when the file cannot be used.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, request: JobRequest) -> Job:
        """Keep a new job, which runs from now on. The oldest that have ended are forgotten, not what they found."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM job WHERE state IN ('done', 'cancelled') "
                "AND id <= (SELECT id FROM job ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (MAX_JOBS - 1,),
            )
            statement = "INSERT INTO job (state, request, created_at) VALUES ('running', ?, ?)"
            job_id = connection.execute(statement, (request.model_dump_json(), now())).lastrowid
            return _load(connection, job_id or 0)

    def load(self, job_id: int) -> Job:
        """How far a job has come.

        Raises:
            NoSuchJobError: When there is none of this id.
        """
        with self._database.reading() as connection:
            return _load(connection, job_id)

    def find(self, limit: int, offset: int = 0) -> JobPage:
        """A part of the jobs, the newest first."""
        with self._database.reading() as connection:
            (total,) = connection.execute("SELECT COUNT(*) FROM job").fetchone()
            rows = connection.execute("SELECT * FROM job ORDER BY id DESC LIMIT ? OFFSET ?", (limit, offset)).fetchall()
            items = [_to_job(connection, row) for row in rows]
        return JobPage(items=items, total=total, limit=limit, offset=offset)

    def find_running(self) -> RunningJob | None:
        """The oldest job that runs: it is worked on first."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM job WHERE state = 'running' ORDER BY id LIMIT 1").fetchone()
        if row is None:
            return None
        return RunningJob(row["id"], JobRequest.model_validate_json(row["request"]), bool(row["is_counted"]))

    def change_state(self, job_id: int, state: JobState) -> Job:
        """Pause, resume or cancel a job; its end comes with its last file.

        Raises:
            NoSuchJobError: When there is none of this id.
            JobOverError: When it has ended otherwise.
        """
        with self._database.writing() as connection:
            job = _load(connection, job_id)
            if job.state != state:
                if state not in _MAY_BECOME[job.state]:
                    raise JobOverError(f"Job {job_id} is over ({job.state}); start a new one.")
                _set_state(connection, job_id, state)
            return _load(connection, job_id)

    def retry(self, job_id: int) -> Job:
        """Let the job do its problem files once more, and whatever else it has not done.

        Raises:
            NoSuchJobError: When there is none of this id.
            JobOverError: When it was cancelled.
        """
        with self._database.writing() as connection:
            job = _load(connection, job_id)
            if job.state == "cancelled":
                raise JobOverError(f"Job {job_id} was cancelled; start a new one.")
            failed = connection.execute(
                "UPDATE job_file SET state = 'waiting', n_starts = 0 WHERE job_id = ? AND state = 'failed'", (job_id,)
            )
            if failed.rowcount:
                _set_state(connection, job_id, "running")
            return _load(connection, job_id)

    def add_files(self, job_id: int, paths: Iterable[Path], note: str | None) -> None:
        """The job's files are these: the counting is over."""
        with self._database.writing() as connection:
            rows = ((job_id, encode_path(path)) for path in paths)
            connection.executemany("INSERT OR IGNORE INTO job_file (job_id, path) VALUES (?, ?)", rows)
            connection.execute("UPDATE job SET is_counted = 1, note = ? WHERE id = ?", (note, job_id))

    def find_waiting(self, job_id: int, limit: int, besides: Collection[bytes] = ()) -> list[tuple[bytes, int]]:
        """Paths of files that are still to be done, and how often each was begun before.

        Args:
            job_id: Of the job.
            limit: At most so many.
            besides: Paths to leave out.
        """
        marks = ", ".join("?" * len(besides))
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path, n_starts FROM job_file WHERE job_id = ? AND state = 'waiting' "  # noqa: S608
                f"AND path NOT IN ({marks}) ORDER BY path LIMIT ?",
                (job_id, *besides, limit),
            ).fetchall()
        return [(row["path"], row["n_starts"]) for row in rows]

    def count_start(self, job_id: int, path: bytes, step: Literal[1, -1] = 1) -> None:
        """A file is begun, or with ``step`` -1 left as if it had not been."""
        with self._database.writing() as connection:
            statement = "UPDATE job_file SET n_starts = n_starts + ? WHERE job_id = ? AND path = ?"
            connection.execute(statement, (step, job_id, path))

    def finish_file(self, job_id: int, path: bytes, outcome: FileOutcome, identified: Identified | None) -> None:
        """A file is done: the job's progress and what came of the file are kept together, or neither is."""
        with self._database.writing() as connection:
            if identified is not None:
                write_track(connection, identified)
            connection.execute("UPDATE job_file SET state = ? WHERE job_id = ? AND path = ?", (outcome, job_id, path))

    def finish(self, job_id: int) -> None:
        """The job is done, if it still runs and no file waits."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE job SET state = 'done', finished_at = ? WHERE id = ? AND state = 'running' AND is_counted "
                "AND NOT EXISTS (SELECT 1 FROM job_file WHERE job_id = job.id AND state = 'waiting')",
                (now(), job_id),
            )


def _set_state(connection: sqlite3.Connection, job_id: int, state: JobState) -> None:
    finished_at = now() if state == "cancelled" else None
    connection.execute("UPDATE job SET state = ?, finished_at = ? WHERE id = ?", (state, finished_at, job_id))


def _load(connection: sqlite3.Connection, job_id: int) -> Job:
    row = connection.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise NoSuchJobError(job_id)
    return _to_job(connection, row)


def _to_job(connection: sqlite3.Connection, row: sqlite3.Row) -> Job:
    """What is kept of a job; what is known only while it runs is for the runner to add."""
    statement = "SELECT state, COUNT(*) FROM job_file WHERE job_id = ? GROUP BY state"
    n: dict[str, int] = dict(connection.execute(statement, (row["id"],)).fetchall())
    request = JobRequest.model_validate_json(row["request"])
    fields: dict[str, Any] = request.model_dump() | {
        name: row[name] for name in ("id", "state", "created_at", "finished_at", "note")
    }
    return Job(
        **fields,
        is_counting=not row["is_counted"] and row["state"] == "running",
        n_total=sum(n.values()),
        n_done=sum(count for state, count in n.items() if state != "waiting"),
        n_failed=n.get("failed", 0),
        n_unchanged=n.get("unchanged", 0),
        eta_s=None,
        current_file=None,
    )
