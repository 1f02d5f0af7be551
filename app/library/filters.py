"""Which tracks to find, and in which order, as SQL."""

from __future__ import annotations

import unicodedata
from typing import Any

from app.contract import TrackFilters

_CONDITIONS = {
    "text": "instr(search_text, :text) > 0",
    "label": "COALESCE(corrected_label, label) = :label",
    "decision": "decision = :decision",
    "min_confidence": "confidence >= :min_confidence",
    "max_confidence": "confidence <= :max_confidence",
    "is_conflict": "is_conflict = :is_conflict",
    "is_failed": "(error_code IS NOT NULL) = :is_failed",
    "is_corrected": "(corrected_label IS NOT NULL) = :is_corrected",
    "job_id": "EXISTS (SELECT 1 FROM job_file WHERE job_file.job_id = :job_id AND job_file.path = track.path)",
}
#: What a person takes for the same letter is in the same place.
_NAMES = frozenset({"file_name", "title", "artist", "genre_tag", "label"})


def fold(text: str) -> str:
    """Text as it is looked for: in letters of any case, however their accents are written."""
    return unicodedata.normalize("NFKC", text).casefold()


def to_sql(filters: TrackFilters) -> tuple[str, str, dict[str, Any]]:
    """``WHERE …`` (or nothing), ``ORDER BY …``, and the values of the named parameters in them."""
    values = filters.model_dump(include=set(_CONDITIONS), exclude_none=True)
    if "text" in values:
        values["text"] = fold(values["text"])
    where = " AND ".join(condition for name, condition in _CONDITIONS.items() if name in values)
    direction = "DESC" if filters.descending else "ASC"
    collation = " COLLATE NOCASE" if filters.sort in _NAMES else ""
    # Equal ones keep their order, so that no page shows again what an earlier one has shown.
    order = f"ORDER BY {filters.sort}{collation} {direction} NULLS LAST, id {direction}"
    return (f"WHERE {where}" if where else ""), order, values
