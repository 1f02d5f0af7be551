"""Identify, as it is seen: the files on the left, the chosen one on the right."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.identify.correcting import Correcting
from app.gui.pages.identify.listening import Listening
from app.gui.pages.identify.model_card import ModelCard
from app.gui.pages.identify.panels import EmptyPanel, WordsPanel
from app.gui.pages.identify.presenter import IdentifyPresenter
from app.gui.pages.identify.saving import ReportKind, Saving
from app.gui.pages.identify.track_list import TrackList
from app.gui.pages.identify.view import MessageText, TrackRow
from app.gui.pages.page import Page, PageContext
from app.gui.playback.player import Player
from app.gui.style import icons, theme
from app.gui.style.appearance import repaint_with
from app.gui.style.shades import calm_shades
from app.gui.widgets.correction_dialog import ask_for_genre
from app.gui.widgets.focus import takes_key
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.result_view import ResultView
from app.gui.widgets.timeline_hands import TIMELINE_KEYS
from app.gui.widgets.transport import SpectrumPicture

SIDE_WIDTH: Final = 288
#: After the page is on the screen, and for as long again.
_LAY_OUT_MS: Final = 100


class IdentifyPage(Page):
    """Shows what the presenters say, see ``IdentifyView`` and ``ListeningView``."""

    page_id = "identify"
    title = "Identify"
    icon = icons.IDENTIFY
    shortcuts = (
        ("↑  ↓", "In the list: the file before or after"),
        ("Delete", "In the list: take the file out; it stays where it is"),
        *TIMELINE_KEYS,
        ("Ctrl+C", "In a chart: copy it as text"),
    )

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self.presenter = IdentifyPresenter(self, context.jobs, context.connection, context.say)
        self.listening = Listening(self, context.jobs, context.say, self.presenter.stay, Player())
        self.saving = Saving(context.jobs, context.say, self._ask_where_to_save)
        self.correcting = Correcting(context.jobs, context.connection, context.say, partial(ask_for_genre, self))
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
        reports = {"Picture (PNG)…": self.saving.save_picture, "Data (JSON)…": self.saving.save_data}
        self.result = ResultView(self, self.listening, reports, self.correcting.begin)
        self._panels = (self.empty, self.words, self.result)
        for panel in self._panels:
            panel.grid(row=1, column=1, sticky="nsew")
            panel.grid_remove()
        # On the window: Space plays wherever the keyboard is, unless it presses something there.
        tkinter.Misc.bind(self.winfo_toplevel(), "<space>", self._press_space, add="+")
        tkinter.Misc.bind(self, "<Destroy>", lambda event: self.listening.close() if event.widget is self else None)
        repaint_with(self, self.listening.repaint)
        self.presenter.start()
        self.after(_LAY_OUT_MS, self._lay_out_behind)

    def _lay_out_behind(self) -> None:
        """Have the answer's widgets drawn once where nobody sees them: the first answer would have to wait for it."""
        if self.empty.winfo_ismapped():
            self.result.grid()
            # Beneath this one only: beneath all lies the ground of the page itself, which would hide it for good.
            tkinter.Misc.lower(self.result, self.empty)
            self.after(_LAY_OUT_MS, lambda: self.result.grid_remove() if self.empty.winfo_manager() else None)

    def _build_side(self) -> None:
        side = ctk.CTkFrame(self, width=SIDE_WIDTH, fg_color="transparent", corner_radius=0)
        side.grid(row=1, column=0, sticky="nsew", padx=(0, theme.SPACE_2))
        side.grid_propagate(False)
        side.grid_columnconfigure(0, weight=1)
        side.grid_rowconfigure(0, weight=1)
        self.tracks = TrackList(
            side,
            on_choose=self.presenter.choose_track,
            on_remove=self.presenter.remove,
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

    def on_hidden(self) -> None:
        """What cannot be seen should not be heard."""
        self.listening.pause()

    def cancel(self) -> bool:
        """Stop what is being analysed."""
        return self.presenter.cancel()

    def _press_space(self, event: tkinter.Event[Any]) -> None:
        if self.result.winfo_viewable() and not takes_key(event.widget, "space"):
            self.listening.toggle()

    def _ask_where_to_save(self, kind: ReportKind, name: str) -> str:
        # Late: the dialog's module is not needed to show the window.
        from tkinter import filedialog

        chosen = filedialog.asksaveasfilename(
            parent=self,
            title="Save the answer",
            initialfile=name,
            defaultextension=kind.suffix,
            filetypes=[(kind.title, f"*{kind.suffix}")],
        )
        # Cancelled, it may also be an empty tuple.
        return str(chosen) if chosen else ""

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

    def remove_track(self, track_id: str) -> None:
        """Take a line out of the list."""
        self.tracks.remove(track_id)

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
        self._turn_to(None)
        self._raise(self.empty)

    def show_message(self, message: MessageText) -> None:
        """Words about one file."""
        self._turn_to(None)
        self.words.show(message)
        self._raise(self.words)

    def show_result(self, result: ResultText) -> None:
        """A finished track."""
        self._turn_to(result)
        self.result.show(result)
        self._raise(self.result)

    def _turn_to(self, result: ResultText | None) -> None:
        self.listening.show(result)
        self.saving.show(result)
        self.correcting.show(result)

    def _raise(self, wanted: tkinter.Widget) -> None:
        for panel in self._panels:
            if panel is not wanted:
                panel.grid_remove()
        wanted.grid()

    # What listening asks for, see ListeningView.

    def show_playing(self, is_playing: bool) -> None:
        """It is playing, or not."""
        self.result.waveform.show_playing(is_playing)

    def show_position(self, time_s: float) -> None:
        """What is heard now, or would be."""
        self.result.waveform.show_position(time_s)

    def show_fine_peaks(self, peaks: tuple[float, ...]) -> None:
        """Finer peaks than the answer has."""
        self.result.waveform.show_fine_peaks(peaks)

    def show_spectrogram(self, picture: SpectrumPicture, text: str) -> None:
        """A spectrogram of what is in sight, and the whole of it in words."""
        self.result.waveform.show_spectrogram(picture, text)

    def show_no_spectrogram(self) -> None:
        """There can be none."""
        self.result.waveform.show_kind("waveform")

    def show_cover(self, image: bytes | None) -> None:
        """The picture of the record."""
        self.result.answer.cover.show(image)

    def cover_size(self) -> int:
        """How large that picture should be, in pixels."""
        return self.result.answer.cover.wanted_size

    def shades(self) -> Sequence[str]:
        """The colours of a spectrogram now."""
        return calm_shades()
