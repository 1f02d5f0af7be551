"""What the table of the history tells of each song."""

from __future__ import annotations

from typing import Final

from app.gui.widgets import track_text
from app.gui.widgets.track_lines import Column

COLUMNS: Final = (
    Column("title", "Song", track_text.title_and_artist, 184, share=3, sort="title"),
    Column("label", "Heard", track_text.answer, 136, share=1, sort="label"),
    Column("yours", "You say", track_text.correction, 88, share=1),
    Column("when", "Identified", track_text.moment, 136, sort="analysed_at", is_number=True),
)
