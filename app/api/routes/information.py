"""What the server is, whether it is ready, and what its model says of itself."""

from __future__ import annotations

from fastapi import APIRouter, Request

from app.api.engine import PredictionEngine
from app.api.problems import document_problems
from app.api.routes import live
from app.contract import Genres, Health, Metrics, ProjectIndex
from app.settings import PROJECT, VERSION
from core.errors import ModelError

router = APIRouter(tags=["information"])


@router.get("/", summary="What this is and what it can be asked")
async def show_index(request: Request) -> ProjectIndex:
    """Name, version and every endpoint."""
    paths: dict[str, dict[str, dict[str, str]]] = request.app.openapi()["paths"]
    endpoints = {
        f"{method.upper()} {path}": operation["summary"]
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    endpoints["WS /api/live"] = live.SUMMARY
    return ProjectIndex(project=PROJECT, version=VERSION, endpoints=endpoints)


@router.get("/api/health", summary="Is it alive, is it ready, on which device")
async def show_health(request: Request) -> Health:
    """Any answer means alive; ``ready`` means that predictions can be made."""
    engine: PredictionEngine = request.app.state.engine
    if not engine.is_ready:
        error = str(engine.load_error) if engine.load_error else None
        return Health(ready=False, version=VERSION, loading_id=engine.loading_id, error=error)
    predictor = engine.predictor
    return Health(
        ready=True,
        version=VERSION,
        model_id=predictor.model_id,
        device=predictor.device,
        device_reason=predictor.device_reason,
        loading_id=engine.loading_id,
        activation_error=engine.activation_error,
    )


@router.get("/api/metrics", summary="What the checkpoint says of its training")
async def show_metrics(request: Request) -> Metrics:
    """Validation accuracy, loss and epoch of the model in use."""
    engine: PredictionEngine = request.app.state.engine
    active = engine.active
    if active is None:
        try:
            return Metrics(model_exists=True, model_path=str(engine.store.find_given().path), ready=False)
        except ModelError:
            return Metrics(model_exists=False, model_path=request.app.state.settings.model, ready=False)
    metadata = active.predictor.metadata
    return Metrics(
        model_exists=True,
        model_path=str(active.file.path),
        val_acc=metadata.val_acc,
        val_loss=metadata.val_loss,
        epoch=metadata.epoch,
        ready=True,
    )


@router.get(
    "/api/genres",
    summary="The genres that the model knows",
    responses=document_problems("model_not_ready", "device_unavailable", "model_unavailable"),
)
async def list_genres(request: Request) -> Genres:
    """In the order of the model's logits."""
    predictor = request.app.state.engine.predictor
    return Genres(model_id=predictor.model_id, genres=list(predictor.label_names))
