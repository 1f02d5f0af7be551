"""What the program dares to say: an answer, a doubt, or that this is no music."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from core.types import Decision, FloatArray

# The threshold is the very confidence of some validation track: which library rounds how must not decide there.
_TOLERANCE: Final = 1e-5


@dataclass(frozen=True)
class DecisionConfig:
    """Thresholds; they travel in the checkpoint.

    Attributes:
        min_confidence: Below it the answer is ``unsure``, 0..1.
        silence_db: A window whose loudest sample is quieter is silence, in dB below full scale.
    """

    min_confidence: float = 0.5
    silence_db: float = -60.0

    def to_dict(self) -> dict[str, float]:
        """Plain values, as the checkpoint keeps them."""
        return asdict(self)


@dataclass(frozen=True)
class NotMusicDetector:
    """A logistic regression over track embeddings; it travels in the checkpoint.

    Attributes:
        weight: ``[n_dims]``.
        bias: Added to the weighted sum; above zero means no music.
    """

    weight: tuple[float, ...]
    bias: float

    def is_music(self, embedding: FloatArray) -> bool:
        """Whether a track with this embedding, float32 ``[n_dims]``, sounds like music at all."""
        return float(np.dot(np.array(self.weight), embedding)) + self.bias <= 0


def decide_on_silence(config: DecisionConfig) -> tuple[Decision, str]:
    """The decision on a track without any part louder than ``config.silence_db``."""
    return Decision.NOT_MUSIC, f"Nothing here is louder than {config.silence_db:.0f} dB: this is silence."


def decide(
    label: str, confidence: float, runner_up: str, is_music: bool, config: DecisionConfig
) -> tuple[Decision, str]:
    """Decide whether to believe the most probable genre, and say why in one sentence.

    Args:
        label: The most probable genre.
        confidence: Its calibrated probability, 0..1.
        runner_up: The second most probable genre.
        is_music: What the detector says.
        config: The thresholds.
    """
    if not is_music:
        return Decision.NOT_MUSIC, "This sounds like speech, noise or tones rather than music."
    if confidence < config.min_confidence - _TOLERANCE:
        return (
            Decision.UNSURE,
            f"The best guess, {label}, reaches {confidence:.0%}, less than the {config.min_confidence:.0%} asked "
            f"for; {runner_up} is next.",
        )
    return Decision.CONFIDENT, f"{label} reaches {confidence:.0%} over the whole track."
