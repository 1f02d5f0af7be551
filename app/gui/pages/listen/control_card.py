"""The left side of Listen: the button, what is going on, and what it listens to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.listen.view import NoiseText, StateText
from app.gui.style import icons, theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.choice_menu import ChoiceMenu
from app.gui.widgets.icon_button import IconButton
from app.gui.widgets.level_meter import LevelMeter, to_share
from app.gui.widgets.listen_button import ListenButton
from app.gui.widgets.switch import Switch
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel

WIDTH: Final = 288
_MENU_WIDTH: Final = 192
#: Above this part of the meter the halo begins: a quiet room leaves the button alone.
_HALO_FROM: Final = 0.2


@dataclass(frozen=True)
class Hands:
    """What the controls do.

    Attributes:
        toggle: Begin, or end.
        choose_source: Listen to something else.
        refresh: Look what there is to listen to.
        turn_denoise: Take steady noise away, or not.
        sample_noise: Learn what the room sounds like.
    """

    toggle: Callable[[], object]
    choose_source: Callable[[str], None]
    refresh: Callable[[], object]
    turn_denoise: Callable[[bool], object]
    sample_noise: Callable[[], object]


class ControlCard(ctk.CTkFrame):
    """A card as high as the page.

    Args:
        master: The parent widget.
        hands: What the controls do.
    """

    def __init__(self, master: Any, hands: Hands) -> None:
        super().__init__(master, width=WIDTH, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_propagate(False)
        self.grid_columnconfigure(0, weight=1)
        # What is said in words has all the room between the button and the controls, so that nothing moves.
        self.grid_rowconfigure(3, weight=1)
        place = self._add_place(row=0, pady=(theme.SPACE_HALF, 0))
        self.button = ListenButton(place, hands.toggle)
        self.button.pack()
        self._title = ctk.CTkLabel(self, text="", height=32, font=theme.font(22, "bold"), text_color=theme.ON_SURFACE)
        self._title.grid(row=1, column=0, sticky="ew", padx=theme.SPACE_2)
        self._detail = ElidedLabel(
            self, theme.body(), text_color=theme.ON_SURFACE_VARIANT, height=24, anchor="center", justify="center"
        )
        self._detail.grid(row=2, column=0, sticky="ew", padx=theme.SPACE_2)
        self._sentence = WrappingLabel(self, font=theme.small(), anchor="center", justify="center")
        self._sentence.grid(row=3, column=0, sticky="new", padx=theme.SPACE_2, pady=(theme.SPACE, 0))
        self.meter = LevelMeter(self)
        self.meter.grid(row=4, column=0, sticky="ew", padx=theme.SPACE_3)
        self._add_sources(hands)
        self._add_noise(hands)

    def _add_sources(self, hands: Hands) -> None:
        place = self._add_place(row=5, pady=(theme.SPACE_2, 0), padx=(theme.SPACE_3, theme.SPACE_3 - 3), sticky="ew")
        place.grid_columnconfigure(0, weight=1)
        self.sources: ChoiceMenu[str] = ChoiceMenu(place, hands.choose_source, width=_MENU_WIDTH)
        self.sources.grid(row=0, column=0, sticky="w")
        corner = ctk.CTkFrame(place, fg_color="transparent", corner_radius=0, width=1, height=1)
        corner.grid(row=0, column=1, sticky="e")
        self.refresh = IconButton(corner, icons.REFRESH, hands.refresh)
        self.refresh.pack()

    def _add_noise(self, hands: Hands) -> None:
        place = self._add_place(row=6, pady=(theme.SPACE_2, 0), padx=theme.SPACE_3, sticky="ew")
        self.denoise = Switch(place, "Take room noise away", hands.turn_denoise, around=place)
        self.denoise.pack(fill="x")
        line = self._add_place(row=7, pady=(0, theme.SPACE), padx=(theme.SPACE, theme.SPACE_3), sticky="ew")
        line.grid_columnconfigure(0, weight=1)
        # Its height is kept, so that nothing moves when there is something to do or to say.
        ctk.CTkFrame(line, width=0, height=56, fg_color="transparent").grid(row=0, column=1, rowspan=2)
        self._noise = WrappingLabel(line, font=theme.small(), text_color=theme.ON_SURFACE_VARIANT)
        self._noise.grid(row=0, column=0, sticky="new", padx=(theme.SPACE_2, 0))
        self.sample = ActionButton(line, text="", kind="text", height=32, command=hands.sample_noise)
        self.sample.grid(row=1, column=0, sticky="sw")
        self.sample.grid_remove()

    def _add_place(self, *, row: int, **where: Any) -> Any:
        # CustomTkinter scales the distances of its own widgets only, so what is not one lies on one that is.
        place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0, width=1, height=1)
        place.grid(row=row, column=0, **where)
        return place

    @property
    def texts(self) -> tuple[str, str, str]:
        """Title, detail and sentence as shown."""
        return str(self._title.cget("text")), self._detail.full_text, str(self._sentence.cget("text"))

    @property
    def noise_text(self) -> str:
        """What is said of the noise."""
        return str(self._noise.cget("text"))

    def show_state(self, state: StateText) -> None:
        """What is going on."""
        self.button.show_listening(state.is_listening)
        if self._title.cget("text") != state.title:
            self._title.configure(text=state.title)
        if self._detail.full_text != state.detail:
            self._detail.show(state.detail)
        if self._sentence.cget("text") != state.sentence:
            self._sentence.configure(text_color=theme.ERROR if state.is_error else theme.ON_SURFACE_VARIANT)
            self._sentence.show(state.sentence)

    def show_sources(self, names: Mapping[str, str], source_id: str, *, can_choose: bool) -> None:
        """What can be listened to, and what is."""
        self.sources.show(names, source_id)
        self.sources.configure(state="normal" if can_choose else "disabled")

    def show_noise(self, noise: NoiseText) -> None:
        """How it stands with the noise of the room."""
        self.denoise.show(noise.is_on)
        if self._noise.cget("text") != noise.sentence:
            self._noise.show(noise.sentence)
        if noise.can_sample:
            if self.sample.cget("text") != noise.action:
                self.sample.configure(text=noise.action)
            self.sample.grid()
        else:
            self.sample.grid_remove()

    def show_level(self, rms_db: float | None, peak_db: float) -> None:
        """How loud it is; ``None`` while nothing is heard."""
        self.meter.show(rms_db, peak_db)
        share = 0.0 if rms_db is None else to_share(rms_db)
        self.button.show_level((share - _HALO_FROM) / (1 - _HALO_FROM))
