"""Standard input as the lifeline to the parent: it carries the launcher's lines, and ends when the launcher does."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

log = logging.getLogger(__name__)

#: How long the process may take to end by itself once its parent is gone, in seconds.
HARD_EXIT_S: Final = 6.0


def read_parent_lines(on_line: Callable[[str], None], on_end: Callable[[], None]) -> threading.Thread:
    """Read standard input in a thread until it ends, then have the process end.

    The end comes however the parent dies, because the system closes the parent's pipes. A process that is still
    there ``HARD_EXIT_S`` after ``on_end`` is stuck, and is ended at once: nothing may outlive the launcher.

    Args:
        on_line: Called in the thread with each line, without its end.
        on_end: Called in the thread when the input has ended; asks the process to end. A process without any standard
            input has no parent to wait for, and is told so at once.

    Returns:
        The thread, already running. It is a daemon: it does not keep the process alive.
    """
    thread = threading.Thread(target=_read, args=(on_line, on_end), name="parent-pipe", daemon=True)
    thread.start()
    return thread


def _read(on_line: Callable[[str], None], on_end: Callable[[], None]) -> None:
    for line in _split_lines():
        try:
            on_line(line)
        except Exception:
            # One bad line must not leave the end of the stream unnoticed.
            log.exception("A line of the launcher could not be handled")
    try:
        on_end()
    except Exception:
        log.exception("The end of the launcher could not be handled")
    time.sleep(HARD_EXIT_S)
    os._exit(1)


def _split_lines() -> Iterator[str]:
    pending = b""
    while chunk := _read_chunk():
        # What follows the last line end was cut off by the parent's death, or is still to come.
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", errors="replace").rstrip("\r")


def _read_chunk() -> bytes:
    # Not through sys.stdin.buffer: a daemon thread that waits inside a buffered reader holds its lock, and Python
    # aborts when it meets that lock while it shuts down.
    if sys.stdin is None:
        return b""
    try:
        return os.read(sys.stdin.fileno(), 65536)
    except (OSError, ValueError):
        return b""
