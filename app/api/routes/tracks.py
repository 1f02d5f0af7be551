"""The library: what was identified before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.problems import document_problems
from app.api.security import require_token
from app.contract import Library, SimilarRequest, SimilarTracks, TrackDetails, TrackExport, TrackPage, TrackQuery
from app.library.export import MEDIA_TYPES, export_tracks
from app.library.tracks import ALL, TrackStore
from app.library.user_library import UserLibrary

router = APIRouter(tags=["library"], dependencies=[Depends(require_token)])

_TrackId = Annotated[int, Path(ge=1, le=2**63 - 1, description="as “GET /api/tracks” lists it")]
_TRACK_PROBLEMS = ("unauthorized", "track_unknown", "invalid_request", "library_unavailable")

# Functions without “async” run in a thread: reading the library must not keep the others waiting.


@router.get(
    "/api/library",
    summary="What is kept, and where",
    responses=document_problems("unauthorized", "library_unavailable"),
)
def show_library(request: Request) -> Library:
    """Answers are kept in one SQLite file; where that cannot be, they are given all the same."""
    library: UserLibrary = request.app.state.library
    return library.describe()


@router.get(
    "/api/tracks",
    summary="What was identified before",
    responses=document_problems("unauthorized", "invalid_request", "library_unavailable"),
)
def list_tracks(request: Request, query: Annotated[TrackQuery, Query()]) -> TrackPage:
    """Every file that was given to the program, with what came of it the last time."""
    return _store(request).find(query, query.limit, query.offset)


@router.get(
    "/api/tracks/export",
    summary="What was identified before, as a file for other programs",
    response_class=Response,
    responses={
        200: {
            "content": {
                MEDIA_TYPES["csv"]: {"schema": {"type": "string"}},
                MEDIA_TYPES["json"]: {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Track"}}},
                MEDIA_TYPES["m3u8"]: {"schema": {"type": "string"}},
            }
        },
        **document_problems("unauthorized", "invalid_request", "library_unavailable"),
    },
)
def download_tracks(request: Request, query: Annotated[TrackExport, Query()]) -> Response:
    """A table for spreadsheets, JSON (a list of ``Track``), or a playlist of the files. UTF-8."""
    content = export_tracks(_store(request).find(query, ALL).items, query.format)
    headers = {"Content-Disposition": f'attachment; filename="genrescope.{query.format}"'}
    return Response(content, media_type=MEDIA_TYPES[query.format], headers=headers)


@router.get(
    "/api/tracks/{track_id}", summary="A track with the whole answer", responses=document_problems(*_TRACK_PROBLEMS)
)
def show_track(request: Request, track_id: _TrackId) -> TrackDetails:
    """As it was given when the file was identified."""
    return _store(request).load(track_id)


@router.delete(
    "/api/tracks/{track_id}",
    status_code=204,
    summary="Forget a track",
    responses=document_problems(*_TRACK_PROBLEMS),
)
def remove_track(request: Request, track_id: _TrackId) -> None:
    """With its correction; the file itself stays as it is."""
    _store(request).remove(track_id)


@router.post(
    "/api/similar",
    summary="The tracks that sound most like one",
    responses=document_problems("json_invalid", "body_too_slow", "body_too_large", *_TRACK_PROBLEMS),
)
def find_similar(request: Request, wanted: SimilarRequest) -> SimilarTracks:
    """Compares what the same model has heard in them."""
    return SimilarTracks(items=_store(request).find_similar(wanted.track_id, wanted.limit))


def _store(request: Request) -> TrackStore:
    store: TrackStore = request.app.state.library.tracks
    return store
