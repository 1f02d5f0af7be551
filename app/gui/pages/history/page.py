"""History, as it is seen: everything that was identified on the left, the chosen song on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import customtkinter as ctk

from app.contract import SimilarTrack, Track, TrackFilters, TrackSort
from app.gui.pages.history.columns import COLUMNS
from app.gui.pages.history.details import Details
from app.gui.pages.history.presenter import IDENTIFY, HistoryPresenter
from app.gui.pages.page import Page, PageContext
from app.gui.style import icons, theme
from app.gui.widgets.action_menu import ActionMenu
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.correction_dialog import Correctable, ask_for_genre
from app.gui.widgets.message_panel import Message, MessagePanel
from app.gui.widgets.page_keys import bind_page_key
from app.gui.widgets.text_field import SearchField
from app.gui.widgets.text_labels import ElidedLabel
from app.gui.widgets.track_table import TABLE_KEYS, TrackTable

#: Long enough for what was there before to be drawn.
_NEXT_PART_MS: Final = 10
_SEARCH_WIDTH: Final = 240


class HistoryPage(Page):
    """Shows what the presenter says, see ``HistoryView``."""

    page_id = "history"
    title = "History"
    icon = icons.HISTORY
    shortcuts = (
        *TABLE_KEYS,
        ("Delete", "In the table: delete, after a second press"),
        ("Ctrl+F", "Search"),
        ("Ctrl+L", "Find similar songs"),
    )

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self.presenter = HistoryPresenter(self, context)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(0, weight=1)
        self._builders = [self._build_card, self._build_table, self._build_details, self._build_rest]
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

    def _build_card(self) -> None:
        self._card = ctk.CTkFrame(self, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._card.grid(row=0, column=0, sticky="nsew")
        self._card.grid_columnconfigure(0, weight=1)
        self._card.grid_rowconfigure(1, weight=1)
        heading = ctk.CTkFrame(self._card, fg_color="transparent", corner_radius=0)
        # The ring that shows the keyboard needs room on every side.
        heading.grid(row=0, column=0, sticky="ew", padx=theme.SPACE, pady=(theme.SPACE, 0))
        heading.grid_columnconfigure(1, weight=1)
        self.search = SearchField(heading, self.presenter.search, _SEARCH_WIDTH)
        self.search.grid(row=0, column=0, padx=(theme.SPACE, 0), pady=theme.SPACE)
        self.count = ElidedLabel(heading, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=40)
        self.count.grid(row=0, column=1, sticky="ew", padx=theme.SPACE_2)
        self.export = ActionButton(heading, text="Export corrections…", kind="text", command=self._export)
        self.export.grid(row=0, column=2, padx=(0, theme.SPACE))

    def _build_table(self) -> None:
        self.table = TrackTable(
            self._card,
            COLUMNS,
            self.presenter.rows,
            on_sort=self.presenter.sort_by,
            on_choose=self._show_chosen,
            on_open=self.presenter.open,
            on_menu=self._open_menu,
        )
        self.table.grid(row=1, column=0, sticky="nsew", padx=(0, theme.SPACE_HALF), pady=(0, theme.SPACE))

    def _build_details(self) -> None:
        self.details = Details(
            self,
            on_open=self.presenter.open,
            on_correct=self.correct,
            on_similar=self.find_similar,
            on_remove=lambda: self._with_chosen(self.presenter.remove),
        )
        self.details.grid(row=0, column=1, sticky="nsew", padx=(theme.SPACE_2, 0))

    def _build_rest(self) -> None:
        self.message = MessagePanel(self._card, self._act)
        self.message.grid(row=1, column=0, sticky="nsew", padx=theme.SPACE, pady=theme.SPACE)
        self.message.grid_remove()
        self.menu = ActionMenu(self)
        self.table.lines.bind("<F2>", lambda event: self.correct())
        self.table.lines.bind("<Delete>", lambda event: self.details.ask_or_remove())
        bind_page_key(self, "f", self.search.take_keyboard)
        bind_page_key(self, "l", self.find_similar)

    # What the person does

    def on_shown(self) -> None:
        """Songs may have come."""
        if self.is_built:
            self.presenter.refresh()

    def cancel(self) -> bool:
        """Do not delete after all."""
        return self.is_built and self.details.forget_question()

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

    def find_similar(self) -> None:
        """Find what sounds like the chosen song."""
        self._with_chosen(self.presenter.find_similar)

    def _with_chosen(self, action: Callable[[Track], object]) -> None:
        if self.table.chosen is not None:
            action(self.table.chosen)

    def _show_chosen(self, track: Track | None) -> None:
        self.details.show(track)
        self.presenter.look_at(track)

    def _open_menu(self, x: int, y: int) -> None:
        track = self.table.chosen
        if track is None:
            return
        actions: list[tuple[str, Callable[[], object]]] = []
        if track.path is not None:
            actions.append(("Open in Identify", lambda: self.presenter.open(track)))
        if track.error is None:
            actions += [("Correct the genre…", self.correct), ("Find similar", self.find_similar)]
        actions.append(("Delete…", self.details.ask_or_remove))
        self.menu.open(actions, x, y)

    def _export(self) -> None:
        # Late, as in the window.
        from tkinter import filedialog

        name = filedialog.asksaveasfilename(
            parent=self,
            title="Export all corrections",
            initialfile="genrescope-corrections.json",
            defaultextension=".json",
            filetypes=(("JSON", "*.json"), ("All files", "*")),
        )
        if name:
            self.presenter.export_corrections(name)

    def _act(self) -> None:
        if self.message.message.action == IDENTIFY:
            self.context.navigate("identify")
        else:
            self.presenter.act()

    # What the presenter asks for, see HistoryView.

    def show_similar(self, tracks: Sequence[SimilarTrack], sentence: str) -> None:
        """What sounds like the chosen song, the nearest first."""
        self.details.show_similar(tracks, sentence)

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
        """Those that the model knows are offered when a genre is corrected."""

    def show_conditions(self, filters: TrackFilters) -> None:
        """What was asked for, where that was not done by hand."""
        self.search.write(filters.text or "")

    def show_message(self, message: Message | None) -> None:
        """Why there are no rows; ``None`` where there are some."""
        if message is None:
            self.message.grid_remove()
            self.table.grid()
        else:
            self.table.grid_remove()
            self.message.show(message)
            self.message.grid()
