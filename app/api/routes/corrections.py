"""Corrections: the right genre, in the person's own words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.problems import document_problems
from app.api.security import require_token
from app.contract import CorrectionPage, CorrectionRequest, Paging, Track
from app.library.tracks import ALL, TrackStore

router = APIRouter(tags=["corrections"], dependencies=[Depends(require_token)])


@router.post(
    "/api/corrections",
    summary="Set the right genre of a track, or take it back",
    responses=document_problems(
        "json_invalid", "unauthorized", "track_unknown", "body_too_slow", "body_too_large", "invalid_request",
        "library_unavailable",
    ),
)  # fmt: skip
def correct_track(request: Request, wanted: CorrectionRequest) -> Track:
    """Stays when the file is identified again, by whichever model."""
    return _store(request).correct(wanted.track_id, wanted.label)


@router.get(
    "/api/corrections",
    summary="The corrected tracks, with their embeddings",
    responses=document_problems("unauthorized", "invalid_request", "library_unavailable"),
)
def list_corrections(request: Request, query: Annotated[Paging, Query()]) -> CorrectionPage:
    """Those last identified first."""
    return _store(request).find_corrections(query.limit, query.offset)


@router.get(
    "/api/corrections/export",
    summary="All corrected tracks, as a file to teach a model from",
    responses=document_problems("unauthorized", "library_unavailable"),
)
def download_corrections(request: Request, response: Response) -> CorrectionPage:
    """One page that holds them all."""
    response.headers["Content-Disposition"] = 'attachment; filename="genrescope-corrections.json"'
    page = _store(request).find_corrections(ALL)
    return page.model_copy(update={"limit": page.total})


def _store(request: Request) -> TrackStore:
    store: TrackStore = request.app.state.library.tracks
    return store
