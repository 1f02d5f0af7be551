"""Every error as problem+json (RFC 9457) with a stable code: the one table of codes and statuses."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.api.engine import BusyError, NotReadyError
from app.contract import Problem
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

#: What the library and the engine raise; the first class that fits counts.
_ERROR_CODES: tuple[tuple[type[GenrescopeError], int, str], ...] = (
    (AudioNotFoundError, 404, "audio_not_found"),
    (AudioDecodeError, 415, "audio_undecodable"),
    (AudioEmptyError, 422, "audio_empty"),
    (AudioLimitError, 413, "audio_too_large"),
    (AudioError, 422, "audio_unusable"),
    (FeatureError, 422, "spec_invalid"),
    (NotReadyError, 503, "model_not_ready"),
    (BusyError, 503, "busy"),
    (ModelError, 503, "model_unavailable"),
    (DeviceError, 503, "device_unavailable"),
)

_STATUS_CODES = {400: "bad_request", 401: "unauthorized", 404: "not_found", 405: "method_not_allowed"}


class ProblemException(HTTPException):
    """A refusal by the API itself, with its code."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.code = code


def problem_response(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, errors: Sequence[str] = ()
) -> JSONResponse:
    """A ``Problem`` as an HTTP response."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, code=code, errors=list(errors))
    return JSONResponse(problem.model_dump(), status, headers, media_type=PROBLEM_JSON)


def document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI ``responses`` for a route that may answer with these errors."""
    schema = Problem.model_json_schema()
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM_JSON: {"schema": schema}}}
        for status in statuses
    }


def install_problem_handlers(api: FastAPI) -> None:
    """Make every error leave the API as a problem."""
    api.add_exception_handler(GenrescopeError, _answer_library_error)
    api.add_exception_handler(HTTPException, _answer_http_exception)
    api.add_exception_handler(RequestValidationError, _answer_validation_error)
    api.add_exception_handler(ClientDisconnect, _answer_nobody)
    api.add_exception_handler(Exception, _answer_unexpected_error)


async def _answer_library_error(request: Request, error: Exception) -> JSONResponse:
    for error_class, status, code in _ERROR_CODES:
        if isinstance(error, error_class):
            retry_after_s = getattr(error, "retry_after_s", None)
            headers = None if retry_after_s is None else {"Retry-After": str(retry_after_s)}
            return problem_response(status, code, str(error), headers)
    return problem_response(500, "internal_error", str(error))


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = getattr(error, "code", None) or _STATUS_CODES.get(error.status_code, "error")
    headers = None if error.headers is None else dict(error.headers)
    return problem_response(error.status_code, code, str(error.detail), headers)


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()[:10]]
    return problem_response(422, "invalid_request", f"The request is not valid: {errors[0]}.", errors=errors)


async def _answer_nobody(request: Request, error: Exception) -> JSONResponse:
    # The client hung up in the middle of its request: nobody reads this, and it is no fault worth a traceback.
    return problem_response(400, "request_cut_off", "The request ended before it was complete.")


async def _answer_unexpected_error(request: Request, error: Exception) -> JSONResponse:
    # Starlette raises it again after this answer, so that it reaches the log with its traceback.
    return problem_response(500, "internal_error", "Something went wrong inside Genrescope; its log says more.")
