"""What the person is told after a crash, with the way to the log."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final

from app.crash import log_of_launcher
from app.gui.connection import ApiFollower, ApiState, Status
from app.gui.desktop import open_on_desktop
from app.gui.jobs import TkJobs
from app.gui.shell.notice_bar import NoticeBar

WINDOW_SENTENCE: Final = "Something went wrong in the window. If it does not react any more, start Genrescope again."
ENGINE_SENTENCE: Final = "The analysis engine had stopped unexpectedly, and works again."
#: What goes wrong again and again, at each turn of an animation for example, must not push the rest out of the log.
_MOST_REPORTS: Final = 3

log = logging.getLogger(__name__)


class Trouble(ApiFollower):
    """Writes exceptions of the window to the log, and offers to open it.

    Args:
        jobs: Where the log is opened.
        notice: Where it is said.
    """

    def __init__(self, jobs: TkJobs, notice: NoticeBar) -> None:
        self._jobs = jobs
        self._notice = notice
        self._has_engine_crashed = False
        self._n_reports: Counter[tuple[str, int]] = Counter()
        if log_of_launcher() is not None:
            notice.offer_log(self.open_log)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Tell of an exception that nobody has handled. In Tk's thread only."""
        place = _place_of(trace)
        self._n_reports[place] += 1
        if self._n_reports[place] <= _MOST_REPORTS:
            log.error("The window went on after", exc_info=(kind, error, trace))
        self._notice.say(WINDOW_SENTENCE, with_log=True)

    def watch_threads(self) -> None:
        """Tell of threads that end with an exception, too."""
        threading.excepthook = self._on_thread_crash

    def open_log(self) -> None:
        """Show the log in the person's own program."""
        path = log_of_launcher()
        if path is not None:
            self._jobs.submit(partial(open_on_desktop, path), lambda done: None, partial(self._tell_where, path))

    def on_api_replaced(self, *, has_crashed: bool) -> None:
        """The launcher speaks of another API."""
        self._has_engine_crashed |= has_crashed

    def on_api_status(self, status: Status) -> None:
        """Say what has happened once it is over: the sentence before was there for a moment only."""
        if status.state is ApiState.READY and self._has_engine_crashed:
            self._has_engine_crashed = False
            self._notice.say(ENGINE_SENTENCE, with_log=True)

    def _on_thread_crash(self, crash: threading.ExceptHookArgs) -> None:
        error = crash.exc_value if crash.exc_value is not None else crash.exc_type()
        self._jobs.post(partial(self.report, crash.exc_type, error, crash.exc_traceback))

    def _tell_where(self, path: Path, error: Exception) -> None:
        log.warning("The log cannot be opened: %s", error)
        self._notice.say(f"No program was found to open the log with. It is “{path}”.")


def _place_of(trace: TracebackType | None) -> tuple[str, int]:
    if trace is None:
        return ("", 0)
    while trace.tb_next is not None:
        trace = trace.tb_next
    return (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
