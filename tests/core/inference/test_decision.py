import numpy as np
import pytest

from core.inference.decision import DecisionConfig, NotMusicDetector, decide, decide_on_silence
from core.types import Decision

CONFIG = DecisionConfig(min_confidence=0.6)


@pytest.mark.parametrize(
    ("confidence", "is_music", "decision"),
    [(0.6, True, "confident"), (0.59, True, "unsure"), (0.99, False, "not_music")],
)
def test_the_decision_follows_the_thresholds(confidence: float, is_music: bool, decision: str) -> None:
    assert decide("rock", confidence, "metal", is_music, CONFIG)[0] == decision


def test_a_doubt_names_the_runner_up_and_what_was_asked_for() -> None:
    _, reason = decide("rock", 0.4, "metal", True, CONFIG)
    assert "rock" in reason and "metal" in reason and "60%" in reason


def test_silence_is_no_music() -> None:
    decision, reason = decide_on_silence(CONFIG)
    assert decision is Decision.NOT_MUSIC and "-60 dB" in reason


def test_the_detector_splits_embeddings_by_a_plane() -> None:
    detector = NotMusicDetector(weight=(1.0, -1.0), bias=-0.5)
    assert detector.is_music(np.array([0.0, 1.0], dtype=np.float32))
    assert not detector.is_music(np.array([1.0, 0.0], dtype=np.float32))
