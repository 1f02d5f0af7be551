"""Tracks as files for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Final

from app.contract import Track

_CSV_COLUMNS: Final = (
    "path", "file_name", "title", "artist", "genre_tag", "label", "confidence", "decision", "corrected_label",
    "is_conflict", "duration_s", "model_id", "analysed_at",
)  # fmt: skip


#: By format.
MEDIA_TYPES: Final = {"csv": "text/csv", "json": "application/json", "m3u8": "application/vnd.apple.mpegurl"}


def export_tracks(tracks: Sequence[Track], format: str) -> str:
    """The content of a file of one of the ``MEDIA_TYPES``."""
    return {"csv": _to_csv, "json": _to_json, "m3u8": _to_m3u8}[format](tracks)


def _to_csv(tracks: Sequence[Track]) -> str:
    """A table for spreadsheets, which take text that begins like a formula for one: it is marked as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow((*_CSV_COLUMNS, "error"))
    for track in tracks:
        values = [getattr(track, name) for name in _CSV_COLUMNS]
        writer.writerow(map(_defuse, (*values, None if track.error is None else track.error.detail)))
    return text.getvalue()


def _to_json(tracks: Sequence[Track]) -> str:
    """A JSON array of the contract's ``Track``."""
    return json.dumps([track.model_dump() for track in tracks], ensure_ascii=False, indent=1)


def _to_m3u8(tracks: Sequence[Track]) -> str:
    """A playlist of the tracks that are files of this computer and music, as the person says or else the model."""
    lines = ["#EXTM3U"]
    for track in tracks:
        is_music = track.corrected_label is not None or (track.error is None and track.decision != "not_music")
        if track.path is not None and is_music:
            title = " - ".join(filter(None, (track.artist, track.title))) or track.file_name
            # A line break in a name would begin another entry.
            lines += [f"#EXTINF:{round(track.duration_s or -1)},{_one_line(title)}", _one_line(track.path)]
    return "\n".join(lines) + "\n"


def _defuse(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
