"""Where the launcher writes what went wrong: one small file for each start.

The file holds the starts and ends of both child processes and what they print to standard error, crashes included.
What people listen to stays out of it: see ``app.redaction``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from platformdirs import user_log_path

from app.redaction import RedactingFormatter
from app.settings import PROJECT

MAX_BYTES: Final = 1_000_000
MAX_FILES: Final = 10


def start_log(*, is_debugging: bool = False) -> Path | None:
    """Send what the package ``app`` logs in this process to a new file in the user's log folder.

    Each process has its own file, because two copies of the program can run at once and no system lets two
    processes rotate one file. A file keeps its newest one to two megabytes; the oldest files are removed.

    Args:
        is_debugging: Leave the names of music where they are.

    Returns:
        The file, or ``None`` where none can be written; then nothing is logged.
    """
    # A full disk is no reason to print a traceback for each line.
    logging.raiseExceptions = False
    logger = logging.getLogger("app")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        folder = user_log_path(PROJECT, appauthor=False)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_oldest(folder)
        path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        handler = RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        logger.addHandler(logging.NullHandler())
        return None
    formatter = logging.Formatter if is_debugging else RedactingFormatter
    handler.setFormatter(formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    return path


def _remove_oldest(folder: Path) -> None:
    # By name: the names begin with the time, and another copy's file may vanish while this one looks at it.
    for path in sorted(folder.glob("*.log*"))[: 1 - MAX_FILES]:
        with contextlib.suppress(OSError):
            path.unlink()
