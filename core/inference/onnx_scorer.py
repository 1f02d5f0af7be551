"""An ONNX model, run by ONNX Runtime on the processor: sound in, scores out, and no PyTorch anywhere.

The file holds the front end, the cutting into segments and the network, and in its metadata all that the predictor
needs to know beside them. ``core.export`` writes it.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime

from core.errors import CheckpointError, DeviceError, UnknownModelError
from core.features.log_mel_config import LogMelConfig
from core.inference.scorer import SegmentScores, WindowScores, locate_segments
from core.models.files import MAX_MODEL_BYTES
from core.models.metadata import ModelMetadata
from core.types import FloatArray

#: Of the entry of the file's metadata that holds, as JSON, the fields of ``ModelMetadata``.
METADATA_KEY: Final = "genrescope"
#: A window of sound, float32 ``[n_samples]``; left out where the log-mel is given.
WAVEFORM: Final = "waveform"
#: A window's log-mel on any linear scale of dB, float32 ``[n_mels, n_frames]``; left out where the sound is given.
LOG_MEL: Final = "log_mel"
SCALED_LOG_MEL: Final = "scaled_log_mel"
SEGMENT_LOGITS: Final = "segment_logits"
EMBEDDINGS: Final = "embeddings"
START_FRAMES: Final = "segment_start_frames"
#: Of the window, calibrated: for programs that know nothing of tracks.
PROBABILITIES: Final = "probabilities"

# What is wrong with a file is raised; warnings of the library help nobody, and what it counts stays here.
onnxruntime.set_default_logger_severity(3)
onnxruntime.disable_telemetry_events()


class OnnxScorer:
    """Implements ``Scorer``.

    Args:
        path: Of the model.
        device: ``cpu``, or ``None``.
        n_threads: The processor's cores that the model may use; ``None`` for all.

    Raises:
        ModelError: When the file is missing, damaged, or was not written by this program.
        DeviceError: When another device is asked for.
    """

    is_decided_by_vote = False

    def __init__(self, path: Path, device: str | None = None, n_threads: int | None = None) -> None:
        if device not in (None, "auto", "cpu"):
            raise DeviceError(f"ONNX models run on the CPU, and “{device}” was asked for: leave it out or say cpu.")
        self._session = _open(path, n_threads or 0)
        self.metadata = _read_metadata(self._session, path)
        self.device = "cpu"
        self.device_reason = "ONNX Runtime computes on the CPU."
        self._config = LogMelConfig(**self.metadata.feature_config)

    def score_window(self, samples: FloatArray, start_s: float = 0.0) -> WindowScores:
        """See ``Scorer``."""
        return self._score(WAVEFORM, samples, start_s)

    def score_log_mel(self, log_mel: FloatArray) -> WindowScores:
        """See ``Scorer``."""
        return self._score(LOG_MEL, log_mel, 0.0)

    def _score(self, name: str, values: FloatArray, start_s: float) -> WindowScores:
        outputs = (SCALED_LOG_MEL, SEGMENT_LOGITS, EMBEDDINGS, START_FRAMES)
        log_mel, logits, embeddings, start_frames = self._session.run(outputs, {name: values})
        return WindowScores(
            log_mel, SegmentScores(logits, embeddings, locate_segments(start_frames, start_s, self._config))
        )


def read_metadata(path: Path) -> ModelMetadata:
    """What an ONNX model says of itself.

    Raises:
        ModelError: When the file is missing, damaged, or was not written by this program.
    """
    return _read_metadata(_open(path, n_threads=1, is_run=False), path)


def encode_metadata(metadata: ModelMetadata) -> str:
    """The JSON of the file's metadata. It has no NaN, which stands in histories and becomes ``null``."""
    content = {entry.name: getattr(metadata, entry.name) for entry in fields(ModelMetadata)}
    return json.dumps(_without_nan(content), ensure_ascii=False, allow_nan=False)


def _open(path: Path, n_threads: int, *, is_run: bool = True) -> onnxruntime.InferenceSession:
    if not path.is_file():
        raise UnknownModelError(f"There is no model at “{path}”. Make one with “genrescope export”.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    # Threads that wait busily for the next window take the processor from decoding, and from the battery.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not is_run:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            limit_mib = MAX_MODEL_BYTES // 1024**2
            raise CheckpointError(f"“{path}” is larger than {limit_mib} MiB: that is no model of this program.")
        # The content and not the path, so that every name will do, and no file beside it is read.
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except CheckpointError:
        raise
    except Exception as error:  # ONNX Runtime has an error of its own for each thing that can be wrong
        raise CheckpointError(f"“{path}” is no ONNX model that can be read; it may be damaged.") from error


def _read_metadata(session: onnxruntime.InferenceSession, path: Path) -> ModelMetadata:
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    if text is None:
        raise CheckpointError(f"“{path}” is not an ONNX model of this program: make one with “genrescope export”.")
    try:
        content = json.loads(text)
        known = {entry.name for entry in fields(ModelMetadata)}
        return ModelMetadata(**{name: value for name, value in content.items() if name in known})
    except (ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(f"What “{path}” says of itself cannot be read: {error}") from error


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
