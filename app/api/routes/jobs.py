"""Jobs: many files and folders, in the background."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Query, Request

from app.api.job_runner import JobRunner
from app.api.problems import document_problems
from app.api.security import require_token, resolve_path
from app.contract import Job, JobPage, JobRequest, JobState, Paging
from app.library.jobs import JobStore
from app.library.scan import validate_job_paths

router = APIRouter(tags=["jobs"], dependencies=[Depends(require_token)])

_JobId = Annotated[int, Path(ge=1, le=2**63 - 1, description="as “GET /api/jobs” lists it")]
_JOB_PROBLEMS = ("unauthorized", "job_unknown", "invalid_request", "library_unavailable")


@router.post(
    "/api/jobs",
    status_code=201,
    summary="Identify files and folders in the background",
    responses=document_problems(
        "json_invalid", "unauthorized", "path_refused", "audio_not_found", "body_too_slow", "body_too_large",
        "invalid_request", "path_not_absolute", "library_unavailable",
    ),
)  # fmt: skip
async def start_job(request: Request, wanted: JobRequest) -> Job:
    """Of a folder all music in it, by its suffix; of files just these.

    A job goes on after a restart of the server and leaves out what this model has identified before, unless the file
    has changed. What comes of its files is in “GET /api/tracks?job_id=…”.
    """
    paths = [await resolve_path(request, path) for path in wanted.paths]
    await anyio.to_thread.run_sync(validate_job_paths, paths)
    job = await anyio.to_thread.run_sync(_store(request).create, wanted)
    return _tell(request, job)


@router.get(
    "/api/jobs",
    summary="The jobs",
    responses=document_problems("unauthorized", "invalid_request", "library_unavailable"),
)
def list_jobs(request: Request, query: Annotated[Paging, Query()]) -> JobPage:
    """The newest first. Beyond a hundred, those that have ended are forgotten; what they identified is not."""
    page = _store(request).find(query.limit, query.offset)
    runner: JobRunner = request.app.state.job_runner
    return page.model_copy(update={"items": [runner.describe(job) for job in page.items]})


@router.get("/api/jobs/{job_id}", summary="How far a job has come", responses=document_problems(*_JOB_PROBLEMS))
def show_job(request: Request, job_id: _JobId) -> Job:
    """Progress, and how long the rest will take."""
    return _tell(request, _store(request).load(job_id))


@router.post("/api/jobs/{job_id}/pause", summary="Pause a job", responses=document_problems(*_JOB_PROBLEMS, "job_over"))
def pause_job(request: Request, job_id: _JobId) -> Job:
    """Begins no further file until it is resumed, also after a restart."""
    return _change_state(request, job_id, "paused")


@router.post(
    "/api/jobs/{job_id}/resume",
    summary="Go on with a paused job",
    responses=document_problems(*_JOB_PROBLEMS, "job_over"),
)
def resume_job(request: Request, job_id: _JobId) -> Job:
    """Goes on where it was."""
    return _change_state(request, job_id, "running")


@router.post(
    "/api/jobs/{job_id}/cancel", summary="Cancel a job", responses=document_problems(*_JOB_PROBLEMS, "job_over")
)
def cancel_job(request: Request, job_id: _JobId) -> Job:
    """Ends it; what it has found out so far stays in the library."""
    return _change_state(request, job_id, "cancelled")


@router.post(
    "/api/jobs/{job_id}/retry",
    summary="Try the problem files of a job once more",
    responses=document_problems(*_JOB_PROBLEMS, "job_over"),
)
def retry_job(request: Request, job_id: _JobId) -> Job:
    """Does nothing where there are none."""
    return _tell(request, _store(request).retry(job_id))


def _change_state(request: Request, job_id: int, state: JobState) -> Job:
    return _tell(request, _store(request).change_state(job_id, state))


def _store(request: Request) -> JobStore:
    store: JobStore = request.app.state.library.jobs
    return store


def _tell(request: Request, job: Job) -> Job:
    runner: JobRunner = request.app.state.job_runner
    runner.wake()
    return runner.describe(job)
