"""What the server counts and times, for Prometheus."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.engine import PredictionEngine
from app.api.live_sessions import LiveSessions
from app.contract import Prediction

#: From a jingle on a fast computer to a concert on a slow one.
_SECONDS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, math.inf)
#: Clients may send any word as a method, and each label costs memory.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measurements:
    """The figures of one server: in a registry of its own, because Prometheus' default one is the process's."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "genrescope_requests",
            "Requests answered, by the route's template.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._durations_s = Histogram(
            "genrescope_prediction_duration_seconds",
            "Time that a prediction took: decoding alone, and all of it.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._predictions = Counter(
            "genrescope_predictions", "Predictions made, by their decision.", ["decision"], registry=self._registry
        )

    def watch(self, engine: PredictionEngine, live_sessions: LiveSessions) -> None:
        """Show the queue and the model of this engine and who is listening, too."""
        self._registry.register(_EngineCollector(engine, live_sessions))

    def count_request(self, route: str | None, method: str, status: int | None) -> None:
        """Count a request that is over.

        Args:
            route: The template of the route, or ``None`` where none was reached.
            method: As the client sent it.
            status: Of the answer, or ``None`` where the client was gone before there was one.
        """
        known_method = method if method in _METHODS else "other"
        self._requests.labels(route or "none", known_method, str(status or "none")).inc()

    def count_prediction(self, prediction: Prediction) -> None:
        """Count a prediction, by its decision and the time it took."""
        self._predictions.labels(prediction.decision).inc()
        self._durations_s.labels("decode").observe(prediction.timings.decode_ms / 1000)
        self._durations_s.labels("total").observe(prediction.timings.total_ms / 1000)

    def render(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _EngineCollector(Collector):
    """Asks the engine at the moment when somebody looks."""

    def __init__(self, engine: PredictionEngine, live_sessions: LiveSessions) -> None:
        self._engine = engine
        self._live_sessions = live_sessions

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("genrescope_predictions_running", "Predictions being computed.", self._engine.n_running)
        yield GaugeMetricFamily(
            "genrescope_predictions_waiting", "Requests waiting for their turn.", self._engine.n_waiting
        )
        yield GaugeMetricFamily("genrescope_live_sessions", "Clients being listened to.", self._live_sessions.n_open)
        active = self._engine.active
        yield GaugeMetricFamily("genrescope_ready", "1 once predictions can be made.", int(active is not None))
        if active is not None:
            info = {
                "id": active.file.id,
                "architecture": active.predictor.metadata.model_name,
                "device": active.predictor.device,
            }
            yield InfoMetricFamily("genrescope_model", "The model that answers.", info)


class CountRequests:
    """Counts every request, whoever answers it."""

    def __init__(self, app: ASGIApp, measurements: Measurements) -> None:
        self._app = app
        self._measurements = measurements

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        status: int | None = None

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", None)
            self._measurements.count_request(route, scope.get("method", "GET"), status)
        return None
