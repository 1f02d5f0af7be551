"""Fits classical models on the training tracks and scores them on the validation tracks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from core.errors import DatasetError
from core.evaluation.classical.models import MODELS, TRANSFORMATIONS, Candidate


@dataclass(frozen=True)
class ClassicalScore:
    """What one model after one transformation reaches.

    Attributes:
        model: Name.
        transformation: Name.
        settings: Those that did best in cross-validation, by step and parameter (``model__C``).
        cv_accuracy: Their mean accuracy over the folds of the training tracks, 0..1: optimistic, as it chose them.
        val_accuracy: Share of validation tracks told right, 0..1.
        val_macro_f1: Mean F1 of the genres that have a validation track, 0..1.
        duration_s: Search and fit, in seconds.
    """

    model: str
    transformation: str
    settings: dict[str, Any]
    cv_accuracy: float
    val_accuracy: float
    val_macro_f1: float
    duration_s: float


def evaluate_classical(
    features: npt.NDArray[np.floating],
    labels: npt.NDArray[Any],
    artists: npt.NDArray[np.str_],
    splits: npt.NDArray[np.str_],
    models: Mapping[str, Candidate] = MODELS,
    transformations: Mapping[str, Candidate] = TRANSFORMATIONS,
    n_folds: int = 5,
    seed: int = 0,
    progress: Callable[[ClassicalScore], None] | None = None,
) -> list[ClassicalScore]:
    """Score every model after every transformation.

    Settings are chosen by cross-validation on the ``train`` tracks, no artist in two folds; scaling and transformation
    are fitted inside each fold. The ``val`` tracks are looked at once, by what was chosen. Other tracks are ignored.

    Args:
        features: ``[n_tracks, n_features]``, finite.
        labels: Genre of each track, ``[n_tracks]``.
        artists: Of each track, ``[n_tracks]``; one without a name counts as an artist of their own.
        splits: ``train`` and ``val``, ``[n_tracks]``.
        models: By name.
        transformations: By name.
        n_folds: Of the cross-validation.
        seed: Of everything random.
        progress: Is told each score as soon as it is known.

    Returns:
        One score for each pair, models in the outer order.

    Raises:
        DatasetError: When a split is empty, or there are fewer artists than folds.
    """
    train, val = splits == "train", splits == "val"
    if not train.any() or not val.any():
        raise DatasetError("Classical models need tracks of both splits, “train” and “val”.")
    groups = _number_artists(artists[train])
    if groups.max() + 1 < n_folds:
        raise DatasetError(f"{n_folds} folds need as many artists; the training tracks have {groups.max() + 1}.")
    scores = []
    for model_name, model in models.items():
        for transformation_name, transformation in transformations.items():
            started = time.perf_counter()
            search = GridSearchCV(
                Pipeline(
                    [
                        ("scale", StandardScaler()),
                        ("transform", transformation.create(seed)),
                        ("model", model.create(seed)),
                    ]
                ),
                _join_settings(transformation, model),
                cv=GroupKFold(n_folds),
                scoring="accuracy",
                error_score="raise",
            )
            # The matrices are small: on two busy cores, threads that waited for each other took sixty times as long.
            with threadpool_limits(limits=1):
                search.fit(features[train], labels[train], groups=groups)
            predicted, reference = search.predict(features[val]), labels[val]
            score = ClassicalScore(
                model=model_name,
                transformation=transformation_name,
                settings=dict(search.best_params_),
                cv_accuracy=float(search.best_score_),
                val_accuracy=float(accuracy_score(reference, predicted)),
                val_macro_f1=float(
                    f1_score(reference, predicted, labels=np.unique(reference), average="macro", zero_division=0)
                ),
                duration_s=time.perf_counter() - started,
            )
            scores.append(score)
            if progress is not None:
                progress(score)
    return scores


def _number_artists(artists: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """A number for each artist, and one of its own for each track without a name, ``[n_tracks]``."""
    names = [artist.strip() for artist in artists.tolist()]
    # A tuple is equal to no name.
    keys: list[object] = [name or (index,) for index, name in enumerate(names)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def _join_settings(transformation: Candidate, model: Candidate) -> dict[str, list[Any]]:
    return {
        f"{step}__{name}": list(values)
        for step, candidate in (("transform", transformation), ("model", model))
        for name, values in candidate.settings.items()
    }
