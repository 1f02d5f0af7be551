"""A finished track in words, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from app.contract import Prediction
from app.gui import wording


@dataclass(frozen=True)
class ResultText:
    """A finished track, in words and as the numbers to draw."""

    title: str
    credits: str
    headline: str
    top_three: str
    reason: str
    format_line: str
    warnings: str
    prediction: Prediction


def describe_result(name: str, prediction: Prediction) -> ResultText:
    """Put an answer into words.

    Args:
        name: Of the file, shown where the track has no title.
        prediction: The answer.
    """
    metadata = prediction.metadata
    return ResultText(
        title=metadata.title or name,
        credits=wording.credits_line(metadata),
        headline=wording.headline(prediction),
        top_three=wording.top_three(prediction),
        reason=wording.capitalise(prediction.reason),
        format_line=wording.format_line(metadata),
        warnings=wording.warning_lines(prediction.warnings),
        prediction=prediction,
    )
