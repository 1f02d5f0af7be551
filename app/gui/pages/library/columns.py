"""What the table of the library tells of each song."""

from __future__ import annotations

from typing import Final

from app.gui.widgets import track_text
from app.gui.widgets.track_lines import Column

COLUMNS: Final = (
    Column("title", "Song", track_text.title, 176, share=3, sort="title"),
    Column("artist", "Artist", lambda track: track.artist or "", 128, share=2, sort="artist"),
    Column("label", "Heard", track_text.genre, 104, share=1, sort="label"),
    Column("confidence", "Sure", track_text.confidence, 80, sort="confidence", is_number=True),
    Column("yours", "You say", track_text.correction, 96, share=1),
    Column("genre_tag", "File’s tag", track_text.own_tag, 104, share=1, sort="genre_tag"),
    Column("duration", "Length", track_text.duration, 80, sort="duration_s", is_number=True),
    Column("reason", "What is wrong", track_text.reason, 240, share=6),
    Column("when", "Identified", track_text.day, 120, sort="analysed_at", is_number=True),
)

SONGS: Final = ("artist", "label", "confidence", "yours", "genre_tag", "duration", "when")
PROBLEMS: Final = ("reason", "when")
