"""How a child process learns what its parent says, and that its parent is gone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable


def read_parent_lines(on_line: Callable[[str], None], on_end: Callable[[], None]) -> threading.Thread:
    """Read standard input in a thread until it ends, which it does when the parent ends, however it ends.

    Args:
        on_line: Called with each line, without its end, on that thread.
        on_end: Called once, on that thread.
    """

    def read() -> None:
        if sys.stdin is not None:
            for line in sys.stdin.buffer:
                on_line(line.decode("utf-8", "replace").rstrip("\r\n"))
        on_end()

    thread = threading.Thread(target=read, name="parent-pipe", daemon=True)
    thread.start()
    return thread
