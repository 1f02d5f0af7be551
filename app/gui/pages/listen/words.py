"""What Listen says. Pure functions."""

from __future__ import annotations

import math
from typing import Final

from app.contract import Prediction
from app.gui import wording
from app.gui.pages.listen.view import AnswerText, NoiseText
from app.gui.widgets.message_panel import TRY_AGAIN, Message

EMPTY: Final = Message(
    "Play some music",
    "Press Listen, and Genrescope tells its genre while it plays, surer and surer. Nothing that is heard leaves this "
    "computer.",
)
#: Until the first answer.
WAITING: Final = AnswerText("", "Listening…", None, None, "", "The first answer comes after a second of music.", {})
#: Afterwards, where there was no answer.
NO_ANSWER: Final = AnswerText(
    "", "No answer", None, None, "", "No music was heard this time. What was recorded can still be saved.", {}
)
#: Said while the engine cannot answer.
ENGINE_STARTING: Final = (
    "The analysis engine is still starting. It is being recorded already, and the answer comes as soon as there can "
    "be one."
)
ENGINE_RESTARTING: Final = (
    "The analysis engine is starting anew. The recording goes on, and the answer comes back with the engine."
)
ENGINE_FAILED: Final = (
    "The analysis engine does not run, so there is no answer; what is heard is recorded all the same. Start the "
    "program again."
)
ENGINE_BUSY: Final = "This computer is too busy to judge all that is heard; the recording has all of it."
ENGINE_REFUSES: Final = (
    "The analysis engine broke off several times, so listening was ended. Listen again; if that does not help, start "
    "the program again."
)

_SAMPLE: Final = "Sample the room noise"
_SAMPLE_AGAIN: Final = "Sample it again"


def cannot_listen(sentence: str) -> Message:
    """Said where not even a beginning was possible."""
    return Message("Nothing can be heard", sentence, TRY_AGAIN, is_error=True)


def heard(seconds: float) -> str:
    """For example “4 s heard”, and from a minute on “1:04 heard”."""
    return f"{length(seconds)} heard"


def length(seconds: float) -> str:
    """For example “4 s”, and from a minute on “1:04”."""
    rounded = round(seconds)
    return f"{rounded}{wording.NO_BREAK_SPACE}s" if rounded < 60 else wording.clock(rounded)


def describe_answer(prediction: Prediction, *, is_over: bool) -> AnswerText:
    """An answer in large words.

    Args:
        prediction: As far as the song was heard.
        is_over: The song does not go on.
    """
    label = prediction.label
    # Less than a second is said of nothing that was judged.
    heard_s = max(1.0, prediction.metadata.duration_s)
    caption = f"Heard last · {length(heard_s)}" if is_over else f"Now · {heard(heard_s)}"
    if label is None:
        reason = "Play music, or bring the microphone nearer to it."
        return AnswerText("" if is_over else "Waiting for music", "Silence", None, None, "", reason, {})
    reason = wording.why(prediction)
    if prediction.decision == "not_music":
        # Numbers would pretend otherwise.
        return AnswerText(caption, "No music", None, None, "", reason, {})
    is_sure = prediction.decision == "confident"
    certainty = f"{wording.percent(prediction.confidence)} · {_certainty(is_sure=is_sure, is_over=is_over)}"
    return AnswerText(
        caption,
        wording.genre_name(label),
        label,
        prediction.confidence,
        certainty,
        reason,
        prediction.probabilities,
    )


def _certainty(*, is_sure: bool, is_over: bool) -> str:
    if is_sure:
        return "sure"
    return "not sure" if is_over else "not sure yet"


def describe_noise(*, is_on: bool, is_sampled: bool, is_hearing: bool, left_s: float | None) -> NoiseText:
    """How it stands with the noise of the room.

    Args:
        is_on: The switch.
        is_sampled: The engine knows the noise.
        is_hearing: The engine hears what the microphone hears.
        left_s: For how long the room is still being sampled, in seconds; ``None`` where it is not.
    """
    if left_s is not None:
        return NoiseText(is_on, f"Sampling the room: no music for {max(1, math.ceil(left_s))} s, please…", False, "")
    if not is_on:
        return NoiseText(is_on, "", False, "")
    if not is_hearing:
        return NoiseText(is_on, "Begin to listen, then sample the room before the music plays.", False, "")
    if is_sampled:
        return NoiseText(is_on, "What the room sounds like is taken away.", True, _SAMPLE_AGAIN)
    return NoiseText(is_on, "Stop the music for three seconds.", True, _SAMPLE)
