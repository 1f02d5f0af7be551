"""The model that comes with the program, as the one that the others are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.benchmark.networks import count_parameters, measure_window_ms
from core.benchmark.protocols import Task
from core.evaluation.evaluate import evaluate_pack
from core.evaluation.metrics import Metrics
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.files import find_checkpoint


@dataclass(frozen=True)
class ShippedScores:
    """What the shipped model reaches on the same tracks.

    Attributes:
        model_id: Of the model.
        metrics: On the ``val`` tracks.
        hits: Whether it tells each of them right, ``[n_tracks]`` in the pack's order.
        protocol: How it was trained, as its checkpoint says.
        n_parameters: Of its network.
        checkpoint_bytes: Of its file.
        window_ms: Time in which it judges a whole clip, in milliseconds.
    """

    model_id: str
    metrics: Metrics
    hits: npt.NDArray[np.bool_]
    protocol: str
    n_parameters: int
    checkpoint_bytes: int
    window_ms: float


def score_shipped(model: str, task: Task) -> ShippedScores | str:
    """Score the shipped model through the product's own predictor.

    Args:
        model: Its id, or the path of a checkpoint.
        task: On whose ``val`` tracks.

    Returns:
        Its scores, or one sentence that says why they could not be compared with those of the others.

    Raises:
        ModelError: When there is no such model, or it cannot be read.
    """
    path = find_checkpoint(model)
    # All are judged by the same arithmetic, so on the processor.
    predictor = GenrePredictor.load(path, "cpu")
    model_id = _name_model(model, path)
    if not task.is_by_track:
        return (
            f"The shipped model “{model_id}” is left out: most of these segments come from tracks that it may have "
            "been trained on."
        )
    if set(predictor.label_names) != set(task.pack.label_names):
        known = ", ".join(predictor.label_names)
        return f"The shipped model “{model_id}” is left out: it tells other genres ({known})."
    evaluation = evaluate_pack(predictor, task.pack.select("val"))
    network = GenreModel.from_checkpoint(Checkpoint.load(path)).network
    return ShippedScores(
        model_id=model_id,
        metrics=evaluation.metrics,
        hits=evaluation.probabilities.argmax(axis=1) == evaluation.reference_labels,
        protocol=str(predictor.metadata.dataset.get("protocol", "it does not say how it was trained")),
        n_parameters=count_parameters(network),
        checkpoint_bytes=path.stat().st_size,
        window_ms=measure_window_ms(network, predictor.feature_config, task.window_frames),
    )


def _name_model(model: str, path: Path) -> str:
    return path.parent.name if Path(model).is_file() else model
