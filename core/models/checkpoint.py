"""The checkpoint: one file that says all there is to say about a model, and runs no code when it is read."""

from __future__ import annotations

import datetime
import warnings
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from core.errors import CheckpointError, UnknownModelError
from core.features.log_mel import LogMel, LogMelConfig
from core.models.registry import SegmentClassifier, create_network

CHECKPOINT_NAME = "best_model.pt"

#: Where the models live that come with the program.
MODELS_DIR = Path(__file__).resolve().parents[2] / "models"
DEFAULT_MODEL_ID = "gtzan"


@dataclass
class Checkpoint:
    """What ``best_model.pt`` holds, under these names.

    Attributes:
        epoch: The epoch whose weights these are, counted from 1.
        model_state_dict: Of a ``GenreModel``: front end and network.
        optimizer_state_dict: Empty in a released model.
        val_acc: Validation accuracy over tracks, 0..1.
        val_loss: Validation negative log-likelihood over tracks.
        model_name: Architecture, as registered.
        model_config: Its keyword arguments.
        feature_config: Those of ``LogMelConfig``.
        label_names: The genres, in the order of the logits.
        temperature: Track logits are divided by it.
        decision_config: Those of ``core.inference.decision.DecisionConfig``.
        not_music_config: Those of ``core.inference.decision.NotMusicDetector``; empty where it was not taught.
        history: One entry for each epoch, by name (``train_loss``, ``val_loss``, ``val_acc``).
        reliability: Calibrated confidence and accuracy of the validation tracks, by bin of confidence, and how many
            there are in each (``confidence``, ``accuracy``, ``n_tracks``).
        confusion_matrix: ``[num_classes][num_classes]`` of validation tracks, reference by row.
        dataset: Name, split, sizes and protocol of the training.
        created: Date, ISO 8601.
    """

    epoch: int
    model_state_dict: dict[str, Tensor]
    val_acc: float
    val_loss: float
    model_name: str
    model_config: dict[str, Any]
    feature_config: dict[str, Any]
    label_names: list[str]
    optimizer_state_dict: dict[str, Any] = field(default_factory=dict)
    temperature: float = 1.0
    decision_config: dict[str, float] = field(default_factory=dict)
    not_music_config: dict[str, Any] = field(default_factory=dict)
    history: dict[str, list[float]] = field(default_factory=dict)
    reliability: dict[str, list[float]] = field(default_factory=dict)
    confusion_matrix: list[list[int]] = field(default_factory=list)
    dataset: dict[str, Any] = field(default_factory=dict)
    created: str = field(default_factory=lambda: datetime.date.today().isoformat())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a checkpoint; nothing in the file is ever executed.

        Raises:
            UnknownModelError: When there is no such file.
            CheckpointError: When it is damaged, no checkpoint, or one that only unpickling could read.
        """
        if not path.is_file():
            raise UnknownModelError(f"There is no model at “{path}”. Train one with “genrescope train”.")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # PyTorch's guesses about foreign files help nobody: we say it plainly
                content = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # bytes that are no checkpoint make the reader fail in any way there is
            raise CheckpointError(
                f"“{path}” is no checkpoint that can be read safely: it is damaged, or it holds more than weights."
            ) from error
        if not isinstance(content, dict):
            raise CheckpointError(f"“{path}” holds a {type(content).__name__}, not a checkpoint.")
        known = {entry.name for entry in fields(cls)}
        try:
            return cls(**{name: value for name, value in content.items() if name in known})
        except TypeError as error:
            missing = sorted(known - content.keys())
            raise CheckpointError(f"“{path}” is not a checkpoint of this program: it lacks {missing}.") from error

    def save(self, path: Path) -> None:
        """Write it so that an interruption leaves the old file or the new one, never half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        torch.save({entry.name: getattr(self, entry.name) for entry in fields(self)}, temporary)
        temporary.replace(path)


class GenreModel(nn.Module):
    """Front end and network together, as the checkpoint keeps them.

    Attributes:
        front_end: Waveform window to log-mel.
        network: Log-mel segments to logits.
    """

    def __init__(self, front_end: LogMel, network: SegmentClassifier) -> None:
        super().__init__()
        self.front_end = front_end
        self.network = network

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint) -> Self:
        """Rebuild a model, in evaluation mode on the CPU.

        Raises:
            UnknownModelError: When the architecture is not known here.
            CheckpointError: When weights and configuration do not fit each other.
        """
        try:
            front_end = LogMel(LogMelConfig(**checkpoint.feature_config))
            network = create_network(checkpoint.model_name, checkpoint.model_config)
            model = cls(front_end, network)
            model.load_state_dict(checkpoint.model_state_dict)
        except (TypeError, RuntimeError, AttributeError) as error:
            first_line = str(error).splitlines()[0]  # PyTorch goes on to list every weight
            raise CheckpointError(f"The checkpoint contradicts itself: {first_line}") from error
        return model.eval()


def find_checkpoint(model: str | Path) -> Path:
    """The file behind a model's name.

    Args:
        model: The id of a model that comes with the program (``gtzan``), or the path of a checkpoint.

    Raises:
        UnknownModelError: With the known ids.
    """
    if Path(model).is_file():
        return Path(model)
    path = MODELS_DIR / str(model) / CHECKPOINT_NAME
    if not path.is_file():
        known = sorted(folder.parent.name for folder in MODELS_DIR.glob(f"*/{CHECKPOINT_NAME}"))
        shipped = ", ".join(known) or "none at all"
        raise UnknownModelError(f"No model “{model}”: it is no checkpoint file, and the shipped ones are {shipped}.")
    return path
