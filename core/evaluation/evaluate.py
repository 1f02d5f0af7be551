"""Evaluates a model through the product's own predictor, on a pack or on folders of audio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.datasets.pack import LogMelPack
from core.errors import AudioError, DatasetError
from core.evaluation.metrics import Metrics, compute_metrics
from core.inference.predictor import GenrePredictor
from core.types import Decision, TrackPrediction

#: Called after each track with how many are done and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Evaluation:
    """A model's figures, and what they were measured on.

    Attributes:
        model_id: Of the model.
        dataset: Name of the pack or folder, and the split.
        metrics: Over all tracks that were judged.
        label_names: The model's genres.
        probabilities: float32 ``[n_tracks, num_classes]``.
        reference_labels: int64 ``[n_tracks]``.
        track_ids: ``[n_tracks]``.
        n_decided: Tracks by decision.
        confident_accuracy: Among the tracks called ``confident``, 0..1; ``None`` when there are none.
        skipped: Why tracks were not judged, and how many.
    """

    model_id: str
    dataset: str
    metrics: Metrics
    label_names: tuple[str, ...]
    probabilities: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    reference_labels: np.ndarray[tuple[int], np.dtype[np.int64]]
    track_ids: list[str]
    n_decided: dict[str, int]
    confident_accuracy: float | None
    skipped: dict[str, int]


def evaluate_pack(predictor: GenrePredictor, pack: LogMelPack, progress: Progress | None = None) -> Evaluation:
    """Evaluate on every track of a pack (``pack.select`` narrows it to a split).

    Raises:
        DatasetError: When no track is of a genre that the model knows.
        FeatureError: When the pack's shape is not the model's.
    """
    tracks = (
        (track_id, genre, lambda log_mel=log_mel: predictor.predict_log_mel(log_mel))
        for track_id, genre, log_mel in zip(pack.track_ids.tolist(), pack.genres.tolist(), pack.log_mel, strict=True)
    )
    splits = "+".join(sorted(set(pack.splits.tolist())))
    return _evaluate(predictor, f"{pack.name}, {splits}", tracks, len(pack), progress)


def evaluate_folder(predictor: GenrePredictor, folder: Path, progress: Progress | None = None) -> Evaluation:
    """Evaluate on audio in one folder per genre, named as the model names it.

    Raises:
        DatasetError: When there is no such folder, or no track of a genre that the model knows.
    """
    if not folder.is_dir():
        raise DatasetError(f"“{folder}” is not a folder.")
    files = sorted(path for path in folder.glob("*/*") if path.is_file() and not path.name.startswith("."))
    tracks = ((path.name, path.parent.name, lambda path=path: predictor.predict_file(path)) for path in files)
    return _evaluate(predictor, folder.name, tracks, len(files), progress)


def _evaluate(
    predictor: GenrePredictor,
    dataset: str,
    tracks: Iterable[tuple[str, str, Callable[[], TrackPrediction]]],
    n_tracks: int,
    progress: Progress | None,
) -> Evaluation:
    label_index = {name: index for index, name in enumerate(predictor.label_names)}
    predictions: list[TrackPrediction] = []
    references: list[int] = []
    track_ids: list[str] = []
    skipped: Counter[str] = Counter()
    for n_done, (track_id, genre, predict) in enumerate(tracks, start=1):
        if genre not in label_index:
            skipped[f"genre unknown to the model: {genre}"] += 1
            continue
        try:
            predictions.append(predict())
        except AudioError as error:
            skipped[str(error)] += 1
            continue
        references.append(label_index[genre])
        track_ids.append(track_id)
        if progress is not None:
            progress(n_done, n_tracks)
    if not predictions:
        known = ", ".join(predictor.label_names)
        raise DatasetError(f"No track of “{dataset}” can be judged; the model knows {known}.")
    probabilities = np.stack([prediction.probabilities for prediction in predictions])
    reference_labels = np.array(references, dtype=np.int64)
    is_confident = np.array([prediction.decision is Decision.CONFIDENT for prediction in predictions])
    hits = probabilities.argmax(axis=1) == reference_labels
    return Evaluation(
        model_id=predictor.model_id,
        dataset=dataset,
        metrics=compute_metrics(probabilities, reference_labels, predictor.label_names),
        label_names=predictor.label_names,
        probabilities=probabilities,
        reference_labels=reference_labels,
        track_ids=track_ids,
        n_decided=dict(Counter(prediction.decision.value for prediction in predictions)),
        confident_accuracy=float(hits[is_confident].mean()) if is_confident.any() else None,
        skipped=dict(skipped),
    )
