"""What the program dares to say: an answer, a doubt, or that this is no music."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.types import Decision


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


def decide(
    label: str, confidence: float, runner_up: str, is_silent: bool, config: DecisionConfig
) -> tuple[Decision, str]:
    """Decide whether to believe the most probable genre, and say why in one sentence.

    Args:
        label: The most probable genre.
        confidence: Its calibrated probability, 0..1.
        runner_up: The second most probable genre.
        is_silent: No part of the track was louder than ``config.silence_db``.
        config: The thresholds.
    """
    if is_silent:
        return Decision.NOT_MUSIC, f"Nothing here is louder than {config.silence_db:.0f} dB: this is silence."
    if confidence < config.min_confidence:
        return (
            Decision.UNSURE,
            f"The best guess, {label}, reaches {confidence:.0%}, less than the {config.min_confidence:.0%} asked "
            f"for; {runner_up} is next.",
        )
    return Decision.CONFIDENT, f"{label} reaches {confidence:.0%} over the whole track."
