"""Which part of a track is in sight, and where its moments lie. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

#: Closer than this nothing more is to be seen.
MIN_SIGHT_S: Final = 2.0
_TICK_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


@dataclass(frozen=True)
class TimeAxis:
    """A horizontal axis of time.

    Attributes:
        duration_s: Of the track, more than 0.
        start_s: The left edge of what is in sight.
        end_s: The right edge.
    """

    duration_s: float
    start_s: float
    end_s: float

    @classmethod
    def of(cls, duration_s: float) -> TimeAxis:
        """All of a track in sight."""
        return cls(duration_s, 0.0, duration_s)

    @property
    def sight_s(self) -> float:
        """How much is in sight."""
        return self.end_s - self.start_s

    @property
    def is_zoomed(self) -> bool:
        """Whether not all is in sight."""
        return self.sight_s < self.duration_s

    def x_of(self, time_s: float, width: float) -> float:
        """Where a moment lies on an axis of ``width``; outside of it where the moment is not in sight."""
        return (time_s - self.start_s) / self.sight_s * width

    def time_at(self, x: float, width: float) -> float:
        """The moment at a place, never outside of what is in sight."""
        return self.start_s + min(max(x / max(width, 1), 0.0), 1.0) * self.sight_s

    def zoomed(self, factor: float, around_s: float) -> TimeAxis:
        """A closer or wider view; a moment stays where it is as far as possible.

        Args:
            factor: More than 1 comes closer.
            around_s: The moment.
        """
        closest_s = min(MIN_SIGHT_S, self.duration_s)
        sight_s = min(max(self.sight_s / factor, closest_s), self.duration_s)
        share = (around_s - self.start_s) / self.sight_s
        return self._from(around_s - share * sight_s, sight_s)

    def moved(self, distance_s: float) -> TimeAxis:
        """The view moved to later moments, or to earlier ones where ``distance_s`` is negative."""
        return self._from(self.start_s + distance_s, self.sight_s)

    def showing(self, time_s: float) -> TimeAxis:
        """The view moved so that a moment is in sight; unchanged where it is."""
        if self.start_s <= time_s <= self.end_s:
            return self
        # A little before it: what comes next matters more than what was.
        return self._from(time_s - self.sight_s / 8, self.sight_s)

    def ticks(self, width: float, min_distance: float) -> Sequence[float]:
        """Moments in sight to be labelled, in seconds, at least ``min_distance`` apart on an axis of ``width``."""
        step = next((step for step in _TICK_STEPS_S if step / self.sight_s * width >= min_distance), _TICK_STEPS_S[-1])
        first = -int(-self.start_s // step)
        return [index * step for index in range(first, int(self.end_s // step) + 1)]

    def _from(self, start_s: float, sight_s: float) -> TimeAxis:
        start_s = min(max(start_s, 0.0), self.duration_s - sight_s)
        return replace(self, start_s=start_s, end_s=min(start_s + sight_s, self.duration_s))
