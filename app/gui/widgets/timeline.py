"""Where on the waveform each stretch lies, and what is said of it. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

from app.contract import Prediction, SegmentResult
from app.gui import wording

_TICK_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


@dataclass(frozen=True)
class Timeline:
    """A track along a horizontal axis.

    Attributes:
        duration_s: Of the track, more than 0.
        segments: In order of time; none reaches into the next.
        peaks: Largest absolute sample of equal parts, 0..1.
    """

    duration_s: float
    segments: tuple[SegmentResult, ...]
    peaks: tuple[float, ...]

    @classmethod
    def of(cls, prediction: Prediction) -> Timeline:
        """The timeline of an answer."""
        duration_s = max(prediction.metadata.duration_s, 1e-3)
        return cls(duration_s, tuple(prediction.segments), tuple(prediction.waveform_peaks))

    def segment_at(self, time_s: float) -> SegmentResult | None:
        """What was heard at a moment; ``None`` in a stretch that was not judged, such as silence."""
        return next((segment for segment in self.segments if segment.start_s <= time_s < segment.end_s), None)

    def describe(self, time_s: float) -> str:
        """A moment in words: time, genre and confidence."""
        segment = self.segment_at(time_s)
        if segment is None:
            return f"{wording.clock(time_s)} · nothing heard"
        genre = wording.genre_name(segment.label)
        return f"{wording.clock(time_s)} · {genre} {wording.percent(segment.confidence)}"

    def as_text(self) -> str:
        """All segments, a line for each."""
        lines = [
            f"{wording.clock(segment.start_s)}–{wording.clock(segment.end_s)}  "
            f"{wording.genre_name(segment.label)} {wording.percent(segment.confidence)}"
            for segment in self.segments
        ]
        return "\n".join(lines) if lines else "Nothing was heard."

    def columns(self, n_columns: int) -> list[float]:
        """The peaks resampled to bars, 0..1: the mean of those that a bar covers.

        Their largest would make a wall of every song that was mastered to be loud.
        """
        n_peaks = len(self.peaks)
        if n_peaks == 0 or n_columns < 1:
            return []
        bounds = [index * n_peaks // n_columns for index in range(n_columns + 1)]
        return [fmean(self.peaks[start : max(end, start + 1)]) for start, end in pairwise(bounds)]

    def ticks(self, width: float, min_distance: float) -> Sequence[float]:
        """Moments to be labelled, in seconds, at least ``min_distance`` apart on an axis of ``width``."""
        step = next(
            (step for step in _TICK_STEPS_S if step / self.duration_s * width >= min_distance), _TICK_STEPS_S[-1]
        )
        return [index * step for index in range(int(self.duration_s // step) + 1)]
