"""Model files: read so that nothing in them is executed, and tried before anybody relies on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.contract import ModelFormat
from core.errors import CheckpointError, GenrescopeError
from core.inference.backend import count_threads_beside_decoding, list_backends, load_scorer
from core.inference.predictor import GenrePredictor
from core.models.files import Backend, backend_of, find_model
from core.models.metadata import ModelMetadata

CARD_NAME = "MODEL_CARD.md"


@dataclass(frozen=True)
class ModelFile:
    """One model that can be chosen.

    Attributes:
        id: What requests name it by.
        path: Of its checkpoint or ONNX model.
        is_shipped: Whether it came with the program.
        is_ours: Whether it is a copy in the user's data folder, which this program made and may delete.
    """

    id: str
    path: Path
    is_shipped: bool = False
    is_ours: bool = False

    def size_bytes(self) -> int:
        """Of the file; 0 where it cannot be asked for."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    @property
    def format(self) -> ModelFormat:
        """What kind of file it is."""
        return "onnx" if backend_of(self.path) == "onnx" else "pytorch"


def load_metadata(path: Path) -> ModelMetadata:
    """Read what a model file that may come from anywhere says of itself; nothing in it is executed.

    Raises:
        ModelError: When it is missing, too large, damaged, or of a kind that nothing here can read.
    """
    find_model(path, list_backends())  # raises where only PyTorch could read it, and is not installed
    if backend_of(path) == "onnx":
        from core.inference.onnx_scorer import read_metadata

        return read_metadata(path)
    from core.models.checkpoint import Checkpoint

    return Checkpoint.load(path)


def load_predictor(
    file: ModelFile, device: str | None, min_confidence: float | None = None, *, backend: Backend | None = None
) -> GenrePredictor:
    """Load a model and have it judge a made-up spectrogram, so that no prediction fails because of its file.

    Args:
        file: Of the model.
        device: A PyTorch device name, or ``None`` for the best that works.
        min_confidence: Below it an answer is ``unsure``, 0..1; ``None`` leaves it to the model.
        backend: What shall run it; ``None`` for whatever runs files of this kind.

    Raises:
        ModelError: When it cannot be read, contradicts itself, or is for another backend.
        DeviceError: When the device does not compute.
    """
    path = find_model(file.path, list_backends(backend))
    try:
        predictor = GenrePredictor(load_scorer(path, device, count_threads_beside_decoding()), file.id, min_confidence)
        config = predictor.feature_config
        log_mel = np.linspace(0, 1, config.n_mels * config.segment_frames, dtype=np.float32)
        track = predictor.predict_log_mel(log_mel.reshape(config.n_mels, -1))
    except GenrescopeError:
        raise
    except Exception as error:  # whatever a made-up configuration makes fail: it is the file's fault
        first_line = (str(error) or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"The model contradicts itself: {first_line}") from error
    if len(track.probabilities) != len(predictor.label_names):
        raise CheckpointError(
            f"The model contradicts itself: it names {len(predictor.label_names)} genres and its network "
            f"tells {len(track.probabilities)} apart."
        )
    return predictor
