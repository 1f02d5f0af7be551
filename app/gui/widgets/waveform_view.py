"""The sound of a track over time, and beneath it which genre was heard when."""

from __future__ import annotations

import tkinter
from typing import Any, Final

import customtkinter as ctk

from app.gui import wording
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.text_labels import scaled_font
from app.gui.widgets.timeline import Timeline

HINT: Final = "Point at a moment to see what was heard"

#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
_BAR_WIDTH: Final = 3
_BAR_GAP: Final = 1
_STRIP_HEIGHT: Final = 16
_AXIS_HEIGHT: Final = 24
_TICK_DISTANCE: Final = 72
#: More than 1 deepens the relief: the peaks of a loud song differ by little.
_RELIEF: Final = 1.5
#: How much of the accent the waveform takes: it is large and must not outshine the answer.
_CALM_SHARE: Final = 0.6


class WaveformView(ctk.CTkFrame):
    """A card with waveform, genre strip and time axis on one canvas."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        heading = ctk.CTkLabel(
            self,
            text="When it was heard",
            height=32,
            anchor="w",
            padx=0,
            font=theme.title(),
            text_color=theme.ON_SURFACE,
        )
        heading.grid(row=0, column=0, sticky="w", padx=(theme.SPACE_3, 0), pady=_HEADING_PADDING)
        self._readout = ctk.CTkLabel(
            self, text=HINT, height=32, anchor="e", padx=0, font=theme.body(), text_color=theme.ON_SURFACE_VARIANT
        )
        self._readout.grid(row=0, column=1, sticky="e", padx=theme.SPACE, pady=_HEADING_PADDING)
        # CustomTkinter scales the distances of its own widgets only.
        place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        place.grid(row=1, column=0, columnspan=3, sticky="nsew", padx=theme.SPACE_3, pady=(0, theme.SPACE_2))
        self._drawing = tkinter.Canvas(place, highlightthickness=0, width=1, height=1)
        self._drawing.pack(fill="both", expand=True)
        self._timeline: Timeline | None = None
        self._marked_s: float | None = None
        self._drawing.bind("<Configure>", lambda event: self.redraw())
        self._drawing.bind("<Motion>", lambda event: self._mark(self._time_at(event.x)))
        self._drawing.bind("<Leave>", lambda event: self._mark(None))
        make_focusable(self._drawing, around=place, corner=theme.SPACE_HALF)
        self._drawing.bind("<FocusOut>", lambda event: self._mark(None), add="+")
        self._drawing.bind("<FocusIn>", lambda event: self._step(0), add="+")
        self._drawing.bind("<Left>", lambda event: self._step(-1))
        self._drawing.bind("<Right>", lambda event: self._step(1))
        repaint_with(self._drawing, self.redraw)
        self.copy_button = CopyTextButton(self, self.describe, chart=self._drawing)
        self.copy_button.grid(row=0, column=2, sticky="e", padx=(0, theme.SPACE), pady=_HEADING_PADDING)

    @property
    def drawing(self) -> tkinter.Canvas:
        """Where it is drawn, for tests that look at items."""
        return self._drawing

    @property
    def readout(self) -> str:
        """What is said of the marked moment."""
        return str(self._readout.cget("text"))

    def show(self, timeline: Timeline) -> None:
        """Show a track.

        Args:
            timeline: Its peaks and segments.
        """
        self._timeline = timeline
        self._marked_s = None
        self._say(HINT)
        self.redraw()

    def describe(self) -> str:
        """All that it shows, as text."""
        return self._timeline.as_text() if self._timeline is not None else ""

    def redraw(self) -> None:
        """Draw all anew, in the colours and the size of now."""
        canvas, timeline = self._drawing, self._timeline
        canvas.delete("all")
        canvas.configure(background=pick(theme.SURFACE_CONTAINER))
        if timeline is None or canvas.winfo_width() < 2:
            return
        scaling = widget_scaling(self)
        strip_top = canvas.winfo_height() - (_STRIP_HEIGHT + _AXIS_HEIGHT) * scaling
        self._draw_waveform(timeline, strip_top - theme.SPACE * scaling, scaling)
        self._draw_strip(timeline, strip_top, strip_top + _STRIP_HEIGHT * scaling)
        self._draw_axis(timeline, strip_top + (_STRIP_HEIGHT + theme.SPACE_HALF) * scaling, scaling)
        self._draw_mark()

    def _draw_waveform(self, timeline: Timeline, height: float, scaling: float) -> None:
        bar_width = max(1, round(_BAR_WIDTH * scaling))
        pitch = bar_width + max(1, round(_BAR_GAP * scaling))
        columns = timeline.columns(self._drawing.winfo_width() // pitch)
        # Quiet recordings fill the height too: the outline matters here, not the level.
        loudest = max(columns, default=0) or 1.0
        colour = theme.mix(pick(theme.SURFACE_CONTAINER), pick(theme.PRIMARY), _CALM_SHARE)
        for index, peak in enumerate(columns):
            reach = max(scaling, (peak / loudest) ** _RELIEF * height / 2)
            x = index * pitch
            self._drawing.create_rectangle(
                x, height / 2 - reach, x + bar_width, height / 2 + reach, fill=colour, width=0, tags="waveform"
            )

    def _draw_strip(self, timeline: Timeline, top: float, bottom: float) -> None:
        width = self._drawing.winfo_width()
        track = pick(theme.SURFACE_CONTAINER_HIGH)
        self._drawing.create_rectangle(0, top, width, bottom, fill=track, width=0)
        for segment in timeline.segments:
            # The less sure, the paler, but never so pale that the genre cannot be told.
            colour = theme.mix(track, pick(theme.genre_colour(segment.label)), 0.35 + 0.65 * segment.confidence)
            left, right = (time_s / timeline.duration_s * width for time_s in (segment.start_s, segment.end_s))
            self._drawing.create_rectangle(left, top, right, bottom, fill=colour, width=0, tags="segment")

    def _draw_axis(self, timeline: Timeline, top: float, scaling: float) -> None:
        width = self._drawing.winfo_width()
        font = scaled_font(self, theme.small())
        for time_s in timeline.ticks(width, _TICK_DISTANCE * scaling):
            x = time_s / timeline.duration_s * width
            half = font.measure(wording.clock(time_s)) / 2
            # The outer labels move inwards rather than being cut.
            self._drawing.create_text(
                min(max(x, half), width - half),
                top,
                text=wording.clock(time_s),
                anchor="n",
                font=font,
                fill=pick(theme.ON_SURFACE_VARIANT),
                tags="tick",
            )

    def _draw_mark(self) -> None:
        self._drawing.delete("mark")
        if self._timeline is None or self._marked_s is None:
            return
        scaling = widget_scaling(self)
        x = self._marked_s / self._timeline.duration_s * self._drawing.winfo_width()
        bottom = self._drawing.winfo_height() - _AXIS_HEIGHT * scaling
        self._drawing.create_line(
            x, 0, x, bottom, fill=pick(theme.ON_SURFACE), width=max(1, round(2 * scaling)), tags="mark"
        )

    def _time_at(self, x: int) -> float:
        duration_s = self._timeline.duration_s if self._timeline else 0.0
        return min(max(x / max(self._drawing.winfo_width(), 1), 0.0), 1.0) * duration_s

    def _mark(self, time_s: float | None) -> None:
        self._marked_s = time_s
        if self._timeline is not None:
            self._say(HINT if time_s is None else self._timeline.describe(time_s))
        self._draw_mark()

    def _step(self, direction: int) -> None:
        """Go to the middle of a neighbouring segment, for those who use the keyboard."""
        if self._timeline is None or not self._timeline.segments:
            return
        middles = [(segment.start_s + segment.end_s) / 2 for segment in self._timeline.segments]
        marked_s = middles[0] if self._marked_s is None else self._marked_s
        nearest = min(range(len(middles)), key=lambda index: abs(middles[index] - marked_s))
        self._mark(middles[min(max(nearest + direction, 0), len(middles) - 1)])

    def _say(self, text: str) -> None:
        self._readout.configure(text=text, text_color=theme.ON_SURFACE_VARIANT if text == HINT else theme.ON_SURFACE)
