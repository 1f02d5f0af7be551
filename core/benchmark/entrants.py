"""Who takes part in a benchmark, and why some cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import torch

from core.benchmark.protocols import Task
from core.datasets.pack import LogMelPack
from core.errors import DatasetError, FeatureError, UnknownModelError, describe_unknown_name
from core.evaluation.classical import MODELS
from core.models.registry import SegmentClassifier, create_network, list_architectures
from core.training.config import TrainingConfig
from core.training.presets import PRESETS


class Kind(StrEnum):
    """What a model reads."""

    NETWORK = "network"
    CLASSICAL = "classical"


@dataclass(frozen=True)
class Entrant:
    """A model of the benchmark.

    Attributes:
        name: Of the preset, which usually is that of its architecture, or of the classical model.
        kind: Of the two.
        config: How a network is trained, but for the seed; ``None`` for classical models.
        obstacle: Why it cannot take part, for the table; ``None`` when it can.
    """

    name: str
    kind: Kind
    config: TrainingConfig | None = None
    obstacle: str | None = None


def choose_entrants(names: Sequence[str] | None, task: Task, *, epochs: int | None = None) -> list[Entrant]:
    """Everyone, or those that were asked for, in their order.

    Args:
        names: Architectures, other presets and classical models; ``None`` takes all architectures and, where there is
            a feature table, all classical models.
        task: What they will be given.
        epochs: Of every network, instead of its preset's.

    Raises:
        UnknownModelError: With the known names and the nearest one.
        DatasetError: When a classical model was asked for and there is no feature table.
        GenrescopeError: When the number of epochs is impossible.
    """
    networks = sorted({*list_architectures(), *PRESETS})
    has_features = task.pack.track_features is not None
    if names is None:
        names = [*list_architectures(), *(MODELS if has_features else ())]
    for name in names:
        validate_name(name, [*networks, *MODELS])
        if name in MODELS and not has_features:
            raise DatasetError(f"“{name}” reads hand-crafted features: give their table (--features).")
    return [
        _create_classical(name, task) if name in MODELS else _create_network_entrant(name, task, epochs)
        for name in dict.fromkeys(names)
    ]


def validate_name(name: str, known: Sequence[str]) -> None:
    """Refuse a model that does not exist.

    Raises:
        UnknownModelError: With the known names and the nearest one.
    """
    if name not in known:
        raise UnknownModelError(describe_unknown_name("model", name, known))


def _create_classical(name: str, task: Task) -> Entrant:
    obstacle = None if task.is_by_track else "its features describe whole clips, not segments"
    return Entrant(name, Kind.CLASSICAL, obstacle=obstacle)


def _create_network_entrant(name: str, task: Task, epochs: int | None) -> Entrant:
    if name not in PRESETS:
        return Entrant(name, Kind.NETWORK, obstacle="there is no recipe (preset) for its training")
    config = task.adapt(PRESETS[name])
    if epochs is not None:
        config = replace(config, epochs=epochs)
    network = create_network(config.model_name, {"num_classes": len(task.pack.label_names), **config.model_config})
    if config.auxiliary is not None:
        return Entrant(name, Kind.NETWORK, config, "its recipe also learns from a second dataset (“genrescope train”)")
    return Entrant(name, Kind.NETWORK, config, _find_obstacle(network, config, task.pack))


def _find_obstacle(network: SegmentClassifier, config: TrainingConfig, pack: LogMelPack) -> str | None:
    """Why a log-mel pack does not do for the network; found out by trying."""
    others = network.input_shapes[1:]
    if pack.log_mel.shape[1] != config.features.n_mels:
        return f"it reads {config.features.n_mels} values a column, and the pack has {pack.log_mel.shape[1]}"
    if others and pack.track_features is None:
        return "it reads hand-crafted features beside each segment: give their table (--features)"
    segments = torch.zeros(2, config.features.n_mels, config.features.segment_frames)
    try:
        with torch.inference_mode():
            network.eval()(segments, *(torch.zeros(2, *shape) for shape in others))
    except (RuntimeError, FeatureError):
        return f"it cannot read segments of {segments.shape[1]} × {segments.shape[2]}"
    return None
