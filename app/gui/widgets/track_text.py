"""A track of the library in words. Pure functions."""

from __future__ import annotations

import datetime
from typing import Final

from app.contract import Track
from app.gui import wording

UNKNOWN: Final = "–"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def title(track: Track) -> str:
    """What the track is called: by its tag, else by its file."""
    return track.title or track.file_name


def title_and_artist(track: Track) -> str:
    """Who and what, for example “Somebody – A Song”."""
    return " – ".join(part for part in (track.artist, title(track)) if part)


def genre(track: Track) -> str:
    """What was heard, in a word; with a question mark where the model is not sure."""
    if track.error is not None:
        return "Problem"
    if track.decision == "not_music" or track.label is None:
        return "No music"
    return wording.genre_name(track.label) + ("?" if track.decision == "unsure" else "")


def confidence(track: Track) -> str:
    """How sure the model is, in percent; nothing where it heard no music."""
    if track.confidence is None or track.label is None or track.decision == "not_music":
        return ""
    return wording.percent(track.confidence)


def answer(track: Track) -> str:
    """Genre and confidence, for example “Rock? 41 %”."""
    return " ".join(part for part in (genre(track), confidence(track)) if part)


def headline(track: Track) -> str:
    """The answer as the large words of a page."""
    if track.error is not None:
        return "Could not be identified"
    if track.label is None or track.decision == "not_music":
        return "No music"
    if track.decision == "unsure":
        return f"Probably {wording.genre_within_sentence(track.label)} · {confidence(track)}"
    return f"{wording.genre_name(track.label)} · {confidence(track)}"


def facts(track: Track) -> list[tuple[str, str]]:
    """What else is known, as names and values."""
    lines = [
        ("You say", correction(track)),
        ("File’s tag", own_tag(track)),
        ("Length", duration(track)),
        ("Identified", moment(track)),
        ("Model", track.model_id),
        ("Folder", _folder(track)),
    ]
    return [(name, value) for name, value in lines if value]


def _folder(track: Track) -> str:
    # The path may come from another kind of system than this one, and is only shown.
    return (track.path or "").removesuffix(track.file_name).rstrip("/\\")


def correction(track: Track) -> str:
    """The genre that the person set; nothing where there is none."""
    return wording.genre_name(track.corrected_label) if track.corrected_label else ""


def own_tag(track: Track) -> str:
    """What the file itself says; marked where a confident answer is another genre."""
    return f"{track.genre_tag or ''} ≠" if track.is_conflict else track.genre_tag or ""


def duration(track: Track) -> str:
    """For example “3:07”."""
    return "" if track.duration_s is None else wording.clock(track.duration_s)


def reason(track: Track) -> str:
    """Why there is no answer."""
    return "" if track.error is None else track.error.detail


def day(track: Track) -> str:
    """When it was identified, without the time, in the person's own time zone."""
    moment = _local(track.analysed_at)
    return UNKNOWN if moment is None else f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment(track: Track, now: datetime.datetime | None = None) -> str:
    """When it was identified, for example “Today 20:15”; in another year the day alone.

    Args:
        track: Tells it.
        now: With a time zone; the present if left out.
    """
    when = _local(track.analysed_at)
    if when is None:
        return UNKNOWN
    today = (now or datetime.datetime.now(datetime.UTC)).astimezone(when.tzinfo).date()
    days_ago = (today - when.date()).days
    if when.year != today.year and days_ago > 1:
        return day(track)
    date = {0: "Today", 1: "Yesterday"}.get(days_ago, f"{when.day} {_MONTHS[when.month - 1]}")
    return f"{date} {when:%H:%M}"


def _local(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


def count(n_tracks: int) -> str:
    """For example “12,345 songs”."""
    return "1 song" if n_tracks == 1 else f"{n_tracks:,} songs"


def time_left(seconds: float) -> str:
    """How long something will take, no more exactly than anyone can know it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute left"
    if minutes < 60:
        return f"about {minutes} min left"
    hours, minutes = divmod(5 * round(minutes / 5), 60)
    return f"about {hours} h {minutes} min left" if minutes else f"about {hours} h left"
