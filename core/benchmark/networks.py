"""Trains and measures a network of the benchmark."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from core.benchmark.pieces import PieceResult, Stopwatch
from core.benchmark.protocols import Task
from core.evaluation.metrics import compute_metrics
from core.evaluation.scoring import score_pack
from core.features.log_mel import LogMelConfig, split_into_segments
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.registry import SegmentClassifier
from core.training.config import TrainingConfig
from core.training.run import train_model
from core.training.run_folder import RunFolder
from core.training.trainer import Hardware

_N_WARM_UPS = 3
_N_REPEATS = 15


def run_network(name: str, config: TrainingConfig, task: Task, folder: Path, device: str | None) -> PieceResult:
    """Train a network, or go on with its training, then score and measure it; nothing is done twice.

    Args:
        name: Of the model in the table.
        config: Of the run, the seed included.
        task: What to train and score it on.
        folder: Run folder.
        device: A PyTorch device for the training, or ``None`` for the best that works.

    Raises:
        GenrescopeError: When the folder holds a run with other settings, or the training cannot be done.
    """
    run = RunFolder(folder)
    # Read before training: a result is only as good as the model that it belongs to.
    result = PieceResult.load(folder) if run.is_finished else None
    hardware = Hardware(device or "auto")
    train = partial(train_model, task.pack, config, folder, resume=True, hardware=hardware)
    if result is not None:
        train()  # only checks that the settings agree
        return result
    stopwatch = Stopwatch(folder, [run.resume_point, run.checkpoint])
    checkpoint = train()
    train_s = stopwatch.read()
    assert checkpoint is not None  # noqa: S101 -- one process trains, so this is the one that wrote it
    result = _measure(name, checkpoint, config, task, run.checkpoint, train_s)
    result.save(folder)
    return result


def _measure(
    name: str, checkpoint: Checkpoint, config: TrainingConfig, task: Task, path: Path, train_s: float
) -> PieceResult:
    network, val = GenreModel.from_checkpoint(checkpoint).network, task.pack.select("val")
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # as the product does
    scores = score_pack(network, val, config.features)
    metrics = compute_metrics(np.exp(scores.log_probabilities), scores.reference_labels, val.label_names)
    return PieceResult(
        model=name,
        seed=config.seed,
        predicted_labels=scores.predicted_labels.tolist(),
        accuracy=metrics.accuracy,
        macro_f1=metrics.macro_f1,
        train_s=train_s,
        detail=str(checkpoint.dataset["protocol"]),
        n_parameters=count_parameters(network),
        checkpoint_bytes=path.stat().st_size,
        window_ms=measure_window_ms(network, config.features, task.window_frames),
    )


def count_parameters(network: SegmentClassifier) -> int:
    """How many numbers were learnt."""
    return sum(parameter.numel() for parameter in network.parameters())


@torch.inference_mode()
def measure_window_ms(network: SegmentClassifier, features: LogMelConfig, window_frames: int) -> float:
    """Time in which one core judges the segments of one clip, in milliseconds: the median of repeated runs.

    Args:
        network: In evaluation mode, on the processor.
        features: How a clip is cut into segments.
        window_frames: Columns of the clip.
    """
    clip = torch.rand(features.n_mels, window_frames)
    segments, _ = split_into_segments(clip, features)
    inputs = [segments, *(torch.zeros(len(segments), *shape) for shape in network.input_shapes[1:])]
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        durations_ms = []
        for _ in range(_N_WARM_UPS + _N_REPEATS):
            started = time.perf_counter()
            network(*inputs)
            durations_ms.append(1000 * (time.perf_counter() - started))
    finally:
        torch.set_num_threads(n_threads)
    return statistics.median(durations_ms[_N_WARM_UPS:])


def seed_config(config: TrainingConfig, seed: int) -> TrainingConfig:
    """The same recipe with another seed."""
    return replace(config, seed=seed)
