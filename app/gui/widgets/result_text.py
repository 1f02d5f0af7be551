"""A finished track in words, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from app.contract import Prediction
from app.gui import wording
from app.gui.widgets.timeline import Timeline


@dataclass(frozen=True)
class ResultText:
    """A finished track, in words and as the numbers to draw.

    Attributes:
        path: Where the file lies; ``None`` where it is not on this computer.
    """

    title: str
    credits: str
    headline: str
    top_three: str
    reason: str
    format_line: str
    warnings: str
    prediction: Prediction
    path: str | None = None

    def as_text(self) -> str:
        """All of it, for the clipboard: the answer, every genre, and what was heard when."""
        prediction = self.prediction
        track = (self.title, self.credits, self.format_line)
        answer = (self.headline, self.top_three, self.reason, self.warnings)
        lines = [*filter(None, track), "", *filter(None, answer)]
        if prediction.label is not None:
            ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
            lines += ["", *(f"{wording.genre_name(genre)} {wording.exact_percent(share)}" for genre, share in ranked)]
        lines += ["", Timeline.of(prediction).as_text(), "", f"Model: {prediction.model_id}"]
        return "\n".join(lines)


def describe_result(name: str, prediction: Prediction, path: str | None = None) -> ResultText:
    """Put an answer into words.

    Args:
        name: Of the file, shown where the track has no title.
        prediction: The answer.
        path: Where the file lies.
    """
    metadata = prediction.metadata
    return ResultText(
        title=metadata.title or name,
        credits=wording.credits_line(metadata),
        headline=wording.headline(prediction),
        top_three=wording.top_three(prediction),
        reason=wording.why(prediction),
        format_line=wording.format_line(metadata),
        warnings=wording.warning_lines(prediction.warnings),
        prediction=prediction,
        path=path,
    )
