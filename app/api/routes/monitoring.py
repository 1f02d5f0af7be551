"""``GET /metrics``: the server's own figures, for Prometheus."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

router = APIRouter(tags=["monitoring"])

_EXAMPLE: Final = """\
# HELP genrescope_predictions_total Predictions made, by their decision.
# TYPE genrescope_predictions_total counter
genrescope_predictions_total{decision="confident"} 12.0
"""


@router.get(
    "/metrics",
    summary="Requests, predictions, queue and resources, for Prometheus",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": _EXAMPLE}}}},
)
async def show_measurements(request: Request) -> PlainTextResponse:
    """In Prometheus' text format. What the checkpoint says of its training is at ``/api/metrics``."""
    return PlainTextResponse(request.app.state.measurements.render(), media_type=CONTENT_TYPE_LATEST)
