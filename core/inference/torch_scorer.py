"""A checkpoint, run by PyTorch."""

from __future__ import annotations

import torch
from torch import Tensor

from core.errors import ModelError
from core.features.log_mel import LogMelConfig, scale_log_mel, split_into_segments
from core.inference.device import DeviceChoice
from core.inference.scorer import SegmentScores, WindowScores, locate_segments
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.metadata import ModelMetadata
from core.types import FloatArray


class TorchScorer:
    """Implements ``Scorer``.

    Args:
        checkpoint: The model.
        device_choice: Where to compute.

    Raises:
        CheckpointError: When weights and configuration do not fit each other.
        ModelError: When the model does not hear recordings.
    """

    def __init__(self, checkpoint: Checkpoint, device_choice: DeviceChoice) -> None:
        self.metadata: ModelMetadata = checkpoint
        self.device = str(device_choice.device)
        self.device_reason = device_choice.reason
        self._device = device_choice.device
        self._model = GenreModel.from_checkpoint(checkpoint).to(self._device)
        self._config: LogMelConfig = self._model.front_end.config
        network = self._model.network
        if network.takes_features or not network.hears_log_mel:
            raise ModelError(
                f"This model is a {checkpoint.model_name}: it reads more than the log-mel that is computed from "
                "recordings, and can only be trained and compared on packs. Choose another model."
            )
        self.is_decided_by_vote = network.is_decided_by_vote
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def score_window(self, samples: FloatArray, start_s: float = 0.0) -> WindowScores:
        """See ``Scorer``."""
        return self._score(self._model.front_end(torch.from_numpy(samples).to(self._device)), start_s)

    @torch.inference_mode()
    def score_log_mel(self, log_mel: FloatArray) -> WindowScores:
        """See ``Scorer``."""
        return self._score(scale_log_mel(torch.from_numpy(log_mel)).to(self._device), 0.0)

    def _score(self, log_mel: Tensor, start_s: float) -> WindowScores:
        segments, start_frames = split_into_segments(log_mel, self._config)
        embeddings = self._model.network.embed(segments)
        logits = self._model.network.classify(embeddings)
        return WindowScores(
            _to_array(log_mel),
            SegmentScores(
                _to_array(logits),
                _to_array(embeddings),
                locate_segments(start_frames.numpy(), start_s, self._config),
            ),
        )


def _to_array(tensor: Tensor) -> FloatArray:
    array: FloatArray = tensor.float().cpu().numpy()
    return array
