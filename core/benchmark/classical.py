"""Fits and measures a classical model of the benchmark."""

from __future__ import annotations

from pathlib import Path

from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from core.benchmark.pieces import PieceResult
from core.datasets.pack import LogMelPack
from core.evaluation.classical import MODELS, TRANSFORMATIONS, ClassicalScore, evaluate_classical
from core.types import FloatArray


def run_classical(name: str, seed: int, pack: LogMelPack, folder: Path) -> PieceResult:
    """Fit a model after every transformation, and score the one that does best in cross-validation.

    Args:
        name: Of the model.
        seed: Of everything random.
        pack: With track features; its log-mels are not looked at.
        folder: Where the result is kept; a result that is there already is taken.

    Raises:
        DatasetError: When the training tracks have too few artists for the cross-validation.
    """
    result = PieceResult.load(folder)
    if result is not None:
        return result
    features = pack.track_features
    assert features is not None  # noqa: S101 -- without features, no classical model takes part
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
