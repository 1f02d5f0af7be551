"""Whether an exported model answers as PyTorch does: asked before the file is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor

from core.errors import ModelError
from core.export.calibration import synthesize_sounds
from core.features.log_mel_config import LogMelConfig
from core.inference.aggregate import log_softmax
from core.inference.scorer import Scorer
from core.types import FloatArray

#: Largest difference of a logit between PyTorch and a model of the same precision.
MAX_LOGIT_DIFFERENCE: Final = 1e-4
#: Largest mean difference of a segment's probability of a genre between PyTorch and a model of 8-bit numbers.
MAX_INT8_DIFFERENCE: Final = 0.03

# Shares of a window: one segment that repeats itself, a few, a whole window, and more than one.
_LENGTHS = (0.0001, 0.05, 0.25, 0.99, 1.0, 2.1)


def measure_logit_difference(exported: Scorer, original: Scorer, config: LogMelConfig) -> float:
    """The largest difference of a logit over made-up sounds of many lengths.

    Raises:
        ModelError: When it is above ``MAX_LOGIT_DIFFERENCE``, or segments lie elsewhere.
    """
    sounds = np.concatenate(synthesize_sounds(config, 3))
    difference = 0.0
    for length in _LENGTHS:
        sound = sounds[-max(1, round(length * config.window_length)) :]
        ours, theirs = exported.score_window(sound), original.score_window(sound)
        from_log_mel = exported.score_log_mel(80 * theirs.log_mel - 80)
        for answer in (ours, from_log_mel):
            if not np.array_equal(answer.segments.start_s, theirs.segments.start_s):
                raise ModelError("The exported model cuts sound into other segments than PyTorch; nothing is written.")
            difference = max(difference, float(np.abs(answer.segments.logits - theirs.segments.logits).max()))
    if not difference <= MAX_LOGIT_DIFFERENCE:
        raise ModelError(
            f"The exported model's logits differ from PyTorch's by up to {difference:.2g}, more than "
            f"{MAX_LOGIT_DIFFERENCE:g}; nothing is written."
        )
    return difference


def measure_int8_difference(exported: Scorer, original: Scorer, log_mels: Sequence[Tensor]) -> float:
    """The mean difference of a segment's probability of a genre over tracks, ``[n_mels, n_frames]`` each.

    Raises:
        ModelError: When it is above ``MAX_INT8_DIFFERENCE``.
    """
    differences = [
        np.abs(_probabilities(exported, log_mel) - _probabilities(original, log_mel)).mean() for log_mel in log_mels
    ]
    difference = float(np.mean(differences))
    if not difference <= MAX_INT8_DIFFERENCE:
        raise ModelError(
            f"With 8-bit numbers, probabilities differ from PyTorch's by {difference:.1%} on average, more than "
            f"{MAX_INT8_DIFFERENCE:.0%}; nothing is written. Try other music with --calibration, or leave out --int8."
        )
    return difference


def _probabilities(scorer: Scorer, log_mel: Tensor) -> FloatArray:
    with torch.inference_mode():
        probabilities: FloatArray = np.exp(log_softmax(scorer.score_log_mel(log_mel.numpy()).segments.logits))
    return probabilities
