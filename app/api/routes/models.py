"""The models: list, look at, add, remove, and choose which one answers."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Query, Request

from app.api.engine import PredictionEngine
from app.api.model_description import ModelDescription, detail, summarize
from app.api.model_files import ModelFile
from app.api.model_store import ModelUnusableError
from app.api.problems import document_problems
from app.api.security import require_token, resolve_path
from app.contract import AddModelRequest, ConfusionMatrix, History, ModelDetails, ModelList, ModelState, ModelSummary

router = APIRouter(tags=["models"], dependencies=[Depends(require_token)])

_ModelId = Annotated[str, Path(description="as “GET /api/models” lists it", examples=["gtzan"])]
_AnyModelId = Annotated[str | None, Query(alias="model", description="id; default: the model in use")]

#: Why there may be no model in use.
_NO_MODEL = ("model_not_ready", "device_unavailable", "model_unavailable")

# Functions without “async” run in a thread: reading a checkpoint must not keep the others waiting.


@router.get("/api/models", summary="The models that can be chosen", responses=document_problems("unauthorized"))
def list_models(request: Request) -> ModelList:
    """Those that come with the program, then the user's own."""
    engine = _engine(request)
    return ModelList(
        active_id=engine.active_id,
        loading_id=engine.loading_id,
        models=[_summarize(engine, file) for file in engine.store.list_files()],
    )


@router.post(
    "/api/models",
    status_code=201,
    summary="Add a checkpoint or an exported model",
    responses=document_problems(
        "json_invalid", "unauthorized", "path_refused", "model_file_not_found", "body_too_slow", "body_too_large",
        "invalid_request", "model_unusable", "path_not_absolute", "storage_failed",
    ),
)  # fmt: skip
async def add_model(request: Request, wanted: AddModelRequest) -> ModelSummary:
    """Keeps a copy, and the model card beside it, once the file has been read safely and has shown to work."""
    engine = _engine(request)
    path = await resolve_path(request, wanted.path)
    file = await anyio.to_thread.run_sync(engine.store.add, path)
    return await anyio.to_thread.run_sync(_summarize, engine, file)


@router.get(
    "/api/models/{model_id}",
    summary="All that a model says of itself",
    responses=document_problems("unauthorized", "model_unknown", "invalid_request"),
)
def show_model(request: Request, model_id: _ModelId) -> ModelDetails:
    """Scores by genre, reliability of its confidence, and its model card."""
    engine = _engine(request)
    file = engine.store.find(model_id)
    return detail(file, *_look_at(engine, file))


@router.delete(
    "/api/models/{model_id}",
    summary="Remove a model that was added",
    responses=document_problems(
        "unauthorized", "model_unknown", "model_in_use", "model_kept", "invalid_request", "storage_failed"
    ),
)
def remove_model(request: Request, model_id: _ModelId) -> ModelList:
    """Deletes the copy, never a model that came with the program or is in use; answers with what is left."""
    engine = _engine(request)
    engine.remove(engine.store.find(model_id))
    return list_models(request)


@router.post(
    "/api/models/{model_id}/activate",
    status_code=202,
    summary="Choose the model that answers",
    responses=document_problems("unauthorized", "model_unknown", "model_loading", "invalid_request", "model_unusable"),
)
def activate_model(request: Request, model_id: _ModelId) -> ModelSummary:
    """Loads it in the background; the model before answers until it is ready, and goes on if loading fails."""
    engine = _engine(request)
    file = engine.store.find(model_id)
    engine.store.describe(file)
    engine.activate(file)
    return _summarize(engine, file)


@router.get(
    "/api/history",
    summary="The curves of a model's training",
    responses=document_problems("unauthorized", "model_unknown", "invalid_request", "model_unusable", *_NO_MODEL),
)
def show_history(request: Request, model_id: _AnyModelId = None) -> History:
    """Loss and accuracy over the epochs; empty where the checkpoint does not say."""
    file, description = _find(_engine(request), model_id)
    return History(model_id=file.id, epochs=description.epochs, curves=description.curves)


@router.get(
    "/api/confusion-matrix",
    summary="What a model takes for what",
    responses=document_problems("unauthorized", "model_unknown", "invalid_request", "model_unusable", *_NO_MODEL),
)
def show_confusion_matrix(request: Request, model_id: _AnyModelId = None) -> ConfusionMatrix:
    """Over its validation tracks; empty where the checkpoint does not say."""
    file, description = _find(_engine(request), model_id)
    return ConfusionMatrix(model_id=file.id, labels=description.genres, matrix=description.confusion_matrix)


def _engine(request: Request) -> PredictionEngine:
    engine: PredictionEngine = request.app.state.engine
    return engine


def _find(engine: PredictionEngine, model_id: str | None) -> tuple[ModelFile, ModelDescription]:
    file = engine.store.find(model_id) if model_id is not None else engine.ready_model.file
    return file, engine.store.describe(file)


def _summarize(engine: PredictionEngine, file: ModelFile) -> ModelSummary:
    return summarize(file, *_look_at(engine, file))


def _look_at(engine: PredictionEngine, file: ModelFile) -> tuple[ModelDescription | None, ModelState, str | None]:
    state, error = engine.state_of(file)
    try:
        return engine.store.describe(file), state, error
    except ModelUnusableError as unusable:
        # The model in memory goes on answering, whatever has happened to its file.
        return None, "failed" if state == "available" else state, str(unusable)
