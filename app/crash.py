"""What the launcher leaves behind when it crashes itself, and how its window finds the log.

The children need nothing of their own: what they print to standard error reaches the log, and the signals of a hard
crash make them print a traceback, see ``app.child_process``.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

#: Tells the window which file is the log.
LOG_VARIABLE: Final = "GENRESCOPE_LOG"


def log_of_launcher() -> Path | None:
    """The log of the launcher that started this process; ``None`` where there is none."""
    path = os.environ.get(LOG_VARIABLE)
    return Path(path) if path else None


@contextlib.contextmanager
def threads_logged(log_path: Path | None) -> Iterator[None]:
    """Have it logged when a thread ends with an exception, or the whole process inside a library.

    Args:
        log_path: The log. What ends the process without an exception is written beside it, to ``….log.crash``: the log
            itself is renamed when it is full, which Windows forbids where another part of the program has it open.
    """
    before = threading.excepthook
    threading.excepthook = _log_exception
    try:
        with _faults_written_beside(log_path):
            yield
    finally:
        threading.excepthook = before


def _log_exception(crash: threading.ExceptHookArgs) -> None:
    error = crash.exc_value if crash.exc_value is not None else crash.exc_type()
    name = crash.thread.name if crash.thread is not None else "without a name"
    log.critical("The launcher's thread %s crashed", name, exc_info=(crash.exc_type, error, crash.exc_traceback))


@contextlib.contextmanager
def _faults_written_beside(log_path: Path | None) -> Iterator[None]:
    # In the tests and under PYTHONFAULTHANDLER someone else already listens.
    if log_path is None or faulthandler.is_enabled():
        yield
        return
    path = log_path.with_name(f"{log_path.name}.crash")
    try:
        file = path.open("wb")
    except OSError:
        yield
        return
    with file:
        faulthandler.enable(file)
        try:
            yield
        finally:
            faulthandler.disable()
    with contextlib.suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()
