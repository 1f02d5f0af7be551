"""A chart on a card: drawn in a job, in the colours and the size of now."""

from __future__ import annotations

import tkinter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from app.gui.jobs import Jobs
from app.gui.pages.model.charts import Chart, ChartLook
from app.gui.pages.model.panels import HeadedCard
from app.gui.pages.model.rendering import render
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.text_labels import scaled_font

if TYPE_CHECKING:
    from PIL.Image import Image

_DRAWING: Final = "Drawing…"
_FAILED: Final = "This chart could not be drawn; “Copy as text” has all its figures."
#: While the window is being resized, one picture after the other would be out of date before it is there.
_SETTLE_MS: Final = 80
_SMALLEST: Final = 64


class ChartCard(HeadedCard):
    """Shows a chart, or why there is none.

    Args:
        master: The parent widget.
        heading: Its name.
        hint: How to read it.
        jobs: Where it is drawn.
    """

    def __init__(self, master: Any, heading: str, hint: str, jobs: Jobs) -> None:
        super().__init__(master, heading, hint, self.describe)
        self._jobs = jobs
        self._chart: Chart | None = None
        self._photo: Any = None
        self._sentence = ""
        #: What the picture in sight shows, and what is being drawn.
        self._shown: tuple[Chart, ChartLook] | None = None
        self._drawing: tuple[Chart, ChartLook] | None = None
        self._settle_id: str | None = None
        self._sheet = tkinter.Canvas(self.body, highlightthickness=0, borderwidth=0, width=1, height=1)
        self._sheet.pack(fill="both", expand=True)
        self._sheet.bind("<Configure>", lambda event: self._settle())
        self._sheet.bind("<Map>", lambda event: self._settle())
        repaint_with(self._sheet, self._settle)

    @property
    def sheet(self) -> tkinter.Canvas:
        """Where it is drawn."""
        return self._sheet

    @property
    def drawn_chart(self) -> Chart | None:
        """Whose picture is in sight, in the colours and the size of now."""
        is_current = self._shown is not None and self._shown == (self._chart, self._look())
        return self._chart if is_current else None

    @property
    def sentence(self) -> str:
        """What is said in place of a picture."""
        return self._sentence

    def describe(self) -> str:
        """All that it shows, as text."""
        return self._chart.as_text() if self._chart is not None else ""

    def show(self, chart: Chart) -> None:
        """Show a chart instead of the one before."""
        if chart == self._chart:
            return
        self._chart = chart
        self._shown = self._photo = None
        self._sheet.delete("all")
        self.offer_copy(not chart.missing)
        self._request()

    def _settle(self) -> None:
        self._sheet.configure(background=pick(theme.SURFACE_CONTAINER))
        if self._settle_id is not None:
            self.after_cancel(self._settle_id)
        self._settle_id = self.after(_SETTLE_MS, self._request)

    def _look(self) -> ChartLook:
        return ChartLook(
            width=self._sheet.winfo_width(),
            height=self._sheet.winfo_height(),
            scaling=widget_scaling(self),
            family=theme.font_family(),
            ground=pick(theme.SURFACE_CONTAINER),
            ink=pick(theme.ON_SURFACE),
            quiet=pick(theme.ON_SURFACE_VARIANT),
            line=pick(theme.OUTLINE_VARIANT),
            faint=pick(theme.SURFACE_CONTAINER_HIGH),
            accent=pick(theme.PRIMARY),
            on_accent=pick(theme.ON_PRIMARY),
        )

    def _request(self) -> None:
        """Have the chart drawn as it must look now, unless it is there or a job is at it."""
        self._settle_id = None
        chart, look = self._chart, self._look()
        if chart is None or not self._sheet.winfo_viewable() or min(look.width, look.height) < _SMALLEST:
            return
        if chart.missing:
            self._say(chart.missing)
            return
        wanted = (chart, look)
        if self._drawing is None and wanted != self._shown:
            if self._photo is None:
                self._say(_DRAWING)
            self._drawing = wanted
            self._jobs.submit(partial(render, chart, look), partial(self._take, wanted), partial(self._fail, wanted))

    def _take(self, drawn: tuple[Chart, ChartLook], picture: Image) -> None:
        from PIL import ImageTk

        self._drawing = None
        # Out of date in size or colour it is better than nothing; of another chart it would be wrong.
        if drawn[0] == self._chart:
            self._shown = drawn
            self._sentence = ""
            self._photo = ImageTk.PhotoImage(picture, master=self._sheet)
            self._sheet.delete("all")
            self._sheet.create_image(0, 0, anchor="nw", image=self._photo)
        self._request()

    def _fail(self, drawn: tuple[Chart, ChartLook], error: Exception) -> None:
        self._drawing = None
        if drawn[0] == self._chart:
            self._photo, self._shown = None, drawn
            self._say(_FAILED)
        self._request()

    def _say(self, sentence: str) -> None:
        self._sentence = sentence
        width, height = self._sheet.winfo_width(), self._sheet.winfo_height()
        self._sheet.delete("all")
        self._sheet.create_text(
            width // 2,
            height // 2,
            width=max(width - round(6 * theme.SPACE * widget_scaling(self)), 1),
            text=sentence,
            justify="center",
            font=scaled_font(self, theme.body()),
            fill=pick(theme.ON_SURFACE_VARIANT),
        )
