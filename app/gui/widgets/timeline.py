"""Where on the waveform each stretch lies, and what is said of it. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from app.contract import Prediction, SegmentResult
from app.gui import wording

#: As many bars as a window usually has.
_N_OVERVIEW: Final = 200


@dataclass(frozen=True)
class Timeline:
    """A track along a horizontal axis.

    Attributes:
        duration_s: Of the track, more than 0.
        segments: In order of time; none reaches into the next.
        peaks: Largest absolute sample of equal parts, 0..1.
        fine_peaks: Likewise of many more parts; empty where they are not known.
    """

    duration_s: float
    segments: tuple[SegmentResult, ...]
    peaks: tuple[float, ...]
    fine_peaks: tuple[float, ...] = ()

    @classmethod
    def of(cls, prediction: Prediction) -> Timeline:
        """The timeline of an answer."""
        duration_s = max(prediction.metadata.duration_s, 1e-3)
        return cls(duration_s, tuple(prediction.segments), tuple(prediction.waveform_peaks))

    def with_fine_peaks(self, peaks: tuple[float, ...]) -> Timeline:
        """The same, with finer peaks for when only a stretch of it is looked at."""
        return replace(self, fine_peaks=peaks)

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

    def bars(self, n_bars: int, start_s: float, end_s: float) -> list[float]:
        """How high a stretch is to be drawn, 0..1, from left to right.

        Quiet recordings fill the height too: the outline matters here, not the level.

        Args:
            n_bars: At most as many values come back.
            start_s: Of the stretch.
            end_s: Likewise.
        """
        share = (end_s - start_s) / self.duration_s
        # All of a track is drawn of the peaks that came with it, so that nothing changes when the finer ones come.
        is_close = len(self.peaks) * share < n_bars and share < 1
        peaks = self.fine_peaks if is_close and self.fine_peaks else self.peaks
        loudest = max(average(peaks, _N_OVERVIEW), default=0.0) or 1.0
        first, last = (time_s / self.duration_s * len(peaks) for time_s in (start_s, end_s))
        return [min(column / loudest, 1.0) for column in average(peaks, n_bars, first, last)]

    def decisive_segment(self, label: str | None) -> SegmentResult | None:
        """The segment that spoke most clearly for a genre; ``None`` where none was judged."""
        if label is None or not self.segments:
            return None
        return max(self.segments, key=lambda segment: segment.probabilities.get(label, 0.0))


def average(peaks: Sequence[float], n_columns: int, first: float = 0.0, last: float | None = None) -> list[float]:
    """Peaks resampled to columns: the mean of those that a column covers.

    Their largest would make a wall of every song that was mastered to be loud.

    Args:
        peaks: Of the whole track.
        n_columns: How many values are wanted.
        first: Where among the peaks the first column begins.
        last: Where the last one ends; ``None`` for the end.
    """
    n_peaks = len(peaks)
    if n_peaks == 0 or n_columns < 1:
        return []
    last = n_peaks if last is None else last
    # A little is added so that what is meant to be whole does not end up below it.
    bounds = [int(first + (last - first) * index / n_columns + 1e-6) for index in range(n_columns + 1)]
    starts = [min(bound, n_peaks - 1) for bound in bounds[:-1]]
    return [fmean(peaks[start : max(end, start + 1)]) for start, end in zip(starts, bounds[1:], strict=True)]
