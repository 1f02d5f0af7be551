"""How many clients listen at once, and the thread in which they are served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from app.api.problems import ProblemException

Result = TypeVar("Result")

#: One takes a few per cent of a core of a small computer; all of them must keep up with time beside other work.
MAX_SESSIONS: Final = 4


class LiveSessions:
    """The places of live sessions, and their work.

    Attributes:
        n_open: Sessions that go on now.
    """

    def __init__(self) -> None:
        self.n_open = 0
        # One thread for all of them, with turns of a second of sound, first come first served. Files have threads of
        # their own, so neither waits in the other's queue and the system shares the cores between them.
        self._turn = anyio.CapacityLimiter(1)

    @contextmanager
    def take_place(self) -> Iterator[None]:
        """Hold a place for one session.

        Raises:
            ProblemException: 429, when all are taken.
        """
        if self.n_open >= MAX_SESSIONS:
            raise ProblemException(
                429, "live_full", f"{MAX_SESSIONS} clients are listening already; end one of them and try again.",
                {"Retry-After": "10"},
            )  # fmt: skip
        self.n_open += 1
        try:
            yield
        finally:
            self.n_open -= 1

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` in the thread, when it is this one's turn."""
        return await anyio.to_thread.run_sync(work, limiter=self._turn)
