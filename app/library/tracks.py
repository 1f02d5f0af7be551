"""Keeps and finds tracks. Any thread may call."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from app.contract import Correction, CorrectionPage, SimilarTrack, Track, TrackDetails, TrackFilters, TrackPage
from app.library.database import Database
from app.library.filters import to_sql
from app.library.identified import FileState, Identified, encode_path
from app.library.rows import COLUMNS, read_prediction, read_track, read_vector, write_track
from core.errors import GenrescopeError

#: As a limit: all of them.
ALL = -1


class NoSuchTrackError(GenrescopeError):
    """No track has this id."""

    def __init__(self, track_id: int) -> None:
        super().__init__(f"There is no track {track_id} in the library; it may have been removed.")


class TrackStore:
    """The tracks of one user. Each method raises ``LibraryError`` when the file cannot be used.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, identified: Identified) -> int:
        """Keep what came of a file, in place of what came of it before; returns the track's id."""
        with self._database.writing() as connection:
            return write_track(connection, identified)

    def find(self, filters: TrackFilters, limit: int, offset: int = 0) -> TrackPage:
        """A part of the tracks that the filters let through, in their order."""
        where, order, values = to_sql(filters)
        with self._database.reading() as connection:
            (total,) = connection.execute(f"SELECT COUNT(*) FROM track {where}", values).fetchone()  # noqa: S608
            # The ids first: to sort whole rows takes many times as long.
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM track JOIN (SELECT id AS found_id FROM track {where} {order} "  # noqa: S608
                f"LIMIT :limit OFFSET :offset) ON id = found_id {order}",
                {**values, "limit": limit, "offset": offset},
            ).fetchall()
        return TrackPage(items=list(map(read_track, rows)), total=total, limit=limit, offset=offset)

    def load(self, track_id: int) -> TrackDetails:
        """A track with the whole answer.

        Raises:
            NoSuchTrackError: When there is none of this id.
        """
        row = self._find_row(track_id, "answer", "prediction")
        blob = row["prediction"]
        return TrackDetails(track=read_track(row), prediction=None if blob is None else read_prediction(blob, track_id))

    def remove(self, track_id: int) -> None:
        """Forget a track, its correction too.

        Raises:
            NoSuchTrackError: When there is none of this id.
        """
        with self._database.writing() as connection:
            if connection.execute("DELETE FROM track WHERE id = ?", (track_id,)).rowcount == 0:
                raise NoSuchTrackError(track_id)

    def is_unchanged(self, path: Path, state: FileState | None, model_id: str) -> bool:
        """Whether this model has identified the file as it is now."""
        if state is None:
            return False
        statement = (
            "SELECT 1 FROM track WHERE path = ? AND size = ? AND mtime_ns = ? AND model_id = ? AND error_code IS NULL"
        )
        with self._database.reading() as connection:
            values = (encode_path(path), state.size, state.mtime_ns, model_id)
            return connection.execute(statement, values).fetchone() is not None

    def correct(self, track_id: int, label: str | None) -> Track:
        """Set the genre that the person says is right; ``None`` takes it back.

        Raises:
            NoSuchTrackError: When there is none of this id.
        """
        with self._database.writing() as connection:
            statement = f"UPDATE track SET corrected_label = ? WHERE id = ? RETURNING {COLUMNS}"  # noqa: S608
            rows = connection.execute(statement, (label, track_id)).fetchall()
        if not rows:
            raise NoSuchTrackError(track_id)
        return read_track(rows[0])

    def find_corrections(self, limit: int, offset: int = 0) -> CorrectionPage:
        """A part of the corrected tracks with their embeddings, those last identified first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS}, vector FROM track LEFT JOIN embedding ON track_id = id "  # noqa: S608
                "WHERE corrected_label IS NOT NULL ORDER BY analysed_at DESC, id DESC LIMIT ? OFFSET ?",
                (limit, offset),
            ).fetchall()
            (total,) = connection.execute("SELECT COUNT(*) FROM track WHERE corrected_label IS NOT NULL").fetchone()
        items = [Correction(track=read_track(row), embedding=read_vector(row["vector"]).tolist()) for row in rows]
        return CorrectionPage(items=items, total=total, limit=limit, offset=offset)

    def find_similar(self, track_id: int, limit: int) -> list[SimilarTrack]:
        """The tracks whose embeddings point most nearly the same way, by the same model; the nearest first.

        Raises:
            NoSuchTrackError: When there is no track of this id.
        """
        wanted = self._find_row(track_id, "embedding", "vector")
        if wanted["vector"] is None:
            return []
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT track_id, vector FROM embedding JOIN track ON track_id = id "
                "WHERE model_id = ? AND id != ? AND LENGTH(vector) = ?",
                (wanted["model_id"], track_id, len(wanted["vector"])),
            ).fetchall()
            if not rows:
                return []
            vectors = read_vector(b"".join(row["vector"] for row in rows)).reshape(len(rows), -1)
            direction = read_vector(wanted["vector"])
            lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(direction)
            similarities = vectors @ direction / np.maximum(lengths, 1e-12)
            nearest = {
                rows[index]["track_id"]: float(similarities[index])
                for index in np.argsort(-similarities, kind="stable")[:limit]
            }
            marks = ", ".join("?" * len(nearest))
            statement = f"SELECT {COLUMNS} FROM track WHERE id IN ({marks})"  # noqa: S608
            tracks = {row["id"]: read_track(row) for row in connection.execute(statement, tuple(nearest))}
        return [SimilarTrack(track=tracks[id], similarity=similarity) for id, similarity in nearest.items()]

    def count(self) -> tuple[int, int]:
        """How many tracks there are, and how many of them are corrected."""
        with self._database.reading() as connection:
            n_tracks, n_corrections = connection.execute(
                "SELECT COUNT(*), COUNT(corrected_label) FROM track"
            ).fetchone()
        return n_tracks, n_corrections

    def _find_row(self, track_id: int, table: str, column: str) -> sqlite3.Row:
        """A track's row, with a column of another table."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS}, {column} FROM track LEFT JOIN {table} ON track_id = id WHERE id = ?",  # noqa: S608
                (track_id,),
            ).fetchone()
        if row is None:
            raise NoSuchTrackError(track_id)
        assert isinstance(row, sqlite3.Row)  # noqa: S101
        return row
