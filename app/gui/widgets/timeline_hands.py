"""Using a track's timeline: by mouse, by wheel and by keys."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable
from typing import Any, Final

from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import bind_keys
from app.gui.widgets.timeline_canvas import TimelineCanvas
from app.gui.widgets.transport import Transport

#: The keys of a timeline and what they do, for the help.
TIMELINE_KEYS: Final = (
    ("Space", "Where it presses nothing: play or pause"),
    ("←  →", "In the waveform: a little back or on"),
    ("Shift+←  →", "In the waveform: the stretch before or after"),
    ("Home  End", "In the waveform: to the start or the end"),
    ("Enter", "In the waveform: hear this stretch alone"),
    ("+  −  0", "In the waveform: closer, wider, all of it"),
)

_KEY_ZOOM: Final = 1.5
_WHEEL_ZOOM: Final = 1.25
#: Of what is in sight: how far an arrow key goes, and a turn of the wheel with Shift.
_NUDGE: Final = 1 / 50
_SWEEP: Final = 1 / 10
#: What a hand trembles, in units of the layout.
_TREMBLE: Final = 4
_SHIFT: Final = 1


class TimelineHands:
    """Turns what a person does on a canvas into what is to be played and seen.

    Args:
        canvas: The timeline.
        transport: Plays it.
        on_change: Called when the playhead, the view or the moment that is pointed at has changed.
    """

    def __init__(self, canvas: TimelineCanvas, transport: Transport, on_change: Callable[[], None]) -> None:
        self._canvas = canvas
        self._transport = transport
        self._on_change = on_change
        self._pressed_x: int | None = None
        self._is_dragged = False
        self._bind_mouse()
        self._bind_keys()

    def _bind_mouse(self) -> None:
        canvas = self._canvas
        canvas.configure(cursor="hand2")
        canvas.bind("<ButtonPress-1>", self._press)
        canvas.bind("<B1-Motion>", self._drag)
        canvas.bind("<ButtonRelease-1>", self._release)
        canvas.bind("<Motion>", lambda event: self._point(event.x))
        canvas.bind("<Leave>", lambda event: self._point(None))
        for event in ("<Button-4>", "<Button-5>") if sys.platform.startswith("linux") else ("<MouseWheel>",):
            canvas.bind(event, self._turn)

    def _bind_keys(self) -> None:
        bind_keys(self._canvas, ("<Left>",), lambda: self._go(-self._canvas.axis.sight_s * _NUDGE))
        bind_keys(self._canvas, ("<Right>",), lambda: self._go(self._canvas.axis.sight_s * _NUDGE))
        bind_keys(self._canvas, ("<Shift-Left>",), lambda: self._step(-1))
        bind_keys(self._canvas, ("<Shift-Right>",), lambda: self._step(1))
        bind_keys(self._canvas, ("<Home>",), lambda: self._seek(0.0))
        bind_keys(self._canvas, ("<End>",), lambda: self._seek(self._canvas.axis.duration_s))
        bind_keys(self._canvas, ("<Return>", "<KP_Enter>"), self._hear_stretch)
        bind_keys(self._canvas, ("<plus>", "<equal>", "<KP_Add>"), lambda: self._zoom_by_key(_KEY_ZOOM))
        bind_keys(self._canvas, ("<minus>", "<KP_Subtract>"), lambda: self._zoom_by_key(1 / _KEY_ZOOM))
        bind_keys(self._canvas, ("<Key-0>", "<KP_0>"), lambda: self._zoom_by_key(1e-9))

    # Mouse

    def _press(self, event: tkinter.Event[Any]) -> None:
        self._canvas.focus_set()
        if self._canvas.timeline is not None:
            self._pressed_x, self._is_dragged = event.x, False

    def _drag(self, event: tkinter.Event[Any]) -> None:
        if self._pressed_x is None:
            return
        tremble = _TREMBLE * widget_scaling(self._canvas.master)
        self._is_dragged = self._is_dragged or abs(event.x - self._pressed_x) > tremble
        if self._is_dragged:
            self._canvas.point_at(None)
            self._seek(self._time_at(event.x))

    def _release(self, event: tkinter.Event[Any]) -> None:
        pressed_x, self._pressed_x = self._pressed_x, None
        timeline = self._canvas.timeline
        if pressed_x is None or timeline is None or self._is_dragged:
            return
        time_s = self._time_at(event.x)
        segment = timeline.segment_at(time_s) if self._canvas.is_on_strip(event.y) else None
        if segment is not None:
            self._transport.hear(segment.start_s, segment.end_s)
        else:
            self._transport.listen(time_s)

    def _point(self, x: int | None) -> None:
        self._canvas.point_at(None if x is None or self._canvas.timeline is None else self._time_at(x))
        self._on_change()

    def _turn(self, event: tkinter.Event[Any]) -> None:
        if self._canvas.timeline is None:
            return
        is_up = event.num == 4 if isinstance(event.num, int) else event.delta > 0
        axis = self._canvas.axis
        if isinstance(event.state, int) and event.state & _SHIFT:
            self._canvas.axis = axis.moved((-1 if is_up else 1) * _SWEEP * axis.sight_s)
        else:
            self._canvas.axis = axis.zoomed(_WHEEL_ZOOM if is_up else 1 / _WHEEL_ZOOM, self._time_at(event.x))
        self._see(event.x)

    # Keys

    def _go(self, distance_s: float) -> None:
        self._seek(self._canvas.position_s + distance_s)

    def _seek(self, time_s: float) -> None:
        if self._canvas.timeline is not None:
            self._transport.seek(min(max(time_s, 0.0), self._canvas.axis.duration_s))

    def _step(self, direction: int) -> None:
        """To the start of a neighbouring stretch."""
        timeline, now = self._canvas.timeline, self._canvas.position_s
        starts = [segment.start_s for segment in timeline.segments] if timeline is not None else []
        # The start that one stands on is neither before nor after.
        beyond = [start for start in starts if (start - now) * direction > 0.01]
        if beyond:
            self._seek(min(beyond) if direction > 0 else max(beyond))

    def _hear_stretch(self) -> None:
        timeline = self._canvas.timeline
        segment = timeline.segment_at(self._canvas.position_s) if timeline is not None else None
        if segment is not None:
            self._transport.hear(segment.start_s, segment.end_s)

    def _zoom_by_key(self, factor: float) -> None:
        if self._canvas.timeline is not None:
            around_s = self._canvas.position_s
            self._canvas.axis = self._canvas.axis.showing(around_s).zoomed(factor, around_s)
            self._see(None)

    def _see(self, x: int | None) -> None:
        if x is not None:
            self._canvas.pointed_s = self._time_at(x)
        self._canvas.redraw()
        self._on_change()

    def _time_at(self, x: int) -> float:
        return self._canvas.axis.time_at(x, self._canvas.winfo_width())
