"""Fits and measures a classical model of the benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from core.benchmark.pieces import PieceResult
from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.evaluation.classical import MODELS, TRANSFORMATIONS, ClassicalScore, evaluate_classical
from core.features.handcrafted import FeatureTable
from core.types import FloatArray


def align_features(table: FeatureTable, pack: LogMelPack) -> FloatArray:
    """The features of the pack's tracks, so that all models are given the same ones.

    Returns:
        float32 ``[n_tracks, 57]``, in the pack's order.

    Raises:
        DatasetError: When the table lacks a track.
    """
    rows = {track_id: row for row, track_id in enumerate(table.track_ids.tolist())}
    missing = [track_id for track_id in pack.track_ids.tolist() if track_id not in rows]
    if missing:
        raise DatasetError(
            f"The feature table lacks {len(missing)} of the {len(pack)} tracks of the pack “{pack.name}”, "
            f"{missing[0]} for one."
        )
    return table.features[[rows[track_id] for track_id in pack.track_ids.tolist()]].astype(np.float32)


def run_classical(name: str, seed: int, features: FloatArray, pack: LogMelPack, folder: Path) -> PieceResult:
    """Fit a model after every transformation, and score the one that does best in cross-validation.

    Args:
        name: Of the model.
        seed: Of everything random.
        features: ``[n_tracks, 57]``, in the pack's order.
        pack: Whose genres, artists and splits count; its log-mels are not looked at.
        folder: Where the result is kept; a result that is there already is taken.

    Raises:
        DatasetError: When the training tracks have too few artists for the cross-validation.
    """
    result = PieceResult.load(folder)
    if result is not None:
        return result
    scores = evaluate_classical(features, pack.genres, pack.artists, pack.splits, {name: MODELS[name]}, seed=seed)
    best = max(scores, key=lambda score: score.cv_accuracy)
    predicted = _refit(best, seed, features, pack)
    settings = ", ".join(f"{key.split('__')[1]} {value}" for key, value in best.settings.items())
    result = PieceResult(
        model=name,
        seed=seed,
        predicted_labels=predicted,
        accuracy=best.val_accuracy,
        macro_f1=best.val_macro_f1,
        train_s=sum(score.duration_s for score in scores),
        detail=f"transformation {best.transformation}; {settings or 'no settings'}; chosen by cross-validation",
    )
    folder.mkdir(parents=True, exist_ok=True)
    result.save(folder)
    return result


def _refit(score: ClassicalScore, seed: int, features: FloatArray, pack: LogMelPack) -> list[int]:
    """Labels of the validation tracks, from the model that got the score: with its seed and settings it is the same."""
    pipeline = Pipeline(
        [
            ("scale", StandardScaler()),
            ("transform", TRANSFORMATIONS[score.transformation].create(seed)),
            ("model", MODELS[score.model].create(seed)),
        ]
    ).set_params(**score.settings)
    train, val = pack.splits == "train", pack.splits == "val"
    with threadpool_limits(limits=1):
        pipeline.fit(features[train], pack.genres[train])
        predicted = pipeline.predict(features[val])
    return [pack.label_names.index(genre) for genre in predicted.tolist()]
