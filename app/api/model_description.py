"""What a model file says of itself, as the contract's values: read once, checked once, without its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, TypeAdapter, ValidationError

from app.api.model_files import CARD_NAME, ModelFile, load_metadata
from app.contract import DatasetDescription, GenreScore, ModelDetails, ModelState, ModelSummary, Reliability
from core.errors import CheckpointError
from core.inference.decision import DecisionConfig
from core.models.metadata import ModelMetadata

#: A card is a page of text; what is longer is no card.
MAX_CARD_BYTES = 256 * 1024
#: Of a title or genre, in letters.
_LONGEST_NAME = 120


def _round(value: float | None) -> float | None:
    # JSON has no NaN and no infinity.
    return float(value) if value is not None and math.isfinite(value) else None


_Number = Annotated[float | None, AfterValidator(_round)]


@dataclass(frozen=True)
class ModelDescription:
    """All that is shown of a model.

    Attributes:
        genres: In the order of the logits.
        confusion_matrix: ``[num_classes][num_classes]`` of validation tracks, reference by row; may be empty.
        curves: One list for each curve, as long as ``epochs``.
        card: The model card's Markdown, or ``None``.
    """

    genres: list[str]
    architecture: str
    epoch: int
    val_acc: _Number
    val_loss: _Number
    temperature: _Number
    min_confidence: _Number
    dataset: DatasetDescription
    created: str
    confusion_matrix: list[list[int]]
    epochs: list[int]
    curves: dict[str, list[_Number]]
    reliability: Reliability
    card: str | None


_description: TypeAdapter[ModelDescription] = TypeAdapter(ModelDescription)


def read_description(path: Path) -> ModelDescription:
    """Read what a checkpoint or ONNX model and the card beside it say.

    Raises:
        ModelError: When the file is missing, cannot be read safely, or says what makes no sense.
    """
    return describe_metadata(load_metadata(path), path)


def describe_metadata(metadata: ModelMetadata, path: Path) -> ModelDescription:
    """The description of what was read from ``path``.

    Raises:
        CheckpointError: When what it says has not the form it must have.
    """
    try:
        curves = {name: list(values) for name, values in metadata.history.items()}
        epochs = curves.pop("epoch", None) or list(range(1, 1 + max(map(len, curves.values()), default=0)))
        description = _description.validate_python(
            {
                "genres": metadata.label_names,
                "architecture": metadata.model_name,
                "epoch": metadata.epoch,
                "val_acc": metadata.val_acc,
                "val_loss": metadata.val_loss,
                "temperature": metadata.temperature,
                "min_confidence": DecisionConfig(**metadata.decision_config).min_confidence,
                "dataset": {name: metadata.dataset.get(name) for name in DatasetDescription.model_fields},
                "created": metadata.created,
                "confusion_matrix": metadata.confusion_matrix,
                "epochs": epochs,
                "curves": curves,
                "reliability": metadata.reliability,
                "card": _read_card(path.with_name(CARD_NAME)),
            }
        )
        _validate_shapes(description)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CheckpointError(f"The model contradicts itself at “{where}”: {first['msg']}.") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise CheckpointError(f"The model contradicts itself: {error}") from error
    return description


def summarize(
    file: ModelFile, description: ModelDescription | None, state: ModelState, error: str | None
) -> ModelSummary:
    """One line of the list of models.

    Args:
        file: Where the model lies.
        description: What it says; ``None`` where it cannot be read.
        state: What is being done with it.
        error: Why it cannot be used, where it cannot.
    """
    return ModelSummary(**_summary_fields(file, description), state=state, error=error)


def detail(file: ModelFile, description: ModelDescription | None, state: ModelState, error: str | None) -> ModelDetails:
    """All there is to say of one model; the arguments are those of ``summarize``."""
    return ModelDetails(
        **_summary_fields(file, description),
        state=state,
        error=error,
        genre_scores=[] if description is None else score_genres(description.genres, description.confusion_matrix),
        reliability=Reliability() if description is None else description.reliability,
        card=None if description is None else description.card,
    )


def score_genres(genres: Sequence[str], confusion_matrix: Sequence[Sequence[int]]) -> list[GenreScore]:
    """Precision, recall and F1 of each genre; 0 where nothing was to be found or nothing was named.

    Args:
        genres: ``[num_classes]``.
        confusion_matrix: ``[num_classes][num_classes]``, reference by row; empty gives no scores.
    """
    if not confusion_matrix:
        return []
    matrix = np.asarray(confusion_matrix, dtype=np.float64)
    hits, n_reference, n_predicted = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    return [
        GenreScore(
            genre=genre,
            precision=float(hits[index] / max(n_predicted[index], 1)),
            recall=float(hits[index] / max(n_reference[index], 1)),
            f1=float(2 * hits[index] / max(n_reference[index] + n_predicted[index], 1)),
            support=int(n_reference[index]),
        )
        for index, genre in enumerate(genres)
    ]


def _summary_fields(file: ModelFile, description: ModelDescription | None) -> Mapping[str, Any]:
    fields: dict[str, Any] = {
        "id": file.id,
        "is_shipped": file.is_shipped,
        "format": file.format,
        "size_bytes": file.size_bytes(),
    }
    if description is None:
        return fields | {"title": file.id, "genres": [], "dataset": DatasetDescription()}
    return fields | {
        "title": _find_heading(description.card) or file.id,
        "genres": description.genres,
        "architecture": description.architecture,
        "epoch": description.epoch,
        "val_acc": description.val_acc,
        "val_loss": description.val_loss,
        "temperature": description.temperature,
        "min_confidence": description.min_confidence,
        "dataset": description.dataset,
        "created": description.created,
    }


def _find_heading(card: str | None) -> str | None:
    first_line = (card or "").lstrip().partition("\n")[0]
    return first_line.removeprefix("# ").strip()[:_LONGEST_NAME] if first_line.startswith("# ") else None


def _read_card(path: Path) -> str | None:
    try:
        if not path.is_file() or path.stat().st_size > MAX_CARD_BYTES:
            return None
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _validate_shapes(description: ModelDescription) -> None:
    n_genres = len(description.genres)
    if n_genres < 2 or len(set(description.genres)) < n_genres:
        raise ValueError("it must name at least two genres, each once.")
    if not all(0 < len(genre) <= _LONGEST_NAME for genre in description.genres):
        raise ValueError(f"the name of a genre has between 1 and {_LONGEST_NAME} letters.")
    matrix = description.confusion_matrix
    if matrix and (len(matrix) != n_genres or any(len(row) != n_genres for row in matrix)):
        raise ValueError(f"its confusion matrix is not one of {n_genres} genres.")
    if any(count < 0 for row in matrix for count in row):
        raise ValueError("its confusion matrix counts less than no tracks.")
    if any(len(values) != len(description.epochs) for values in description.curves.values()):
        raise ValueError("the curves of its training are not all of the same length.")
    reliability = description.reliability
    if len({len(reliability.confidence), len(reliability.accuracy), len(reliability.n_tracks)}) > 1:
        raise ValueError("the lists of its reliability are not all of the same length.")
