"""The library of one user, or the reason why there is none."""

from __future__ import annotations

import logging
from pathlib import Path

from app.contract import Library
from app.library.database import Database, LibraryError
from app.library.identified import Identified, display_path, encode_path
from app.library.job_claim import JobClaim
from app.library.jobs import JobStore
from app.library.tracks import TrackStore

log = logging.getLogger(__name__)


class UserLibrary:
    """Everything that is kept. Any thread may use it.

    Args:
        path: Of the SQLite file; made when it is not there.

    Attributes:
        job_claim: Who holds it works on the jobs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.job_claim = JobClaim(path.with_suffix(".claim"))
        self._database: Database | None = None
        self._trouble: str | None = None
        try:
            self._database = Database(path)
        except LibraryError as error:
            self._trouble = str(error)
            log.warning("Nothing can be kept: %s", error)

    @property
    def is_available(self) -> bool:
        """Whether anything can be kept."""
        return self._database is not None

    @property
    def tracks(self) -> TrackStore:
        """What was identified.

        Raises:
            LibraryError: When there is no library.
        """
        return TrackStore(self._require())

    @property
    def jobs(self) -> JobStore:
        """What is to be identified.

        Raises:
            LibraryError: When there is no library.
        """
        return JobStore(self._require())

    def keep(self, identified: Identified) -> int | None:
        """Keep an answer that is given in any case: the track's id, or ``None`` where it could not be kept."""
        if self._database is None:
            return None
        try:
            track_id = self.tracks.record(identified)
        except LibraryError as error:
            self._trouble = f"An answer could not be kept. {error}"
            log.warning(self._trouble)
            return None
        self._trouble = None
        return track_id

    def describe(self) -> Library:
        """What is kept, and where.

        Raises:
            LibraryError: When the file cannot be read any more.
        """
        n_tracks, n_corrections = (0, 0) if self._database is None else self.tracks.count()
        note = self._trouble or (None if self._database is None else self._database.note)
        return Library(
            path=display_path(encode_path(self._path)),
            is_available=self.is_available,
            n_tracks=n_tracks,
            n_corrections=n_corrections,
            note=note,
        )

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()

    def _require(self) -> Database:
        if self._database is None:
            raise LibraryError(self._trouble or "There is no library.")
        return self._database
