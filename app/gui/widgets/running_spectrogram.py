"""A spectrogram that runs from right to left while sound comes in: one picture, painted anew for each step."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.style.shades import calm_shades, to_palette
from app.gui.widgets.text_labels import scaled_font

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.ImageTk import PhotoImage

#: What is in sight, in seconds.
SIGHT_S: Final = 15.0
_MARKS_S: Final = (10, 5)
_AXIS_HEIGHT: Final = 20
#: For the names of the frequencies, left of the picture.
_AXIS_WIDTH: Final = 48
_TICK: Final = 4
#: What is farther behind than this is caught up with at once, in columns.
_MAX_BEHIND: Final = 12.0
#: How much of what it is behind is caught up with in one step.
_CATCH_UP: Final = 0.2


class RunningSpectrogram(tkinter.Canvas):
    """The last quarter of a minute, now on the right.

    Args:
        master: The parent widget, of CustomTkinter.
        n_bands: Of each column.
        columns_per_s: How many columns are a second.
        marks: Frequencies to be labelled: where, from 0 at the bottom to 1 at the top, and as what.
    """

    def __init__(self, master: Any, n_bands: int, columns_per_s: float, marks: Sequence[tuple[float, str]]) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, width=1, height=1)
        self._n_bands = n_bands
        self._columns_per_s = columns_per_s
        self._marks = tuple(marks)
        self._n_sight = round(SIGHT_S * columns_per_s)
        self._levels: npt.NDArray[np.uint8] | None = None
        #: Columns that have come, and where the right edge of the picture is among them.
        self._n_come = 0
        self._edge = 0.0
        self._palette: list[int] = []
        self._photo: PhotoImage | None = None
        self.bind("<Configure>", lambda event: self._lay_out())
        repaint_with(self, self._lay_out)

    @property
    def edge_s(self) -> float:
        """The moment at the right edge, in seconds from the first column."""
        return self._edge / self._columns_per_s

    def clear(self) -> None:
        """Begin with nothing."""
        self._levels = None
        self._n_come, self._edge = 0, 0.0
        self._lay_out()

    def advance(self, columns: Sequence[npt.NDArray[np.uint8]], elapsed_s: float) -> None:
        """Take new columns and run on.

        Args:
            columns: Each uint8 ``[n_bands]``, low bands first; 0 is silence.
            elapsed_s: Since the last step.
        """
        if self._levels is None and not columns:
            return
        # Late, as whoever made the columns has imported it already.
        import numpy as np

        if self._levels is None:
            self._levels = np.zeros((self._n_sight + 2 * round(_MAX_BEHIND), self._n_bands), dtype=np.uint8)
        n_new = min(len(columns), len(self._levels))
        if n_new:
            self._levels[:-n_new] = self._levels[n_new:].copy()
            self._levels[-n_new:] = np.stack(columns[-n_new:])
        self._n_come += len(columns)
        before = self._edge
        # Sound comes in gusts; the picture runs evenly behind it.
        behind = self._n_come - self._edge - elapsed_s * self._columns_per_s
        self._edge = min(
            max(self._edge + elapsed_s * self._columns_per_s + _CATCH_UP * behind, self._n_come - _MAX_BEHIND),
            float(self._n_come),
        )
        self._edge = max(self._edge, before)
        if self._edge != before or n_new:
            self._paint()

    def _paint(self) -> None:
        if self._levels is None or self._photo is None:
            return
        from PIL import Image

        width, height = self._photo.width(), self._photo.height()
        right = len(self._levels) - (self._n_come - self._edge)
        box = (right - self._n_sight, 0.0, right, float(self._n_bands))
        # Low bands come first in memory, and at the bottom of the picture.
        picture = Image.fromarray(self._levels[:, ::-1].T.copy())
        picture = picture.resize((width, height), Image.Resampling.BILINEAR, box=box)
        picture.putpalette(self._palette)
        self._photo.paste(picture.convert("RGB"))

    def _lay_out(self) -> None:
        """Sizes or colours have changed."""
        scaling = widget_scaling(self.master)
        left = round(_AXIS_WIDTH * scaling)
        width, height = self.winfo_width() - left, self.winfo_height() - round(_AXIS_HEIGHT * scaling)
        self.configure(background=pick(theme.SURFACE_CONTAINER))
        if width <= 1 or height <= 1:
            return
        from PIL import Image, ImageTk

        self._palette = to_palette(calm_shades())
        ground = Image.new("RGB", (width, height), pick(theme.SURFACE_CONTAINER))
        self._photo = ImageTk.PhotoImage(ground, master=self)
        self.delete("all")
        self.create_image(left, 0, anchor="nw", image=self._photo)
        font = scaled_font(self.master, theme.font(12))
        quiet, line = pick(theme.ON_SURFACE_VARIANT), pick(theme.OUTLINE_VARIANT)
        for place, text in self._marks:
            y = round((1 - place) * height)
            self.create_line(left - round(_TICK * scaling), y, left, y, fill=line)
            self.create_text(left - round(theme.SPACE * scaling), y, anchor="e", text=text, font=font, fill=quiet)
        self.create_line(left, height, left + width, height, fill=line)
        y = height + round(theme.SPACE_HALF * scaling)
        for mark_s in _MARKS_S:
            x = left + round(width * (1 - mark_s / SIGHT_S))
            self.create_text(x, y, anchor="n", text=f"{mark_s} s ago", font=font, fill=quiet)
        self.create_text(left + width, y, anchor="ne", text="now", font=font, fill=quiet)
        self._paint()
