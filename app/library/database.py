"""The SQLite file: made, brought up to date, shared by threads, and set aside when it is damaged."""

from __future__ import annotations

import datetime
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import GenrescopeError

#: Each entry leads from the version before to the next; ``PRAGMA user_version`` says how many were applied.
_MIGRATIONS = (
    """
    -- Narrow, so that looking through all tracks is quick: what is long lies in tables of its own.
    CREATE TABLE track (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- an id that was deleted never means another track
        path BLOB UNIQUE,               -- as the system has it, which may be no text; NULL for an upload
        file_name TEXT NOT NULL,
        size INTEGER,                   -- in bytes, with mtime_ns: the file as it was when it was identified
        mtime_ns INTEGER,
        title TEXT,
        artist TEXT,
        genre_tag TEXT,
        label TEXT,
        confidence REAL,
        decision TEXT,
        duration_s REAL,
        model_id TEXT NOT NULL,
        analysed_at TEXT NOT NULL,      -- ISO 8601, UTC
        corrected_label TEXT,
        is_conflict INTEGER NOT NULL,
        error_code TEXT,
        error_detail TEXT,
        search_text TEXT NOT NULL       -- path, title and artist, folded
    );
    CREATE INDEX track_analysed_at ON track (analysed_at);
    CREATE INDEX track_corrected ON track (analysed_at) WHERE corrected_label IS NOT NULL;
    CREATE TABLE answer (
        track_id INTEGER PRIMARY KEY REFERENCES track ON DELETE CASCADE,
        prediction BLOB NOT NULL        -- JSON of the contract's Prediction, zlib
    );
    CREATE TABLE embedding (
        track_id INTEGER PRIMARY KEY REFERENCES track ON DELETE CASCADE,
        vector BLOB NOT NULL            -- float32 [n_dims]
    );
    CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        state TEXT NOT NULL,
        request TEXT NOT NULL,          -- JSON of the contract's JobRequest
        is_counted INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        finished_at TEXT,
        note TEXT
    );
    CREATE TABLE job_file (
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        path BLOB NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting', -- waiting, done, failed, unchanged
        n_starts INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (job_id, path)
    ) WITHOUT ROWID;
    CREATE INDEX job_file_state ON job_file (job_id, state);
    """,
)


class LibraryError(GenrescopeError):
    """The library cannot be read or written."""


class _VersionError(sqlite3.DatabaseError):
    """The file was written by a newer version of the program."""


class Database:
    """One SQLite file for all threads: those who read take turns, those who write take turns.

    Args:
        path: Of the file; made when it is not there, and made anew when it is damaged.

    Attributes:
        path: As given.
        note: What the user should know of it.

    Raises:
        LibraryError: When there can be no file, or a newer program wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.note: str | None = None
        self._reading_lock, self._writing_lock = threading.Lock(), threading.Lock()
        with self._explaining():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._writer = self._open_or_set_aside()
            self._reader = _connect(path)

    def close(self) -> None:
        """Close the file."""
        with self._reading_lock, self._writing_lock:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For statements that change nothing."""
        with self._reading_lock, self._explaining():
            yield self._reader

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing."""
        with self._writing_lock, self._explaining(), self._writer:
            yield self._writer

    def _open_or_set_aside(self) -> sqlite3.Connection:
        try:
            return _open_sound(self.path)
        except (_VersionError, sqlite3.OperationalError):
            raise  # newer, locked, read-only or full: nothing is wrong with what is in it
        except sqlite3.DatabaseError:
            aside = self.path.with_name(f"{self.path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{self.path.suffix}")
            self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self.note = f"The library was damaged and has been started anew; the old file is “{aside.name}”."
            return _open_sound(self.path)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except _VersionError as error:
            raise LibraryError(str(error)) from error
        except sqlite3.DatabaseError as error:
            damage = "" if isinstance(error, sqlite3.OperationalError) else " Start the program again to repair it."
            raise LibraryError(f"The library “{self.path}” cannot be used: {error}.{damage}") from error
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise LibraryError(f"The library “{self.path}” cannot be used: {reason}.") from error


def now() -> str:
    """This moment, as the file keeps moments: ISO 8601, UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # with WAL, a power cut costs the last moments, never the file
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _open_sound(path: Path) -> sqlite3.Connection:
    connection = _connect(path)
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(_MIGRATIONS):
        raise _VersionError("The library was written by a newer version of Genrescope; update the program.")
    for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
