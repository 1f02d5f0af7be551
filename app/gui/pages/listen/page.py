"""Listen, as it is seen: the button and its controls on the left, what is heard on the right."""

from __future__ import annotations

import tkinter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.listen.answer_card import AnswerCard
from app.gui.pages.listen.control_card import ControlCard, Hands
from app.gui.pages.listen.ears import list_sources, open_source
from app.gui.pages.listen.engine_link import EngineLink
from app.gui.pages.listen.heard_card import HeardCard
from app.gui.pages.listen.keeping import Keeping
from app.gui.pages.listen.presenter import Ears, ListenPresenter, Stage
from app.gui.pages.listen.sound_card import SoundCard
from app.gui.pages.listen.sound_picture import Glance
from app.gui.pages.listen.sources import Sources
from app.gui.pages.listen.view import AnswerText, NoiseText, SongRow, StateText
from app.gui.pages.page import Page, PageContext
from app.gui.style import icons, theme
from app.gui.widgets.confidence_bars import ConfidenceBars
from app.gui.widgets.focus import takes_key
from app.gui.widgets.message_panel import Message, MessagePanel

#: Long enough for what was there before to be drawn.
_NEXT_PART_MS: Final = 10
_TOP_HEIGHT: Final = 304
#: After this, whoever has come to the page stays on it.
_REFRESH_S: Final = 0.4


