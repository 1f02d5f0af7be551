"""Work on many files: as a job that survives the program's end, or as one answer that comes in pieces."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from app.contract.base import Contract
from app.contract.library import TrackProblem
from app.contract.prediction import Prediction

JobState = Literal["running", "paused", "done", "cancelled"]

_JOB_EXAMPLE: Final[dict[str, Any]] = {
    "id": 3,
    "state": "running",
    "paths": ["/home/me/Music"],
    "recursive": True,
    "is_counting": False,
    "n_total": 20000,
    "n_done": 5120,
    "n_failed": 12,
    "n_unchanged": 300,
    "eta_s": 4300.5,
    "created_at": "2026-01-31T20:15:00+00:00",
    "finished_at": None,
    "current_file": "song.mp3",
    "note": None,
}


class JobRequest(Contract):
    """``POST /api/jobs``: files and folders to identify."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"paths": ["/home/me/Music"], "recursive": True}]},
    )

    paths: list[str] = Field(min_length=1, max_length=10_000, description="absolute; of files and of folders")
    recursive: bool = Field(default=True, description="whether folders inside the folders count too")


class Job(Contract):
    """Files that are identified one after another, in the background."""

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB_EXAMPLE]})

    id: int
    state: JobState = Field(description="“done” also where some files failed; “cancelled” and “done” are over")
    paths: list[str] = Field(description="as they were asked for")
    recursive: bool
    is_counting: bool = Field(description="the folders are still being looked through, and “n_total” is not known")
    n_total: int = Field(description="files, 0 while they are being counted")
    n_done: int = Field(description="files that are over, for whatever reason: it reaches “n_total”")
    n_failed: int = Field(description="of these: problem files; “GET /api/tracks?is_failed=true&job_id=…” lists them")
    n_unchanged: int = Field(description="of these: left out, because this model has identified them as they are")
    eta_s: float | None = Field(description="how long the rest will take, in seconds; null where nobody knows yet")
    created_at: str = Field(description="ISO 8601, UTC")
    finished_at: str | None = Field(description="ISO 8601, UTC; null before the end")
    current_file: str | None = Field(description="name of a file that is being identified now")
    note: str | None = Field(description="what the person should know, such as that a folder cannot be read")


class JobPage(Contract):
    """``GET /api/jobs``: a part of the jobs, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_JOB_EXAMPLE], "total": 1, "limit": 100, "offset": 0}]}
    )

    items: list[Job]
    total: int
    limit: int
    offset: int


class BatchRequest(Contract):
    """``POST /api/predict/batch``: files to identify while the client waits."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"paths": ["/home/me/Music/song.mp3", "/home/me/Music/broken.mp3"]}]},
    )

    paths: list[str] = Field(min_length=1, max_length=10_000, description="absolute; of files")


class BatchResult(Contract):
    """``POST /api/predict/batch``: one line of the answer, which tells of one file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "index": 1,
                    "path": "/home/me/Music/broken.mp3",
                    "prediction": None,
                    "problem": {"code": "audio_undecodable", "detail": "“broken.mp3” could not be read as audio."},
                }
            ]
        }
    )

    index: int = Field(description="of the file in the request, from 0: lines come as they are ready")
    path: str = Field(description="as it was asked for")
    prediction: Prediction | None = Field(description="null where there is a problem")
    problem: TrackProblem | None = Field(description="null where there is a prediction")
