"""What a file says of itself, made safe to show: tags are written by strangers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from core.types import AudioMetadata

LONGEST_TAG = 500
# A year on its own ("1987-03-01", "(P) 1987") or at the start of eight digits ("19870301").
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?=(?:\d{4})?(?!\d))")
# Characters that turn the writing direction: a title must not be able to disguise the text around it.
_DIRECTION_CHARACTERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_tag(text: str | None) -> str | None:
    """Return a tag as one printable line of at most ``LONGEST_TAG`` characters, or ``None`` if nothing is left.

    Args:
        text: The tag; bytes that were not UTF-8 as surrogates (``errors="surrogateescape"``).
    """
    if not text:
        return None
    # Old tags (ID3v1, RIFF INFO) name no encoding; what is not UTF-8 is mostly Windows' Western one.
    raw = text.encode("utf-8", "surrogateescape") if _is_escaped(text) else None
    if raw is not None:
        text = raw.decode("cp1252", "replace")
    # Cut before the slow part too: a tag can be megabytes long.
    printable = "".join(_printable(character) for character in text[: 4 * LONGEST_TAG])
    return " ".join(printable.split())[:LONGEST_TAG].rstrip() or None


def parse_year(text: str | None) -> int | None:
    """Return the first four-digit year (1000 to 2999) in a tag, or ``None``."""
    match = _YEAR.search(text[:LONGEST_TAG]) if text else None
    return int(match.group(1)) if match else None


def metadata_from_tags(
    tags: Mapping[str, str],
    *,
    codec: str | None,
    container: str | None,
    n_channels: int | None,
    source_sample_rate: int | None,
) -> AudioMetadata:
    """Collect what the file tells.

    Args:
        tags: By name, in any case; FFmpeg's and libsndfile's names are known.
        codec: Short name of the codec.
        container: Name of the format.
        n_channels: Of the file.
        source_sample_rate: Of the file, in Hz.
    """
    by_name = {key.lower(): value for key, value in tags.items()}

    def first(*names: str) -> str | None:
        return next((text for name in names if (text := clean_tag(by_name.get(name)))), None)

    return AudioMetadata(
        title=first("title"),
        artist=first("artist", "album_artist", "albumartist", "author"),
        album=first("album"),
        year=next((year for name in ("date", "year", "originaldate") if (year := parse_year(by_name.get(name)))), None),
        genre_tag=first("genre"),
        codec=clean_tag(codec),
        container=clean_tag(container),
        n_channels=n_channels,
        source_sample_rate=source_sample_rate,
    )


def _is_escaped(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _printable(character: str) -> str:
    if character in _DIRECTION_CHARACTERS:
        return ""
    return " " if unicodedata.category(character) in {"Cc", "Cs"} else character
