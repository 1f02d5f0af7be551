"""The answer for one track: in words, as bars, and over time."""

from __future__ import annotations

import tkinter
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.confidence_bars import ConfidenceBars
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel, scaled_font
from app.gui.widgets.timeline import Timeline
from app.gui.widgets.waveform_view import WaveformView

#: Tried from the largest; the smallest may take two lines.
_HEADLINE_SIZES: Final = (40, 36, 32, 28, 24)


class AnswerCard(ctk.CTkFrame):
    """Whose music it is, and what genre, in words."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(0, weight=1)
        quiet = theme.ON_SURFACE_VARIANT
        self._title = ElidedLabel(self, theme.title(), text_color=theme.ON_SURFACE, height=24)
        self._credits = ElidedLabel(self, theme.body(), text_color=quiet)
        self._accent = ctk.CTkFrame(self, width=48, height=4, corner_radius=2)
        self._headline = WrappingLabel(self, font=theme.display(), text_color=theme.ON_SURFACE)
        self._top_three = WrappingLabel(self, font=theme.font(16), text_color=theme.ON_SURFACE)
        self._reason = WrappingLabel(self, font=theme.body(), text_color=quiet)
        self._warnings = WrappingLabel(self, font=theme.small(), text_color=quiet)
        self._format = ElidedLabel(self, theme.small(), text_color=quiet)
        lines = (
            (self._title, (theme.SPACE_2, 0)),
            (self._credits, (0, 0)),
            (self._accent, (theme.SPACE_3, theme.SPACE)),
            (self._headline, (0, theme.SPACE)),
            (self._top_three, (0, theme.SPACE)),
            (self._reason, (0, theme.SPACE)),
            (self._warnings, (0, theme.SPACE)),
        )
        for row, (widget, above_and_below) in enumerate(lines):
            sticky = "w" if widget is self._accent else "ew"
            widget.grid(row=row, column=0, sticky=sticky, padx=theme.SPACE_3, pady=above_and_below)
        self.grid_rowconfigure(len(lines), weight=1)
        self._format.grid(row=len(lines), column=0, sticky="sew", padx=theme.SPACE_3, pady=(theme.SPACE, theme.SPACE_2))
        tkinter.Frame.bind(self, "<Configure>", lambda event: self._fit_headline(), add="+")

    @property
    def texts(self) -> dict[str, str]:
        """What is shown, by its place."""
        return {
            "title": self._title.full_text,
            "credits": self._credits.full_text,
            "headline": str(self._headline.cget("text")),
            "top_three": str(self._top_three.cget("text")),
            "reason": str(self._reason.cget("text")),
            "warnings": str(self._warnings.cget("text")),
            "format": self._format.full_text,
        }

    def show(self, result: ResultText) -> None:
        """Show an answer."""
        label = result.prediction.label
        self._accent.configure(fg_color=theme.OUTLINE if label is None else theme.genre_colour(label))
        self._title.show(result.title)
        self._credits.show(result.credits)
        self._headline.show(result.headline)
        self._top_three.show(result.top_three)
        self._reason.show(result.reason)
        self._warnings.show(result.warnings)
        self._format.show(result.format_line)
        self._fit_headline()

    def _fit_headline(self) -> None:
        room = self.winfo_width() - 2 * theme.SPACE_3 * widget_scaling(self)
        text = str(self._headline.cget("text"))
        fonts = [theme.font(size, "bold") for size in _HEADLINE_SIZES]
        fitting = next((font for font in fonts if scaled_font(self, font).measure(text) <= room), fonts[-1])
        if fitting != self._headline.cget("font"):
            self._headline.configure(font=fitting)


class ResultView(ctk.CTkFrame):
    """The three cards of an answer."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.grid_columnconfigure((0, 1), weight=1, uniform="halves")
        self.grid_rowconfigure(1, weight=1)
        self.answer = AnswerCard(self)
        self.bars = ConfidenceBars(self)
        self.waveform = WaveformView(self)
        self.answer.grid(row=0, column=0, sticky="nsew", padx=(0, theme.SPACE_2))
        self.bars.grid(row=0, column=1, sticky="nsew")
        self.waveform.grid(row=1, column=0, columnspan=2, sticky="nsew", pady=(theme.SPACE_2, 0))

    def show(self, result: ResultText) -> None:
        """Show an answer."""
        prediction = result.prediction
        self.answer.show(result)
        # Without a label nothing was heard, and the numbers would pretend otherwise.
        nothing = dict.fromkeys(prediction.probabilities, 0.0)
        self.bars.show(nothing if prediction.label is None else prediction.probabilities)
        self.waveform.show(Timeline.of(prediction))
