"""Between what is known of a track and its row."""

from __future__ import annotations

import sqlite3
import zlib
from typing import Any

import numpy as np

from app.contract import Prediction, Track, TrackProblem
from app.library.database import now
from app.library.filters import fold
from app.library.identified import Identified, display_path, encode_path
from core.types import FloatArray

#: Of a row that becomes a ``Track``.
COLUMNS = (
    "id, path, file_name, title, artist, genre_tag, label, confidence, decision, duration_s, model_id, analysed_at, "
    "corrected_label, is_conflict, error_code, error_detail"
)
# A correction is the person's word on the file: it stays when the file is identified again.
_WRITTEN = (
    "path", "file_name", "size", "mtime_ns", "title", "artist", "genre_tag", "label", "confidence", "decision",
    "duration_s", "model_id", "analysed_at", "is_conflict", "error_code", "error_detail", "search_text",
)  # fmt: skip
_UPSERT = f"""
    INSERT INTO track ({", ".join(_WRITTEN)}) VALUES ({", ".join(f":{name}" for name in _WRITTEN)})
    ON CONFLICT (path) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _WRITTEN)}
    RETURNING id
"""  # noqa: S608 - names from this file


def write_track(connection: sqlite3.Connection, identified: Identified) -> int:
    """Keep what came of a file in place of what came of it before; returns the track's id."""
    [(track_id,)] = connection.execute(_UPSERT, _to_row(identified)).fetchall()
    embedding = identified.embedding
    answer = None if identified.prediction is None else zlib.compress(identified.prediction.model_dump_json().encode())
    vector = None if embedding is None or not embedding.size else embedding.astype(np.float32).tobytes()
    for table, column, blob in (("answer", "prediction", answer), ("embedding", "vector", vector)):
        if blob is None:
            connection.execute(f"DELETE FROM {table} WHERE track_id = ?", (track_id,))  # noqa: S608
        else:
            statement = f"INSERT OR REPLACE INTO {table} (track_id, {column}) VALUES (?, ?)"  # noqa: S608
            connection.execute(statement, (track_id, blob))
    assert isinstance(track_id, int)  # noqa: S101
    return track_id


def read_track(row: sqlite3.Row) -> Track:
    """The track of a row with ``COLUMNS``, and maybe more."""
    values = dict(zip(row.keys(), row, strict=True))
    path, code, detail = (values.pop(name) for name in ("path", "error_code", "error_detail"))
    return Track(
        **values,  # the contract ignores what it does not know
        path=None if path is None else display_path(path),
        error=None if code is None else TrackProblem(code=code, detail=detail),
    )


def read_prediction(blob: bytes, track_id: int) -> Prediction:
    """The answer as it was given."""
    prediction = Prediction.model_validate_json(zlib.decompress(blob))
    return prediction.model_copy(update={"track_id": track_id})


def read_vector(blob: bytes | None) -> FloatArray:
    """An embedding, float32 ``[n_dims]``; empty where there is none."""
    return np.frombuffer(blob or b"", np.float32)


def _to_row(identified: Identified) -> dict[str, Any]:
    prediction, problem, state = identified.prediction, identified.problem, identified.state
    metadata = None if prediction is None else prediction.metadata
    path = None if identified.path is None else encode_path(identified.path)
    row: dict[str, Any] = dict.fromkeys(_WRITTEN) | {
        "path": path,
        "file_name": identified.file_name,
        "model_id": identified.model_id,
        "analysed_at": now(),
        "is_conflict": prediction is not None and _is_conflict(prediction),
    }
    if state is not None:
        row |= {"size": state.size, "mtime_ns": state.mtime_ns}
    if prediction is not None:
        row |= prediction.model_dump(include={"label", "confidence", "decision"})
    if metadata is not None:
        row |= metadata.model_dump(include={"title", "artist", "genre_tag", "duration_s"})
    if problem is not None:
        row |= {"error_code": problem.code, "error_detail": problem.detail}
    shown_path = identified.file_name if path is None else display_path(path)
    row["search_text"] = fold("\n".join(filter(None, (shown_path, row["title"], row["artist"]))))
    return row


def _is_conflict(prediction: Prediction) -> bool:
    """Whether a confident answer is another genre than the one in the file's own tag."""
    tag, label = prediction.metadata.genre_tag, prediction.label
    if not tag or not label or prediction.decision != "confident":
        return False
    return _letters(label) not in _letters(tag)


def _letters(name: str) -> str:
    """“Hip-Hop” and “hiphop” are one genre."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
