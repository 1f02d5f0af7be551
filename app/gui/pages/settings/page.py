"""Settings, as they are seen: cards with a line for each."""

from __future__ import annotations

import tkinter
from collections.abc import Mapping
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.page import Page, PageContext
from app.gui.pages.settings import about
from app.gui.pages.settings.accent_picker import AccentPicker
from app.gui.pages.settings.presenter import SettingsPresenter
from app.gui.style import icons, theme
from app.gui.style.accents import ACCENTS
from app.gui.style.scaling import largest_percent_on_screen_of
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.choice_menu import ChoiceMenu
from app.gui.widgets.choices import SegmentedChoice
from app.gui.widgets.scroll_area import ScrollArea
from app.gui.widgets.text_labels import ElidedLabel
from app.user_settings import (
    CONFIDENCE_PERCENTS,
    SCALING_PERCENTS,
    AccentName,
    ConfidencePercent,
    ScalingPercent,
    ThemeName,
)
from core.audio.port_audio import list_input_devices

_NAME_WIDTH: Final = 240
_ROW_HEIGHT: Final = 56
_MENU_WIDTH: Final = 280
#: Long enough for what was there before to be drawn.
_NEXT_CARD_MS: Final = 10


class _Line(ctk.CTkFrame):
    """The place of a control, with room for a remark beside it."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.grid_columnconfigure(2, weight=1)
        # Room for the ring that shows the keyboard.
        ctk.CTkFrame(self, width=theme.SPACE, height=_ROW_HEIGHT, fg_color="transparent").grid(row=0, column=0)
        self._remark = ElidedLabel(self, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=_ROW_HEIGHT)
        self._remark.grid(row=0, column=2, sticky="ew", padx=(theme.SPACE_2, 0))

    @property
    def remark(self) -> str:
        """What is said of the choice."""
        return self._remark.full_text

    def hold(self, control: tkinter.Misc) -> None:
        """Take a control whose parent is this line."""
        tkinter.Grid.grid_configure(control, row=0, column=1)  # type: ignore[arg-type]

    def show_remark(self, text: str) -> None:
        """Say something of the choice, or nothing."""
        self._remark.show(text)


class _Card(ctk.CTkFrame):
    """A heading, and below it lines with a name and a control each."""

    def __init__(self, master: Any, heading: str) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self.grid_columnconfigure(1, weight=1)
        title = ctk.CTkLabel(
            self, text=heading, height=32, anchor="w", padx=0, font=theme.title(), text_color=theme.ON_SURFACE
        )
        title.grid(row=0, column=0, columnspan=2, sticky="w", padx=theme.SPACE_3, pady=(12, 0))
        self._n_lines = 0

    def add_line(self, name: str) -> _Line:
        """Add a line, for a control to be put on."""
        self._n_lines += 1
        title = ctk.CTkLabel(
            self,
            text=name,
            width=_NAME_WIDTH,
            height=_ROW_HEIGHT,
            anchor="w",
            padx=0,
            font=theme.body(),
            text_color=theme.ON_SURFACE,
        )
        title.grid(row=self._n_lines, column=0, sticky="w", padx=(theme.SPACE_3, 0))
        line = _Line(self)
        line.grid(row=self._n_lines, column=1, sticky="ew", padx=(0, theme.SPACE_3))
        return line

    def end(self) -> None:
        """Leave room below the last line."""
        ctk.CTkFrame(self, height=theme.SPACE, fg_color="transparent").grid(row=self._n_lines + 1, column=0)


class SettingsPage(Page):
    """Shows what the presenter says, see ``SettingsView``."""

    page_id = "settings"
    title = "Settings"
    icon = icons.SETTINGS
    shortcuts = (("←  →", "The choice before or after"), ("↑  ↓", "In a menu: the choice before or after"))

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(0, weight=1)
        self.presenter = SettingsPresenter(
            self,
            context.jobs,
            context.connection,
            context.preferences,
            lambda: largest_percent_on_screen_of(self),
            list_input_devices,
        )
        self._area = ScrollArea(self)
        self._area.grid(row=0, column=0, sticky="nsew")
        self._area.content.grid_columnconfigure(0, weight=1)
        self._builders = [
            self._build_appearance,
            self._build_analysis,
            self._build_listening,
            self._build_files,
            self._build_about,
        ]
        self.after(_NEXT_CARD_MS, self._build_next, 0)

    @property
    def is_built(self) -> bool:
        """Whether all cards are there."""
        return not self._builders

    def _build_next(self, row: int) -> None:
        """Add a card and come back for the next: all at once would hold up the window."""
        card = self._builders.pop(0)(self._area.content)
        card.end()
        card.grid(row=row, column=0, sticky="ew", pady=(theme.SPACE if row == 0 else theme.SPACE_2, 0))
        if self._builders:
            self.after(_NEXT_CARD_MS, self._build_next, row + 1)
        else:
            self.presenter.start()

    def _build_appearance(self, master: Any) -> _Card:
        card = _Card(master, "Appearance")
        modes: dict[ThemeName, str] = {"system": "System", "light": "Light", "dark": "Dark"}
        line = card.add_line("Theme")
        self.theme = SegmentedChoice(line, modes, self.presenter.choose_theme)
        line.hold(self.theme)
        self.accent_line = card.add_line("Accent colour")
        self.accent = AccentPicker(self.accent_line, self.presenter.choose_accent)
        self.accent_line.hold(self.accent)
        sizes: dict[ScalingPercent | None, str] = {None: "Desktop"}
        sizes |= {percent: f"{percent} %" for percent in SCALING_PERCENTS}
        self.scaling_line = card.add_line("Size of everything")
        self.scaling = SegmentedChoice(self.scaling_line, sizes, self.presenter.choose_scaling)
        self.scaling_line.hold(self.scaling)
        return card

    def _build_analysis(self, master: Any) -> _Card:
        card = _Card(master, "Analysis")
        self.device_line = card.add_line("Computes on")
        self.device = ChoiceMenu(self.device_line, self.presenter.choose_device, width=_MENU_WIDTH)
        self.device_line.hold(self.device)
        self.model_line = card.add_line("Model at the start")
        self.model = ChoiceMenu(self.model_line, self.presenter.choose_model, width=_MENU_WIDTH)
        self.model_line.hold(self.model)
        thresholds: dict[ConfidencePercent | None, str] = {None: "Model"}
        thresholds |= {percent: f"{percent} %" for percent in CONFIDENCE_PERCENTS}
        self.min_confidence_line = card.add_line("Sure enough from")
        self.min_confidence = SegmentedChoice(
            self.min_confidence_line, thresholds, self.presenter.choose_min_confidence
        )
        self.min_confidence_line.hold(self.min_confidence)
        return card

    def _build_listening(self, master: Any) -> _Card:
        card = _Card(master, "Listening")
        self.microphone_line = card.add_line("Microphone")
        controls = ctk.CTkFrame(self.microphone_line, fg_color="transparent", corner_radius=0)
        self.microphone_line.hold(controls)
        choice = self.presenter.microphones
        self.microphone = ChoiceMenu(controls, choice.choose, width=_MENU_WIDTH)
        self.microphone.grid(row=0, column=0)
        self.refresh_microphones = ActionButton(controls, text="Refresh", kind="text", command=choice.refresh)
        self.refresh_microphones.grid(row=0, column=1, padx=(theme.SPACE, 0))
        return card

    def _build_files(self, master: Any) -> _Card:
        card = _Card(master, "Files")
        self.folder_line = card.add_line("“Add files” begins in")
        buttons = ctk.CTkFrame(self.folder_line, fg_color="transparent", corner_radius=0)
        self.folder_line.hold(buttons)
        self.choose = ActionButton(buttons, text="Choose…", kind="tonal", command=self._choose_folder)
        self.choose.grid(row=0, column=0)
        self.forget = ActionButton(
            buttons, text="Forget", kind="text", command=lambda: self.presenter.choose_folder(None)
        )
        self.forget.grid(row=0, column=1, padx=(theme.SPACE, 0))
        return card

    def _build_about(self, master: Any) -> _Card:
        card = _Card(master, about.HEADING)
        self.about = about.About(card, self.context.jobs)
        return card

    def on_shown(self) -> None:
        """Models and microphones may have come or gone."""
        if self.is_built:
            self.presenter.refresh()

    def _choose_folder(self) -> None:
        # Late, as in the window.
        from tkinter import filedialog

        folder = filedialog.askdirectory(parent=self, title="Where “Add files” begins", mustexist=True)
        if folder:
            self.presenter.choose_folder(folder)

    # What the presenter asks for, see SettingsView.

    def show_theme(self, theme: ThemeName) -> None:
        """Light, dark or system."""
        self.theme.show(theme)

    def show_accent(self, accent: AccentName) -> None:
        """The chosen colour."""
        self.accent.show(accent)
        self.accent_line.show_remark(ACCENTS[accent].title)

    def show_scaling(self, percent: ScalingPercent | None, note: str) -> None:
        """The chosen size, and what is to be said of it."""
        self.scaling.show(percent)
        self.scaling_line.show_remark(note)

    def show_devices(self, names: Mapping[str, str], device: str, note: str) -> None:
        """The devices that can be chosen, by id, the chosen one, and what is to be said of it."""
        self.device.show(names, device)
        self.device_line.show_remark(note)

    def show_models(self, names: Mapping[str, str], model_id: str, note: str) -> None:
        """The models that can be chosen, by id, the chosen one, and what is to be said of it."""
        self.model.show(names, model_id)
        self.model_line.show_remark(note)

    def show_min_confidence(self, percent: ConfidencePercent | None, note: str) -> None:
        """From where on answers are called confident, and what is to be said of it."""
        self.min_confidence.show(percent)
        self.min_confidence_line.show_remark(note)

    def show_microphones(self, names: Mapping[str, str], name: str, note: str) -> None:
        """The microphones that can be chosen, by name, the chosen one, and what is to be said of it."""
        self.microphone.show(names, name)
        self.microphone_line.show_remark(note)

    def show_folder(self, folder: str | None) -> None:
        """Where the choice of files begins; ``None`` where the desktop decides."""
        self.folder_line.show_remark(folder or "Wherever the desktop’s dialog begins")
        if folder is None:
            self.forget.grid_remove()
        else:
            self.forget.grid()
