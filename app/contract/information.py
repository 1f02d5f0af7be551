"""What the server and its model say of themselves."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from app.contract.base import Contract


class ProjectIndex(Contract):
    """``GET /``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project": "Genrescope",
                    "version": "1.0.0",
                    "endpoints": {"POST /api/predict": "Tell the genre of one track"},
                }
            ]
        }
    )

    project: str
    version: str
    endpoints: dict[str, str] = Field(description="“METHOD /path” and what it does")


class Health(Contract):
    """``GET /api/health``: the server is alive if it answers at all; ``ready`` once the model is loaded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "ready": True,
                    "version": "1.0.0",
                    "model_id": "gtzan",
                    "device": "cpu",
                    "device_reason": "The CPU is used because PyTorch sees no CUDA or MPS device.",
                    "error": None,
                    "loading_id": None,
                    "activation_error": None,
                }
            ]
        }
    )

    status: Literal["ok"] = "ok"
    ready: bool
    version: str
    model_id: str | None = None
    device: str | None = Field(default=None, description="PyTorch's name of the device, “cuda:0”, “mps” or “cpu”")
    device_reason: str | None = Field(default=None, description="why this device was chosen")
    error: str | None = Field(default=None, description="why there is no model, when the first could not be loaded")
    loading_id: str | None = Field(default=None, description="which model is being loaded to answer soon")
    activation_error: str | None = Field(
        default=None, description="why the last change of model failed, where it did; the one before goes on"
    )


class Metrics(Contract):
    """``GET /api/metrics``: what the checkpoint says of its own training."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model_exists": True,
                    "model_path": "/opt/genrescope/models/gtzan/best_model.pt",
                    "val_acc": 0.68,
                    "val_loss": 1.042,
                    "epoch": 350,
                    "ready": True,
                }
            ]
        }
    )

    model_exists: bool
    model_path: str
    val_acc: float | None = Field(default=None, description="validation accuracy, 0..1")
    val_loss: float | None = None
    epoch: int | None = None
    ready: bool


class Genres(Contract):
    """``GET /api/genres``."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"model_id": "mine", "genres": ["jazz", "rock"]}]})

    model_id: str
    genres: list[str]
