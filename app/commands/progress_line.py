"""How far a long piece of work is, on standard error."""

from __future__ import annotations

import sys
import time


class ProgressLine:
    """How far the work is and how long it will take, on standard error: one line on a terminal, few in a log."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._begun_s: float | None = None
        self._is_timed = False
        self._n_before = 0
        self._shown_s: float | None = None

    def __call__(self, n_done: int, n_all: int) -> None:
        """Show it, if the last time is long enough ago; what the first call tells was done before."""
        now_s = time.monotonic()
        is_terminal = sys.stderr.isatty()
        if self._begun_s is None:
            self._begun_s, self._n_before = now_s, n_done
            if n_done:
                sys.stderr.write(f"Going on after {n_done} of {n_all} {self._unit}.\n")
        elif not self._is_timed:
            # The first one took as long as the processes needed to start; what follows tells the pace.
            self._begun_s, self._n_before, self._is_timed = now_s, n_done, True
        if self._shown_s is not None and n_done < n_all and now_s - self._shown_s < (0.2 if is_terminal else 10):
            return
        self._shown_s = now_s
        n_timed = n_done - self._n_before
        text = f"{n_done} of {n_all} {self._unit}"
        if n_timed > 0 and n_done < n_all:
            left_s = (now_s - self._begun_s) / n_timed * (n_all - n_done)
            text += f", {format_duration(left_s)} to go"
        if is_terminal:
            sys.stderr.write(f"\r{text:<60}" + ("\n" if n_done == n_all else ""))
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()


def format_duration(duration_s: float) -> str:
    """A duration as a person says it."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
