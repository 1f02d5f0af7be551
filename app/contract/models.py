"""The models that can be chosen, and what each says of its training."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from app.contract.base import Contract
from app.contract.prediction import Probability

ModelState = Literal["active", "loading", "available", "failed"]
ModelFormat = Literal["pytorch", "onnx"]

_SUMMARY_EXAMPLE: Final[dict[str, Any]] = {
    "id": "gtzan",
    "title": "gtzan: ten genres from the sound alone",
    "genres": ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"],
    "architecture": "genre_duet",
    "epoch": 350,
    "val_acc": 0.68,
    "val_loss": 1.042,
    "temperature": 0.785,
    "min_confidence": 0.717,
    "dataset": {"name": "gtzan", "n_train": 442, "n_val": 197, "protocol": "trained on train only"},
    "created": "2026-01-31",
    "format": "pytorch",
    "size_bytes": 2395253,
    "is_shipped": True,
    "state": "active",
    "error": None,
}


class DatasetDescription(Contract):
    """What a model was trained and validated on; ``null`` where its file does not say."""

    name: str | None = None
    n_train: int | None = Field(default=None, description="tracks")
    n_val: int | None = Field(default=None, description="tracks")
    protocol: str | None = Field(default=None, description="one sentence: how it was trained and scored")


class ModelSummary(Contract):
    """One model that can be chosen.

    Where its file cannot be read, ``state`` is “failed”, ``error`` says why, and what only the file could tell is
    empty or ``null``.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [_SUMMARY_EXAMPLE | {"id": "mine", "title": "mine", "is_shipped": False, "state": "available"}]
        }
    )

    id: str = Field(description="stable; what the other requests name the model by")
    title: str = Field(description="for people")
    genres: list[str] = Field(description="in the order of the model's logits")
    architecture: str | None = None
    epoch: int | None = None
    val_acc: float | None = Field(default=None, description="validation accuracy over tracks, 0..1")
    val_loss: float | None = Field(default=None, description="validation negative log-likelihood over tracks, in nats")
    temperature: float | None = Field(default=None, description="track logits are divided by it")
    min_confidence: float | None = Field(default=None, description="from which an answer counts as “confident”, 0..1")
    dataset: DatasetDescription
    created: str | None = Field(default=None, description="date, ISO 8601")
    format: ModelFormat = Field(default="pytorch", description="of its file: a checkpoint of PyTorch, or ONNX")
    size_bytes: int
    is_shipped: bool = Field(description="came with the program, and cannot be removed")
    state: ModelState
    error: str | None = Field(default=None, description="one sentence: why it cannot be used, where it cannot")


class ModelList(Contract):
    """``GET /api/models``: the shipped models first, then the user's own, each by id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"active_id": "gtzan", "loading_id": None, "models": [_SUMMARY_EXAMPLE]}]}
    )

    active_id: str | None = Field(default=None, description="which one answers now; null before the first is loaded")
    loading_id: str | None = Field(default=None, description="which one is being loaded to answer soon")
    models: list[ModelSummary]


class GenreScore(Contract):
    """How well a model knows one genre, over its validation tracks."""

    genre: str
    precision: float = Probability
    recall: float = Probability
    f1: float = Probability
    support: int = Field(description="validation tracks of this genre")


class Reliability(Contract):
    """Whether a model is as often right as it is confident: one entry for each bin of confidence; may be empty."""

    confidence: list[Annotated[float, Probability]] = Field(
        default_factory=list, description="mean confidence in the bin, 0..1"
    )
    accuracy: list[Annotated[float, Probability]] = Field(
        default_factory=list, description="share of right answers in the bin, 0..1"
    )
    n_tracks: list[int] = Field(default_factory=list, description="validation tracks in the bin")


class ModelDetails(ModelSummary):
    """``GET /api/models/{id}``: all that a model says of itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _SUMMARY_EXAMPLE
                | {
                    "genre_scores": [{"genre": "blues", "precision": 0.83, "recall": 0.65, "f1": 0.73, "support": 23}],
                    "reliability": {"confidence": [0.35, 0.75], "accuracy": [0.4, 0.78], "n_tracks": [41, 102]},
                    "card": "# gtzan: ten genres from the sound alone\n",
                }
            ]
        }
    )

    genre_scores: list[GenreScore] = Field(description="in the order of “genres”; empty without a confusion matrix")
    reliability: Reliability
    card: str | None = Field(default=None, description="the model card, Markdown; null where there is none")


class AddModelRequest(Contract):
    """``POST /api/models``: a checkpoint on this computer, of which a copy is kept."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"path": "/home/me/runs/mine/best_model.pt"}]}
    )

    path: str = Field(min_length=1, description="absolute path of a checkpoint on this computer")


class History(Contract):
    """``GET /api/history``: the training's curves."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model_id": "gtzan",
                    "epochs": [10, 20],
                    "curves": {"train_loss": [2.17, 2.05], "val_acc": [0.31, 0.4]},
                }
            ]
        }
    )

    model_id: str
    epochs: list[int] = Field(description="of each point of the curves, counted from 1")
    curves: dict[str, list[float | None]] = Field(
        description="by name (“train_loss”, “val_loss”, “val_acc”); null where the training gave no number"
    )


class ConfusionMatrix(Contract):
    """``GET /api/confusion-matrix``: validation tracks by what they are and what they were taken for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model_id": "mine", "labels": ["jazz", "rock"], "matrix": [[18, 2], [3, 17]]}]}
    )

    model_id: str
    labels: list[str]
    matrix: list[list[int]] = Field(description="tracks, reference by row, prediction by column; may be empty")
