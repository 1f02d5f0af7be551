"""Identify, as it is seen: the files on the left, the chosen one on the right."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.identify.model_card import ModelCard
from app.gui.pages.identify.panels import EmptyPanel, WordsPanel
from app.gui.pages.identify.presenter import IdentifyPresenter
from app.gui.pages.identify.track_list import TrackList
from app.gui.pages.identify.view import MessageText, TrackRow
from app.gui.pages.page import Page, PageContext
from app.gui.style import icons, theme
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.result_view import ResultView

SIDE_WIDTH: Final = 288


class IdentifyPage(Page):
    """Shows what the presenter says, see ``IdentifyView``."""

    page_id = "identify"
    title = "Identify"
    icon = icons.IDENTIFY
    shortcuts = (
        ("↑  ↓", "In the list: the file before or after"),
        ("←  →", "In the waveform: the stretch before or after"),
        ("Ctrl+C", "In a chart: copy it as text"),
    )

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self.presenter = IdentifyPresenter(self, context.jobs, context.connection, context.say)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        # Its place is kept while it is empty, so that nothing moves when work begins.
        self._progress = ctk.CTkProgressBar(
            self,
            mode="indeterminate",
            height=4,
            corner_radius=2,
            border_width=0,
            fg_color=theme.SURFACE,
            progress_color=theme.SURFACE,
        )
        self._progress.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, theme.SPACE_HALF))
        self._build_side()
        self.empty = EmptyPanel(self, context.browse)
        self.words = WordsPanel(self)
        self.result = ResultView(self)
        self._panels = (self.empty, self.words, self.result)
        for panel in self._panels:
            panel.grid(row=1, column=1, sticky="nsew")
            panel.grid_remove()
        self.presenter.start()

    def _build_side(self) -> None:
        side = ctk.CTkFrame(self, width=SIDE_WIDTH, fg_color="transparent", corner_radius=0)
        side.grid(row=1, column=0, sticky="nsew", padx=(0, theme.SPACE_2))
        side.grid_propagate(False)
        side.grid_columnconfigure(0, weight=1)
        side.grid_rowconfigure(0, weight=1)
        self.tracks = TrackList(
            side,
            on_choose=self.presenter.choose_track,
            on_clear=self.presenter.clear,
            on_cancel=self.presenter.cancel,
        )
        self.tracks.grid(row=0, column=0, sticky="nsew")
        self.model = ModelCard(side)
        self.model.grid(row=1, column=0, sticky="ew", pady=(theme.SPACE_2, 0))
        self.model.grid_remove()

    def take_names(self, names: Sequence[str]) -> bool:
        """Every file is welcome."""
        self.presenter.add_names(names)
        return True

    @property
    def drop_area(self) -> ctk.CTkFrame:
        """The panel in sight, whatever it shows."""
        return next(panel for panel in self._panels if panel.winfo_manager())

    def on_hover(self, is_over: bool) -> None:
        """Show where files may be let go."""
        self.empty.show_hover(is_over)

    def cancel(self) -> bool:
        """Stop what is being analysed."""
        return self.presenter.cancel()

    # What the presenter asks for, see IdentifyView.

    def show_model(self, facts: list[tuple[str, str]]) -> None:
        """What the model says of itself."""
        self.model.show(facts)
        self.model.grid()

    def show_track(self, row: TrackRow) -> None:
        """Add a line to the list, or change it."""
        self.tracks.show(row)

    def select_track(self, track_id: str) -> None:
        """Mark a line of the list."""
        self.tracks.select(track_id)

    def remove_tracks(self) -> None:
        """Empty the list."""
        self.tracks.clear()

    def show_progress(self, text: str | None) -> None:
        """Something is being done; ``None`` when nothing is."""
        self.tracks.show_progress(text)
        if text is None:
            self._progress.stop()
            self._progress.configure(fg_color=theme.SURFACE, progress_color=theme.SURFACE)
        else:
            self._progress.configure(fg_color=theme.SURFACE_CONTAINER_HIGH, progress_color=theme.PRIMARY)
            self._progress.start()

    def show_empty(self) -> None:
        """Nothing was given yet."""
        self._raise(self.empty)

    def show_message(self, message: MessageText) -> None:
        """Words about one file."""
        self.words.show(message)
        self._raise(self.words)

    def show_result(self, result: ResultText) -> None:
        """A finished track."""
        self.result.show(result)
        self._raise(self.result)

    def _raise(self, wanted: tkinter.Widget) -> None:
        for panel in self._panels:
            if panel is not wanted:
                panel.grid_remove()
        wanted.grid()
