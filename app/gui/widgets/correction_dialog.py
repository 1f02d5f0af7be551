"""Asks for the right genre of a track: one of those that the model knows, or any other word."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any, Final
from weakref import WeakKeyDictionary

import customtkinter as ctk

from app.contract import Track
from app.gui import wording
from app.gui.style import theme
from app.gui.style.appearance import repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets import track_text
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.place import Place
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.table_style import TABLE_STYLE, style_tables
from app.gui.widgets.text_field import TextField
from app.gui.widgets.text_labels import ElidedLabel

_WIDTH: Final = 400
_ROW_HEIGHT: Final = 32
_LIST_HEIGHT: Final = 7 * _ROW_HEIGHT + 16
_MAX_LENGTH: Final = 100
_STYLE: Final = f"Genres.{TABLE_STYLE}"


@dataclass(frozen=True)
class Correctable:
    """What is to be corrected.

    Attributes:
        name: Of the track.
        answer: What was heard, in words.
        corrected_label: What the person said before, if anything.
    """

    name: str
    answer: str
    corrected_label: str | None = None

    @classmethod
    def of(cls, track: Track) -> Correctable:
        """A track of the library."""
        return cls(track_text.title_and_artist(track), track_text.answer(track), track.corrected_label)


class CorrectionDialog(ctk.CTkToplevel):
    """A field and a list. Hidden until it is opened; see ``ask_for_genre``.

    Args:
        master: The window.
    """

    def __init__(self, master: tkinter.Misc) -> None:
        super().__init__(master, fg_color=theme.SURFACE)
        self.withdraw()
        self.title("Correct the genre")
        self.resizable(False, False)
        self.transient(master)
        self._genres: list[str] = []
        self._on_choose: Callable[[str | None], object] = lambda label: None
        self._focus_before: tkinter.Misc | None = None
        self._build()
        self.protocol("WM_DELETE_WINDOW", self.close)
        self.bind("<Escape>", lambda event: self.close())
        repaint_with(self, self._repaint)
        self._repaint()

    def _build(self) -> None:
        # The ring that shows the keyboard needs room on either side.
        body = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        body.pack(padx=theme.SPACE_2, pady=theme.SPACE_3)
        for column in (0, 2):
            ctk.CTkFrame(body, width=theme.SPACE, height=1, fg_color="transparent").grid(row=0, column=column)
        self._name = ElidedLabel(body, theme.title(), text_color=theme.ON_SURFACE, height=24)
        self._name.grid(row=0, column=1, sticky="ew")
        self._answer = ElidedLabel(body, theme.body(), text_color=theme.ON_SURFACE_VARIANT, height=24)
        self._answer.grid(row=1, column=1, sticky="ew")
        question = ctk.CTkLabel(
            body,
            text="What is it really? Choose a genre, or write one in your own words.",
            height=24,
            anchor="w",
            padx=0,
            font=theme.small(),
            text_color=theme.ON_SURFACE_VARIANT,
        )
        question.grid(row=2, column=1, sticky="ew", pady=(theme.SPACE_2, theme.SPACE_HALF))
        self.field = TextField(body, "A genre", self._narrow, width=_WIDTH)
        self.field.grid(row=3, column=1, sticky="ew", pady=(theme.SPACE_HALF, theme.SPACE_2))
        self._build_list(body)
        self._build_buttons(body)
        for event in ("<Return>", "<KP_Enter>"):
            self.field.line.bind(event, lambda event: self._save())
            self.list.bind(event, lambda event: self._save())
        self.field.line.bind("<Down>", lambda event: self._go_into_list())
        self.list.bind("<<TreeviewSelect>>", lambda event: self._take_chosen())
        self.list.bind("<Double-Button-1>", lambda event: self._save())
        self.list.bind("<FocusIn>", lambda event: self._start_somewhere(), add="+")

    def _build_list(self, body: Any) -> None:
        place = ctk.CTkFrame(body, height=_LIST_HEIGHT, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.SPACE)
        place.grid(row=4, column=1, sticky="ew", pady=(0, theme.SPACE_2))
        place.grid_propagate(False)
        place.grid_columnconfigure(0, weight=1)
        place.grid_rowconfigure(0, weight=1)
        inner = Place(place)
        inner.grid(row=0, column=0, sticky="nsew", padx=theme.SPACE, pady=theme.SPACE)
        self.list = ttk.Treeview(inner, style=_STYLE, show="tree", selectmode="browse", takefocus=True, height=1)
        inner.hold(self.list)
        make_focusable(self.list, around=inner, corner=theme.SPACE_HALF)
        bar = Scrollbar(place, self.list)
        bar.grid(row=0, column=1, sticky="ns", pady=theme.SPACE_HALF)
        bar.grid_remove()

    def _build_buttons(self, body: Any) -> None:
        buttons = ctk.CTkFrame(body, fg_color="transparent", corner_radius=0)
        buttons.grid(row=5, column=1, sticky="ew")
        buttons.grid_columnconfigure(1, weight=1)
        self.take_back = ActionButton(buttons, text="Take back", kind="text", command=lambda: self._end(None))
        self.take_back.grid(row=0, column=0)
        self.cancel = ActionButton(buttons, text="Cancel", kind="text", command=self.close)
        self.cancel.grid(row=0, column=2, padx=(0, theme.SPACE))
        self.save = ActionButton(buttons, text="Save", command=self._save)
        self.save.grid(row=0, column=3)

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return bool(self.winfo_viewable())

    @property
    def names(self) -> list[str]:
        """The genres in the list, as shown."""
        return [str(self.list.item(line, "text")) for line in self.list.get_children()]

    def open(self, track: Correctable, genres: Sequence[str], on_choose: Callable[[str | None], object]) -> None:
        """Ask.

        Args:
            track: What is to be corrected.
            genres: Those that the model knows.
            on_choose: Called with the genre, or with ``None`` when an earlier correction is taken back.
        """
        self._genres = sorted({*genres, *filter(None, (track.corrected_label,))}, key=str.casefold)
        self._on_choose = on_choose
        self._name.show(track.name)
        before = f"You said: {wording.genre_name(track.corrected_label)}. " if track.corrected_label else ""
        self._answer.show(f"{before}Heard: {track.answer}")
        if track.corrected_label:
            self.take_back.grid()
        else:
            self.take_back.grid_remove()
        self.field.write("")
        self._fill("")
        if not self.is_open:
            self._focus_before = self.master.focus_get()
        self.update_idletasks()
        self._move_over_the_window()
        self.deiconify()
        self.lift()
        # Only a window that is there can take the keyboard.
        self.wait_visibility()
        self.grab_set()
        self.focus_force()
        self.field.line.focus_force()

    def close(self) -> None:
        """Hide it, change nothing, and give the keyboard back."""
        self.grab_release()
        self.withdraw()
        before, self._focus_before = self._focus_before, None
        if before is not None and before.winfo_exists():
            tkinter.Misc.focus_force(before)
        else:
            tkinter.Misc.focus_force(self.master)

    def _end(self, label: str | None) -> None:
        self.close()
        self._on_choose(label)

    def _save(self) -> None:
        chosen = self.list.selection()
        text = self.field.text[:_MAX_LENGTH]
        # A known genre by any of its names is that genre.
        known = {name.casefold(): genre for genre in self._genres for name in (genre, wording.genre_name(genre))}
        label = known.get(text.casefold(), text) or (chosen[0] if chosen else "")
        if label:
            self._end(label)
        else:
            self.field.take_keyboard()

    def _narrow(self, text: str) -> None:
        self._fill(text.casefold())

    def _fill(self, part: str) -> None:
        """List the genres in whose names a text stands; all of them where it stands in none."""
        fitting = [genre for genre in self._genres if part in wording.genre_name(genre).casefold() or part in genre]
        self.list.delete(*self.list.get_children())
        for genre in fitting or self._genres:
            self.list.insert("", "end", iid=genre, text=wording.genre_name(genre))

    def _go_into_list(self) -> str:
        self.list.focus_set()
        return "break"

    def _start_somewhere(self) -> None:
        lines = self.list.get_children()
        if lines and not self.list.selection():
            self.list.focus(lines[0])
            self.list.selection_set(lines[0])

    def _take_chosen(self) -> None:
        chosen = self.list.selection()
        if chosen:
            self.field.write(wording.genre_name(chosen[0]))

    def _repaint(self) -> None:
        scaling = widget_scaling(self)
        style_tables(self)
        style = ttk.Style(self.list)
        style.configure(_STYLE, rowheight=round(_ROW_HEIGHT * scaling))
        self.list.column("#0", width=round((_WIDTH - 5 * theme.SPACE) * scaling), stretch=True)

    def _move_over_the_window(self) -> None:
        master = self.master
        width, height = self.winfo_reqwidth(), self.winfo_reqheight()
        x = master.winfo_rootx() + (master.winfo_width() - width) // 2
        y = master.winfo_rooty() + (master.winfo_height() - height) // 3
        # CustomTkinter scales sizes that are given to it, and no places.
        scaling = widget_scaling(self)
        self.geometry(f"{round(width / scaling)}x{round(height / scaling)}+{max(x, 0)}+{max(y, 0)}")


#: One for each window, for its whole life: each new one would leave a binding behind.
_dialogs: WeakKeyDictionary[tkinter.Misc, CorrectionDialog] = WeakKeyDictionary()


def ask_for_genre(
    widget: tkinter.Misc, track: Correctable, genres: Sequence[str], on_choose: Callable[[str | None], object]
) -> CorrectionDialog:
    """Let the person correct the genre of a track. Returns at once.

    Args:
        widget: Anything in the window.
        track: What is to be corrected.
        genres: Those that the model knows.
        on_choose: Called with the genre, or with ``None`` when an earlier correction is taken back; not called when
            the person changes nothing.

    Returns:
        The dialog, which is open now.
    """
    window = widget.winfo_toplevel()
    if window not in _dialogs:
        _dialogs[window] = CorrectionDialog(window)
    _dialogs[window].open(track, genres, on_choose)
    return _dialogs[window]
