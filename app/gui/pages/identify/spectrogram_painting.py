"""A spectrogram as a picture, in the colours of the window. Blocks: paint it in a job."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from app.gui.playback.spectrum import Spectrogram, band_of, hertz
from app.gui.style.shades import to_palette
from app.gui.widgets.transport import Sight, SpectrumPicture

_MARKS_HZ: Final = (200, 1000, 4000)


def paint_spectrogram(spectrogram: Spectrogram, sight: Sight, shades: Sequence[str]) -> SpectrumPicture:
    """Paint what is in sight, pixel for pixel.

    Args:
        spectrogram: Of the whole track.
        sight: Which part of it, and how large.
        shades: ``#RRGGBB`` from silence to the loudest, at equal distances.
    """
    from PIL import Image

    n_bands, n_columns = spectrogram.levels.shape
    # Low bands come first in memory, and at the bottom of the picture.
    whole = Image.fromarray(spectrogram.levels[::-1])
    left, right = (time_s / spectrogram.duration_s * n_columns for time_s in (sight.start_s, sight.end_s))
    left = min(max(left, 0.0), n_columns - 1.0)
    box = (left, 0.0, min(max(right, left + 1), float(n_columns)), float(n_bands))
    size = (max(sight.width, 1), max(sight.height, 1))
    part = whole.resize(size, Image.Resampling.BICUBIC if box[2] - box[0] < size[0] else Image.Resampling.BOX, box=box)
    part.putpalette(to_palette(shades))
    buffer = io.BytesIO()
    # Tk reads this format without unpacking anything.
    part.convert("RGB").save(buffer, "PPM")
    return SpectrumPicture(buffer.getvalue(), tuple((band_of(mark_hz), hertz(mark_hz)) for mark_hz in _MARKS_HZ))
