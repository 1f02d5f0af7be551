"""What was identified before, and what the person said of it."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from app.contract.base import Contract
from app.contract.prediction import Decision, Prediction

#: SQLite's largest number.
_LARGEST: Final = 2**63 - 1
TrackId = Field(ge=1, le=_LARGEST, description="of a track in the library")

TrackSort = Literal[
    "analysed_at", "file_name", "title", "artist", "genre_tag", "label", "confidence", "decision", "duration_s"
]

_TRACK_EXAMPLE: Final[dict[str, Any]] = {
    "id": 7,
    "path": "/home/me/Music/song.mp3",
    "file_name": "song.mp3",
    "title": "A Song",
    "artist": "Somebody",
    "genre_tag": "Jazz",
    "label": "blues",
    "confidence": 0.81,
    "decision": "confident",
    "duration_s": 200.5,
    "model_id": "gtzan",
    "analysed_at": "2026-01-31T20:15:00+00:00",
    "corrected_label": None,
    "is_conflict": True,
    "error": None,
}


class TrackProblem(Contract):
    """Why a track could not be identified."""

    code: str = Field(description="as in a problem of the API")
    detail: str = Field(description="for people")


class Track(Contract):
    """A file that was given to the program, and what came of it the last time."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TRACK_EXAMPLE]})

    id: int
    path: str | None = Field(description="for display; null for an upload; bytes that are no text are escaped")
    file_name: str
    title: str | None = None
    artist: str | None = None
    genre_tag: str | None = Field(default=None, description="what the file itself says")
    label: str | None = Field(default=None, description="the most probable genre")
    confidence: float | None = Field(default=None, ge=0, le=1)
    decision: Decision | None = None
    duration_s: float | None = None
    model_id: str
    analysed_at: str = Field(description="ISO 8601, UTC")
    corrected_label: str | None = Field(default=None, description="the genre that the person set")
    is_conflict: bool = Field(default=False, description="a confident answer is not the genre of the file's own tag")
    error: TrackProblem | None = Field(default=None, description="why there is no answer, where there is none")


class TrackFilters(Contract):
    """Which tracks, and in which order: conditions that a track must all meet; ``null`` asks for nothing."""

    text: str | None = Field(
        default=None, max_length=200, description="stands in path, title or artist, in letters of any case"
    )
    label: str | None = Field(default=None, description="the genre that the person set, else the most probable one")
    decision: Decision | None = Field(default=None, description="“confident”, “unsure” or “not_music”")
    min_confidence: float | None = Field(default=None, ge=0, le=1, description="0..1")
    max_confidence: float | None = Field(default=None, ge=0, le=1, description="0..1")
    is_conflict: bool | None = Field(
        default=None, description="whether a confident answer is not the genre of the file's own tag"
    )
    is_failed: bool | None = Field(default=None, description="whether there was no answer")
    is_corrected: bool | None = Field(default=None, description="whether the person set a genre")
    job_id: int | None = Field(default=None, ge=1, le=_LARGEST, description="files of this job")
    sort: TrackSort = Field(default="analysed_at", description="by what; tracks without a value come last")
    descending: bool = Field(default=True, description="the largest first")


class Paging(Contract):
    """Which part of a list."""

    limit: int = Field(default=100, ge=1, le=1000, description="at most so many")
    offset: int = Field(default=0, ge=0, le=_LARGEST, description="after so many")


class TrackQuery(TrackFilters, Paging):
    """``GET /api/tracks``: its parameters."""


class TrackExport(TrackFilters):
    """``GET /api/tracks/export``: its parameters."""

    format: Literal["csv", "json", "m3u8"] = Field(description="“csv”, “json”, or “m3u8” for a playlist")


class TrackPage(Contract):
    """``GET /api/tracks``: a part of what was identified."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_TRACK_EXAMPLE], "total": 1, "limit": 100, "offset": 0}]}
    )

    items: list[Track]
    total: int = Field(description="tracks that the filters let through")
    limit: int
    offset: int


class TrackDetails(Contract):
    """``GET /api/tracks/{track_id}``: a track with the whole answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"track": _TRACK_EXAMPLE, "prediction": Prediction.model_json_schema()["examples"][0] | {"track_id": 7}}
            ]
        }
    )

    track: Track
    prediction: Prediction | None = Field(description="as it was given; null where there was none")


class CorrectionRequest(Contract):
    """``POST /api/corrections``: the right genre of a track, in the person's own words."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"track_id": 7, "label": "jazz"}]}
    )

    track_id: int = TrackId
    label: str | None = Field(min_length=1, max_length=100, pattern=r"\S", description="null takes the correction back")


class Correction(Contract):
    """A corrected track, with what is needed to teach a model from it."""

    track: Track
    embedding: list[float] = Field(description="of the model that answered; empty where there was no answer")


class CorrectionPage(Contract):
    """``GET /api/corrections``: a part of the corrected tracks, those last identified first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [{"track": _TRACK_EXAMPLE | {"corrected_label": "jazz"}, "embedding": [0.1, 0.7]}],
                    "total": 1,
                    "limit": 100,
                    "offset": 0,
                }
            ]
        }
    )

    items: list[Correction]
    total: int
    limit: int
    offset: int


class SimilarRequest(Contract):
    """``POST /api/similar``: which tracks sound like this one?"""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"track_id": 7, "limit": 10}]}
    )

    track_id: int = TrackId
    limit: int = Field(default=10, ge=1, le=100)


class SimilarTrack(Contract):
    """A track that sounds like another one."""

    track: Track
    similarity: float = Field(description="cosine of the embeddings, -1..1")


class SimilarTracks(Contract):
    """``POST /api/similar``: the nearest first; empty where the track has no answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"track": _TRACK_EXAMPLE | {"id": 9}, "similarity": 0.93}]}]}
    )

    items: list[SimilarTrack]


class Library(Contract):
    """``GET /api/library``: what is kept, and where."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "path": "/home/me/.local/share/Genrescope/library.sqlite3",
                    "is_available": True,
                    "n_tracks": 12,
                    "n_corrections": 1,
                    "note": None,
                }
            ]
        }
    )

    path: str
    is_available: bool = Field(description="false: answers are given all the same, and nothing is kept")
    n_tracks: int
    n_corrections: int
    note: str | None = Field(description="what the person should know, such as that a damaged file was set aside")
