"""The chosen song: what it is, what can be done with it, and what sounds like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import customtkinter as ctk

from app.contract import SimilarTrack, Track
from app.gui.pages.history.similar_list import SimilarList
from app.gui.style import theme
from app.gui.widgets import track_text
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel

WIDTH: Final = 328
_FACT_HEIGHT: Final = 24
_FACT_NAME_WIDTH: Final = 88
_N_FACTS: Final = 6
_DELETE: Final = "Delete"
_SURE: Final = "Really delete?"
#: For how long the question whether to delete stands.
_SURE_MS: Final = 5000
_NOTHING: Final = "No song is chosen"
_HINT: Final = "Choose one in the list to see more of it, correct its genre, or find what sounds alike."


class FactLines(ctk.CTkFrame):
    """Names and values, a line for each."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.shown: list[tuple[str, str]] = []
        self.grid_columnconfigure(1, weight=1)
        self._lines = []
        for row in range(_N_FACTS):
            name = ctk.CTkLabel(
                self,
                text="",
                width=_FACT_NAME_WIDTH,
                height=_FACT_HEIGHT,
                anchor="w",
                padx=0,
                font=theme.small(),
                text_color=theme.ON_SURFACE_VARIANT,
            )
            value = ElidedLabel(self, theme.small(), text_color=theme.ON_SURFACE, height=_FACT_HEIGHT)
            name.grid(row=row, column=0, sticky="w")
            value.grid(row=row, column=1, sticky="ew")
            self._lines.append((name, value))

    def show(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show names and values.

        Args:
            facts: From top to bottom.
        """
        self.shown = list(facts)
        empty = [("", "")] * (_N_FACTS - len(facts))
        for (name, value), (name_text, value_text) in zip(self._lines, [*facts, *empty], strict=True):
            name.configure(text=name_text)
            value.show(value_text)
            if name_text:
                name.grid()
            else:
                name.grid_remove()


class Details(ctk.CTkFrame):
    """A card with the chosen song.

    Args:
        master: The parent widget.
        on_open: Called when a song is to be opened.
        on_correct: Called when the chosen song's genre is to be corrected.
        on_similar: Called when it is asked what sounds like it.
        on_remove: Called when it is to be forgotten, and the person is sure.
    """

    def __init__(
        self,
        master: Any,
        *,
        on_open: Callable[[Track], object],
        on_correct: Callable[[], object],
        on_similar: Callable[[], object],
        on_remove: Callable[[], object],
    ) -> None:
        super().__init__(master, width=WIDTH, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_propagate(False)
        self.grid_columnconfigure(0, weight=1)
        self._on_open, self._on_remove = on_open, on_remove
        self._track: Track | None = None
        self._sure_id: str | None = None
        self._build_words()
        self._build_buttons(on_correct, on_similar)
        self._alike = ctk.CTkLabel(
            self, text="Sounds alike", height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        self._alike.grid(row=7, column=0, sticky="ew", padx=theme.SPACE_3)
        self._sentence = WrappingLabel(self, font=theme.small(), text_color=theme.ON_SURFACE_VARIANT)
        self._sentence.grid(row=8, column=0, sticky="ew", padx=theme.SPACE_3, pady=(0, theme.SPACE_2))
        self.similar = SimilarList(self, on_open)
        self.similar.grid(row=9, column=0, sticky="nsew", padx=theme.SPACE, pady=(0, theme.SPACE))
        self.grid_rowconfigure(9, weight=1)
        self.show(None)
        self.show_similar((), "")

    def _build_words(self) -> None:
        quiet = theme.ON_SURFACE_VARIANT
        self._title = ElidedLabel(self, theme.title(), text_color=theme.ON_SURFACE, height=24)
        self._title.grid(row=0, column=0, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE_2, 0))
        self._artist = ElidedLabel(self, theme.small(), text_color=quiet, height=24)
        self._artist.grid(row=1, column=0, sticky="ew", padx=theme.SPACE_3)
        self._accent = ctk.CTkFrame(self, width=48, height=4, corner_radius=2)
        self._accent.grid(row=2, column=0, sticky="w", padx=theme.SPACE_3, pady=(theme.SPACE_2, theme.SPACE))
        self._answer = WrappingLabel(self, font=theme.font(22), text_color=theme.ON_SURFACE)
        self._answer.grid(row=3, column=0, sticky="ew", padx=theme.SPACE_3)
        self._note = WrappingLabel(self, font=theme.small(), text_color=quiet)
        self._note.grid(row=4, column=0, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE, 0))
        self._facts = FactLines(self)
        self._facts.grid(row=5, column=0, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE, 0))

    def _build_buttons(self, on_correct: Callable[[], object], on_similar: Callable[[], object]) -> None:
        self._buttons = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        self._buttons.grid(row=6, column=0, sticky="ew", padx=theme.SPACE_2, pady=theme.SPACE_2)
        self._buttons.grid_columnconfigure((0, 1), weight=1, uniform="halves")
        self.open = ActionButton(self._buttons, text="Open in Identify", kind="tonal", command=self._open)
        self.find_similar = ActionButton(self._buttons, text="Find similar", kind="tonal", command=on_similar)
        self.correct = ActionButton(self._buttons, text="Correct genre…", kind="text", command=on_correct)
        self.remove = ActionButton(self._buttons, text=_DELETE, kind="text", command=self.ask_or_remove)
        right: dict[str, Any] = {"column": 1, "padx": (theme.SPACE, 0)}
        self.open.grid(row=0, column=0, sticky="ew")
        self.find_similar.grid(row=0, sticky="ew", **right)
        self.correct.grid(row=1, column=0, sticky="ew", pady=(theme.SPACE, 0))
        self.remove.grid(row=1, sticky="ew", pady=(theme.SPACE, 0), **right)

    @property
    def texts(self) -> dict[str, str]:
        """What is shown, by its place."""
        return {
            "title": self._title.full_text,
            "artist": self._artist.full_text,
            "answer": str(self._answer.cget("text")),
            "note": str(self._note.cget("text")),
            "similar": str(self._sentence.cget("text")),
        }

    @property
    def facts(self) -> dict[str, str]:
        """What else is shown, by its name."""
        return dict(self._facts.shown)

    def show(self, track: Track | None) -> None:
        """Show a song, or that none was chosen."""
        if self._track is None or track is None or track.id != self._track.id:
            self.forget_question()
        self._track = track
        if track is None:
            self._title.show(_NOTHING)
            self._artist.show("")
            self._accent.grid_remove()
            self._answer.show("")
            self._note.show(_HINT)
            self._facts.show([])
            self._buttons.grid_remove()
            return
        genre = track.corrected_label or track.label
        known = genre is not None and (track.corrected_label is not None or track.decision in ("confident", "unsure"))
        self._accent.configure(fg_color=theme.genre_colour(genre or "") if known else theme.OUTLINE)
        self._accent.grid()
        self._title.show(track_text.title(track))
        self._artist.show(track.artist or "")
        self._answer.show(track_text.headline(track))
        self._note.show(track_text.reason(track))
        self._facts.show(track_text.facts(track))
        self._buttons.grid()
        for button, is_wanted in (
            (self.open, track.path is not None),
            (self.correct, track.error is None),
            (self.find_similar, track.error is None),
        ):
            if is_wanted:
                button.grid()
            else:
                button.grid_remove()

    def show_similar(self, tracks: Sequence[SimilarTrack], sentence: str) -> None:
        """Show what sounds like it, and what is to be said of that."""
        for widget, is_wanted in ((self._alike, bool(tracks or sentence)), (self.similar, bool(tracks))):
            if is_wanted:
                widget.grid()
            else:
                widget.grid_remove()
        self._sentence.show(sentence)
        self.similar.show(tracks)

    def ask_or_remove(self) -> None:
        """The first time asks, the second one within some seconds is the answer."""
        if self.forget_question():
            self._on_remove()
        elif self._track is not None:
            self.remove.configure(text=_SURE)
            self._sure_id = self.after(_SURE_MS, self.forget_question)

    def forget_question(self) -> bool:
        """Do not delete after all.

        Returns:
            Whether it was to be deleted.
        """
        if self._sure_id is None:
            return False
        self.after_cancel(self._sure_id)
        self._sure_id = None
        self.remove.configure(text=_DELETE)
        return True

    def _open(self) -> None:
        if self._track is not None:
            self._on_open(self._track)
