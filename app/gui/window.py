"""The main window: puts the parts together and does what the presenter says."""

from __future__ import annotations

import logging
import sys
import tkinter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import customtkinter as ctk

from app.contract import LauncherMessage
from app.gui import theme
from app.gui.appearance import Appearance, detect_desktop_mode
from app.gui.connection import Client
from app.gui.dropping import FileDrop
from app.gui.header import Header
from app.gui.jobs import TkJobs
from app.gui.model_card import ModelCard
from app.gui.notice_bar import NoticeBar
from app.gui.presenter import IdentifyPresenter
from app.gui.result_page import ResultView
from app.gui.scaling import apply_desktop_scaling, widget_scaling
from app.gui.track_list import TrackList
from app.gui.view import ApiState, MessagePage, ResultPage, Status, TrackRow
from app.gui.word_pages import EmptyPage, WordsPage
from app.settings import PROJECT

WIDTH, HEIGHT = 1180, 780
MIN_WIDTH, MIN_HEIGHT = 960, 640
SIDE_WIDTH: Final = 320
_ASSETS: Final = Path(__file__).parent / "assets"

log = logging.getLogger(__name__)


class MainWindow(ctk.CTk):
    """The program's only window. One in a process: CustomTkinter keeps state that outlives a root.

    Args:
        create_client: Makes a client of the API for an address.
    """

    def __init__(self, create_client: Callable[[str], Client]) -> None:
        apply_desktop_scaling()
        # Before the root exists: otherwise CustomTkinter starts to watch the desktop by itself.
        ctk.set_appearance_mode(detect_desktop_mode())
        super().__init__(fg_color=theme.SURFACE, className=PROJECT)
        self.title(PROJECT)
        self._show_icon()
        self.geometry(self._fitting_size())
        self.minsize(MIN_WIDTH, MIN_HEIGHT)
        self._status: Status | None = None
        self._notice_text: str | None = None
        self.jobs = TkJobs(self)
        self.presenter = IdentifyPresenter(self, self.jobs, create_client)
        self._appearance = Appearance(self.jobs.post, self._recolour)
        self._build()
        self.drop = FileDrop(self, self._area, self.presenter.add_names, self._show_hover)
        self._bind_keys()
        self.protocol("WM_DELETE_WINDOW", self.close)
        self.presenter.start()

    def _fitting_size(self) -> str:
        """The size that the layout is made for, or what a small screen has beside title and task bar."""
        scaling = widget_scaling(self)
        width = min(WIDTH, int(self.winfo_screenwidth() / scaling))
        height = min(HEIGHT, int(self.winfo_screenheight() / scaling) - 8 * theme.SPACE)
        return f"{max(width, MIN_WIDTH)}x{max(height, MIN_HEIGHT)}"

    def _build(self) -> None:
        # One frame over the whole window takes the drops for all that lies on it.
        self._area = ctk.CTkFrame(self, fg_color=theme.SURFACE, corner_radius=0)
        self._area.pack(fill="both", expand=True)
        self._area.grid_columnconfigure(1, weight=1)
        self._area.grid_rowconfigure(3, weight=1)
        self.header = Header(self._area, self.browse, self._appearance.choose)
        self.header.grid(row=0, column=0, columnspan=2, sticky="ew")
        # Its place is kept while it is empty, so that nothing moves when work begins.
        self._progress = ctk.CTkProgressBar(
            self._area,
            mode="indeterminate",
            height=4,
            corner_radius=2,
            border_width=0,
            fg_color=theme.SURFACE,
            progress_color=theme.SURFACE,
        )
        self._progress.grid(row=1, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_2, pady=(0, theme.SPACE_HALF))
        self.notice = NoticeBar(self._area)
        self.notice.grid(
            row=2, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_2, pady=(theme.SPACE_HALF, theme.SPACE)
        )
        self.notice.grid_remove()
        self._build_side()
        self._build_pages()
        self._invitation = ctk.CTkLabel(
            self._area,
            text="Let go to identify",
            height=48,
            corner_radius=24,
            padx=theme.SPACE_2,
            font=theme.title(),
            text_color=theme.ON_PRIMARY,
            fg_color=theme.PRIMARY,
            # It hangs over a card, not over the page.
            bg_color=theme.SURFACE_CONTAINER,
        )

    def _build_side(self) -> None:
        side = ctk.CTkFrame(self._area, width=SIDE_WIDTH, fg_color="transparent", corner_radius=0)
        side.grid(row=3, column=0, sticky="nsew", padx=theme.SPACE_2, pady=(theme.SPACE, theme.SPACE_2))
        side.grid_propagate(False)
        side.grid_columnconfigure(0, weight=1)
        side.grid_rowconfigure(0, weight=1)
        self.tracks = TrackList(side, self.presenter.choose_track, self.presenter.clear)
        self.tracks.grid(row=0, column=0, sticky="nsew")
        self.model = ModelCard(side)
        self.model.grid(row=1, column=0, sticky="ew", pady=(theme.SPACE_2, 0))
        self.model.grid_remove()

    def _build_pages(self) -> None:
        self.empty = EmptyPage(self._area, self.browse)
        self.words = WordsPage(self._area)
        self.result = ResultView(self._area)
        self._pages = (self.empty, self.words, self.result)
        for page in self._pages:
            page.grid(row=3, column=1, sticky="nsew", padx=(0, theme.SPACE_2), pady=(theme.SPACE, theme.SPACE_2))
            page.grid_remove()

    def _bind_keys(self) -> None:
        modifier = "Command" if sys.platform == "darwin" else "Control"
        for key, action in (("o", self.browse), ("q", self.close)):
            # With Shift or Caps Lock the key has another name.
            for name in (key, key.upper()):
                self.bind(f"<{modifier}-{name}>", lambda event, action=action: action())

    def _show_icon(self) -> None:
        try:
            if sys.platform == "win32":
                self.iconbitmap(_ASSETS / "icon.ico")
            else:
                self.iconphoto(True, tkinter.PhotoImage(master=self, file=_ASSETS / "icon.png"))
        except tkinter.TclError as error:
            log.warning("The window has no icon: %s", error)

    def browse(self) -> None:
        """Let the person choose files."""
        # Late: the dialog's module is not needed to show the window.
        from tkinter import filedialog

        names: Sequence[str] | str = filedialog.askopenfilenames(parent=self, title="Choose music")
        # Cancelled, it may also be an empty string.
        self.presenter.add_names(list(names) if names else [])

    def handle_launcher_message(self, message: LauncherMessage) -> None:
        """Pass on what the launcher says. In Tk's thread only."""
        self.presenter.handle_launcher_message(message)

    # What the presenter asks for, see IdentifyView.

    def show_status(self, status: Status) -> None:
        """The engine's state."""
        self._status = status
        self.header.chip.show(status)
        self._update_notice()

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

    def show_notice(self, text: str | None) -> None:
        """A sentence that needs no answer; ``None`` takes it away."""
        self._notice_text = text
        self._update_notice()

    def show_empty_page(self) -> None:
        """Nothing was given yet."""
        self._raise(self.empty)

    def show_message_page(self, page: MessagePage) -> None:
        """Words about one file."""
        self.words.show(page)
        self._raise(self.words)

    def show_result_page(self, page: ResultPage) -> None:
        """A finished track."""
        self.result.show(page)
        self._raise(self.result)

    def close(self) -> None:
        """End the window."""
        self._appearance.stop()
        self.jobs.stop()
        self.destroy()

    def _raise(self, wanted: tkinter.Widget) -> None:
        for page in self._pages:
            if page is not wanted:
                page.grid_remove()
        wanted.grid()

    def _recolour(self) -> None:
        """Repaint what CustomTkinter does not."""
        self.tracks.refresh()
        self.result.waveform.redraw()

    def _update_notice(self) -> None:
        """What is wrong with the engine goes before what is only worth knowing."""
        is_error = self._status is not None and self._status.state is ApiState.FAILED
        detail = self._status.detail if self._status is not None else None
        self.notice.show(detail or self._notice_text, is_error=is_error and detail is not None)

    def _show_hover(self, is_over: bool) -> None:
        self.empty.show_hover(is_over)
        if is_over:
            # In the middle of the page, not of the window.
            middle = (SIDE_WIDTH + theme.SPACE_2) // 2
            self._invitation.place(relx=0.5, x=middle, rely=1.0, y=-4 * theme.SPACE, anchor="s")
            self._invitation.lift()
        else:
            self._invitation.place_forget()
