"""Work beside Tk's thread: jobs run in threads, and their answers come back through a queue.

A job must not touch a widget; its callbacks may, because Tk's thread calls them.
"""

from __future__ import annotations

import queue
import threading
import tkinter
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

Result = TypeVar("Result")

POLL_MS: Final = 15


class Jobs(Protocol):
    """What presenters need of the machinery below; tests run everything at once instead."""

    def submit(
        self, work: Callable[[], Result], on_done: Callable[[Result], None], on_error: Callable[[Exception], None]
    ) -> None:
        """Do ``work`` elsewhere, then call one of the callbacks in Tk's thread."""

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """Call in Tk's thread after a while."""


class TkJobs:
    """Jobs of one window.

    Args:
        root: The window whose event loop calls the callbacks.
    """

    def __init__(self, root: tkinter.Misc) -> None:
        self._root = root
        self._callbacks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._is_stopped = False
        self._poll_id = root.after(POLL_MS, self._poll)

    def post(self, callback: Callable[[], None]) -> None:
        """Have Tk's thread call this soon. The only method that any thread may call."""
        self._callbacks.put(callback)

    def submit(
        self, work: Callable[[], Result], on_done: Callable[[Result], None], on_error: Callable[[Exception], None]
    ) -> None:
        """Do ``work`` in a thread of its own, then call one of the callbacks in Tk's thread."""

        def run() -> None:
            try:
                result = work()
            except Exception as error:
                self.post(partial(on_error, error))
            else:
                self.post(partial(on_done, result))

        # Daemons: closing the window does not wait for a song of three hours.
        threading.Thread(target=run, name="window-job", daemon=True).start()

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """Call in Tk's thread after a while, unless the window has closed."""
        self._root.after(round(1000 * delay_s), lambda: None if self._is_stopped else callback())

    def stop(self) -> None:
        """Call nothing any more: the window is closing."""
        self._is_stopped = True
        self._root.after_cancel(self._poll_id)

    def _poll(self) -> None:
        # First the next turn, so that a callback that raises does not end the polling.
        self._poll_id = self._root.after(POLL_MS, self._poll)
        # Only what is there now: a callback that posts again must not keep Tk from drawing.
        for _ in range(self._callbacks.qsize()):
            if self._is_stopped:
                return
            self._callbacks.get_nowait()()
