"""The genre of one track."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from app.contract.base import Contract

Decision = Literal["confident", "unsure", "not_music"]
Probability = Field(ge=0, le=1)


PREDICTION_EXAMPLE: Final[dict[str, Any]] = {
    "label": "jazz",
    "confidence": 0.91,
    "decision": "confident",
    "reason": "jazz reaches 91% over the whole track.",
    "probabilities": {"jazz": 0.91, "rock": 0.09},
    "segments": [
        {
            "start_s": 0.0,
            "end_s": 5.0,
            "label": "jazz",
            "confidence": 0.88,
            "probabilities": {"jazz": 0.88, "rock": 0.12},
        }
    ],
    "waveform_peaks": [0.12, 0.57, 0.43],
    "metadata": {
        "file_name": "song.mp3",
        "title": "A song",
        "artist": "A band",
        "album": None,
        "year": 2001,
        "genre_tag": None,
        "duration_s": 214.3,
        "codec": "mp3float",
        "container": "mp3",
        "n_channels": 2,
        "source_sample_rate": 44100,
    },
    "warnings": [],
    "timings": {"decode_ms": 210.4, "total_ms": 480.9},
    "model_id": "mine",
    "track_id": 7,
}


class SegmentResult(Contract):
    """What was heard in one stretch of the track."""

    start_s: float
    end_s: float
    label: str
    confidence: float = Probability
    probabilities: dict[str, float]


class TrackMetadata(Contract):
    """What the file says of itself; ``null`` where it says nothing."""

    file_name: str | None = Field(default=None, description="for display only: bytes that are no text are escaped")
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre_tag: str | None = None
    duration_s: float
    codec: str | None = None
    container: str | None = None
    n_channels: int | None = None
    source_sample_rate: int | None = Field(default=None, description="Hz")


class Timings(Contract):
    """Where the time went, in milliseconds."""

    decode_ms: float
    total_ms: float


class Prediction(Contract):
    """``POST /api/predict``: the genre of one track."""

    model_config = ConfigDict(json_schema_extra={"examples": [PREDICTION_EXAMPLE]})

    label: str | None = Field(
        description="the most probable genre, also where the decision is not “confident”; null for pure silence"
    )
    confidence: float = Probability
    decision: Decision
    reason: str = Field(description="one sentence that says why the decision is what it is")
    probabilities: dict[str, float] = Field(description="by genre, most probable first; sums to 1")
    segments: list[SegmentResult] = Field(description="in order of time; empty when all was silence")
    waveform_peaks: list[float] = Field(description="largest absolute sample of each of equal parts, 0..1")
    metadata: TrackMetadata
    warnings: list[str] = Field(description="what went wrong without stopping the prediction")
    timings: Timings
    model_id: str
    track_id: int | None = Field(default=None, description="of the track in the library; null where it is not kept")


class PredictPathRequest(Contract):
    """``POST /api/predict`` with JSON: a file on this computer."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"path": "/home/me/Music/song.mp3"}]}
    )

    path: str = Field(min_length=1, description="absolute path of an audio file on this computer")


class PredictSpecRequest(Contract):
    """``POST /api/predict`` with JSON: a log-mel spectrogram instead of sound."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"spec": [[0.0, 12.5], [3.5, 80.0]]}]}
    )

    spec: list[list[float]] = Field(
        description="[n_mels][n_frames] of the model's shape, frequency before time, on any linear scale of dB"
    )
