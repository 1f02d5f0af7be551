"""Every error as problem+json (RFC 9457) with a stable code: the one table of codes and statuses."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.api.engine import BusyError, ModelInUseError, ModelLoadingError, NotReadyError
from app.api.model_store import (
    ModelFileMissingError,
    ModelKeptError,
    ModelUnusableError,
    NoSuchModelError,
    StorageError,
)
from app.contract import Problem, TrackProblem
from app.library.database import LibraryError
from app.library.jobs import JobOverError, NoSuchJobError
from app.library.tracks import NoSuchTrackError
from core.errors import (
    AudioDecodeError,
    AudioEmptyError,
    AudioError,
    AudioLimitError,
    AudioNotFoundError,
    DeviceError,
    FeatureError,
    GenrescopeError,
    ModelError,
)

PROBLEM_JSON = "application/problem+json"

#: Every code that the API answers with: its status, and when it is given.
PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "bad_request": (400, "The request is damaged: a form that cannot be read, for example."),
    "json_invalid": (400, "The body is not JSON."),
    "request_cut_off": (400, "The request ended before it was complete."),
    "host_refused": (400, "The request was addressed to another name than 127.0.0.1 or localhost."),
    "unauthorized": (401, "The token is missing or wrong."),
    "origin_refused": (403, "The request comes from a page of another computer."),
    "path_refused": (403, "The path leads outside the folders that the server was allowed to read."),
    "not_found": (404, "There is no such route."),
    "audio_not_found": (404, "There is no such file, or it is no plain file that may be read."),
    "model_unknown": (404, "No model has this id."),
    "model_file_not_found": (404, "There is no plain file at the path of a checkpoint."),
    "track_unknown": (404, "No track of the library has this id."),
    "job_unknown": (404, "No job has this id."),
    "method_not_allowed": (405, "The route does not know this method."),
    "body_too_slow": (408, "The body arrived too slowly."),
    "model_in_use": (409, "The model answers now or is being loaded."),
    "model_kept": (409, "The model is not one that was added, and is not deleted."),
    "model_loading": (409, "Another model is being loaded."),
    "job_over": (409, "The job is done or cancelled, and cannot become what was asked for."),
    "audio_too_large": (413, "The sound breaks the limits."),
    "body_too_large": (413, "The body is larger than the server takes."),
    "audio_undecodable": (415, "The file is no sound that can be decoded."),
    "media_type_unsupported": (415, "The body is of another media type than the route takes."),
    "audio_empty": (422, "The file holds no sound."),
    "audio_unusable": (422, "Something else is wrong with the sound."),
    "file_missing": (422, "The form has no file."),
    "invalid_request": (422, "A parameter or the body is not what the route takes; “errors” says where."),
    "model_unusable": (422, "The file is no checkpoint that can be used; nothing in it was executed."),
    "path_not_absolute": (422, "The path is not absolute."),
    "spec_invalid": (422, "The spectrogram has not the shape or values that the model takes."),
    "program_ended": (422, "The program ended again and again while it read this file. Only in results of jobs."),
    "live_full": (429, "As many clients as the server takes are listening already; “Retry-After” says when to try."),
    "internal_error": (500, "Something is wrong inside the program; its log says more."),
    "busy": (503, "Too many requests are waiting; “Retry-After” says when to ask again."),
    "device_unavailable": (503, "The device that was asked for does not compute."),
    "library_unavailable": (503, "What was identified before cannot be read or written; predictions go on."),
    "model_not_ready": (503, "The first model is still being loaded."),
    "model_unavailable": (503, "The model cannot be loaded, or gave an answer that is not a number."),
    "storage_failed": (507, "The user's data folder cannot be written."),
}

#: What the library and the engine raise; the first class that fits counts.
_ERROR_CODES: tuple[tuple[type[GenrescopeError], str], ...] = (
    (AudioNotFoundError, "audio_not_found"),
    (AudioDecodeError, "audio_undecodable"),
    (AudioEmptyError, "audio_empty"),
    (AudioLimitError, "audio_too_large"),
    (AudioError, "audio_unusable"),
    (FeatureError, "spec_invalid"),
    (NotReadyError, "model_not_ready"),
    (BusyError, "busy"),
    (ModelError, "model_unavailable"),
    (DeviceError, "device_unavailable"),
    (NoSuchModelError, "model_unknown"),
    (ModelFileMissingError, "model_file_not_found"),
    (ModelUnusableError, "model_unusable"),
    (ModelInUseError, "model_in_use"),
    (ModelKeptError, "model_kept"),
    (ModelLoadingError, "model_loading"),
    (StorageError, "storage_failed"),
    (NoSuchTrackError, "track_unknown"),
    (NoSuchJobError, "job_unknown"),
    (JobOverError, "job_over"),
    (LibraryError, "library_unavailable"),
)

#: What the framework refuses on its own.
_STATUS_CODES = {400: "bad_request", 401: "unauthorized", 404: "not_found", 405: "method_not_allowed"}


class ProblemException(HTTPException):
    """A refusal by the API itself, with its code."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.code = code


