"""The JSON that the API speaks: the only thing that both sides of HTTP share.

The window, the command line's ``--json`` and any other client rely on these names. They may grow; they do not
change their meaning.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Decision = Literal["confident", "unsure", "not_music"]
Probability = Field(ge=0, le=1)


class Contract(BaseModel):
    """Base of every message: immutable, and unknown fields from a newer server are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


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


class PredictPathRequest(Contract):
    """``POST /api/predict`` with JSON: a file on this computer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1, description="absolute path of an audio file on this computer")


class PredictSpecRequest(Contract):
    """``POST /api/predict`` with JSON: a log-mel spectrogram instead of sound."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spec: list[list[float]] = Field(
        description="[n_mels][n_frames] of the model's shape, frequency before time, on any linear scale of dB"
    )


class Problem(Contract):
    """Any error, as ``application/problem+json`` (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="for people: what is wrong and what to do")
    code: str = Field(description="for programs: stable")
    errors: list[str] = Field(default_factory=list, description="each part of the request that was wrong")


class LauncherMessage(Contract):
    """One line of JSON on the window's standard input, from the launcher.

    The end of the stream means that the launcher is gone, and the window closes.
    """

    api_state: Literal["starting", "ready", "restarting", "failed"]
    api_url: str | None = Field(default=None, description="“http://127.0.0.1:PORT”, with “ready”")
    detail: str | None = Field(default=None, description="a sentence for the user, with “restarting” and “failed”")
