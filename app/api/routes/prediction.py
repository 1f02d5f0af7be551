"""``POST /api/predict``: a file, a path or a spectrogram in, a genre out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Request
from pydantic import Discriminator, Tag, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from app.api.engine import PredictionEngine
from app.api.identify import identify_file, identify_upload, keep
from app.api.problems import ProblemException, document_problems
from app.api.security import require_token, resolve_path
from app.contract import Prediction, PredictPathRequest, PredictSpecRequest
from app.conversion import to_contract
from app.library.user_library import UserLibrary
from core.errors import FeatureError
from core.inference.predictor import GenrePredictor

router = APIRouter(tags=["prediction"], dependencies=[Depends(require_token)])

#: A log-mel of one window is about 1 MB of JSON; nothing larger makes sense.
MAX_JSON_BYTES = 16 * 1024**2

_JsonRequest = Annotated[
    Annotated[PredictPathRequest, Tag("path")] | Annotated[PredictSpecRequest, Tag("spec")],
    Discriminator(lambda body: "spec" if isinstance(body, dict) and "spec" in body else "path"),
]
_json_request: TypeAdapter[PredictPathRequest | PredictSpecRequest] = TypeAdapter(_JsonRequest)

_REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/json": {
                "schema": {"oneOf": [PredictPathRequest.model_json_schema(), PredictSpecRequest.model_json_schema()]},
                "examples": {
                    "path": {"summary": "a file on this computer", "value": {"path": "/home/me/Music/song.mp3"}},
                    "spec": {"summary": "a log-mel, shortened here", "value": {"spec": [[0.0, 12.5], [3.5, 80.0]]}},
                },
            },
        },
    }
}


@router.post(
    "/api/predict",
    summary="Tell the genre of one track",
    responses=document_problems(
        400,
        "unauthorized",
        "path_refused",
        "audio_not_found",
        408,
        413,
        415,
        "audio_empty",
        "audio_unusable",
        "file_missing",
        "invalid_request",
        "path_not_absolute",
        "spec_invalid",
        503,
    ),
    openapi_extra=_REQUEST_BODY,
)
async def predict(request: Request) -> Prediction:
    """Takes an upload (``file``), ``{"path": …}`` or ``{"spec": [[…]]}``. What was heard in a file is kept."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        return await _predict_upload(request)
    if media_type == "application/json":
        return await _predict_json(request)
    raise ProblemException(
        415, "media_type_unsupported", "Send multipart/form-data with a “file”, or application/json."
    )


async def _predict_upload(request: Request) -> Prediction:
    # One file and no other fields: what a form may hold is bounded before it is parsed.
    async with request.form(max_files=1, max_fields=8) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise ProblemException(422, "file_missing", "The form has no file in its field “file”.")
        name = PurePath((upload.filename or "upload").replace("\\", "/")).name or "upload"
        library: UserLibrary = request.app.state.library
        return await _run(request, lambda predictor: keep(library, identify_upload(predictor, upload.file, name)))


async def _predict_json(request: Request) -> Prediction:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise ProblemException(413, "body_too_large", "A JSON request may hold 16 MiB.")
    wanted = _parse_json(body)
    if isinstance(wanted, PredictSpecRequest):
        log_mel = _to_array(wanted.spec)
        return await _run(
            request, lambda predictor: to_contract(predictor.predict_log_mel(log_mel), predictor.model_id, None)
        )
    return await predict_path(request, wanted.path)


async def predict_path(request: Request, path: str) -> Prediction:
    """The genre of a file on this computer, which is kept.

    Raises:
        ProblemException: When the path may not be read.
        GenrescopeError: When there is no answer.
    """
    allowed = await resolve_path(request, path)
    library: UserLibrary = request.app.state.library
    return await _run(request, lambda predictor: keep(library, identify_file(predictor, allowed, Path(path).name)))


async def _run(request: Request, work: Callable[[GenrePredictor], Prediction]) -> Prediction:
    engine: PredictionEngine = request.app.state.engine
    prediction = await engine.run(work)
    request.app.state.measurements.count_prediction(prediction)
    return prediction


def _parse_json(body: bytes) -> PredictPathRequest | PredictSpecRequest:
    try:
        return _json_request.validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise ProblemException(400, "json_invalid", f"The body is not JSON: {first['msg']}.") from error
        where = ".".join(str(part) for part in first["loc"])
        raise ProblemException(
            422, "invalid_request", f"The request is not valid at “{where}”: {first['msg']}."
        ) from error


def _to_array(spec: list[list[float]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    if len({len(row) for row in spec}) != 1:
        raise FeatureError("The rows of the log-mel must all have the same length, and there must be at least one.")
    return np.array(spec, dtype=np.float32)
