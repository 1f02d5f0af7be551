"""Which of several running copies of the program works on a library's jobs."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class JobClaim:
    """Held by one process at most; it ends with the process, however that ends. For one thread at a time.

    An empty SQLite file beside the library: its lock is the one that works alike on all systems.

    Args:
        path: Of the file; made when it is first claimed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Whether this process may work on the jobs from now on."""
        if self._connection is None:
            try:
                self._connection = self._lock()
            except sqlite3.OperationalError as error:
                # Where no file can be locked, jobs are done all the same: at worst twice.
                return error.sqlite_errorcode != sqlite3.SQLITE_BUSY
        return True

    def release(self) -> None:
        """Another process may have them."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _lock(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except BaseException:
            connection.close()
            raise
        return connection
