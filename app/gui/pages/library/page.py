"""Library, as it is seen: the work on folders on top, and below it all songs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Literal

import customtkinter as ctk

from app.contract import TrackFilters, TrackSort
from app.gui.pages.library.columns import COLUMNS, PROBLEMS, SONGS
from app.gui.pages.library.filter_bar import FilterBar
from app.gui.pages.library.footer import Footer
from app.gui.pages.library.presenter import ADD_FOLDER, LibraryPresenter
from app.gui.pages.library.scan import ScanPresenter
from app.gui.pages.library.scan_card import ScanCard
from app.gui.pages.library.view import Part, ScanText
from app.gui.pages.page import Page, PageContext
from app.gui.style import icons, theme
from app.gui.widgets.action_menu import ActionMenu
from app.gui.widgets.choices import SegmentedChoice
from app.gui.widgets.correction_dialog import Correctable, ask_for_genre
from app.gui.widgets.menu_button import MenuButton
from app.gui.widgets.message_panel import Message, MessagePanel
from app.gui.widgets.page_keys import bind_page_key
from app.gui.widgets.text_labels import ElidedLabel
from app.gui.widgets.track_table import TABLE_KEYS, TrackTable

#: Long enough for what was there before to be drawn.
_NEXT_PART_MS: Final = 10


class LibraryPage(Page):
    """Shows what the presenters say, see ``LibraryView`` and ``ScanView``."""

    page_id = "library"
    title = "Library"
    icon = icons.LIBRARY
    invitation = "Let go to identify all of it"
    shortcuts = (*TABLE_KEYS, ("Ctrl+F", "Search"), ("Ctrl+E", "Export what is listed"))

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self.presenter = LibraryPresenter(self, context)
        self.scan = ScanPresenter(self, context, self.presenter.refresh)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(1, weight=1)
        self._builders = [self._build_scan, self._build_card, self._build_filters, self._build_table, self._build_rest]
        self.after(_NEXT_PART_MS, self._build_next)

    @property
    def is_built(self) -> bool:
        """Whether all parts are there."""
        return not self._builders

    def _build_next(self) -> None:
        """Add a part and come back for the next: all at once would hold up the window."""
        self._builders.pop(0)()
        if self._builders:
            self.after(_NEXT_PART_MS, self._build_next)
        else:
            self.presenter.start()
            self.scan.start()

    def _build_scan(self) -> None:
        self.scan_card = ScanCard(
            self,
            on_add=self.choose_folder,
            on_pause=self.scan.pause,
            on_resume=self.scan.resume,
            on_cancel=self.scan.cancel,
            on_retry=self.scan.retry,
        )
        self.scan_card.grid(row=0, column=0, sticky="ew", pady=(0, theme.SPACE_2))

    def _build_card(self) -> None:
        self._card = ctk.CTkFrame(self, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._card.grid(row=1, column=0, sticky="nsew")
        self._card.grid_columnconfigure(0, weight=1)
        self._card.grid_rowconfigure(2, weight=1)
        heading = self._heading = ctk.CTkFrame(self._card, fg_color="transparent", corner_radius=0)
        # The ring that shows the keyboard needs room on every side.
        heading.grid(row=0, column=0, sticky="ew", padx=theme.SPACE, pady=(theme.SPACE, 0))
        heading.grid_columnconfigure(1, weight=1)
        # CustomTkinter scales the distances of its own widgets only.
        place = ctk.CTkFrame(heading, fg_color="transparent", corner_radius=0)
        place.grid(row=0, column=0)
        self.part: SegmentedChoice[Part] = SegmentedChoice(
            place, {part: part.value for part in Part}, self.presenter.choose_part
        )
        self.part.grid(row=1, column=1)
        for row, column in ((0, 0), (2, 2)):
            corner = ctk.CTkFrame(place, width=theme.SPACE, height=theme.SPACE, fg_color="transparent")
            corner.grid(row=row, column=column)
        self.count = ElidedLabel(heading, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=36)
        self.count.grid(row=0, column=1, sticky="ew", padx=theme.SPACE)
        exports: dict[str, Callable[[], object]] = {
            "Table for spreadsheets (CSV)…": partial(self._export, "csv"),
            "Data (JSON)…": partial(self._export, "json"),
            "Playlists, one for each genre (M3U8)…": self._export_playlists,
        }
        self.export = MenuButton(heading, text="Export…", choices=exports)
        self.export.grid(row=0, column=2, padx=(0, theme.SPACE))
        self.menu = ActionMenu(self)

    def _build_filters(self) -> None:
        self.filter_bar = FilterBar(self._card, self.presenter.narrow)
        self.filter_bar.grid(row=1, column=0, sticky="ew", padx=theme.SPACE)

    def _build_table(self) -> None:
        self.table = TrackTable(
            self._card,
            COLUMNS,
            self.presenter.rows,
            on_sort=self.presenter.sort_by,
            on_choose=lambda track: self.footer.show(track),
            on_open=self.presenter.open,
            on_menu=self._open_menu,
        )
        self.table.grid(row=2, column=0, sticky="nsew", padx=(0, theme.SPACE_HALF))
        self.table.show_columns(SONGS)

    def _build_rest(self) -> None:
        self.footer = Footer(
            self._card,
            on_open=lambda: self._with_chosen(self.presenter.open),
            on_correct=self.correct,
            on_try=self._try_again,
        )
        self.footer.grid(row=3, column=0, sticky="ew", padx=theme.SPACE_2, pady=(0, theme.SPACE_2))
        self.message = MessagePanel(self._card, self._act)
        self.message.grid(row=2, column=0, sticky="nsew", padx=theme.SPACE, pady=theme.SPACE)
        self.message.grid_remove()
        self.table.lines.bind("<F2>", lambda event: self.correct())
        bind_page_key(self, "f", self.filter_bar.search.take_keyboard)
        bind_page_key(self, "e", self._open_export)

    # What the person does

    def on_shown(self) -> None:
        """Songs may have come."""
        if self.is_built:
            self.presenter.refresh()

    def take_names(self, names: Sequence[str]) -> bool:
        """Files and folders are identified in the background."""
        self.scan.add(names)
        return True

    def choose_folder(self) -> None:
        """Let the person choose a folder, and identify all that is in it."""
        # Late, as in the window.
        from tkinter import filedialog

        folder = filedialog.askdirectory(parent=self, title="Identify all songs in a folder", mustexist=True)
        if folder:
            self.scan.add([folder])

    def correct(self) -> None:
        """Ask for the right genre of the chosen song."""
        self._with_chosen(
            lambda track: ask_for_genre(
                self,
                Correctable.of(track),
                self.presenter.genres,
                lambda label: self.presenter.correct(track, label),
            )
        )

    def _open_export(self) -> None:
        if self.export.winfo_viewable():
            self.export.open()

    def _export(self, format: Literal["csv", "json"]) -> None:
        from tkinter import filedialog

        name = filedialog.asksaveasfilename(
            parent=self,
            title="Export what is listed",
            initialfile=f"genrescope.{format}",
            defaultextension=f".{format}",
            filetypes=((format.upper(), f"*.{format}"), ("All files", "*")),
        )
        if name:
            self.presenter.export(format, name)

    def _export_playlists(self) -> None:
        from tkinter import filedialog

        folder = filedialog.askdirectory(parent=self, title="Where the playlists are put", mustexist=True)
        if folder:
            self.presenter.export_playlists(folder)

    def _with_chosen(self, action: Any) -> None:
        if self.table.chosen is not None:
            action(self.table.chosen)

    def _try_again(self) -> None:
        self._with_chosen(lambda track: self.scan.add([track.path]) if track.path else None)

    def _open_menu(self, x: int, y: int) -> None:
        track = self.table.chosen
        if track is None:
            return
        actions: list[tuple[str, Any]] = []
        if track.path is not None:
            actions.append(("Open in Identify", lambda: self.presenter.open(track)))
        if track.error is None:
            actions.append(("Correct the genre…", self.correct))
        elif track.path is not None:
            actions.append(("Try again", self._try_again))
        self.menu.open(actions, x, y)

    def _act(self) -> None:
        if self.message.message.action == ADD_FOLDER:
            self.choose_folder()
        else:
            self.presenter.act()

    # What the presenters ask for, see LibraryView and ScanView.

    def show_scan(self, text: ScanText) -> None:
        """How far the work on folders has come."""
        self.scan_card.show(text)

    def show_part(self, part: Part) -> None:
        """Which songs are looked at."""
        self.part.show(part)
        self.table.show_columns(PROBLEMS if part is Part.PROBLEMS else SONGS)

    def show_rows(self) -> None:
        """The rows have changed."""
        self.table.show_rows()

    def show_other_rows(self) -> None:
        """Other rows were asked for: begin at the top."""
        self.table.go_to_top()

    def show_sort(self, sort: TrackSort, *, descending: bool) -> None:
        """By what the rows are sorted."""
        self.table.show_sort(sort, descending=descending)

    def show_count(self, text: str) -> None:
        """How many rows there are."""
        self.count.show(text)

    def show_genres(self, genres: Sequence[str]) -> None:
        """Those that the model knows."""
        self.filter_bar.show_genres(genres)

    def show_conditions(self, filters: TrackFilters) -> None:
        """What was asked for, where that was not done by hand."""
        self.filter_bar.show(filters)

    def show_message(self, message: Message | None) -> None:
        """Why there are no rows; ``None`` where there are some."""
        is_there = message is None
        # Where there is nothing to look through, there is nothing to choose from either.
        can_choose = is_there or self.presenter.is_narrowed
        for widget, is_wanted in (
            (self._heading, can_choose),
            (self.filter_bar, can_choose),
            (self.table, is_there),
            (self.footer, is_there),
            (self.export, is_there),
            (self.message, not is_there),
        ):
            if is_wanted:
                widget.grid()
            else:
                widget.grid_remove()
        if message is not None:
            self.message.show(message)