def describe_failure(error: GenrescopeError | ProblemException) -> TrackProblem:
    """Why there is no answer for a file, as the API would have answered for it alone."""
    if isinstance(error, ProblemException):
        return TrackProblem(code=error.code, detail=error.detail)
    return TrackProblem(code=_code_of(error), detail=str(error))


def problem_response(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, errors: Sequence[str] = ()
) -> JSONResponse:
    """A ``Problem`` as an HTTP response."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, code=code, errors=list(errors))
    return JSONResponse(problem.model_dump(), status, headers, media_type=PROBLEM_JSON)


def document_problems(*problems: int | str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI ``responses`` for a route that may answer with these errors.

    Args:
        problems: Codes, or statuses that stand for all of their codes.
    """
    codes = [code for code, (status, _) in PROBLEMS.items() if code in problems or status in problems]
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, meaning = PROBLEMS[code]
        content = responses.setdefault(
            status,
            {
                "description": HTTPStatus(status).phrase,
                "content": {PROBLEM_JSON: {"schema": Problem.model_json_schema(), "examples": {}}},
            },
        )["content"]
        example = Problem(title=HTTPStatus(status).phrase, status=status, detail=meaning, code=code)
        content[PROBLEM_JSON]["examples"][code] = {"summary": meaning, "value": example.model_dump()}
    return responses


def install_problem_handlers(api: FastAPI) -> None:
    """Make every error leave the API as a problem."""
    api.add_exception_handler(GenrescopeError, _answer_library_error)
    api.add_exception_handler(HTTPException, _answer_http_exception)
    api.add_exception_handler(RequestValidationError, _answer_validation_error)
    api.add_exception_handler(ClientDisconnect, _answer_nobody)
    api.add_exception_handler(Exception, _answer_unexpected_error)


def _code_of(error: Exception) -> str:
    return next((code for kind, code in _ERROR_CODES if isinstance(error, kind)), "internal_error")


async def _answer_library_error(request: Request, error: Exception) -> JSONResponse:
    code = _code_of(error)
    retry_after_s = getattr(error, "retry_after_s", None)
    headers = None if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return problem_response(PROBLEMS[code][0], code, str(error), headers)


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = getattr(error, "code", None) or _STATUS_CODES.get(error.status_code, "error")
    headers = None if error.headers is None else dict(error.headers)
    return problem_response(error.status_code, code, str(error.detail), headers)


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    parts = error.errors()[:10]
    if parts[0]["type"] == "json_invalid":
        return problem_response(400, "json_invalid", f"The body is not JSON: {parts[0]['ctx']['error']}.")
    errors = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in parts]
    return problem_response(422, "invalid_request", f"The request is not valid: {errors[0]}.", errors=errors)


async def _answer_nobody(request: Request, error: Exception) -> JSONResponse:
    # The client hung up in the middle of its request: nobody reads this, and it is no fault worth a traceback.
    return problem_response(400, "request_cut_off", "The request ended before it was complete.")


async def _answer_unexpected_error(request: Request, error: Exception) -> JSONResponse:
    # Starlette raises it again after this answer, so that it reaches the log with its traceback.
    return problem_response(500, "internal_error", "Something went wrong inside Genrescope; its log says more.")
