"""Waveform or spectrogram, genre strip, time axis and playhead on one canvas. ``timeline_hands`` lets them be used."""

from __future__ import annotations

import tkinter
from typing import Any, Final

from app.contract import SegmentResult
from app.gui import wording
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.text_labels import scaled_font
from app.gui.widgets.time_axis import TimeAxis
from app.gui.widgets.timeline import Timeline
from app.gui.widgets.transport import Sight, SpectrumPicture

_BAR_WIDTH: Final = 3
_BAR_GAP: Final = 1
_STRIP_HEIGHT: Final = 16
_AXIS_HEIGHT: Final = 24
_TICK_DISTANCE: Final = 72
_KNOB: Final = 5
_LOUPE_HEIGHT: Final = 3
#: More than 1 deepens the relief: the peaks of a loud song differ by little.
_RELIEF: Final = 1.5
#: How much of the accent the waveform takes: it is large and must not outshine the answer.
_CALM_SHARE: Final = 0.5


class TimelineCanvas(tkinter.Canvas):
    """Draws a track, in the colours and the size of now.

    Args:
        master: The parent widget, of CustomTkinter.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, width=1, height=1)
        self.timeline: Timeline | None = None
        self.axis = TimeAxis.of(1.0)
        self.position_s = 0.0
        self.pointed_s: float | None = None
        self.wants_spectrogram = False
        self._picture: SpectrumPicture | None = None
        self._photo: tkinter.PhotoImage | None = None
        self._bars: list[int] = []
        self._n_played = 0
        repaint_with(self, self.redraw)

    def show(self, timeline: Timeline) -> None:
        """Show a track, all of it, from its start."""
        self.timeline = timeline
        self.axis = TimeAxis.of(timeline.duration_s)
        self.position_s = 0.0
        self.pointed_s = None
        self.show_picture(None)
        self.redraw()

    def show_picture(self, picture: SpectrumPicture | None) -> None:
        """Show a spectrogram; ``None`` while there is none."""
        self._picture = picture
        self._photo = None if picture is None else tkinter.PhotoImage(master=self, data=picture.image)
        if self.wants_spectrogram:
            self.redraw()

    def show_position(self, time_s: float) -> None:
        """Move the playhead, and the view where it would be lost."""
        moved = self.axis.showing(time_s) if self.position_s != time_s else self.axis
        self.position_s = time_s
        if moved != self.axis:
            self.axis = moved
            self.redraw()
        else:
            self._draw_playhead()

    def point_at(self, time_s: float | None) -> None:
        """Mark the moment under the mouse."""
        self.pointed_s = time_s
        self._draw_mark()

    @property
    def sight(self) -> Sight:
        """What is to be seen where the waveform is."""
        height = max(1, round(self.picture_height))
        axis = self.axis
        return Sight(
            self.winfo_width(),
            height,
            axis.start_s,
            axis.end_s,
            axis.is_zoomed,
            wants_spectrogram=self.wants_spectrogram,
        )

    @property
    def picture_height(self) -> float:
        """Of waveform or spectrogram, in pixels."""
        return self._strip_top - theme.SPACE * self._scaling

    def is_on_strip(self, y: float) -> bool:
        """Whether a height in pixels is that of the genre strip."""
        return self._strip_top <= y <= self._strip_bottom

    @property
    def _scaling(self) -> float:
        return widget_scaling(self.master)

    @property
    def _strip_top(self) -> float:
        return self.winfo_height() - (_STRIP_HEIGHT + _AXIS_HEIGHT) * self._scaling

    @property
    def _strip_bottom(self) -> float:
        return self._strip_top + _STRIP_HEIGHT * self._scaling

    def redraw(self) -> None:
        """Draw all anew."""
        self.delete("all")
        self._bars.clear()
        self._n_played = 0
        self.configure(background=pick(theme.SURFACE_CONTAINER))
        if self.timeline is None or self.winfo_width() < 2:
            return
        if self.wants_spectrogram:
            self._draw_spectrogram()
        else:
            self._draw_waveform(self.timeline)
        self._draw_strip(self.timeline)
        self._draw_axis()
        self._draw_loupe()
        self._draw_playhead()
        self._draw_mark()

    def _draw_waveform(self, timeline: Timeline) -> None:
        scaling, height = self._scaling, self.picture_height
        bar_width = max(1, round(_BAR_WIDTH * scaling))
        pitch = bar_width + max(1, round(_BAR_GAP * scaling))
        calm = self._calm
        bars = timeline.bars(self.winfo_width() // pitch, self.axis.start_s, self.axis.end_s)
        for index, share in enumerate(bars):
            reach = max(scaling, share**_RELIEF * height / 2)
            x = index * pitch
            self._bars.append(
                self.create_rectangle(
                    x, height / 2 - reach, x + bar_width, height / 2 + reach, fill=calm, width=0, tags="waveform"
                )
            )

    @property
    def _calm(self) -> str:
        return theme.mix(pick(theme.SURFACE_CONTAINER), pick(theme.PRIMARY), _CALM_SHARE)

    def _draw_spectrogram(self) -> None:
        width, height, font = self.winfo_width(), self.picture_height, scaled_font(self.master, theme.small())
        if self._photo is None or self._picture is None:
            self.create_rectangle(0, 0, width, height, fill=pick(theme.SURFACE_CONTAINER_HIGH), width=0)
            quiet = pick(theme.ON_SURFACE_VARIANT)
            words = "The spectrogram is being computed…"
            self.create_text(width / 2, height / 2, text=words, font=font, fill=quiet, tags="waiting")
            return
        self.create_image(0, 0, anchor="nw", image=self._photo, tags="spectrogram")
        margin = theme.SPACE * self._scaling
        highest = height
        for share, label in self._picture.marks:
            y = (1 - share) * height
            # A low picture has room for fewer.
            if margin < y < highest - margin:
                highest = y - 2 * margin
                # A rim in the colour of silence: the text can be read over whatever is loud there.
                text = self.create_text(margin, y, text=label, anchor="w", font=font, fill=pick(theme.ON_SURFACE))
                left, top, right, bottom = self.bbox(text)
                rim = round(theme.SPACE_HALF * self._scaling)
                ground = pick(theme.SURFACE_CONTAINER)
                box = self.create_rectangle(
                    left - rim, top, right + rim, bottom, fill=ground, width=0, tags="frequency"
                )
                self.tag_lower(box, text)

    def _draw_strip(self, timeline: Timeline) -> None:
        width, top, bottom = self.winfo_width(), self._strip_top, self._strip_bottom
        track = pick(theme.SURFACE_CONTAINER_HIGH)
        self.create_rectangle(0, top, width, bottom, fill=track, width=0)
        for segment in timeline.segments:
            left, right = (self.axis.x_of(time_s, width) for time_s in (segment.start_s, segment.end_s))
            if right > 0 and left < width:
                colour = _segment_colour(segment, track)
                # A hair between them: each can be clicked.
                gap = 1 if right - left > 4 else 0
                self.create_rectangle(left, top, right - gap, bottom, fill=colour, width=0, tags="segment")

    def _draw_axis(self) -> None:
        width, font = self.winfo_width(), scaled_font(self.master, theme.small())
        top = self._strip_bottom + theme.SPACE_HALF * self._scaling
        for time_s in self.axis.ticks(width, _TICK_DISTANCE * self._scaling):
            text, half = wording.clock(time_s), font.measure(wording.clock(time_s)) / 2
            # The outer labels move inwards rather than being cut.
            x = min(max(self.axis.x_of(time_s, width), half), width - half)
            self.create_text(x, top, text=text, anchor="n", font=font, fill=pick(theme.ON_SURFACE_VARIANT), tags="tick")

    def _draw_loupe(self) -> None:
        """While zoomed: which part of the whole is in sight."""
        if not self.axis.is_zoomed:
            return
        width, bottom, axis = self.winfo_width(), self.winfo_height(), self.axis
        top = bottom - max(1, round(_LOUPE_HEIGHT * self._scaling))
        self.create_rectangle(0, top, width, bottom, fill=pick(theme.SURFACE_CONTAINER_HIGH), width=0)
        left, right = (time_s / axis.duration_s * width for time_s in (axis.start_s, axis.end_s))
        self.create_rectangle(left, top, max(right, left + 2), bottom, fill=pick(theme.OUTLINE), width=0, tags="loupe")

    def _draw_playhead(self) -> None:
        self.delete("playhead")
        if self.timeline is None:
            return
        scaling, width = self._scaling, self.winfo_width()
        x = self.axis.x_of(self.position_s, width)
        self._colour_played(x)
        if not 0 <= x <= width:
            return
        half = max(1, round(2 * scaling)) / 2
        x = min(max(x, half), width - half)
        colour, knob = pick(theme.ON_SURFACE), _KNOB * scaling
        self.create_rectangle(x - half, 0, x + half, self._strip_bottom, fill=colour, width=0, tags="playhead")
        self.create_polygon(x - knob, 0, x + knob, 0, x, 1.4 * knob, fill=colour, width=0, tags="playhead")

    def _colour_played(self, x: float) -> None:
        """What was heard is in full colour."""
        if not self._bars:
            return
        n_played = min(max(round(x / self.winfo_width() * len(self._bars)), 0), len(self._bars))
        first, last = sorted((n_played, self._n_played))
        colour = pick(theme.PRIMARY) if n_played > self._n_played else self._calm
        for bar in self._bars[first:last]:
            self.itemconfigure(bar, fill=colour)
        self._n_played = n_played

    def _draw_mark(self) -> None:
        self.delete("mark")
        if self.timeline is None or self.pointed_s is None:
            return
        x = self.axis.x_of(self.pointed_s, self.winfo_width())
        self.create_line(
            x, 0, x, self._strip_bottom, fill=pick(theme.OUTLINE), width=max(1, round(self._scaling)), tags="mark"
        )


def _segment_colour(segment: SegmentResult, track: str) -> str:
    """The less sure, the paler, but never so pale that the genre cannot be told."""
    return theme.mix(track, pick(theme.genre_colour(segment.label)), 0.35 + 0.65 * segment.confidence)
