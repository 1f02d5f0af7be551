"""The checkpoint: one file that says all there is to say about a model, and runs no code when it is read."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from core.errors import CheckpointError, UnknownModelError
from core.features.log_mel import LogMel, LogMelConfig
from core.models.files import MAX_MODEL_BYTES
from core.models.metadata import ModelMetadata
from core.models.registry import SegmentClassifier, create_network


@dataclass(kw_only=True)
class Checkpoint(ModelMetadata):
    """What ``best_model.pt`` holds, under these names.

    Attributes:
        model_state_dict: Of a ``GenreModel``: front end and network.
        optimizer_state_dict: Empty in a released model.
    """

    model_state_dict: dict[str, Tensor]
    optimizer_state_dict: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a checkpoint; nothing in the file is ever executed.

        Raises:
            UnknownModelError: When there is no such file.
            CheckpointError: When it is too large, damaged, no checkpoint, or one that only unpickling could read.
        """
        if not path.is_file():
            raise UnknownModelError(f"There is no model at “{path}”. Train one with “genrescope train”.")
        _validate_size(path)
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
            # First on the “meta” device, which allocates nothing: a small file can claim a network of a terabyte.
            with torch.device("meta"):
                _validate_weights(cls._with_random_weights(checkpoint), checkpoint)
            model = cls._with_random_weights(checkpoint)
            model.load_state_dict(checkpoint.model_state_dict)
        except (TypeError, RuntimeError, AttributeError) as error:
            first_line = str(error).splitlines()[0]  # PyTorch goes on to list every weight
            raise CheckpointError(f"The checkpoint contradicts itself: {first_line}") from error
        return model.eval()

    @classmethod
    def _with_random_weights(cls, checkpoint: Checkpoint) -> Self:
        front_end = LogMel(LogMelConfig(**checkpoint.feature_config))
        return cls(front_end, create_network(checkpoint.model_name, checkpoint.model_config))


def _validate_size(path: Path) -> None:
    # A checkpoint is a ZIP file, and one of a few kilobytes can unpack to gigabytes.
    try:
        n_bytes = path.stat().st_size
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                n_bytes = max(n_bytes, sum(entry.file_size for entry in archive.infolist()))
    except (OSError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"“{path}” cannot be read: {error}.") from error
    if n_bytes > MAX_MODEL_BYTES:
        limit_mib = MAX_MODEL_BYTES // 1024**2
        raise CheckpointError(f"“{path}” is larger than {limit_mib} MiB: that is no model of this program.")


def _validate_weights(model: GenreModel, checkpoint: Checkpoint) -> None:
    wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in checkpoint.model_state_dict.items()}
    if wanted != given:
        name = min(name for name in wanted.keys() | given.keys() if wanted.get(name) != given.get(name))
        raise CheckpointError(
            f"The checkpoint contradicts itself: its weights “{name}” have the shape {given.get(name)} and not "
            f"{wanted.get(name)}."
        )
