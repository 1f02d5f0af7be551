"""What the server and its model say of themselves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.contract.base import Contract


class ProjectIndex(Contract):
    """``GET /``."""

    project: str
    version: str
    endpoints: dict[str, str] = Field(description="“METHOD /path” and what it does")


class Health(Contract):
    """``GET /api/health``: the server is alive if it answers at all; ``ready`` once the model is loaded."""

    status: Literal["ok"] = "ok"
    ready: bool
    version: str
    model_id: str | None = None
    device: str | None = Field(default=None, description="PyTorch's name of the device, “cuda:0”, “mps” or “cpu”")
    device_reason: str | None = Field(default=None, description="why this device was chosen")
    error: str | None = Field(default=None, description="why the model could not be loaded, where it could not")


class Metrics(Contract):
    """``GET /api/metrics``: what the checkpoint says of its own training."""

    model_exists: bool
    model_path: str
    val_acc: float | None = Field(default=None, description="validation accuracy, 0..1")
    val_loss: float | None = None
    epoch: int | None = None
    ready: bool


class Genres(Contract):
    """``GET /api/genres``."""

    model_id: str
    genres: list[str]
