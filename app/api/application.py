"""Puts the API together."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI

from app.api.engine import PredictionEngine
from app.api.job_runner import JobRunner
from app.api.live_sessions import LiveSessions
from app.api.measurements import CountRequests, Measurements
from app.api.model_store import ModelStore
from app.api.problems import install_problem_handlers
from app.api.routes import batch, corrections, information, jobs, live, models, monitoring, prediction, tracks
from app.api.security import BodyLimit, HostCheck, OriginCheck
from app.library.user_library import UserLibrary
from app.settings import PROJECT, TOKEN_VARIABLE, VERSION
from app.user_data import library_path
from core.models.files import DEFAULT_MODEL_ID, Backend


@dataclass(frozen=True)
class ApiSettings:
    """What distinguishes one API process from another.

    Attributes:
        token: The bearer token that clients must send; empty to take it from the environment.
        model: Id of a shipped model or path of a model file.
        backend: What runs models; ``None`` takes PyTorch where it is installed, else ONNX Runtime.
        device: A PyTorch device name, or ``None`` for the best that works.
        min_confidence: Below it an answer is ``unsure``, 0..1; ``None`` leaves it to each model.
        max_body_bytes: Largest request body.
        body_grace_s: How long a request body may keep the server waiting, in seconds.
        max_running: Predictions computed at the same time.
        max_waiting: Requests that may wait for their turn; more are turned away.
        allowed_folders: Paths that requests name must lie inside one of these; empty allows every path.
        library: The SQLite file that keeps what was identified; ``None`` takes the one of the user's data folder.
    """

    token: str = ""
    model: str = DEFAULT_MODEL_ID
    backend: Backend | None = None
    device: str | None = None
    min_confidence: float | None = None
    max_body_bytes: int = 512 * 1024**2
    body_grace_s: float = 30.0
    max_running: int = field(default_factory=lambda: max(1, min(4, os.cpu_count() or 1)))
    max_waiting: int = 32
    allowed_folders: tuple[Path, ...] = ()
    library: Path | None = None


#: How long a file of a job may take to finish when the server ends, in seconds.
_JOB_GRACE_S = 1.0


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
        engine = PredictionEngine(
            ModelStore(settings.model, settings.backend),
            settings.device,
            settings.max_running,
            settings.max_waiting,
            settings.min_confidence,
            settings.backend,
        )
        api.state.engine = engine
        api.state.live_sessions = LiveSessions()
        api.state.measurements.watch(engine, api.state.live_sessions)
        engine.start_loading()
        library = await anyio.to_thread.run_sync(UserLibrary, settings.library or library_path())
        api.state.library = library
        api.state.job_runner = JobRunner(engine, library, api.state.measurements, settings.allowed_folders)
        api.state.job_runner.start()
        yield
        await anyio.to_thread.run_sync(api.state.job_runner.close, _JOB_GRACE_S)
        library.close()

    api = FastAPI(
        title=PROJECT,
        version=VERSION,
        description="Tells the genre of music from the sound alone, on this computer.",
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
    )
    api.state.settings = settings
    api.state.measurements = Measurements()
    api.include_router(information.router)
    api.include_router(prediction.router)
    api.include_router(batch.router)
    api.include_router(live.router)
    api.include_router(jobs.router)
    api.include_router(tracks.router)
    api.include_router(corrections.router)
    api.include_router(models.router)
    api.include_router(monitoring.router)
    install_problem_handlers(api)
    api.add_middleware(BodyLimit, max_body_bytes=settings.max_body_bytes, body_grace_s=settings.body_grace_s)
    api.add_middleware(OriginCheck)
    api.add_middleware(HostCheck)
    # Outermost, so that refusals count too.
    api.add_middleware(CountRequests, measurements=api.state.measurements)
    return api
