"""Model files: read so that nothing in them is executed, and tried before anybody relies on them."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from core.errors import CheckpointError, GenrescopeError
from core.features.log_mel import LogMel, LogMelConfig
from core.inference.device import select_device
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.registry import create_network

CARD_NAME = "MODEL_CARD.md"

#: The largest architecture here weighs a tenth of it.
MAX_MODEL_BYTES = 1024**3


@dataclass(frozen=True)
class ModelFile:
    """One model that can be chosen.

    Attributes:
        id: What requests name it by.
        path: Of its checkpoint.
        is_shipped: Whether it came with the program.
        is_ours: Whether it is a copy in the user's data folder, which this program made and may delete.
    """

    id: str
    path: Path
    is_shipped: bool = False
    is_ours: bool = False

    def size_bytes(self) -> int:
        """Of the checkpoint; 0 where it cannot be asked for."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint that may come from anywhere; nothing in it is executed.

    Raises:
        ModelError: When it is missing, too large, damaged, or holds more than weights.
    """
    try:
        if path.is_file() and _unpacked_bytes(path) > MAX_MODEL_BYTES:
            limit_mib = MAX_MODEL_BYTES // 1024**2
            raise CheckpointError(f"“{path}” is larger than {limit_mib} MiB: that is no model of this program.")
        return Checkpoint.load(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"“{path}” cannot be read: {error}.") from error


def load_predictor(file: ModelFile, device: str | None, min_confidence: float | None = None) -> GenrePredictor:
    """Load a model and have it judge a made-up spectrogram, so that no prediction fails because of its file.

    Args:
        file: Of the model.
        device: A PyTorch device name, or ``None`` for the best that works.
        min_confidence: Below it an answer is ``unsure``, 0..1; ``None`` leaves it to the model.

    Raises:
        ModelError: When it cannot be read, or contradicts itself.
        DeviceError: When the device does not compute.
    """
    checkpoint = load_checkpoint(file.path)
    if min_confidence is not None:
        decision_config = {**checkpoint.decision_config, "min_confidence": min_confidence}
        checkpoint = replace(checkpoint, decision_config=decision_config)
    try:
        _validate_weights(checkpoint)
        predictor = GenrePredictor(checkpoint, file.id, select_device(device))
        config = predictor.feature_config
        log_mel = np.linspace(0, 1, config.n_mels * config.segment_frames, dtype=np.float32)
        track = predictor.predict_log_mel(log_mel.reshape(config.n_mels, -1))
    except GenrescopeError:
        raise
    except Exception as error:  # whatever a made-up configuration makes fail: it is the file's fault
        first_line = (str(error) or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"The checkpoint contradicts itself: {first_line}") from error
    if len(track.probabilities) != len(checkpoint.label_names):
        raise CheckpointError(
            f"The checkpoint contradicts itself: it names {len(checkpoint.label_names)} genres and its network "
            f"tells {len(track.probabilities)} apart."
        )
    return predictor


def _unpacked_bytes(path: Path) -> int:
    # A checkpoint is a ZIP file, and one of a few kilobytes can unpack to gigabytes.
    n_bytes = path.stat().st_size
    if not zipfile.is_zipfile(path):
        return n_bytes
    with zipfile.ZipFile(path) as archive:
        return max(n_bytes, sum(entry.file_size for entry in archive.infolist()))


def _validate_weights(checkpoint: Checkpoint) -> None:
    # On the “meta” device nothing is allocated: a file of a kilobyte can claim a network of a terabyte.
    with torch.device("meta"):
        front_end = LogMel(LogMelConfig(**checkpoint.feature_config))
        model = GenreModel(front_end, create_network(checkpoint.model_name, checkpoint.model_config))
    wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in checkpoint.model_state_dict.items()}
    if wanted != given:
        name = min(name for name in wanted.keys() | given.keys() if wanted.get(name) != given.get(name))
        raise CheckpointError(
            f"The checkpoint contradicts itself: its weights “{name}” have the shape {given.get(name)} and not "
            f"{wanted.get(name)}."
        )
