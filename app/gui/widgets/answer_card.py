"""Whose music it is, and what genre, in words; and what can be done with the answer."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Mapping
from typing import Any, Final

import customtkinter as ctk

from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.chart import CopyTextButton
from app.gui.widgets.menu_button import MenuButton
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel, scaled_font

#: Of its square, in units of the layout.
COVER_SIZE: Final = 64
#: Tried from the largest; the smallest may take two lines.
_HEADLINE_SIZES: Final = (40, 36, 32, 28, 24)


class CoverView(tkinter.Canvas):
    """The picture of a record; takes no room while there is none."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, width=1, height=1)
        self._photo: tkinter.PhotoImage | None = None
        repaint_with(self, self._paint)

    @property
    def wanted_size(self) -> int:
        """How large the picture should be, in pixels."""
        return round(COVER_SIZE * widget_scaling(self.master))

    def show(self, image: bytes | None) -> None:
        """Show a picture of ``wanted_size``, or none.

        Args:
            image: A PNG.
        """
        self._photo = None if image is None else tkinter.PhotoImage(master=self, data=image, format="png")
        self._paint()
        if image is None:
            self.grid_remove()
        else:
            # CustomTkinter scales the distances of its own widgets only.
            self.grid(padx=(0, round(theme.SPACE_2 * widget_scaling(self.master))))

    def _paint(self) -> None:
        self.configure(background=pick(theme.SURFACE_CONTAINER), width=self.wanted_size, height=self.wanted_size)
        self.delete("all")
        if self._photo is not None:
            self.create_image(self.wanted_size // 2, self.wanted_size // 2, image=self._photo)


class AnswerCard(ctk.CTkFrame):
    """An answer in words.

    Args:
        master: The parent widget.
        on_hear_why: Called when the stretch that decided is to be heard.
        reports: What can be saved, by its name.
        on_correct: Called when the person wants to say what it really is.
    """

    def __init__(
        self,
        master: Any,
        on_hear_why: Callable[[], object],
        reports: Mapping[str, Callable[[], object]],
        on_correct: Callable[[], object],
    ) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(0, weight=1)
        self._result: ResultText | None = None
        self._add_file()
        quiet = theme.ON_SURFACE_VARIANT
        self._accent = ctk.CTkFrame(self, width=48, height=4, corner_radius=2)
        self._headline = WrappingLabel(self, font=theme.display(), text_color=theme.ON_SURFACE)
        self._top_three = WrappingLabel(self, font=theme.font(16), text_color=theme.ON_SURFACE)
        self._reason = WrappingLabel(self, font=theme.body(), text_color=quiet)
        self._warnings = WrappingLabel(self, font=theme.small(), text_color=quiet)
        lines = (
            (self._accent, (theme.SPACE_2, theme.SPACE_HALF)),
            (self._headline, (0, theme.SPACE_HALF)),
            (self._top_three, (0, theme.SPACE_HALF)),
            (self._reason, (0, theme.SPACE_HALF)),
            (self._warnings, (0, theme.SPACE_HALF)),
        )
        for row, (widget, above_and_below) in enumerate(lines, start=1):
            sticky = "w" if widget is self._accent else "ew"
            widget.grid(row=row, column=0, sticky=sticky, padx=theme.SPACE_3, pady=above_and_below)
        self.grid_rowconfigure(len(lines) + 1, weight=1)
        self._add_actions(len(lines) + 2, on_hear_why, on_correct, reports)
        tkinter.Frame.bind(self, "<Configure>", lambda event: self._fit_headline(), add="+")

    def _add_file(self) -> None:
        place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        place.grid(row=0, column=0, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE_2, 0))
        place.grid_columnconfigure(1, weight=1)
        quiet = theme.ON_SURFACE_VARIANT
        self.cover = CoverView(place)
        self.cover.grid(row=0, column=0, rowspan=3, sticky="nw")
        self._title = ElidedLabel(place, theme.title(), text_color=theme.ON_SURFACE, height=24)
        self._credits = ElidedLabel(place, theme.body(), text_color=quiet, height=20)
        self._format = ElidedLabel(place, theme.small(), text_color=quiet, height=20)
        for row, label in enumerate((self._title, self._credits, self._format)):
            label.grid(row=row, column=1, sticky="ew")
        self.cover.show(None)

    def _add_actions(
        self,
        row: int,
        on_hear_why: Callable[[], object],
        on_correct: Callable[[], object],
        reports: Mapping[str, Callable[[], object]],
    ) -> None:
        place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        place.grid(row=row, column=0, sticky="ew", padx=theme.SPACE, pady=(0, theme.SPACE))
        place.grid_columnconfigure(2, weight=1)
        self.hear_why = ActionButton(place, text="Hear why", command=on_hear_why, kind="text", height=32)
        self.correct = ActionButton(place, text="Correct…", command=on_correct, kind="text", height=32)
        self.copy_button = CopyTextButton(place, self.describe, label="Copy result")
        self.save_button = MenuButton(place, text="Save…", choices=reports)
        self.hear_why.grid(row=0, column=0)
        self.correct.grid(row=0, column=1)
        self.copy_button.grid(row=0, column=3)
        self.save_button.grid(row=0, column=4)

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
        self._result = result
        label = result.prediction.label
        self._accent.configure(fg_color=theme.OUTLINE if label is None else theme.genre_colour(label))
        self._title.show(result.title)
        self._credits.show(result.credits)
        self._headline.show(result.headline)
        self._top_three.show(result.top_three)
        self._reason.show(result.reason)
        self._warnings.show(result.warnings)
        self._format.show(result.format_line)
        # Where nothing was judged, nothing can be heard of it.
        if label is None or not result.prediction.segments:
            self.hear_why.grid_remove()
        else:
            self.hear_why.grid()
        # What is not kept in the library cannot be corrected there.
        if result.prediction.track_id is None:
            self.correct.grid_remove()
        else:
            self.correct.grid()
        self._fit_headline()

    def describe(self) -> str:
        """The whole answer as text."""
        return self._result.as_text() if self._result is not None else ""

    def _fit_headline(self) -> None:
        room = self.winfo_width() - 2 * theme.SPACE_3 * widget_scaling(self)
        text = str(self._headline.cget("text"))
        fonts = [theme.font(size, "bold") for size in _HEADLINE_SIZES]
        fitting = next((font for font in fonts if scaled_font(self, font).measure(text) <= room), fonts[-1])
        if fitting != self._headline.cget("font"):
            self._headline.configure(font=fitting)
