"""What a training run is made of; presets per architecture override the defaults."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from core.errors import GenrescopeError
from core.features.log_mel import LogMelConfig
from core.training.augmentation import AugmentationConfig

_LEAST = {"epochs": 1, "batch_size": 1, "val_interval": 1, "early_stopping_patience": 0, "seed": 0}


@dataclass(frozen=True)
class ScheduleConfig:
    """How the learning rate changes.

    Attributes:
        kind: ``one_cycle`` rises to the learning rate and falls to almost nothing (Smith and Topin, 2018); ``step``
            multiplies it every ``step_epochs``; ``plateau`` multiplies it when the validation loss stops falling.
        step_epochs: Of ``step``.
        factor: What ``step`` and ``plateau`` multiply by.
        patience: Validations without a lower loss before ``plateau`` acts.
    """

    kind: Literal["one_cycle", "step", "plateau", "constant"] = "one_cycle"
    step_epochs: int = 20
    factor: float = 0.5
    patience: int = 5


@dataclass(frozen=True)
class AuxiliaryConfig:
    """A second dataset that the network also learns from.

    Attributes:
        features: How the clips of its pack were made.
        batch_size: Its segments in each step, beside those of the main dataset.
        weight: Of the loss over its own genres.
        shared_weight: Of the loss of the main classifier over its tracks of genres that both datasets know.
        translated_share: Share of its batches that come in the main dataset's bands and pace.
        coarse_share: Share of the main dataset's segments whose columns are no finer than translated ones.
    """

    features: LogMelConfig
    batch_size: int = 32
    weight: float = 0.7
    shared_weight: float = 1.0
    translated_share: float = 0.5
    coarse_share: float = 0.3


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides the outcome of a training run beside the data and the number of processes.

    Attributes:
        model_name: Architecture, as registered.
        model_config: Its keyword arguments, without ``num_classes``.
        features: Front end and segment length.
        augmentation: Distortions of the training segments, mixup among them.
        auxiliary: A second dataset that the network also learns from.
        epochs: Passes over the training tracks, one random segment of each track per pass.
        batch_size: Segments, in each process.
        optimizer: ``adamw``, or ``adam`` with its L2 penalty, as most published systems have it.
        learning_rate: The highest of the schedule.
        weight_decay: ``adamw`` spares biases and normalisation; ``adam`` spares nothing, as in the published recipes.
        schedule: How the learning rate changes.
        early_stopping_patience: Validations without a lower loss before the training ends; 0 never ends it.
        balance_classes: Weigh each genre's tracks so that all genres count the same.
        artist_balance: How much artists count alike, 0..1: a track of an artist with n tracks is drawn as often as
            ``n ** -artist_balance`` says; genres are drawn as often as before.
        artist_weight: Of the loss of a second task, telling the artists apart; 0 switches it off.
        label_smoothing: Share of each target that is spread over all genres.
        teacher_weight: Share of the teachers' opinion in each target, where there are teachers.
        average_decay: Of the exponential moving average of the weights, per step; the average is then what is
            validated and kept. 0 switches it off.
        keep: The epoch whose weights are kept. ``last`` is honest: nothing is chosen by its validation score;
            ``best_val_loss`` is what some published systems do.
        val_interval: Epochs between two validations; the last epoch is always validated.
        seed: Of everything random.

    Raises:
        GenrescopeError: When a count is impossible.
    """

    model_name: str = "genre_resnet"
    model_config: dict[str, Any] = field(default_factory=dict)
    features: LogMelConfig = field(default_factory=LogMelConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    auxiliary: AuxiliaryConfig | None = None
    epochs: int = 350
    batch_size: int = 32
    optimizer: Literal["adamw", "adam"] = "adamw"
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    early_stopping_patience: int = 0
    balance_classes: bool = False
    artist_balance: float = 0.0
    artist_weight: float = 0.0
    label_smoothing: float = 0.1
    teacher_weight: float = 0.6
    average_decay: float = 0.995
    keep: Literal["last", "best_val_loss"] = "last"
    val_interval: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise GenrescopeError(f"{name} is {getattr(self, name)}; it must be at least {least}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the run folder and the checkpoint."""
        return asdict(self)
