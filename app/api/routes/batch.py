"""``POST /api/predict/batch``: many paths in, one line for each as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from app.api.engine import BusyError, PredictionEngine
from app.api.problems import ProblemException, describe_failure, document_problems
from app.api.routes.prediction import predict_path
from app.api.security import require_token
from app.contract import BatchRequest, BatchResult
from core.errors import GenrescopeError

router = APIRouter(tags=["prediction"], dependencies=[Depends(require_token)])


class NdjsonResponse(StreamingResponse):
    """One JSON object per line."""

    media_type = "application/x-ndjson"


@router.post(
    "/api/predict/batch",
    summary="Tell the genres of many files, each as soon as it is known",
    response_class=NdjsonResponse,
    responses={
        200: {"model": BatchResult},
        **document_problems(
            "json_invalid", "unauthorized", "body_too_slow", "body_too_large", "invalid_request", "device_unavailable",
            "model_not_ready", "model_unavailable",
        ),
    },
)  # fmt: skip
async def predict_batch(request: Request, wanted: BatchRequest) -> NdjsonResponse:
    """Streams one line of JSON per file. Closing the connection ends it: no further file is begun."""
    engine: PredictionEngine = request.app.state.engine
    engine.ready_model  # noqa: B018 - raises what is better said once than on every line
    # One place stays free for whoever asks for a single file meanwhile.
    n_at_once = max(1, request.app.state.settings.max_running - 1)
    return NdjsonResponse(_stream(request, wanted.paths, n_at_once))


async def _stream(request: Request, paths: list[str], n_at_once: int) -> AsyncIterator[str]:
    waiting = iter(enumerate(paths))
    running: set[asyncio.Task[BatchResult]] = set()
    try:
        while True:
            while len(running) < n_at_once and (item := next(waiting, None)) is not None:
                running.add(asyncio.create_task(_predict(request, *item)))
            if not running:
                return
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                yield task.result().model_dump_json() + "\n"
    finally:
        for task in running:
            task.cancel()


async def _predict(request: Request, index: int, path: str) -> BatchResult:
    while True:
        try:
            prediction = await predict_path(request, path)
            return BatchResult(index=index, path=path, prediction=prediction, problem=None)
        except BusyError as error:
            await asyncio.sleep(error.retry_after_s)
        except (GenrescopeError, ProblemException) as error:
            return BatchResult(index=index, path=path, prediction=None, problem=describe_failure(error))
