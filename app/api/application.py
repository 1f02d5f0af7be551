"""Puts the API together."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI

from app.api.engine import PredictionEngine
from app.api.problems import install_problem_handlers
from app.api.routes import information, prediction
from app.api.security import BodyLimit, HostCheck
from app.settings import PROJECT, TOKEN_VARIABLE, VERSION
from core.models.checkpoint import DEFAULT_MODEL_ID


@dataclass(frozen=True)
class ApiSettings:
    """What distinguishes one API process from another.

    Attributes:
        token: The bearer token that clients must send; empty to take it from the environment.
        model: Id of a shipped model or path of a checkpoint.
        device: A PyTorch device name, or ``None`` for the best that works.
        max_body_bytes: Largest request body.
        max_running: Predictions computed at the same time.
        max_waiting: Requests that may wait for their turn; more are turned away.
    """

    token: str = ""
    model: str = DEFAULT_MODEL_ID
    device: str | None = None
    max_body_bytes: int = 512 * 1024**2
    max_running: int = field(default_factory=lambda: max(1, min(4, os.cpu_count() or 1)))
    max_waiting: int = 32


def token_from_environment() -> str:
    """The token of the environment, else a fresh one, shown to whoever started the server."""
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        token = secrets.token_urlsafe(32)
        print(f"Token for this session: {token}", file=sys.stderr, flush=True)  # noqa: T201
    return token


def create_app(settings: ApiSettings = ApiSettings()) -> FastAPI:
    """The API as an ASGI application; the model loads when it starts.

    Args:
        settings: What distinguishes this process.
    """

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        api.state.token = settings.token or token_from_environment()
        api.state.engine = PredictionEngine(settings.model, settings.device, settings.max_running, settings.max_waiting)
        api.state.engine.start_loading()
        yield

    api = FastAPI(
        title=PROJECT,
        version=VERSION,
        description="Tells the genre of music from the sound alone, on this computer.",
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
    )
    api.include_router(information.router)
    api.include_router(prediction.router)
    install_problem_handlers(api)
    api.add_middleware(BodyLimit, max_body_bytes=settings.max_body_bytes)
    api.add_middleware(HostCheck)
    return api
