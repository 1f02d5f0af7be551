"""The answer for one track: in words, as bars, and over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import customtkinter as ctk

from app.gui.style import theme
from app.gui.widgets.answer_card import AnswerCard
from app.gui.widgets.confidence_bars import ConfidenceBars
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.timeline import Timeline
from app.gui.widgets.transport import Transport
from app.gui.widgets.waveform_view import WaveformView


class ResultView(ctk.CTkFrame):
    """The three cards of an answer.

    Args:
        master: The parent widget.
        transport: Plays the track that is shown.
        reports: What of the answer can be saved, by its name.
        on_correct: Called when the person wants to say what it really is.
    """

    def __init__(
        self,
        master: Any,
        transport: Transport,
        reports: Mapping[str, Callable[[], object]],
        on_correct: Callable[[], object],
    ) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._transport = transport
        self._timeline: Timeline | None = None
        self._label: str | None = None
        self.grid_columnconfigure((0, 1), weight=1, uniform="halves")
        self.grid_rowconfigure(1, weight=1)
        self.answer = AnswerCard(self, self._hear_why, reports, on_correct)
        self.bars = ConfidenceBars(self)
        self.waveform = WaveformView(self, transport)
        self.answer.grid(row=0, column=0, sticky="nsew", padx=(0, theme.SPACE_2))
        self.bars.grid(row=0, column=1, sticky="nsew")
        self.waveform.grid(row=1, column=0, columnspan=2, sticky="nsew", pady=(theme.SPACE_2, 0))

    def show(self, result: ResultText) -> None:
        """Show an answer."""
        prediction = result.prediction
        self._timeline, self._label = Timeline.of(prediction), prediction.label
        self.answer.show(result)
        self.answer.cover.show(None)
        # Without a label nothing was heard, and the numbers would pretend otherwise.
        nothing = dict.fromkeys(prediction.probabilities, 0.0)
        self.bars.show(nothing if prediction.label is None else prediction.probabilities)
        self.waveform.show(self._timeline)

    def _hear_why(self) -> None:
        segment = self._timeline.decisive_segment(self._label) if self._timeline is not None else None
        if segment is not None:
            self._transport.hear(segment.start_s, segment.end_s)
