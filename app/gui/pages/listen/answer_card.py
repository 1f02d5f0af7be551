"""What is playing, in large letters, with a confidence that settles."""

from __future__ import annotations

import tkinter
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.listen.view import AnswerText
from app.gui.style import theme
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.text_labels import WrappingLabel, elide, measure, scaled_font

#: Puts the heading, as high as the button beside it, on one line with those of the other cards.
_HEADING_PADDING: Final = (12, theme.SPACE_HALF)
#: Tried from the largest.
_HEADLINE_SIZES: Final = (48, 40, 36, 32, 28, 24)
_HEADLINE_HEIGHT: Final = 64
#: Nearer than this the confidence is where it belongs.
_SETTLED: Final = 0.002
#: Of what is missing, the part that is made up for in one step.
_STEP: Final = 0.25


class AnswerCard(ctk.CTkFrame):
    """A card with one answer. Every line keeps its place, also while it is empty.

    Args:
        master: The parent widget.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(5, weight=1)
        self._answer: AnswerText | None = None
        self._confidence = 0.0
        self._steps = -1
        quiet = theme.ON_SURFACE_VARIANT
        self._caption = ctk.CTkLabel(self, text="", height=32, anchor="w", padx=0, font=theme.body(), text_color=quiet)
        self._caption.grid(row=0, column=0, sticky="w", padx=theme.SPACE_3, pady=_HEADING_PADDING)
        self.copy_button = CopyTextButton(self, self.describe)
        self.copy_button.grid(row=0, column=1, sticky="e", padx=theme.SPACE, pady=_HEADING_PADDING)
        self._accent = ctk.CTkFrame(self, width=48, height=4, corner_radius=2, fg_color=theme.OUTLINE_VARIANT)
        self._accent.grid(row=1, column=0, sticky="w", padx=theme.SPACE_3, pady=(theme.SPACE, 0))
        self._headline = ctk.CTkLabel(
            self, text="", height=_HEADLINE_HEIGHT, width=1, anchor="w", padx=0, text_color=theme.ON_SURFACE
        )
        self._headline.grid(row=2, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_3)
        self._certainty = ctk.CTkLabel(
            self, text="", height=32, anchor="w", padx=0, font=theme.font(20), text_color=theme.ON_SURFACE
        )
        self._certainty.grid(row=3, column=0, columnspan=2, sticky="w", padx=theme.SPACE_3)
        self._bar = ctk.CTkProgressBar(
            self, height=8, width=40, corner_radius=4, border_width=0, fg_color=theme.SURFACE_CONTAINER_HIGH
        )
        self._bar.grid(
            row=4, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE, theme.SPACE_2)
        )
        self._reason = WrappingLabel(self, font=theme.body(), text_color=quiet)
        self._reason.grid(row=5, column=0, columnspan=2, sticky="new", padx=theme.SPACE_3, pady=(0, theme.SPACE_2))
        self._set_bar(0.0)
        tkinter.Frame.bind(self, "<Configure>", lambda event: self._fit_headline(), add="+")

    @property
    def texts(self) -> dict[str, str]:
        """What is shown, by its place."""
        return {
            "caption": str(self._caption.cget("text")),
            "headline": self._answer.headline if self._answer is not None else "",
            "certainty": str(self._certainty.cget("text")),
            "reason": str(self._reason.cget("text")),
        }

    @property
    def confidence(self) -> float:
        """How far the bar reaches, 0..1."""
        return self._confidence

    def show(self, answer: AnswerText) -> None:
        """Show an answer; its confidence gets there in steps, see ``settle``."""
        before, self._answer = self._answer, answer
        for widget, text, was in (
            (self._caption, answer.caption, before.caption if before else None),
            (self._certainty, answer.certainty, before.certainty if before else None),
        ):
            if text != was:
                widget.configure(text=text)
        if before is None or answer.reason != before.reason:
            self._reason.show(answer.reason)
        if before is None or answer.headline != before.headline:
            self._fit_headline()
        if before is None or answer.label != before.label:
            colour = theme.OUTLINE_VARIANT if answer.label is None else theme.genre_colour(answer.label)
            self._accent.configure(fg_color=colour)
            self._steps = -1
        self.settle()

    def settle(self) -> None:
        """Bring the bar a step nearer to where it belongs."""
        target = self._answer.confidence or 0.0 if self._answer is not None else 0.0
        missing = target - self._confidence
        self._set_bar(target if abs(missing) < _SETTLED else self._confidence + _STEP * missing)

    def describe(self) -> str:
        """All that it shows, as text."""
        return self._answer.as_text() if self._answer is not None else ""

    def _set_bar(self, confidence: float) -> None:
        self._confidence = confidence
        steps = round(200 * confidence)
        if steps == self._steps:
            return
        self._steps = steps
        label = self._answer.label if self._answer is not None else None
        # The bar's round end has a width of its own, which would make a little of nothing.
        shown = label is not None and steps > 0
        colour = theme.genre_colour(label) if label is not None and shown else theme.SURFACE_CONTAINER_HIGH
        if self._bar.cget("progress_color") != colour:
            self._bar.configure(progress_color=colour)
        self._bar.set(steps / 200)

    def _fit_headline(self) -> None:
        if self._answer is None:
            return
        room = self.winfo_width() - round(2 * theme.SPACE_3 * widget_scaling(self))
        text = self._answer.headline
        fonts = [theme.font(size, "bold") for size in _HEADLINE_SIZES]
        fitting = next((font for font in fonts if measure(text, scaled_font(self, font)) <= room), fonts[-1])
        # A widget that was never laid out is one pixel wide; the layout will call again.
        shown = elide(text, scaled_font(self, fitting), room) if room > 1 else text
        if fitting != self._headline.cget("font") or shown != self._headline.cget("text"):
            self._headline.configure(font=fitting, text=shown)