class ListenPage(Page):
    """Shows what the presenter says, see ``ListenView``."""

    page_id = "listen"
    title = "Listen"
    icon = icons.LISTEN
    shortcuts = (
        ("Space", "Listen, and end it"),
        ("Esc", "End listening"),
        ("↑  ↓", "In the menu: the microphone before or after"),
        ("Ctrl+C", "In a chart: copy it as text"),
    )

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self._has_told_it_goes_on = False
        self._genres: tuple[str, ...] = ()
        self.sources = Sources(self, context.jobs, list_sources, context.preferences.current.microphone)
        self.keeping = Keeping(context.jobs, context.say, self._ask_where_to_save, self._identify)
        ears = Ears(open_source, EngineLink)
        self.presenter = ListenPresenter(self, context.jobs, context.connection, ears, self.sources, self.keeping)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(0, weight=1)
        self._builders = [self._build_controls, self._build_message, self._build_answer, self._build_bars]
        self._builders += [self._build_sound, self._build_heard]
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
            return
        # On the window: Space listens wherever the keyboard is, unless it presses something there.
        tkinter.Misc.bind(self.winfo_toplevel(), "<space>", self._press_space, add="+")
        tkinter.Misc.bind(self, "<Destroy>", lambda event: self.presenter.close() if event.widget is self else None)
        self.context.preferences.follow(self._apply_preferences)
        self.presenter.start()
        self._refresh_soon()

    def _build_controls(self) -> None:
        presenter = self.presenter
        hands = Hands(
            toggle=presenter.toggle,
            choose_source=self.sources.choose,
            refresh=self.sources.refresh,
            turn_denoise=presenter.turn_denoise,
            sample_noise=presenter.sample_noise,
        )
        self.controls = ControlCard(self, hands)
        self.controls.grid(row=0, column=0, sticky="ns", padx=(0, theme.SPACE_2))

    def _build_message(self) -> None:
        self.message = MessagePanel(self, self.presenter.listen, icon=icons.LISTEN)
        self.message.grid(row=0, column=1, sticky="nsew")
        self._cards = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        self._cards.grid_columnconfigure((0, 1), weight=1, uniform="halves")
        self._cards.grid_rowconfigure(1, weight=1)
        # As high as ten genres, also before anybody knows them: nothing moves when they come.
        ctk.CTkFrame(self._cards, width=0, height=_TOP_HEIGHT, fg_color="transparent").grid(row=0, column=0, sticky="w")

    def _build_answer(self) -> None:
        self.answer = AnswerCard(self._cards)
        self.answer.grid(row=0, column=0, sticky="nsew", padx=(0, theme.SPACE_2))

    def _build_bars(self) -> None:
        self.bars = ConfidenceBars(self._cards)
        self.bars.grid(row=0, column=1, sticky="nsew")

    def _build_sound(self) -> None:
        self.sound = SoundCard(self._cards, self.presenter.describe_sound, self.keeping.save, self.keeping.identify)
        self.sound.grid(row=1, column=0, sticky="nsew", padx=(0, theme.SPACE_2), pady=(theme.SPACE_2, 0))

    def _build_heard(self) -> None:
        self.heard = HeardCard(self._cards)
        self.heard.grid(row=1, column=1, sticky="nsew", pady=(theme.SPACE_2, 0))

    # What the window tells

    def on_shown(self) -> None:
        """Devices may have come or gone."""
        if self._has_told_it_goes_on:
            self._has_told_it_goes_on = False
            self.context.say(None)
        if self.is_built:
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        # Not for those who are only passing through: the first time, it takes a moment in which the window stutters.
        self.context.jobs.call_later(_REFRESH_S, self._refresh)

    def _refresh(self) -> None:
        if self.winfo_viewable() and self.presenter.stage is Stage.IDLE:
            self.sources.refresh()

    def on_hidden(self) -> None:
        """It goes on, and whoever has forgotten it should know."""
        if self.is_built and self.presenter.stage is not Stage.IDLE:
            self._has_told_it_goes_on = True
            self.context.say("Genrescope goes on listening; go back to Listen to end it.")

    def cancel(self) -> bool:
        """End listening."""
        return self.presenter.cancel()

    def _press_space(self, event: tkinter.Event[Any]) -> None:
        if self.winfo_viewable() and not takes_key(event.widget, "space"):
            self.presenter.toggle()

    def _apply_preferences(self, changed: frozenset[str]) -> None:
        if "microphone" in changed:
            self.sources.choose(self.context.preferences.current.microphone)

    def _identify(self, names: Sequence[str]) -> None:
        self.context.navigate("identify").take_names(names)

    def _ask_where_to_save(self, name: str) -> str:
        # Late: the dialog's module is not needed to show the window.
        from tkinter import filedialog

        chosen = filedialog.asksaveasfilename(
            parent=self,
            title="Save the recording",
            initialfile=name,
            defaultextension=".wav",
            filetypes=(("WAV", "*.wav"), ("All files", "*")),
        )
        # Cancelled, it may also be an empty tuple.
        return str(chosen) if chosen else ""

    # What the presenter asks for, see ListenView.

    def show_state(self, state: StateText) -> None:
        """What is going on."""
        self.controls.show_state(state)

    def show_message(self, message: Message | None) -> None:
        """Words instead of an answer; ``None`` where there is one."""
        if message is None:
            self.message.grid_remove()
            self._cards.grid(row=0, column=1, sticky="nsew")
        else:
            self._cards.grid_remove()
            self.message.show(message)
            self.message.grid()

    def show_answer(self, answer: AnswerText) -> None:
        """What is playing."""
        self.answer.show(answer)
        # Where nothing was heard, numbers would pretend otherwise.
        self._genres = tuple(answer.probabilities) or self._genres
        self.bars.show(answer.probabilities or dict.fromkeys(sorted(self._genres), 0.0))

    def show_genres(self, genres: Sequence[str]) -> None:
        """Those that the engine knows, before it has heard any."""
        self._genres = tuple(genres)
        self.bars.show(dict.fromkeys(sorted(genres), 0.0))

    def show_songs(self, rows: Sequence[SongRow]) -> None:
        """What was heard, the newest first."""
        self.heard.show(rows)

    def show_sources(self, names: Mapping[str, str], source_id: str, *, can_choose: bool) -> None:
        """What can be listened to, by id, and what is."""
        self.controls.show_sources(names, source_id, can_choose=can_choose)

    def show_noise(self, noise: NoiseText) -> None:
        """How it stands with the noise of the room."""
        self.controls.show_noise(noise)

    def show_recording(self, duration_s: float | None, *, can_keep: bool) -> None:
        """How long the recording is, and whether it can be saved now."""
        self.sound.show_recording(duration_s, can_keep=can_keep)

    def clear_sound(self) -> None:
        """Another recording begins."""
        self.sound.drawing.clear()

    def show_sound(self, glance: Glance, elapsed_s: float) -> None:
        """What has come since the last time."""
        # What cannot be seen need not be drawn.
        if self.winfo_viewable():
            self.sound.show_sound(glance, elapsed_s)
            self.controls.show_level(glance.rms_db, glance.peak_db)
            self.answer.settle()

    def rest(self) -> None:
        """Nothing is heard any more: the level goes down."""
        self.controls.show_level(None, 0.0)
