"""The sound of a track over time: seen, played, and beneath it which genre was heard when."""

from __future__ import annotations

from typing import Any, Final, Literal

import customtkinter as ctk

from app.gui.style import icons, theme
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.choices import SegmentedChoice
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.icon_button import IconButton
from app.gui.widgets.text_labels import ElidedLabel
from app.gui.widgets.timeline import Timeline
from app.gui.widgets.timeline_canvas import TimelineCanvas
from app.gui.widgets.timeline_hands import TimelineHands
from app.gui.widgets.transport import Sight, SpectrumPicture, Transport

HINT: Final = "Click anywhere to listen"

_PADDING: Final = (12, theme.SPACE)
Kind = Literal["waveform", "spectrogram"]


class WaveformView(ctk.CTkFrame):
    """A card with a timeline and what plays it.

    Args:
        master: The parent widget.
        transport: Plays the track that is shown.
    """

    def __init__(self, master: Any, transport: Transport) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._transport = transport
        self._sight: Sight | None = None
        self._refresh_id: str | None = None
        self._spectrum_text = ""
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        # CustomTkinter scales the distances of its own widgets only, so what is not one lies on one that is.
        place = self._add_place(row=0, column=0, sticky="w", padx=(theme.SPACE_3 - 3, theme.SPACE), pady=_PADDING)
        self.play_button = IconButton(place, icons.PLAY, transport.toggle)
        self.play_button.pack()
        self._readout = ElidedLabel(self, theme.body(), text_color=theme.ON_SURFACE_VARIANT)
        self._readout.grid(row=0, column=1, sticky="ew", pady=_PADDING)
        kinds: dict[Kind, str] = {"waveform": "Waveform", "spectrogram": "Spectrogram"}
        place = self._add_place(row=0, column=2, sticky="e", padx=(theme.SPACE, 0), pady=_PADDING)
        # On the card all the same: its ring needs room around it.
        self.kinds: SegmentedChoice[Kind] = SegmentedChoice(self, kinds, self._choose)
        self.kinds.pack(in_=place)
        place = self._add_place(
            row=1, column=0, columnspan=4, sticky="nsew", padx=theme.SPACE_3, pady=(0, theme.SPACE_2)
        )
        self._drawing = TimelineCanvas(place)
        self._drawing.pack(fill="both", expand=True)
        self._drawing.bind("<Configure>", lambda event: self._refresh_soon())
        make_focusable(self._drawing, around=place, corner=theme.SPACE_HALF)
        for event in ("<FocusIn>", "<FocusOut>"):
            self._drawing.bind(event, lambda event: self._tell(), add="+")
        TimelineHands(self._drawing, transport, self._change)
        self.copy_button = CopyTextButton(self, self.describe, chart=self._drawing)
        self.copy_button.grid(row=0, column=3, sticky="e", padx=(theme.SPACE_HALF, theme.SPACE), pady=_PADDING)

    def _add_place(self, **where: Any) -> Any:
        place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0, width=1, height=1)
        place.grid(**where)
        return place

    @property
    def drawing(self) -> TimelineCanvas:
        """Where it is drawn, for tests that look at items."""
        return self._drawing

    @property
    def readout(self) -> str:
        """What is said of the moment that matters: pointed at, played, or with the keyboard."""
        return self._readout.full_text

    def show(self, timeline: Timeline) -> None:
        """Show a track.

        Args:
            timeline: Its peaks and segments.
        """
        self._spectrum_text = ""
        self._drawing.show(timeline)
        self._sight = None
        self.show_playing(False)
        self._change()

    def show_playing(self, is_playing: bool) -> None:
        """It is playing, or not."""
        self.play_button.show(icons.PAUSE if is_playing else icons.PLAY)

    def show_position(self, time_s: float) -> None:
        """What is heard now, or would be."""
        self._drawing.show_position(time_s)
        self._change()

    def show_fine_peaks(self, peaks: tuple[float, ...]) -> None:
        """Finer peaks than the timeline came with, for when it is zoomed."""
        if self._drawing.timeline is not None:
            self._drawing.timeline = self._drawing.timeline.with_fine_peaks(peaks)
            self._drawing.redraw()

    def show_spectrogram(self, picture: SpectrumPicture, text: str) -> None:
        """What ``Transport.look`` was asked for.

        Args:
            picture: Of what is in sight.
            text: All of it, for those who cannot see it.
        """
        self._spectrum_text = text
        self._drawing.show_picture(picture)

    def show_kind(self, kind: Kind) -> None:
        """Show the waveform or the spectrogram."""
        self.kinds.show(kind)
        self._choose(kind)

    def describe(self) -> str:
        """All that it shows, as text."""
        timeline = self._drawing.timeline
        parts = [timeline.as_text() if timeline is not None else ""]
        if self._drawing.wants_spectrogram and self._spectrum_text:
            parts.append(self._spectrum_text)
        return "\n\n".join(parts)

    def _choose(self, kind: Kind) -> None:
        self._drawing.wants_spectrogram = kind == "spectrogram"
        self._refresh()

    def _refresh_soon(self) -> None:
        """Once for all the sizes that a layout goes through."""
        if self._refresh_id is None:
            self._refresh_id = self.after_idle(self._refresh)

    def _refresh(self) -> None:
        if self._refresh_id is not None:
            self.after_cancel(self._refresh_id)
            self._refresh_id = None
        self._drawing.redraw()
        self._change()

    def _change(self) -> None:
        self._tell()
        sight = self._drawing.sight
        if self._drawing.timeline is not None and sight.width > 1 and sight != self._sight:
            self._sight = sight
            self._transport.look(sight)

    def _tell(self) -> None:
        drawing = self._drawing
        timeline, time_s = drawing.timeline, drawing.pointed_s
        if time_s is None and (drawing.position_s > 0 or self.focus_get() is drawing):
            time_s = drawing.position_s
        is_hint = timeline is None or time_s is None
        text = HINT if timeline is None or time_s is None else timeline.describe(time_s)
        if text != self._readout.full_text:
            self._readout.configure(text_color=theme.ON_SURFACE_VARIANT if is_hint else theme.ON_SURFACE)
            self._readout.show(text)
