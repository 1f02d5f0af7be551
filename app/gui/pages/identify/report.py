"""The answer for one track as a page to keep: drawn from the same words and numbers that the window shows.

Blocks: draw and write in a job.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from app.gui import wording
from app.gui.pages.identify.report_sheet import HEIGHT, MARGIN, WIDTH, Sheet, fit, ink
from app.gui.style import theme
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.time_axis import TimeAxis
from app.gui.widgets.timeline import Timeline
from app.settings import PROJECT, VERSION

_ROOM: Final = WIDTH - 2 * MARGIN
#: More would not fit the page; the least probable ones are left out.
_MAX_GENRES: Final = 16
_BAR_PITCH: Final = 38
_NAME_WIDTH: Final = 170
_SHARE_WIDTH: Final = 110
#: Takes what the genres leave, between these.
_WAVE_HEIGHTS: Final = (140, 320)
#: From the waveform's end to the page's: strip, times, legend and foot.
_BELOW_WAVE: Final = 340
_STRIP_HEIGHT: Final = 28
_N_LEGEND: Final = 5


def draw_report(result: ResultText, created: str) -> bytes:
    """One page as a PNG.

    Args:
        result: What the window shows.
        created: When, in words.
    """
    sheet = Sheet()
    y = _draw_words(sheet, result)
    y = _draw_bars(sheet, result, y + 24)
    timeline = Timeline.of(result.prediction)
    y = _draw_timeline(sheet, timeline, y + 24)
    _draw_legend(sheet, timeline, y)
    model = f"Model {result.prediction.model_id} · {PROJECT} {VERSION}"
    sheet.fill(MARGIN, HEIGHT - 112, WIDTH - MARGIN, HEIGHT - 110, ink(theme.OUTLINE_VARIANT))
    sheet.write(MARGIN, HEIGHT - 92, fit(model, 20, _ROOM - 280), 20, theme.ON_SURFACE_VARIANT)
    sheet.write(WIDTH - MARGIN, HEIGHT - 92, created, 20, theme.ON_SURFACE_VARIANT, anchor="ra")
    return sheet.to_png()


def write_whole(path: str, data: bytes) -> None:
    """Write a file so that it is there as a whole or not at all.

    Args:
        path: Where; what is there is replaced.
        data: All of it.

    Raises:
        OSError: It cannot be written there.
    """
    target = Path(path)
    part = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _draw_words(sheet: Sheet, result: ResultText) -> float:
    label = result.prediction.label
    quiet = theme.ON_SURFACE_VARIANT
    y: float = MARGIN - 8
    sheet.write(MARGIN, y, fit(result.title, 34, _ROOM), 34, theme.ON_SURFACE, is_bold=True)
    y += 52
    # The title may be the tag's; a report must also say which file it is about.
    file_name = result.prediction.metadata.file_name or result.title
    for text in (result.credits, file_name if file_name != result.title else "", result.format_line):
        if text:
            sheet.write(MARGIN, y, fit(text, 22, _ROOM), 22, quiet)
            y += 32
    y += 28
    accent = theme.OUTLINE if label is None else theme.genre_colour(label)
    sheet.fill_round(MARGIN, y, MARGIN + 72, y + 8, ink(accent), 4)
    y += 26
    sheet.write(MARGIN, y, fit(result.headline, 64, _ROOM), 64, theme.ON_SURFACE, is_bold=True)
    y += 88
    for text, size, colour in ((result.top_three, 26, theme.ON_SURFACE), (result.reason, 22, quiet)):
        y = sheet.write_lines(y, text, size, colour, _ROOM, n_lines=2) + 4
    return sheet.write_lines(y, result.warnings, 20, quiet, _ROOM, n_lines=3)


def _draw_bars(sheet: Sheet, result: ResultText, y: float) -> float:
    prediction = result.prediction
    y = _draw_heading(sheet, "All genres", y)
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])[:_MAX_GENRES]
    left, right = MARGIN + _NAME_WIDTH, WIDTH - MARGIN - _SHARE_WIDTH
    for genre, probability in ranked:
        # Without a label nothing was heard, and the numbers would pretend otherwise.
        share = 0.0 if prediction.label is None else probability
        middle = y + _BAR_PITCH / 2
        sheet.write(
            MARGIN, middle, fit(wording.genre_name(genre), 22, _NAME_WIDTH - 16), 22, theme.ON_SURFACE, anchor="lm"
        )
        sheet.fill_round(left, middle - 7, right, middle + 7, ink(theme.SURFACE_CONTAINER_HIGH), 7)
        sheet.fill_round(left, middle - 7, left + share * (right - left), middle + 7, ink(theme.genre_colour(genre)), 7)
        share_text = wording.exact_percent(share)
        sheet.write(WIDTH - MARGIN, middle, share_text, 22, theme.ON_SURFACE, anchor="rm")
        y += _BAR_PITCH
    return y


def _draw_timeline(sheet: Sheet, timeline: Timeline, y: float) -> float:
    y = _draw_heading(sheet, "When it was heard", y)
    height = min(max(HEIGHT - _BELOW_WAVE - y, _WAVE_HEIGHTS[0]), _WAVE_HEIGHTS[1])
    calm = theme.mix(ink(theme.SURFACE), ink(theme.PRIMARY), 0.6)
    pitch = 4
    for index, share in enumerate(timeline.bars(_ROOM // pitch, 0.0, timeline.duration_s)):
        reach = max(1.0, share**1.5 * height / 2)
        x, middle = MARGIN + index * pitch, y + height / 2
        sheet.fill(x, middle - reach, x + pitch - 1, middle + reach, calm)
    y += height + 14
    track = ink(theme.SURFACE_CONTAINER_HIGH)
    sheet.fill(MARGIN, y, WIDTH - MARGIN, y + _STRIP_HEIGHT, track)
    axis = TimeAxis.of(timeline.duration_s)
    for segment in timeline.segments:
        left, right = (MARGIN + axis.x_of(time_s, _ROOM) for time_s in (segment.start_s, segment.end_s))
        colour = theme.mix(track, ink(theme.genre_colour(segment.label)), 0.35 + 0.65 * segment.confidence)
        sheet.fill(left, y, min(right, WIDTH - MARGIN), y + _STRIP_HEIGHT, colour)
    y += _STRIP_HEIGHT + 10
    for time_s in axis.ticks(_ROOM, 110):
        middle = min(max(MARGIN + axis.x_of(time_s, _ROOM), MARGIN + 24), WIDTH - MARGIN - 24)
        sheet.write(middle, y, wording.clock(time_s), 20, theme.ON_SURFACE_VARIANT, anchor="ma")
    return y + 40


def _draw_legend(sheet: Sheet, timeline: Timeline, y: float) -> None:
    """What the colours of the strip mean; on paper nobody can point at them."""
    durations: dict[str, float] = {}
    for segment in timeline.segments:
        durations[segment.label] = durations.get(segment.label, 0.0) + segment.end_s - segment.start_s
    for index, label in enumerate(sorted(durations, key=lambda label: -durations[label])[:_N_LEGEND]):
        x = MARGIN + index * _ROOM / _N_LEGEND
        sheet.fill_round(x, y + 4, x + 18, y + 22, ink(theme.genre_colour(label)), 9)
        text = fit(f"{wording.genre_name(label)} {wording.clock(durations[label])}", 20, _ROOM / _N_LEGEND - 36)
        sheet.write(x + 28, y + 13, text, 20, theme.ON_SURFACE_VARIANT, anchor="lm")


def _draw_heading(sheet: Sheet, text: str, y: float) -> float:
    sheet.write(MARGIN, y, text, 26, theme.ON_SURFACE, is_bold=True)
    return y + 48
